"""The text layer of what wkhtmltopdf wrote: repaired so that searching works, and read to find where headings stand.

Qt names glyphs by the first code point that the font gives them: ⼆ (a radical) instead of 二, a tab instead of a space.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from selfmon_plan.document.errors import DocumentRenderFailed
from selfmon_plan.document.layout import CHAPTER_SIZE, SCALE, SECTION_SIZE, Heading

_ARRAYS = re.compile(rb"\[[^\]]*\]")
_CODE = re.compile(rb"<([0-9A-Fa-f]{4})>")
_KANGXI = range(0x2F00, 0x2FE0)
# Pairs that share a glyph in Noto CJK SC and that NFKC doesn't tell: what Qt writes, what was meant.
_TWINS = (
    "⺂乛⺃乚⺅亻⺉刂⺎兀⺏尣⺒巳⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺞歺⺠民⺡氵⺣灬⺦丬⺨犭⺭礻⺯糹⺰纟⺱罓⺲罒⺹耂⺺肀⺾艹⻁虎⻂衤⻃覀⻅见⻆角⻈讠⻉贝⻋车⻌辶⻐钅"
    "⻒镸⻓长⻔门⻖阝⻘青⻙韦⻚页⻛风⻜飞⻟飠⻠饣⻢马⻣骨⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻮齿⻯竜⻰龙⻱龜⻲亀⼾户"
    "\t \u2003\u3000\u301c\uff5e\u2215\uff0f\u2329\u3008\u232a\u3009\u2035\uff40"
)
_MEANT = {ord(written): ord(meant) for written, meant in zip(_TWINS[::2], _TWINS[1::2], strict=True)}


def repair(pdf: pikepdf.Pdf) -> None:
    """Make every ToUnicode map name the character that was meant."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font" and "/ToUnicode" in thing:
            stream = thing.ToUnicode
            stream.write(_ARRAYS.sub(lambda array: _CODE.sub(_named, array[0]), stream.read_bytes()))


def _named(code: re.Match[bytes]) -> bytes:
    point = int(code[1], 16)
    if point in _MEANT:
        point = _MEANT[point]
    elif point in _KANGXI:
        point = ord(unicodedata.normalize("NFKC", chr(point)))
    return b"<%04X>" % point


@dataclass(frozen=True, slots=True)
class Place:
    """Where a heading stands: page index from 0, and the top of its line in points from the page's bottom."""

    page: int
    top: float


def find_headings(document: pypdfium2.PdfDocument, headings: Sequence[Heading], start: int = 1) -> list[Place]:
    """The place of each heading, in order; pages before ``start`` hold none.

    A heading is its number in heading size: the same digits in a text or table are smaller.

    Raises:
        DocumentRenderFailed: one is not in the document.
    """
    places: list[Place] = []
    wanted = list(headings)
    for number in range(start, len(document)):
        page = _SetText(document[number].get_textpage())
        position = 0
        while wanted and (found := page.find(wanted[0], position)) is not None:
            places.append(Place(number, page.top(found)))
            position = found + 1
            wanted.pop(0)
        if not wanted:
            return places
    if wanted:
        raise DocumentRenderFailed(f"heading {wanted[0].number} is not in the document")
    return places


class _SetText:
    """The characters that are really set on a page.

    PDFium adds spaces and line ends of its own, and takes a page of short lines for vertical text, with a line end after each character.
    """

    def __init__(self, text: pypdfium2.PdfTextPage) -> None:
        self._text = text
        codes = [pdfium.FPDFText_GetUnicode(text, index) for index in range(text.count_chars())]
        shown = [index for index, code in enumerate(codes) if not chr(code).isspace()]
        self._indices = [index for index in shown if pdfium.FPDFText_IsGenerated(text, index) != 1]
        self._signs = "".join(chr(codes[index]) for index in self._indices)

    def find(self, heading: Heading, position: int) -> int | None:
        """Position of the heading's number, at or after ``position``: in heading size, apart from what stands before and after it."""
        points = (CHAPTER_SIZE if heading.level == 1 else SECTION_SIZE) * 72 / 96 / SCALE
        while (first := self._signs.find(heading.number, position)) >= 0:
            large = abs(_size(self._text, self._indices[first]) - points) < 0.8
            if large and self._apart(first) and self._apart(first + len(heading.number)):
                return first
            position = first + 1
        return None

    def top(self, position: int) -> float:
        top: float = self._box(position)[3]
        return top

    def _apart(self, position: int) -> bool:
        """Whether a line, or a space, ends between the character at ``position`` and the one before it."""
        if position in (0, len(self._signs)):
            return True
        _, bottom, right, top = self._box(position - 1)
        left, next_bottom, _, next_top = self._box(position)
        height = max(top - bottom, next_top - next_bottom)
        same_line = min(top, next_top) - max(bottom, next_bottom) > height / 2
        return not same_line or abs(left - right) > height / 10  # neighbours touch; a space is about a seventh

    def _box(self, position: int) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in points."""
        box: tuple[float, float, float, float] = self._text.get_charbox(self._indices[position], loose=True)
        return box


def _size(text: pypdfium2.PdfTextPage, index: int) -> float:
    """Type size of a character on paper, in points."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    nominal: float = pdfium.FPDFText_GetFontSize(text, index)
    return nominal * abs(float(matrix.d))
