"""The fields of the contracts: what each takes, and what it says in Chinese about everything else."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import fields, validate

from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.fields import REQUIRED, Choice, Day, Exact, Flag, Free, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.kernel.errors import Invalid

ASIA = timezone(timedelta(hours=8))


def taken(field: fields.Field[Any], value: Any) -> Any:
    schema = type("Form", (Record,), {"value": field})()
    return load(schema, {"value": value})["value"]


def said(field: fields.Field[Any], value: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        taken(field, value)
    assert refused.value.code == "input.invalid"
    assert set(refused.value.fields) == {"value"}
    return list(refused.value.fields["value"])


@pytest.mark.parametrize(
    ("field", "value", "result"),
    [
        (Text(required=True), "  示例  ", "示例"),
        (Text(), "", ""),
        (Text(required=True, blank=True), " ", ""),
        (Text(allow_none=True), None, None),
        (Text(validate=validate.Equal("a")), "a", "a"),
        (Id(), "DA-001.x:2_b", "DA-001.x:2_b"),
        (Choice(("a", "b")), "b", "b"),
        (Exact(), "12.50", Decimal("12.50")),
        (Exact(), 7, Decimal(7)),
        (Exact(low="0", high="21"), "21", Decimal(21)),
        (Exact(allow_none=True), None, None),
        (Whole(), 3, 3),
        (Whole(low=1), 1, 1),
        (Flag(), True, True),
        (Day(), "2026-01-31", date(2026, 1, 31)),
        (Day(), date(2026, 1, 31), date(2026, 1, 31)),
        (Moment(), "2026-01-31T10:00:00+08:00", datetime(2026, 1, 31, 2, tzinfo=UTC)),
        (Moment(), datetime(2026, 1, 31, 10, tzinfo=ASIA), datetime(2026, 1, 31, 2, tzinfo=UTC)),
        (Many(Whole()), [1, 2], [1, 2]),
        (Free(), {"a": [1]}, {"a": [1]}),
    ],
)
def test_a_good_value_is_taken_with_its_type(field: fields.Field[Any], value: Any, result: Any) -> None:
    got = taken(field, value)
    assert got == result
    assert type(got) is type(result)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (Text(required=True), "   ", REQUIRED),
        (Text(required=True), None, "此项不能为空"),
        (Text(max_length=3), "示例企业", "不能超过 3 个字"),
        (Text(min_length=2), "示", "至少 2 个字"),
        (Text(), 5, "应为文字"),
        (Text(), "a\x00b", "含有不允许的字符"),
        (Text(pattern="^a$"), "b", "格式不正确"),
        (Text(pattern="^a$", hint="应为 a"), "b", "应为 a"),
        (Text(validate=[validate.Equal("a", error="不是 a")]), "b", "不是 a"),
        (Id(), "有空格 的", "编号格式不正确"),
        (Choice(("a", "b")), "c", "应为其中之一：a、b"),
        (Choice(("a",)), 1, "应为文字"),
        (Exact(), "十二", "应为数字，如 12.5"),
        (Exact(), True, "应为数字，如 12.5"),
        (Exact(), ["1"], "应为数字，如 12.5"),
        (Exact(), 12.5, '数字须以文字传送，如 "12.5"'),
        (Exact(), "NaN", "应为数字，如 12.5"),
        (Exact(), "1E+30", "应为数字，如 12.5"),
        (Exact(), "0." + "1" * 31, "应为数字，如 12.5"),
        (Exact(low="0", high="21"), "21.1", "应在 0 与 21 之间"),
        (Exact(low="0", high="21"), "-1", "应在 0 与 21 之间"),
        (Exact(low="0"), "-1", "不能小于 0"),
        (Exact(high="9"), "10", "不能大于 9"),
        (Exact(), "1_5", "应为数字，如 12.5"),
        (Whole(), 1.5, "应为整数"),
        (Whole(), "x", "应为整数"),
        (Whole(), 2**53, "数字过大"),
        (Whole(low=1), 0, "不能小于 1"),
        (Whole(high=9), 10, "不能大于 9"),
        (Flag(), "vielleicht", "应为是或否"),
        (Day(), "31.1.2026", "应为日期，如 2026-01-31"),
        (Day(), "0202-01-31", "应在 1900 年至 2199 年之间"),
        (Moment(), "2026-01-31T10:00:00", "时间须带时区，如 +08:00"),
        (Moment(), "morgen", "应为带时区的时间，如 2026-01-31T10:00:00+08:00"),
        (Moment(), "0202-01-31T10:00:00+08:00", "应在 1900 年至 2199 年之间"),
        (Moment(), "9999-12-31T23:00:00-08:00", "应在 1900 年至 2199 年之间"),
        (Many(Whole()), 1, "应为列表"),
        (Many(Whole(), at_least=1), [], "应有 1 至 10000 项"),
        (Many(Whole(), at_most=1), [1, 2], "应有 0 至 1 项"),
        (Free(), [1], "结构不正确"),
    ],
)
def test_a_bad_value_is_told_in_chinese(field: fields.Field[Any], value: Any, message: str) -> None:
    assert said(field, value) == [message]


class Inner(Record):
    """A nested record."""

    value = Exact(required=True)


class Form(Record):
    """A form with rows."""

    name = Text(required=True)
    rows = Many(One(Inner), required=True)
    total = Exact()


def problems(payload: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        load(Form(), payload)
    return dict(refused.value.fields)


def test_each_problem_is_told_at_its_place() -> None:
    assert problems({"rows": [{"value": "1"}, {"value": "x"}, {}, {"value": "1", "more": 2}, 5]}) == {
        "name": ["此项必填"],
        "rows.1.value": ["应为数字，如 12.5"],
        "rows.2.value": ["此项必填"],
        "rows.3.more": ["没有这一项"],
        "rows.4._schema": ["结构不正确"],
    }


def test_a_payload_that_is_no_record_is_told_so() -> None:
    assert problems([1]) == {"_schema": ["结构不正确"]}


def test_exact_numbers_go_out_as_text() -> None:
    dumped: Any = Form().dump({"name": "a", "rows": [{"value": Decimal("1.50")}], "total": None})
    assert dumped == {"name": "a", "rows": [{"value": "1.50"}], "total": None}
