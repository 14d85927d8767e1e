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
    page, index = start, -1
    wanted = list(headings)
    while wanted and page < len(document):
        text = document[page].get_textpage()
        while wanted:
            found = _find(text, wanted[0], index + 1)
            if found is None:
                break
            index = found
            places.append(Place(page, text.get_charbox(index, loose=True)[3]))
            wanted.pop(0)
        page, index = page + 1, -1
    if wanted:
        raise DocumentRenderFailed(f"heading {wanted[0].number} is not in the document")
    return places


def _find(text: pypdfium2.PdfTextPage, heading: Heading, start: int) -> int | None:
    """Index of the heading's first character on the page, at or after ``start``."""
    points = (CHAPTER_SIZE if heading.level == 1 else SECTION_SIZE) * 72 / 96 / SCALE
    searcher = text.search(heading.number, index=start, match_case=True)
    while (hit := searcher.get_next()) is not None:
        index: int = hit[0]
        before = text.get_text_range(index - 1, 1) if index else "\n"
        after = text.get_text_range(index + len(heading.number), 1)
        if not before.strip() and not after.strip("　 \r\n\t") and abs(_size(text, index) - points) < 0.8:
            return index
    return None


def _size(text: pypdfium2.PdfTextPage, index: int) -> float:
    """Type size of a character on paper, in points."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    nominal: float = pdfium.FPDFText_GetFontSize(text, index)
    return nominal * abs(float(matrix.d))
