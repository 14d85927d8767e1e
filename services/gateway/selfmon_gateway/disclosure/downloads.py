"""Result tables as CSV: UTF-8 with a byte order mark, so that spreadsheets read the Chinese; no cell can be taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from selfmon_gateway.disclosure import presenting, wording

HEAD = ("日期", "时段", "监测点", "监测项目", "监测值", "单位", "标准限值", "评价", "数据来源", "迟报")
_STARTS_A_FORMULA = re.compile(r"[=+\-@＝＋－＠|%\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?L?")


def results_csv(views: Iterable[Mapping[str, Any]], remark: str) -> bytes:
    """Every published value on a line of its own, what is withheld as such; ``remark`` stands below."""
    lines: list[Sequence[str]] = [HEAD]
    for view in views:
        column = presenting.column_of(view)
        named = (view["point_name"], column.name)
        if view["withheld"]:
            lines.append((view["day"], "", *named, view["notice"], "", "", "", "", ""))
        for value in view["values"]:
            cell = presenting.cell_of(value)
            when = wording.hour_text(wording.hour_of(value["time"])) if view["period_kind"] == presenting.HOUR else _kind(view)
            verdict = (column.limit, cell.verdict, cell.source, "是" if value["late"] else "否")
            lines.append((view["day"], when, *named, cell.text, column.unit, *verdict))
    lines.append((remark,))
    return as_csv(lines)


def _kind(view: Mapping[str, Any]) -> str:
    return wording.word_of(wording.PERIOD_KINDS, view["period_kind"])


def as_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """The lines as a file."""
    written = io.StringIO()
    csv.writer(written).writerows([safe(text) for text in line] for line in lines)
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def safe(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would calculate it; numbers stay numbers."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
