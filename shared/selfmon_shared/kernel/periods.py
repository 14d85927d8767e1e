"""Days, hours and monitoring periods of the calendar that all duties follow: Asia/Shanghai's (DESIGN 10, D3).

Stored instants are aware UTC; a day is the local one. Periods are calendar periods, never rolling.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from selfmon_shared.kernel.frequency import DAYS_WITHIN_MONTH, CycleUnit, Frequency

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""UTC+8 throughout: the summer time of 1986–1991 lies before all records, and every day has 24 hours."""

_MONTHS = {CycleUnit.MONTH: 1, CycleUnit.QUARTER: 3, CycleUnit.HALFYEAR: 6, CycleUnit.YEAR: 12}
_A_MONDAY = date(2001, 1, 1)
_ONE_DAY = timedelta(days=1)


class PeriodUnknown(ValueError):
    """The frequency has no calendar period: once, irregular, or a wording that was not understood."""


class Period(NamedTuple):
    """Local days from ``start`` to ``end``, both included."""

    start: date
    end: date

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """The first instant of the period and the first after it, UTC."""
        return day_start(self.start), day_start(self.end + _ONE_DAY)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


def day_of(instant: datetime) -> date:
    """The local day of an aware instant.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"a time without a zone belongs to no day: {instant!r}")
    return instant.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """The first instant of the local day, UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def hours_of_day(day: date) -> tuple[datetime, ...]:
    """The 24 instants (UTC) at which the hours of the local day begin."""
    start = day_start(day)
    return tuple(start + timedelta(hours=hour) for hour in range(24))


def hour_label(instant: datetime) -> str:
    """How the hour that holds the instant is shown: ``10:00–11:00``, the last one ``23:00–24:00``.

    Raises:
        ValueError: the instant has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"a time without a zone belongs to no hour: {instant!r}")
    hour = instant.astimezone(SHANGHAI).hour
    return f"{hour:02}:00–{hour + 1:02}:00"


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    return _months(day, 1)


def calendar_period(frequency: Frequency, day: date, *, first_year: int | None = None) -> Period:
    """The calendar period of this frequency that holds the day; for continuous monitoring the day itself.

    Weeks begin on Monday. 5, 10 and 15 days are counted within the month, whose last period takes what is left of it; other numbers
    of days within the year. Several months are counted from January. Several years are counted from ``first_year``, the year in
    which the duty began; without it from the year 0 (2026–2027 is such a pair).

    Raises:
        PeriodUnknown: the frequency has no period.
    """
    every, unit = frequency.every, frequency.unit
    if unit is None:
        raise PeriodUnknown(frequency.code)
    if unit is CycleUnit.HOUR:
        return Period(day, day)
    if unit is CycleUnit.DAY:
        return _days(day, every)
    if unit is CycleUnit.WEEK:
        start = day - timedelta(days=(day - _A_MONDAY).days % (7 * every))
        return Period(start, start + timedelta(days=7 * every - 1))
    if unit is CycleUnit.YEAR:
        return _years(day, every, first_year or 0)
    return _months(day, _MONTHS[unit] * every)


def periods_within(frequency: Frequency, start: date, end: date, *, first_year: int | None = None) -> Iterator[Period]:
    """The calendar periods that have a day from ``start`` to ``end`` (both included), in order, whole.

    Raises:
        PeriodUnknown: the frequency has no period.
    """
    day = start
    while day <= end:
        period = calendar_period(frequency, day, first_year=first_year)
        yield period
        day = period.end + _ONE_DAY


def _days(day: date, every: int) -> Period:
    if every in DAYS_WITHIN_MONTH:
        ordinal = min((day.day - 1) // every, DAYS_WITHIN_MONTH[every] - 1)
        frame, last = _months(day, 1), DAYS_WITHIN_MONTH[every] - 1
    else:
        frame, last = _months(day, 12), -1
        ordinal = (day - frame.start).days // every
    start = frame.start + timedelta(days=ordinal * every)
    end = frame.end if ordinal == last else min(start + timedelta(days=every - 1), frame.end)
    return Period(start, end)


def _months(day: date, size: int) -> Period:
    """Months counted from January; a size that does not divide the year ends with it."""
    first = (day.month - 1) // size * size + 1
    last = min(first + size - 1, 12)
    end = date(day.year, last + 1, 1) - _ONE_DAY if last < 12 else date(day.year, 12, 31)
    return Period(date(day.year, first, 1), end)


def _years(day: date, every: int, first_year: int) -> Period:
    first = day.year - (day.year - first_year) % every
    return Period(date(first, 1, 1), date(first + every - 1, 12, 31))
