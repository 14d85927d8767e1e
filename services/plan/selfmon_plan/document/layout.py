"""Lines, row heights and pages, worked out before the PDF engine sees them.

wkhtmltopdf neither repeats table heads nor keeps headings with what follows. So the lines of every table cell are broken here, which
makes row heights exact, and long tables are cut where a page is full: the rest goes on under a 续表 caption.
All lengths are CSS pixels of the engine; :func:`px` makes them from millimetres on paper.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

# Debian's wkhtmltopdf (unpatched Qt) prints everything at 0.768 of its size.
SCALE = 1.302
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0  # A4, mm
MARGIN_TOP, MARGIN_BOTTOM, MARGIN_LEFT, MARGIN_RIGHT = 25.0, 27.0, 24.0, 22.0  # mm; the left one leaves room for binding
TEXT_WIDTH = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT

_NEVER_FIRST = "，。、；：？！）》」』”’％℃·…—～)]},.;:?!%/"
_NEVER_LAST = "（《「『“‘([{≤≥＜＞<>"

Measure = Callable[[str], float]


def px(millimetres: float) -> int:
    """Millimetres on paper as whole CSS pixels (whole, since the engine rounds font sizes and borders)."""
    return round(millimetres * SCALE * 96 / 25.4)


def font_px(points: float) -> int:
    """Type size in points as whole CSS pixels."""
    return round(points * SCALE * 96 / 72)


BODY_HEIGHT = px(PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM) - 4  # a few pixels for the engine's own rounding
FULL_WIDTH = px(TEXT_WIDTH) - 2


@lru_cache(maxsize=4096)
def break_lines(text: str, width: float, measure: Measure) -> tuple[str, ...]:
    """The text in lines no wider than ``width``; line breaks in it are kept.

    Latin words and numbers stay whole where they fit, and closing marks never begin a line (避头尾).
    """
    lines: list[str] = []
    for paragraph in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line, used = "", 0.0
        for word in _words(" ".join(paragraph.split())):
            for piece in [word] if measure(word) <= width else list(word):
                size = measure(piece)
                if line and used + size > width:
                    carried, line = _carry(line, piece)
                    lines.append(line.rstrip())
                    line, used = carried, measure(carried)
                if line or piece != " ":
                    line, used = line + piece, used + size
        lines.append(line.rstrip())
    return tuple(lines)


def _carry(line: str, following: str) -> tuple[str, str]:
    """What must move down with ``following``, and what stays; the nearest allowed break of the last few characters."""
    text = line + following[0]
    for cut in range(len(line), max(len(line) - 12, 0), -1):
        before, after = text[cut - 1], text[cut]
        if before not in _NEVER_LAST and after not in _NEVER_FIRST and not (_glued(before) and _glued(after) and cut < len(line)):
            return line[cut:], line[:cut]
    return "", line


def _glued(character: str) -> bool:
    return _in_word(character) or character in ".-/"


def _in_word(character: str) -> bool:
    return (character.isascii() and character.isalnum()) or "\u2080" <= character <= "\u2089"


def _words(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        if _in_word(character):
            word += character
            continue
        if word and character in ".-/" and not word.endswith((".", "-", "/")):
            word += character
            continue
        if word:
            yield word
            word = ""
        yield character
    if word:
        yield word


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its head, its width in millimetres, and how its cells are aligned (``left`` or ``center``)."""

    head: str
    width: float
    align: str = "center"


@dataclass(frozen=True, slots=True)
class Cell:
    lines: tuple[str, ...]
    align: str = "center"
    head: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]
    height: int


@dataclass(frozen=True, slots=True)
class TableStyle:
    """Type size, line height and cell padding of a table, in pixels."""

    size: int
    line: int
    pad_y: int
    pad_x: int


GRID = TableStyle(size=font_px(10.5), line=font_px(16), pad_y=px(1.2), pad_x=px(1.6))
DENSE = TableStyle(size=font_px(9), line=font_px(12.5), pad_y=px(0.9), pad_x=px(0.9))


