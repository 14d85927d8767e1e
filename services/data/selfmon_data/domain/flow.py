"""What a discharger has to enter next (D1, D1b, D3), and which registrations are under way (A1, A2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from selfmon_data.domain.ledger import Facts, LedgerCounter, by_item, count_month
from selfmon_data.domain.plan import Planned, PlanState, frequency_of
from selfmon_data.domain.rules import Rules
from selfmon_shared.contracts.data import ERRORS
from selfmon_shared.kernel.periods import Period, PeriodUnknown, calendar_period, day_of, day_start, month_of, periods_within
from selfmon_shared.kernel.steps import BLOCKED, DONE, OPEN, RETURNED, WAITING, NextStep

RETURN_SHOWN = timedelta(days=30)
"""So long a returned registration is told, unless another is filed in its place."""


@dataclass(frozen=True)
class Filed:
    """A registration as far as the steps ask."""

    state: str
    kind: str
    submitted_at: datetime
    decided_at: datetime | None
    returned_reason: str | None


@dataclass(frozen=True)
class Owed:
    """How many values are to be entered by hand, and the last day for the first of them."""

    count: int = 0
    due: date | None = None


def next_steps(facts: Facts, filed: Sequence[Filed], now: datetime, rules: Rules) -> list[NextStep]:
    """The steps in the order of the flow."""
    if facts.plan.current is None:
        why = ERRORS["plan.not-in-force"]
        return [
            NextStep("hourly-entry", "录入自动监测数据", BLOCKED, ("D1", "D1b"), why),
            NextStep("manual-entry", "录入手工监测数据", BLOCKED, ("D3",), why),
            *_registrations(filed, now),
        ]
    return [*_hourly(facts, now, rules), *_manual(facts, now, rules), *_registrations(filed, now)]


def entry_span(plan: PlanState, now: datetime, rules: Rules) -> tuple[Period, date]:
    """The days whose hourly values the steps look at, up to today, and the first day whose manual values they do."""
    today = day_of(now)
    yesterday = today - timedelta(days=1)
    windows = [_periods(planned, now, rules) for planned in (plan.current.items if plan.current else {}).values()]
    starts = [period.start for periods in windows for period in periods]
    return Period(month_of(yesterday).start, today), min(starts, default=today)


def _hourly(facts: Facts, now: datetime, rules: Rules) -> list[NextStep]:
    """D1, D1b: today enters yesterday's; what is missing of yesterday's month up to today, of items that are automatic."""
    plan = facts.plan.current
    if plan is None or not any(planned.item.method == "automatic" for planned in plan.items.values()):
        return []
    today = day_of(now)
    ledger = count_month(facts, month_of(today - timedelta(days=1)), day_start(today), rules)
    missing = sum(row.count.missing for row in ledger.rows if row.planned.item.method == "automatic")
    if not missing:
        return [NextStep("hourly-entry", "录入自动监测数据", DONE, ("D1", "D1b"))]
    why = f"截至昨日，本月自动监测缺 {missing} 个数据，请补录；今日须录入昨日数据"
    return [NextStep("hourly-entry", "录入自动监测数据", OPEN, ("D1", "D1b"), why, due=today, count=missing)]


def _manual(facts: Facts, now: datetime, rules: Rules) -> list[NextStep]:
    plan = facts.plan.current
    if plan is None or not any(planned.item.method == "manual" for planned in plan.items.values()):
        return []
    owed = manual_owed(facts, now, rules)
    if not owed.count:
        return [NextStep("manual-entry", "录入手工监测数据", DONE, ("D3",))]
    why = f"有 {owed.count} 次手工监测数据待录入"
    return [NextStep("manual-entry", "录入手工监测数据", OPEN, ("D3",), why, due=owed.due, count=owed.count)]


def manual_owed(facts: Facts, now: datetime, rules: Rules) -> Owed:
    """D3: the manual values of periods that have begun and can still be entered.

    In a running period the sampling is due by its end; of one that is over, the entry by the end of its window.
    """
    today, window = day_of(now), timedelta(days=rules.entry_window_days)
    values = by_item(facts.values)
    count, dues = 0, []
    for item_id, planned in (facts.plan.current.items if facts.plan.current else {}).items():
        for period in _periods(planned, now, rules):
            counted = LedgerCounter(facts, period, now, rules).periodic(item_id, planned, values.get(item_id, []))
            left = counted.owed - counted.monitored
            if left > 0:
                count += left
                dues.append(period.end if period.end >= today else period.end + window)
    return Owed(count, min(dues, default=None))


def _periods(planned: Planned, now: datetime, rules: Rules) -> Iterator[Period]:
    """The periods of a manual item of which values can be entered: begun, and their window open."""
    if planned.item.method != "manual":
        return
    frequency, today = frequency_of(planned.item), day_of(now)
    try:
        first = calendar_period(frequency, today - timedelta(days=rules.entry_window_days)).start
    except PeriodUnknown:
        return  # what follows no calendar owes nothing that could be counted
    yield from periods_within(frequency, first, today)


def _registrations(filed: Sequence[Filed], now: datetime) -> list[NextStep]:
    """A1, A2: what was returned, until another of its kind is filed; else what waits for the bureau. Nothing where nothing is under way."""

    def step(state: str, why: str | None, count: int) -> list[NextStep]:
        return [NextStep("registrations", "不正常运行登记", state, ("A1", "A2"), why, count=count)]

    returned = [one for one in filed if one.state == RETURNED and _unanswered(one, filed, now)]
    if returned:
        return step(RETURNED, returned[0].returned_reason, len(returned))
    waiting = sum(one.state == "submitted" for one in filed)
    return step(WAITING, "已提交，等待管辖生态环境部门审核", waiting) if waiting else []


def _unanswered(one: Filed, filed: Sequence[Filed], now: datetime) -> bool:
    if one.decided_at is None or now - one.decided_at > RETURN_SHOWN:
        return False
    return not any(other.kind == one.kind and other.submitted_at > one.decided_at for other in filed)
