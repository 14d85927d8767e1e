from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfmon_shared.kernel.frequency import Frequency
from selfmon_shared.kernel.periods import Period, PeriodUnknown, calendar_period, day_of, hour_label, hours_of_day, month_of, periods_within

DAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("wording", "start", "end"),
    [
        ("连续监测", "2026-11-24", "2026-11-24"),
        ("4次/日", "2026-11-24", "2026-11-24"),
        ("1次/周", "2026-11-23", "2026-11-29"),
        ("1次/2周", "2026-11-16", "2026-11-29"),
        ("1次/5天", "2026-11-21", "2026-11-25"),
        ("1次/10天", "2026-11-21", "2026-11-30"),
        ("1次/15天", "2026-11-16", "2026-11-30"),
        ("1次/月", "2026-11-01", "2026-11-30"),
        ("1次/2月", "2026-11-01", "2026-12-31"),
        ("1次/季", "2026-10-01", "2026-12-31"),
        ("1次/半年", "2026-07-01", "2026-12-31"),
        ("1次/年", "2026-01-01", "2026-12-31"),
        ("1次/两年", "2026-01-01", "2027-12-31"),
        ("1次/日(排放时)", "2026-11-24", "2026-11-24"),
    ],
)
def test_D3_the_calendar_period_of_each_frequency(wording, start, end):
    period = calendar_period(Frequency.parse(wording), DAY)
    assert [day.isoformat() for day in period] == [start, end]


def test_D3_the_last_ten_or_fifteen_days_take_what_is_left_of_the_month():
    assert calendar_period(Frequency.parse("1次/10天"), date(2026, 1, 31)) == (date(2026, 1, 21), date(2026, 1, 31))
    assert calendar_period(Frequency.parse("1次/15天"), date(2026, 1, 31)) == (date(2026, 1, 16), date(2026, 1, 31))
    assert calendar_period(Frequency.parse("1次/10天"), date(2026, 2, 28)) == (date(2026, 2, 21), date(2026, 2, 28))


def test_D3_two_years_are_counted_from_the_year_in_which_the_duty_began():
    every_two_years = Frequency.parse("1次/两年")
    assert calendar_period(every_two_years, DAY, first_year=2025) == (date(2025, 1, 1), date(2026, 12, 31))
    assert calendar_period(every_two_years, date(2027, 1, 1), first_year=2025) == (date(2027, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize("wording", ["单次", "无固定频次", "按环评"])
def test_D3_what_has_no_period_says_so(wording):
    with pytest.raises(PeriodUnknown):
        calendar_period(Frequency.parse(wording), DAY)


SHORT_PERIODS = ["连续监测", "1次/日", "1次/3天", "1次/5天", "1次/周", "3次/2周", "1次/10天", "1次/15天"]
LONG_PERIODS = ["1次/月", "1次/2月", "1次/5月", "1次/季", "1次/半年", "1次/年", "1次/两年", "1次/3年"]


@given(st.sampled_from(SHORT_PERIODS + LONG_PERIODS), st.dates(date(2000, 1, 1), date(2090, 12, 31)))
def test_D3_periods_follow_each_other_without_gap_and_each_day_is_in_its_own(wording, day):
    frequency = Frequency.parse(wording)
    period = calendar_period(frequency, day)
    assert period.start <= day <= period.end
    assert calendar_period(frequency, period.start) == calendar_period(frequency, period.end) == period
    assert calendar_period(frequency, period.end + timedelta(days=1)).start == period.end + timedelta(days=1)


def test_D3_periods_within_a_year():
    year = date(2026, 1, 1), date(2026, 12, 31)
    counts = {
        wording: len(list(periods_within(Frequency.parse(wording), *year)))
        for wording in ("1次/日", "1次/10天", "1次/月", "1次/季", "1次/年")
    }
    assert counts == {"1次/日": 365, "1次/10天": 36, "1次/月": 12, "1次/季": 4, "1次/年": 1}
    assert list(periods_within(Frequency.parse("1次/月"), date(2026, 1, 31), date(2026, 2, 1))) == [
        month_of(date(2026, 1, 5)),
        month_of(date(2026, 2, 5)),
    ]
    assert list(periods_within(Frequency.parse("1次/月"), date(2026, 2, 1), date(2026, 1, 31))) == []


def test_DESIGN10_a_day_is_shanghai_s():
    assert day_of(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert day_of(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == DAY


def test_DESIGN10_the_24_hours_of_a_day_are_utc_instants():
    hours = hours_of_day(DAY)
    assert len(hours) == 24
    assert hours[0] == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert hours[-1] == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert {day_of(hour) for hour in hours} == {DAY}
    assert hours[0].utcoffset() == timedelta(0)


def test_DESIGN10_hours_are_shown_as_from_to():
    assert hour_label(datetime(2026, 11, 24, 2, tzinfo=UTC)) == "10:00–11:00"
    assert hour_label(datetime(2026, 11, 24, 2, 59, 59, tzinfo=UTC)) == "10:00–11:00"
    assert hour_label(datetime(2026, 11, 24, 15, tzinfo=UTC)) == "23:00–24:00"
    assert hour_label(hours_of_day(DAY)[0]) == "00:00–01:00"


def test_DESIGN10_a_time_without_a_zone_is_refused():
    naive = datetime(2026, 11, 24, 2)  # noqa: DTZ001 - the very thing that is refused
    with pytest.raises(ValueError, match="zone"):
        day_of(naive)
    with pytest.raises(ValueError, match="zone"):
        hour_label(naive)


def test_D3_a_period_knows_its_instants_and_days():
    month = month_of(DAY)
    assert month == Period(date(2026, 11, 1), date(2026, 11, 30))
    assert month.days == 30
    assert month.instants == (datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC))
