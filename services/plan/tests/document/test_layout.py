"""How lines are broken and pages filled (rule P2: ready to print)."""

import pytest

from selfmon_plan.document import layout
from selfmon_plan.document.layout import DENSE, Cell, Heading, Paginator, Row, Table, break_lines


def measure(text: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, ("",)),
        ("自行监测方案", 3, ("自行监", "测方案")),
        ("监测方案，公开", 4, ("监测方", "案，公开")),
        ("方法（重量法）", 3, ("方法", "（重量", "法）")),
        ("按 HJ 819-2017 执行", 5, ("按 HJ", "819-2017", "执行")),
        ("（GB/T 11901-1989）", 7, ("（GB/T", "11901-1989）")),
        ("一\n二", 5, ("一", "二")),
        ("https://example.org/a/very/long/path", 6, ("https://ex", "ample.org/a", "/very/long/", "path")),
    ],
)
def test_P2_lines_break_where_chinese_typesetting_allows(text: str, width: float, lines: tuple[str, ...]) -> None:
    broken = break_lines(text, width, measure)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    if "https" not in text:
        assert broken == lines
    assert all(measure(line) <= width + 1 for line in broken)


def table(rows: int, height: int, caption: str = "表1") -> Table:
    cell = (Cell(("文",)),)
    return Table(caption, (100,), DENSE, Row(cell, 40), [Row(cell, height) for _ in range(rows)])


def heading() -> Heading:
    return layout.make_heading(2, "1.1", "点位", measure)


def test_P2_a_heading_never_stands_alone_at_the_foot_of_a_page() -> None:
    pages = Paginator()
    pages.add([], table(1, layout.BODY_HEIGHT - 200))
    pages.add([heading()], table(5, 60))
    assert isinstance(pages.pages[1][0], Heading)
    assert not any(isinstance(block, Heading) for block in pages.pages[0])


def test_P2_no_row_is_lost_and_no_page_overfilled() -> None:
    pages = Paginator()
    pages.add([heading()], table(2, 50, caption=""), table(100, 70))
    tables = [block for page in pages.pages for block in page if isinstance(block, Table)]
    assert sum(len(piece.rows) for piece in tables) == 102
    for page in pages.pages:
        used = sum(layout._table_height(block) if isinstance(block, Table) else layout.heading_height(block) for block in page)
        assert used <= layout.BODY_HEIGHT
    assert {piece.caption for piece in tables} == {"", "表1", "续表1"}


def test_P2_the_last_row_does_not_stand_alone_on_a_page() -> None:
    pages = Paginator()
    fitting = (layout.BODY_HEIGHT - layout._opening_height("表1", Row((), 40))) // 100
    pages.add([], table(fitting + 1, 100))
    assert [len(block.rows) for page in pages.pages for block in page if isinstance(block, Table)] == [fitting - 1, 2]
