"""The monitoring ledger of a month (运行台账): item by item what was owed, done, published (D6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from selfmon_data import duties
from selfmon_data.domain.entries import HOUR
from selfmon_data.domain.judging import NORMAL
from selfmon_data.domain.plan import DischargerState, Planned, PlanState, frequency_of, items_within
from selfmon_data.domain.registrations import FOR_EVER, Registration, faults, waivers, withheld
from selfmon_data.domain.rules import Rules
from selfmon_data.duties import Count, Done, Span
from selfmon_data.events import MonthCounted
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.periods import Period, PeriodUnknown, calendar_period, day_of


class StoredValue(NamedTuple):
    """The present value of an item and time, as far as the ledger counts it."""

    item_id: str
    period_kind: str
    time: datetime
    flag: str
    samples: int
    late: bool


@dataclass(frozen=True)
class LedgerRow:
    """One item's month."""

    planned: Planned
    count: Count


@dataclass(frozen=True)
class Ledger:
    """A month; ``plan_id`` None means 无方案, and there are no rows."""

    plan_id: str | None
    rows: tuple[LedgerRow, ...] = ()

    @property
    def total(self) -> Count:
        """Over all items."""
        return sum((row.count for row in self.rows), Count())

    @property
    def missing(self) -> int:
        """Over all items."""
        return sum(row.count.missing for row in self.rows)


@dataclass(frozen=True)
class Facts:
    """What a ledger is counted from."""

    plan: PlanState
    discharger: DischargerState
    registrations: Sequence[Registration]
    values: Sequence[StoredValue]


def count_month(facts: Facts, month: Period, now: datetime, rules: Rules) -> Ledger:
    """The ledger of a month as it stands at a moment. Without a plan in force there is nothing to compare with, never 100 %."""
    first, end = month.instants
    ended = facts.discharger.permit_ended_at or FOR_EVER
    plan = facts.plan.at(min(now, end - (end - first) / 1_000_000))
    if plan is None or ended <= first:
        return Ledger(None)
    values, counter = by_item(facts.values), LedgerCounter(facts, month, now, rules)
    items = items_within(facts.plan, first, min(now, end))
    return Ledger(plan.plan_id, tuple(counter.row(item_id, values.get(item_id, [])) for item_id in items))


def by_item(values: Iterable[StoredValue]) -> dict[str, list[StoredValue]]:
    """The values of each item."""
    found: dict[str, list[StoredValue]] = {}
    for value in values:
        found.setdefault(value.item_id, []).append(value)
    return found


@dataclass(frozen=True)
class LedgerCounter:
    """Counts items of one discharger within a month, or within one period of a frequency."""

    facts: Facts
    month: Period
    now: datetime
    rules: Rules

    def row(self, item_id: str, values: Sequence[StoredValue]) -> LedgerRow:
        """An item's count, by each method that it had in the month, under the newest plan's frequency for that method."""
        spans = self._spans(item_id)
        planned = next(reversed([planned for planned, _ in spans]))
        stops = waivers(self.facts.registrations, planned.point.point_id, item_id)
        hours = [self._done(value, planned) for value in values if value.period_kind == HOUR]
        manual = [self._done(value, planned) for value in values if value.period_kind != HOUR]
        total = Count()
        methods = {one.item.method: (one, [span for other, span in spans if other.item.method == one.item.method]) for one, _ in spans}
        for method, (one, own) in methods.items():
            frequency = frequency_of(one.item)
            if method == "manual":
                total += self._periodic(one, own, manual, stops)
                continue
            total += duties.hourly(
                own,
                month=self.month,
                now=self.now,
                values=hours,
                stops=stops,
                faults=faults(self.facts.registrations, one.point.point_id, item_id),
                every=frequency.every if frequency.is_continuous else 1,
                manual_a_day=duties.fallback_a_day(frequency),
                by_hand=() if "manual" in methods else manual,
            )
        return LedgerRow(planned, total)

    def periodic(self, item_id: str, planned: Planned, values: Sequence[StoredValue]) -> Count:
        """The count of a manual item alone."""
        own = [span for other, span in self._spans(item_id) if other.item.method == planned.item.method]
        stops = waivers(self.facts.registrations, planned.point.point_id, item_id)
        manual = [self._done(value, planned) for value in values if value.period_kind != HOUR]
        return self._periodic(planned, own, manual, stops)

    def _periodic(self, planned: Planned, spans: Sequence[Span], values: Sequence[Done], stops: Sequence[Span]) -> Count:
        return duties.periodic(
            frequency_of(planned.item),
            spans,
            month=self.month,
            now=self.now,
            values=values,
            stops=stops,
            min_operating_days=self.rules.min_operating_days,
        )

    def _spans(self, item_id: str) -> list[tuple[Planned, Span]]:
        """The plans that had the item, oldest first, each with the time that it was in force."""
        versions = [plan for plan in self.facts.plan.versions if plan.in_force_from < self.month.instants[1]]
        ends = [*(plan.in_force_from for plan in versions[1:]), FOR_EVER] if versions else []
        ended = self.facts.discharger.permit_ended_at or FOR_EVER
        return [
            (plan.items[item_id], (plan.in_force_from, min(end, ended)))
            for plan, end in zip(versions, ends, strict=True)
            if item_id in plan.items
        ]

    def _done(self, value: StoredValue, planned: Planned) -> Done:
        kept_back = withheld(self.facts.registrations, planned.point.point_id, value.item_id, value.time)
        return Done(value.time, value.flag == NORMAL, value.samples, not kept_back, value.late and not kept_back)


def manual_values_from(plan: PlanState, month: Period) -> date:
    """The first day whose manual values count in the month: where the longest period that ends in it began."""
    newest = {item_id: planned for version in plan.versions for item_id, planned in version.items.items()}
    return min((duties.reach(frequency_of(one.item), month) for one in newest.values()), default=month.start)


def counting_months(planned: Planned, sampled_on: date) -> set[str]:
    """The months whose figures a manual value changes: that of its sampling, and that in which its period ends."""
    try:
        ends = calendar_period(frequency_of(planned.item), sampled_on).end
    except PeriodUnknown:
        ends = sampled_on
    return {f"{sampled_on:%Y-%m}", f"{ends:%Y-%m}"}


def months_between(first: date, last: date) -> Iterable[str]:
    """The names of the months from one day to another."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year:04}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def affected_months(plan: PlanState, span: Span, now: datetime) -> list[str]:
    """The months whose figures a registration changes, so far: from its start, or the first plan's, to its end or now."""
    if not plan.versions:
        return []
    first = max(span[0], plan.versions[0].in_force_from)
    return list(months_between(day_of(first), day_of(min(span[1], now))))


# --- the figures as announced


@dataclass(frozen=True)
class MonthState:
    """The figures as last counted."""

    figures: MonthCounted | None = field(default=None)


def evolve_month(state: MonthState, event: Any) -> MonthState:
    """The figures after an event."""
    return MonthState(event) if isinstance(event, MonthCounted) else state


MONTH = Aggregate("month", MonthState(), evolve_month)


def note_figures(state: MonthState, discharger_id: str, month: str, ledger: Ledger) -> list[Any]:
    """D6: note the figures if they have changed."""
    total = ledger.total
    figures = MonthCounted(
        discharger_id=discharger_id,
        month=month,
        plan_id=ledger.plan_id,
        owed=total.owed,
        monitored=total.monitored,
        waived=total.waived,
        missing=ledger.missing,
        published=total.published,
        late=total.late,
    )
    return [] if state.figures == figures else [figures]
