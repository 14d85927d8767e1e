"""What is owed, counted from segments (DESIGN 5, D6, A2): nothing is stored hour by hour.

A duty is a cadence over spans of time (a plan in force), less the spans in which it is waived. Pure arithmetic on half-open UTC spans;
days and months are Asia/Shanghai's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from selfmon_shared.kernel.frequency import CycleUnit, Frequency
from selfmon_shared.kernel.periods import Period, calendar_period, day_of, day_start, periods_within

Span = tuple[datetime, datetime]
"""From the first instant to the first after it."""

_EPOCH = datetime(2000, 1, 1, 16, tzinfo=UTC)  # a midnight of Asia/Shanghai
_INSTANT = timedelta(microseconds=1)
MANUAL_A_DAY = Fraction(4)
"""While a device is out: at least four manual values a day, at most six hours apart, unless the permit names a fallback (A2)."""


@dataclass(frozen=True)
class Done:
    """A value that was recorded: the hour or day it stands for, whether it is valid (flag N), of how many samples, and its publication."""

    time: datetime
    valid: bool = True
    samples: int = 1
    published: bool = True
    late: bool = False


@dataclass(frozen=True)
class Count:
    """What a month counts of an item.

    ``owed`` is net of ``waived``; ``monitored`` are the owed ones that were done (never more than owed, where anything is owed), ``valid``
    those of them with a valid value; ``pending`` the owed ones whose time has not run out. ``published`` and ``late`` count values.
    """

    owed: int = 0
    waived: int = 0
    monitored: int = 0
    valid: int = 0
    pending: int = 0
    published: int = 0
    late: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(*(one + two for one, two in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def missing(self) -> int:
        """What should have been done by now and was not."""
        return max(0, self.owed - self.monitored - self.pending)


# --- spans


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping and touching ones made one, empty ones dropped."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def clipped(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """The parts of the spans within a frame, merged."""
    return merged((max(one, start), min(other, end)) for one, other in spans)


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """The spans less the holes."""
    left = merged(spans)
    for hole_start, hole_end in merged(holes):
        left = [part for start, end in left for part in ((start, min(end, hole_start)), (max(start, hole_end), end)) if part[0] < part[1]]
    return left


def whole_slots(spans: Iterable[Span], hours: int = 1) -> list[Span]:
    """The slots (of 1, 2 or 4 hours, counted from midnight) that lie wholly within the merged spans."""
    slot = timedelta(hours=hours)
    aligned = []
    for start, end in merged(spans):
        first = _EPOCH + -(-(start - _EPOCH) // slot) * slot
        last = _EPOCH + (end - _EPOCH) // slot * slot
        aligned.append((first, last))
    return merged(aligned)


def slot_of(moment: datetime, hours: int = 1) -> datetime:
    """The start of the slot that holds a moment."""
    slot = timedelta(hours=hours)
    return _EPOCH + (moment - _EPOCH) // slot * slot


def slots_in(spans: Iterable[Span], hours: int = 1) -> int:
    """How many slots there are in aligned spans."""
    return sum((end - start) // timedelta(hours=hours) for start, end in spans)


def days_touched(spans: Iterable[Span]) -> int:
    """On how many local days there is any part of the spans."""
    days = [(day_of(start), day_of(end - _INSTANT)) for start, end in merged(spans)]
    touched, last = 0, date.min
    for first_day, last_day in days:
        first_new = max(first_day, last + timedelta(days=1))
        touched += max(0, (last_day - first_new).days + 1)
        last = last_day
    return touched


# --- counts


def hourly(
    spans: Iterable[Span],
    *,
    month: Period,
    now: datetime,
    values: Sequence[Done],
    stops: Iterable[Span] = (),
    faults: Iterable[Span] = (),
    every: int = 1,
    manual_a_day: Fraction = MANUAL_A_DAY,
    by_hand: Sequence[Done] = (),
) -> Count:
    """The count of an automatic item: one value in each slot of ``every`` hours that has passed.

    An hour is waived if a stop covers it whole. Hours that a device fault covers whole are swapped for ``manual_a_day`` manual values
    a day, which hourly values or samples (``by_hand``) of that time fulfil.
    """
    first, end = month.instants
    until = min(now, end)
    slots = whole_slots(clipped(spans, first, until), every)
    idle = whole_slots(stops, every)
    broken = without(whole_slots(faults, every), idle)
    plain = without(without(slots, idle), broken)
    faulty = [part for start, end_ in broken for part in clipped(slots, start, end_)]
    done = {slot_of(one.time, every) for one in values}
    good = {slot_of(one.time, every) for one in values if one.valid}
    owed, monitored, valid = slots_in(plain, every), _within(done, plain), _within(good, plain)
    for fault in faulty:
        asked = _ceil(Fraction((fault[1] - fault[0]) // timedelta(hours=1)) * manual_a_day / 24)
        sampled = sum(one.samples for one in by_hand if fault[0] < one.time + timedelta(days=1) and one.time < fault[1])
        owed += asked
        monitored += min(asked, _within(done, [fault]) + sampled)
        valid += min(asked, _within(good, [fault]) + sampled)
    counted = [one for one in (*values, *by_hand) if first <= one.time < end]
    return Count(
        owed=owed,
        waived=slots_in(slots, every) - slots_in(without(slots, idle), every),
        monitored=monitored,
        valid=valid,
        published=sum(one.published for one in counted),
        late=sum(one.late for one in counted),
    )


def periodic(
    frequency: Frequency,
    spans: Iterable[Span],
    *,
    month: Period,
    now: datetime,
    values: Sequence[Done],
    stops: Iterable[Span] = (),
    min_operating_days: int = 1,
) -> Count:
    """The count of a manual item: so many values in each calendar period that ends in the month and has begun (D3).

    A period is waived if the stops leave fewer operating days than the setting. What follows no calendar (无固定频次, on discharge,
    a wording that is not understood) owes nothing that could be counted; what was done of it in the month is shown as monitored.
    """
    asked = frequency.per_period
    if asked is None or frequency.on_discharge:
        return _uncounted(month, values)
    today = day_of(now)
    several_a_day = frequency.is_continuous or (frequency.unit is CycleUnit.DAY and frequency.every == 1)
    total = Count()
    for period in periods_within(frequency, month.start, month.end):
        if period.end > month.end or period.start > today:
            continue
        begun, over = period.instants
        planned = clipped(spans, begun, over)
        if days_touched(planned) < min_operating_days:
            continue
        operating = days_touched(without(planned, stops))
        mine = [one for one in values if begun <= one.time < over]
        published, late = sum(one.published for one in mine), sum(one.late for one in mine)
        if operating < min_operating_days:
            total += Count(waived=asked, published=published, late=late)
            continue
        did = min(asked, sum(one.samples for one in mine) if several_a_day else len(mine))
        good = min(asked, sum(one.samples if several_a_day else 1 for one in mine if one.valid))
        pending = asked - did if today <= period.end else 0
        total += Count(asked, 0, did, good, pending, published, late)
    return total


def reach(frequency: Frequency, month: Period) -> date:
    """The first day whose manual values count in a month: the start of the period that ends in it, else of the month."""
    if frequency.per_period is None or frequency.on_discharge:
        return month.start
    return min(month.start, calendar_period(frequency, month.start).start)


def fallback_a_day(frequency: Frequency) -> Fraction:
    """How many manual values a day replace the hourly ones while a device is out: the permit's fallback, else four (A2)."""
    fallback = frequency.fallback
    if fallback is None or fallback.per_year is None:
        return MANUAL_A_DAY
    if fallback.unit is CycleUnit.DAY:
        return Fraction(fallback.count, fallback.every)
    if fallback.unit is CycleUnit.WEEK:
        return Fraction(fallback.count, 7 * fallback.every)
    return Fraction(fallback.per_year) / 365


def _uncounted(month: Period, values: Sequence[Done]) -> Count:
    first, end = month.instants
    mine = [one for one in values if first <= one.time < end]
    valid = sum(one.valid for one in mine)
    return Count(monitored=len(mine), valid=valid, published=sum(one.published for one in mine), late=sum(one.late for one in mine))


def _within(slots: Iterable[datetime], spans: Sequence[Span]) -> int:
    return sum(any(start <= slot < end for start, end in spans) for slot in slots)


def _ceil(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)


def month_period(month: str) -> Period:
    """The local month ``2026-01``."""
    return calendar_period(Frequency.from_code("1/month"), date.fromisoformat(f"{month}-01"))


def month_name(moment: datetime) -> str:
    """The local month that holds a moment, ``2026-01``."""
    return f"{day_of(moment):%Y-%m}"


def day_span(day: date) -> Span:
    """A local day as a span."""
    return day_start(day), day_start(day + timedelta(days=1))