def make_row(
    texts: Sequence[str], widths: Sequence[float], style: TableStyle, measure: Measure, *, aligns: Sequence[str], heads: Sequence[bool]
) -> Row:
    """A row whose cells are broken into lines; ``widths`` in millimetres, ``measure`` in ems."""
    cells = []
    for text, width, align, head in zip(texts, widths, aligns, heads, strict=True):
        room = (px(width) - 2 * style.pad_x - 2) / style.size
        cells.append(Cell(break_lines(text or "—", room, measure), align, head))
    return Row(tuple(cells), max(len(cell.lines) for cell in cells) * style.line + 2 * style.pad_y + 1)


@dataclass(slots=True)
class Table:
    """A table, or a piece of one, as the template prints it."""

    caption: str
    widths: tuple[int, ...]
    style: TableStyle
    head: Row | None
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading. ``number`` + ``text`` stand in the contents, too; level 1 is a chapter."""

    level: int
    number: str
    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as data: URI, in pixels on the page."""

    source: str
    width: int
    height: int


Block = Heading | Table | Paragraph | Figure

CAPTION_HEIGHT = px(7.5)
TABLE_GAP = px(4)
CHAPTER_SIZE, SECTION_SIZE = font_px(16), font_px(12)
CHAPTER_LINE, SECTION_LINE = font_px(24), font_px(18)
CHAPTER_AFTER, SECTION_BEFORE, SECTION_AFTER = px(4), px(3), px(1.5)


def make_heading(level: int, number: str, text: str, measure: Measure) -> Heading:
    """A heading broken into lines."""
    size = CHAPTER_SIZE if level == 1 else SECTION_SIZE
    return Heading(level, number, text, break_lines(f"{number}　{text}", FULL_WIDTH / size * 0.97, measure))


def heading_height(heading: Heading) -> int:
    if heading.level == 1:
        return len(heading.lines) * CHAPTER_LINE + CHAPTER_AFTER
    return SECTION_BEFORE + len(heading.lines) * SECTION_LINE + SECTION_AFTER


class Paginator:
    """Fills pages with blocks whose height is known. ``pages`` is the result: a list of blocks for each page."""

    def __init__(self) -> None:
        self.pages: list[list[Block]] = [[]]
        self._used = 0

    def new_page(self) -> None:
        """Go on at the top of a page."""
        if self.pages[-1]:
            self.pages.append([])
            self._used = 0

    def add(self, headings: Sequence[Heading], *tables: Table) -> None:
        """Headings and the tables below them. The last table is cut where pages end; what comes before it stays with its first rows."""
        *lead, body = tables
        need = sum(map(heading_height, headings)) + sum(_table_height(table) for table in lead)
        need += _opening_height(body.caption, body.head) + sum(row.height for row in body.rows[:3])
        if self._used and self._used + need > BODY_HEIGHT:
            self.new_page()
        self.pages[-1].extend(headings)
        self._used += sum(map(heading_height, headings))
        for table in tables:
            self._fill(table)

    def _fill(self, table: Table) -> None:
        piece = self._begin(table, table.caption)
        for number, row in enumerate(table.rows):
            if piece.rows and self._used + row.height > BODY_HEIGHT:
                lonely = number == len(table.rows) - 1 and len(piece.rows) > 4
                moved = [piece.rows.pop()] if lonely else []
                self.new_page()
                piece = self._begin(table, f"续{table.caption}" if table.caption else "续表")
                for kept in moved:
                    self._append(piece, kept)
            self._append(piece, row)

    def _append(self, piece: Table, row: Row) -> None:
        piece.rows.append(row)
        self._used += row.height

    def _begin(self, table: Table, caption: str) -> Table:
        piece = Table(caption, table.widths, table.style, table.head)
        self.pages[-1].append(piece)
        self._used += _opening_height(caption, table.head)
        return piece


def _opening_height(caption: str, head: Row | None) -> int:
    return (CAPTION_HEIGHT if caption else 0) + (head.height if head else 0) + 1 + TABLE_GAP


def _table_height(table: Table) -> int:
    return _opening_height(table.caption, table.head) + sum(row.height for row in table.rows)
