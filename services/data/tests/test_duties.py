"""What is owed: segments, waivers, borders of hours, days and months (D3, D6, A2)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from data_cases import local
from hypothesis import given
from hypothesis import strategies as st

from selfmon_data import duties
from selfmon_data.duties import Count, Done, Span
from selfmon_shared.kernel.frequency import Frequency
from selfmon_shared.kernel.periods import day_start

MARCH = duties.month_period("2026-03")
APRIL_1 = local(2026, 4, 1)
ALWAYS: Span = (local(2025, 1, 1), local(2030, 1, 1))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def hourly(spans: Sequence[Span] = (ALWAYS,), now: datetime = APRIL_1, values: Sequence[Done] = (), **more: Any) -> Count:
    return duties.hourly(spans, month=MARCH, now=now, values=values, **more)


def periodic(code: str, spans: Sequence[Span] = (ALWAYS,), now: datetime = APRIL_1, values: Sequence[Done] = (), **more: Any) -> Count:
    return duties.periodic(Frequency.from_code(code), spans, month=more.pop("month", MARCH), now=now, values=values, **more)


def on(*days: date, **more: Any) -> list[Done]:
    return [Done(day_start(day), **more) for day in days]


# --- spans


def test_spans_that_overlap_or_touch_are_one() -> None:
    a, b, c, d = (local(2026, 3, day) for day in (1, 2, 3, 4))
    assert duties.merged([(c, d), (a, b), (b, c)]) == [(a, d)]
    assert duties.merged([(a, d), (b, c)]) == [(a, d)]
    assert duties.merged([(b, b), (d, c)]) == []
    assert duties.merged([(a, b), (c, d)]) == [(a, b), (c, d)]
    assert duties.clipped([(a, b), (c, d)], b, c + HOUR) == [(c, c + HOUR)]


def test_holes_are_cut_out_of_spans() -> None:
    a, b, c, d = (local(2026, 3, day) for day in (1, 2, 3, 4))
    assert duties.without([(a, d)], [(b, c)]) == [(a, b), (c, d)]
    assert duties.without([(a, b), (c, d)], [(a - DAY, d + DAY)]) == []
    assert duties.without([(a, c)], [(b, d)]) == [(a, b)]
    assert duties.without([(b, d)], [(a, c)]) == [(c, d)]
    assert duties.without([(a, b)], []) == [(a, b)]


def test_days_are_touched_by_any_part_of_a_span() -> None:
    assert duties.days_touched([(local(2026, 3, 1, 23, 59), local(2026, 3, 2, 0, 1))]) == 2
    assert duties.days_touched([(local(2026, 3, 1), local(2026, 3, 2))]) == 1
    assert duties.days_touched([(local(2026, 3, 1, 1), local(2026, 3, 1, 2)), (local(2026, 3, 1, 4), local(2026, 3, 3, 4))]) == 3
    assert duties.days_touched([]) == 0


MINUTES = st.integers(0, 3 * 24 * 60)
SPANS = st.lists(st.tuples(MINUTES, MINUTES), max_size=4)


@given(SPANS, SPANS, st.sampled_from([1, 2, 4]))
def test_A2_counting_spans_is_counting_slot_by_slot(planned: list[tuple[int, int]], stopped: list[tuple[int, int]], every: int) -> None:
    """The arithmetic against the plain definition: a slot is owed if every minute of it is planned, waived if every minute is stopped."""
    start, minute = local(2026, 3, 10), timedelta(minutes=1)
    as_spans = [[(start + one * minute, start + other * minute) for one, other in spans] for spans in (planned, stopped)]
    in_plan, in_stop = ({m for one, other in spans for m in range(one, other)} for spans in (planned, stopped))
    size = every * 60
    slots = [set(range(first, first + size)) for first in range(0, 3 * 24 * 60, size)]
    waived = sum(slot <= in_plan and slot <= in_stop for slot in slots)
    owed = sum(slot <= in_plan for slot in slots) - waived
    counted = hourly(as_spans[0], stops=as_spans[1], every=every)
    assert (counted.owed, counted.waived) == (owed, waived)


# --- hourly


def test_D6_every_hour_of_a_past_month_is_owed() -> None:
    assert hourly() == Count(owed=31 * 24)


def test_D6_the_month_is_shanghais() -> None:
    last_of_february, first_of_march = local(2026, 2, 28, 23), local(2026, 3, 1)
    counted = hourly(values=[Done(last_of_february), Done(first_of_march), Done(local(2026, 3, 31, 23)), Done(APRIL_1)])
    assert (counted.monitored, counted.published) == (2, 2)
    assert duties.month_name(first_of_march) == "2026-03"
    assert duties.month_name(last_of_february + timedelta(minutes=59)) == "2026-02"


@pytest.mark.parametrize(("now", "owed"), [((2026, 3, 1), 0), ((2026, 3, 1, 0, 59), 0), ((2026, 3, 1, 1), 1), ((2026, 2, 1), 0)])
def test_D6_an_hour_is_owed_when_it_has_passed(now: tuple[int, ...], owed: int) -> None:
    assert hourly(now=local(*now)).owed == owed


def test_D6_hours_are_owed_from_the_plans_first_whole_hour() -> None:
    assert hourly([(local(2026, 3, 31, 10, 20), APRIL_1)]).owed == 13
    assert hourly([(local(2026, 3, 31, 10), APRIL_1)]).owed == 14


def test_D6_a_new_plan_version_does_not_lose_the_hour_in_which_it_came() -> None:
    change = local(2026, 3, 10, 10, 20)
    assert hourly([(ALWAYS[0], change), (change, ALWAYS[1])]).owed == 31 * 24


def test_A2_an_hour_is_waived_only_if_the_stop_covers_it_whole() -> None:
    assert hourly(stops=[(local(2026, 3, 5, 8, 30), local(2026, 3, 5, 11, 30))]) == Count(owed=31 * 24 - 2, waived=2)
    two_stops = [(local(2026, 3, 5, 8), local(2026, 3, 5, 8, 30)), (local(2026, 3, 5, 8, 30), local(2026, 3, 5, 9))]
    assert hourly(stops=two_stops).waived == 1


def test_A2_a_stop_across_the_months_border_waives_this_months_hours() -> None:
    assert hourly(stops=[(local(2026, 2, 27), local(2026, 3, 2))]).waived == 24
    assert hourly(stops=[(local(2026, 3, 31), local(9999, 12, 30))]).waived == 24
    assert hourly(stops=[(local(2026, 3, 31), local(9999, 12, 30))], now=local(2026, 3, 31, 5, 30)) == Count(owed=30 * 24, waived=5)


def test_D6_monitored_are_owed_hours_with_a_value_and_valid_those_with_flag_n() -> None:
    day = local(2026, 3, 5)
    values = [Done(day), Done(day + HOUR, valid=False), Done(day + 2 * HOUR, late=True), Done(day + 3 * HOUR, published=False)]
    counted = hourly(values=values, stops=[(day, day + HOUR)])
    assert counted == Count(owed=743, waived=1, monitored=3, valid=2, published=3, late=1)
    assert counted.missing == 740


def test_D6_every_two_or_four_hours_one_value_fulfils_its_slot() -> None:
    day = local(2026, 3, 5)
    counted = hourly(every=4, values=[Done(day + HOUR), Done(day + 3 * HOUR), Done(day + 4 * HOUR)])
    assert (counted.owed, counted.monitored) == (31 * 6, 2)


def test_A2_a_device_fault_swaps_hours_for_four_manual_values_a_day() -> None:
    fault = (local(2026, 3, 5), local(2026, 3, 6))
    assert hourly(faults=[fault]) == Count(owed=30 * 24 + 4)
    assert hourly(faults=[(fault[0], fault[0] + 7 * HOUR)]).owed == 31 * 24 - 7 + 2
    assert hourly(faults=[fault], manual_a_day=Fraction(1, 7)).owed == 30 * 24 + 1
    by_hand = on(date(2026, 3, 5), samples=2)
    counted = hourly(faults=[fault], by_hand=by_hand, values=[Done(fault[0]), Done(fault[0] + HOUR, valid=False)])
    assert (counted.monitored, counted.valid, counted.published) == (4, 3, 3)
    more = hourly(faults=[fault], by_hand=on(date(2026, 3, 5), samples=9))
    assert more.monitored == 4


def test_A2_a_stop_during_a_device_fault_waives() -> None:
    fault = (local(2026, 3, 5), local(2026, 3, 6))
    assert hourly(faults=[fault], stops=[fault]) == Count(owed=30 * 24, waived=24)


@pytest.mark.parametrize(
    ("code", "a_day"),
    [
        ("continuous", Fraction(4)),
        ("continuous+6/day", Fraction(6)),
        ("continuous+1/2day", Fraction(1, 2)),
        ("continuous+2/week", Fraction(2, 7)),
        ("continuous+1/month", Fraction(12, 365)),
        ("continuous+1/day@discharge", Fraction(4)),
    ],
)
def test_A2_the_permits_fallback_counts_where_it_names_one(code: str, a_day: Fraction) -> None:
    assert duties.fallback_a_day(Frequency.from_code(code)) == a_day


# --- periodic


def test_D3_a_period_is_owed_in_the_month_in_which_it_ends() -> None:
    assert periodic("1/month").owed == 1
    assert periodic("2/quarter").owed == 2
    assert periodic("1/halfyear").owed == 0
    assert periodic("1/quarter", month=duties.month_period("2026-02"), now=APRIL_1).owed == 0
    assert periodic("1/day").owed == 31
    assert periodic("1/week").owed == 5
    assert periodic("1/10day").owed == 3


def test_D3_a_period_that_has_not_ended_is_pending_and_not_missing() -> None:
    counted = periodic("1/month", now=local(2026, 3, 15))
    assert (counted.owed, counted.pending, counted.missing) == (1, 1, 0)
    assert periodic("1/month", now=local(2026, 3, 31, 23, 59)).missing == 0
    assert periodic("1/month").missing == 1
    assert periodic("1/day", now=local(2026, 3, 15, 12)) == Count(owed=15, pending=1)
    assert periodic("1/quarter", now=local(2025, 12, 31)).owed == 0


def test_D3_a_value_counts_in_its_calendar_period_only() -> None:
    assert periodic("1/quarter", values=on(date(2026, 1, 2))).monitored == 1
    assert periodic("1/quarter", values=on(date(2025, 12, 31), date(2026, 4, 1))).monitored == 0
    two = periodic("2/quarter", values=on(date(2026, 1, 2), date(2026, 3, 2), date(2026, 3, 3), late=True))
    assert (two.monitored, two.valid, two.published, two.late, two.missing) == (2, 2, 3, 3, 0)
    assert periodic("1/month", values=on(date(2026, 3, 2), valid=False)).valid == 0


def test_D3_samples_of_a_day_count_where_a_day_owes_several() -> None:
    assert periodic("4/day", values=on(date(2026, 3, 2), samples=3)).monitored == 3
    assert periodic("1/month", values=on(date(2026, 3, 2), samples=3)).monitored == 1
    assert periodic("continuous/4h", values=on(date(2026, 3, 2), samples=8)).monitored == 6


@pytest.mark.parametrize("code", ["irregular", "once", "unknown#视情况", "1/day@discharge"])
def test_D3b_what_has_no_calendar_owes_nothing_and_shows_what_was_done(code: str) -> None:
    values = on(date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert periodic(code, values=values) == Count(monitored=2, valid=2, published=2)
    assert periodic(code).missing == 0
    assert duties.reach(Frequency.from_code(code), MARCH) == date(2026, 3, 1)


def test_A2_a_period_is_waived_if_the_stop_leaves_no_operating_day() -> None:
    whole, all_but_a_minute = (local(2026, 3, 1), APRIL_1), (local(2026, 3, 1), APRIL_1 - timedelta(minutes=1))
    assert periodic("2/month", stops=[whole]) == Count(waived=2)
    assert periodic("2/month", stops=[all_but_a_minute]).owed == 2
    assert periodic("2/month", stops=[all_but_a_minute], min_operating_days=2).waived == 2
    assert periodic("1/day", stops=[(local(2026, 3, 5), local(2026, 3, 7, 12))]) == Count(owed=29, waived=2)
    assert periodic("1/month", stops=[whole], values=on(date(2026, 3, 2), published=False)) == Count(waived=1)


def test_A2_a_period_in_which_the_plan_was_in_force_for_fewer_days_is_not_owed() -> None:
    assert periodic("1/month", [(local(2026, 3, 31, 12), ALWAYS[1])]).owed == 1
    assert periodic("1/month", [(local(2026, 3, 31, 12), ALWAYS[1])], min_operating_days=2) == Count()
    assert periodic("1/month", [(ALWAYS[0], local(2026, 3, 1))]) == Count()
    assert periodic("1/month", [(APRIL_1, ALWAYS[1])]) == Count()


def test_D3_values_are_needed_from_the_start_of_the_longest_period() -> None:
    assert duties.reach(Frequency.from_code("1/year"), duties.month_period("2026-12")) == date(2026, 1, 1)
    assert duties.reach(Frequency.from_code("1/week"), MARCH) == date(2026, 2, 23)
    assert duties.reach(Frequency.from_code("1/month"), MARCH) == date(2026, 3, 1)
