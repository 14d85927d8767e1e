"""Plain data and back: exact numbers, aware times, canonical text."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfmon_shared.kernel.codec import canonical_json, from_data, to_data


@dataclass(frozen=True)
class Inner:
    value: Decimal
    on: date


@dataclass(frozen=True)
class Outer:
    at: datetime
    inner: tuple[Inner, ...]
    note: str | None = None
    count: int = 0
    flag: bool = False


OUTER = Outer(datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=8))), (Inner(Decimal("12.50"), date(2026, 3, 1)),), None, 2, True)


def test_a_record_becomes_plain_data_and_comes_back_the_same() -> None:
    data = to_data(OUTER)
    assert data["at"] == "2026-03-01T02:00:00Z"
    assert data["inner"][0] == {"value": "12.50", "on": "2026-03-01"}
    back = from_data(Outer, data)
    assert back == OUTER
    assert back.at.tzinfo is UTC


def test_typed_values_are_taken_as_they_are() -> None:
    data = {"at": OUTER.at, "inner": [{"value": Decimal("12.50"), "on": date(2026, 3, 1)}], "count": 2, "flag": True, "unknown": 1}
    assert from_data(Outer, data) == OUTER


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"at": "2026-03-01T02:00:00"}, "without a zone"),
        ({"inner": [{"value": 12.5, "on": "2026-03-01"}]}, "a float is no exact number"),
        ({"inner": [{"value": "twelve", "on": "2026-03-01"}]}, "not a number"),
        ({"inner": [{"value": "NaN", "on": "2026-03-01"}]}, "not a finite number"),
        ({"inner": [{"value": "1", "on": "1 March"}]}, "Invalid isoformat"),
        ({"count": True}, "expected int"),
        ({"count": "2"}, "expected int"),
        ({"flag": 1}, "expected bool"),
        ({"note": 1}, "expected str"),
    ],
)
def test_what_is_not_exactly_of_the_type_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_data(Outer, {**to_data(OUTER), **changes})


def test_a_time_without_a_zone_is_never_stored() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        to_data(Outer(datetime(2026, 3, 1), ()))  # noqa: DTZ001 - the mistake itself


def test_canonical_text_is_sorted_without_white_space_and_readable() -> None:
    assert canonical_json({"b": [1, None, True], "a": {"名": "示例"}}) == '{"a":{"名":"示例"},"b":[1,null,true]}'


@pytest.mark.parametrize("value", [1.0, {"a": 1.0}, [1, [0.5]], ({"a": (float("nan"),)},)])
def test_no_float_gets_into_canonical_text(value: Any) -> None:
    with pytest.raises(TypeError, match="a float is no exact number"):
        canonical_json(value)


def test_what_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical_json({"a": Decimal(1)})


@given(st.decimals(allow_nan=False, allow_infinity=False), st.datetimes(timezones=st.timezones()), st.dates())
def test_every_number_time_and_day_comes_back_the_same(number: Decimal, moment: datetime, day: date) -> None:
    assert from_data(Decimal, to_data(number)).compare_total(number) == 0
    assert from_data(date, to_data(day)) == day
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:  # beyond the year 1 or 9999 in UTC
        return
    assert from_data(datetime, to_data(moment)) == utc
