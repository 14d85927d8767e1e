"""The document's typeface: Noto Serif CJK SC (宋体) for text; headings are in Noto Sans CJK SC (黑体), which only the PDF engine reads.

The installed collection holds 65,535 glyphs: FreeType maps it for the measures, and fpdf2 embeds only what is used.
"""

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from selfmon_plan.document.errors import RendererMissing

FONT_PACKAGE = "fonts-noto-cjk"
_FONT_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
_FACES = 10  # more than any collection of the family holds
_UNITS = 1000
_LOOK = 24
_NO_CHARACTER = "\uffff"


class Face:
    """One face of a font collection: where it is (``path``, ``number``), and how wide its characters are."""

    def __init__(self, path: Path, family: str) -> None:
        self.path = path
        self.number = _number_of(path, family)
        self._font = ImageFont.truetype(path, _UNITS, index=self.number, layout_engine=ImageFont.Layout.BASIC)
        self._widths: dict[str, float] = {}
        self._small = ImageFont.truetype(path, _LOOK, index=self.number, layout_engine=ImageFont.Layout.BASIC)
        self._missing = self._look(_NO_CHARACTER)
        self._held: dict[str, bool] = {}

    def width(self, text: str) -> float:
        """Width of the text in ems."""
        widths, total = self._widths, 0.0
        for character in text:
            width = widths.get(character)
            if width is None:
                width = widths[character] = self._font.getlength(character) / _UNITS
            total += width
        return total

    def holds(self, character: str) -> bool:
        """Whether the face has this character: what it lacks looks like what no face has."""
        held = self._held.get(character)
        if held is None:
            held = self._held[character] = self._look(character) != self._missing
        return held

    def _look(self, character: str) -> tuple[tuple[int, int], bytes]:
        mask = self._small.getmask(character, mode="1")
        return mask.size, bytes(mask)


@lru_cache(maxsize=1)
def serif() -> Face:
    """Noto Serif CJK SC, regular.

    Raises:
        RendererMissing: the font package is not installed.
    """
    for root in _FONT_ROOTS:
        for path in sorted(root.rglob("NotoSerifCJK-Regular.ttc")):
            return Face(path, "Noto Serif CJK SC")
    raise RendererMissing(FONT_PACKAGE)


def _number_of(path: Path, family: str) -> int:
    for number in range(_FACES):
        try:
            if ImageFont.truetype(path, _UNITS, index=number).getname()[0] == family:
                return number
        except OSError:
            break
    raise RendererMissing(FONT_PACKAGE)
