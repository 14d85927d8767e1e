"""Values entered by hand: what is accepted, from whom it comes, and whether it is late (D1–D5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from selfmon_data import merkle
from selfmon_data.commands import EnteredValue, EnterHourly, EnterManual, ExplainAbnormal
from selfmon_data.domain.judging import NORMAL, PH, WASTEWATER_KINDS, Judged, judge_day, judge_hourly, judge_samples, read_value
from selfmon_data.domain.plan import DischargerState, Planned, PlanState, frequency_of, limit_of
from selfmon_data.domain.rules import Rules
from selfmon_data.events import EnteredItem, MonitoringEvent, RecordedValue, SampleTaken, ValueExplained, ValuesRecorded
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.codec import canonical_json, to_data
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound
from selfmon_shared.kernel.limits import Measured
from selfmon_shared.kernel.periods import PeriodUnknown, calendar_period, day_of, day_start, month_of
from selfmon_shared.reference.workdays import WorkdayCalendar

HOUR, DAY, MANUAL = "hour", "day", "manual"
_ONE_HOUR = timedelta(hours=1)
CALENDAR = WorkdayCalendar()


class Known(NamedTuple):
    """The present value of an item and time: its revision, and whether its first publication was late."""

    revision: int
    late: bool


Present = Mapping[tuple[str, datetime], Known]


ENTRIES: Aggregate[None] = Aggregate("entries", None, lambda state, _event: state)
"""A batch, or an explanation: nothing is ever decided on it again."""


def enter_hourly(command: EnterHourly, plan: PlanState, discharger: DischargerState, present: Present, rules: Rules) -> list[Any]:
    """D1, D1b: hourly values of automatic items; all are taken, or none.

    Of an item whose point has a logger they are supplements, else entered values. A second value of an hour is a correction.

    Raises:
        Conflict: no plan is in force.
        Invalid: messages at ``values.<i>.<field>``.
    """
    _require_plan(plan)
    problems: dict[str, list[str]] = {}
    recorded: list[tuple[Planned, RecordedValue]] = []
    seen: set[tuple[str, datetime]] = set()
    for index, entry in enumerate(command.values):
        found = _HourlyEntry(entry, plan, command.at, rules, f"values.{index}")
        if (entry.item_id, entry.hour) in seen:
            found.problems[f"values.{index}.hour"] = ["results.twice"]
        seen.add((entry.item_id, entry.hour))
        problems |= found.problems
        if not problems and found.planned is not None:
            source = "supplement" if found.planned.point.point_id in discharger.logged_points else "entered"
            late = _is_late(day_of(entry.hour), found.planned, command.at)
            recorded.append((found.planned, _value(found.planned, entry.hour, found.judged(), entry.flag, source, late, present)))
    if problems:
        raise Invalid("input.invalid", fields=problems)
    return [_batch(command.command_id, command.discharger_id, HOUR, recorded)]


class _HourlyEntry:
    """One entry as checked: its item in the plan, its values, and everything that is wrong with it."""

    def __init__(self, entry: EnteredValue, plan: PlanState, at: datetime, rules: Rules, path: str) -> None:
        self.entry = entry
        self.problems: dict[str, list[str]] = {}
        self.planned = plan.find(entry.item_id, entry.hour)
        if self.planned is None:
            self.problems[f"{path}.item_id"] = ["results.item-unknown"]
        elif self.planned.item.method != "automatic":
            self.problems[f"{path}.item_id"] = ["results.not-automatic"]
        if code := _hour_problem(entry.hour, plan, at, rules):
            self.problems[f"{path}.hour"] = [code]
        pollutant = self.planned.item.pollutant_code if self.planned else ""
        self.measured = _read(entry.value, pollutant, f"{path}.value", self.problems)
        self.converted = None if entry.converted is None else _read(entry.converted, pollutant, f"{path}.converted", self.problems)

    def judged(self) -> Judged:
        assert self.planned is not None
        assert self.measured is not None
        return judge_hourly(self.planned, self.measured, self.converted, self.entry.flag)


def _hour_problem(hour: datetime, plan: PlanState, at: datetime, rules: Rules) -> str | None:
    if hour.minute or hour.second or hour.microsecond:
        return "results.not-hour"
    if hour + _ONE_HOUR > at:
        return "results.future"
    return "results.before-plan" if day_of(hour) < _first_day(plan, rules) else None


def _first_day(plan: PlanState, rules: Rules) -> date:
    """From this day values are accepted: the first plan's first day, and some days before it (today enters yesterday's, D1b)."""
    return day_of(plan.versions[0].in_force_from) - timedelta(days=rules.entry_back_days)


def _read(text: str, pollutant: str, path: str, problems: dict[str, list[str]]) -> Measured | None:
    try:
        return read_value(text, pollutant)
    except Invalid as invalid:
        problems[path] = [invalid.code]
        return None


def enter_manual(command: EnterManual, plan: PlanState, present: Present, rules: Rules, *, device_out: bool = False) -> list[Any]:
    """D3, D3b: one item's monitoring event. ``device_out``: the automatic item's device was out on that day, and is monitored by hand (A2).

    Raises:
        Conflict: no plan is in force.
        Invalid: messages per field.
    """
    _require_plan(plan)
    problems: dict[str, list[str]] = {}
    time = day_start(command.sampled_on)
    planned = plan.find(command.item_id, time)
    if planned is None:
        problems["item_id"] = ["results.item-unknown"]
    elif planned.item.method != "manual" and not device_out:
        problems["item_id"] = ["results.not-manual"]
    problems |= _date_problems(command, planned, plan, rules)
    pollutant = planned.item.pollutant_code if planned else ""
    read = [_read(sample.value, pollutant, f"samples.{i}.value", problems) for i, sample in enumerate(command.samples)]
    measured = [one for one in read if one is not None]
    if problems or planned is None:
        raise Invalid("input.invalid", fields=problems)
    judged = judge_samples(planned, command.samples, measured)
    late = _is_late(command.report_date or command.analysed_on, planned, command.at)
    value = _value(planned, time, judged, NORMAL, "manual", late, present, samples=len(measured))
    return [_batch(command.command_id, command.discharger_id, MANUAL, [(planned, value)], _monitoring(command))]


def _date_problems(command: EnterManual, planned: Planned | None, plan: PlanState, rules: Rules) -> dict[str, list[str]]:
    today, problems = day_of(command.at), {}
    if command.sampled_on > today:
        problems["sampled_on"] = ["results.future"]
    elif command.sampled_on < _first_day(plan, rules):
        problems["sampled_on"] = ["results.before-plan"]
    elif planned is not None and today > entry_closes(planned, command.sampled_on, rules):
        problems["sampled_on"] = ["results.window-closed"]
    if command.analysed_on < command.sampled_on:
        problems["analysed_on"] = ["results.analysed-before-sampled"]
    elif command.analysed_on > today:
        problems["analysed_on"] = ["results.future"]
    if command.report_date is not None and command.report_date > today:
        problems["report_date"] = ["results.future"]
    return problems


def entry_closes(planned: Planned, sampled_on: date, rules: Rules) -> date:
    """D3: the last day on which values of a sampling date can be entered: some days after its calendar period; without one, its month."""
    try:
        period = calendar_period(frequency_of(planned.item), sampled_on)
    except PeriodUnknown:
        period = month_of(sampled_on)
    return period.end + timedelta(days=rules.entry_window_days)


def _monitoring(command: EnterManual) -> MonitoringEvent:
    return MonitoringEvent(
        command.sampled_on,
        command.analysed_on,
        command.laboratory,
        command.method,
        command.load_percent,
        command.report_number,
        command.report_date,
        tuple(SampleTaken(sample.value, sample.oxygen, sample.flow, sample.temperature) for sample in command.samples),
    )


@dataclass(frozen=True)
class HourOfDay:
    """A present hourly value: what a daily mean is made of."""

    item_id: str
    time: datetime
    value: str
    flag: str
    source: str


def daily_means(
    batch_id: str, discharger_id: str, plan: PlanState, hours: Iterable[HourOfDay], present: Present, rules: Rules, at: datetime
) -> list[Any]:
    """D4: the daily means of wastewater items, of days that are over and have enough valid hours; a changed mean is a new revision."""
    by_day: dict[tuple[str, date], list[HourOfDay]] = {}
    for one in hours:
        if one.flag == NORMAL:
            by_day.setdefault((one.item_id, day_of(one.time)), []).append(one)
    recorded = []
    for (item_id, day), valid in sorted(by_day.items()):
        planned = plan.find(item_id, day_start(day))
        if planned is None or not has_daily_mean(planned) or len(valid) < rules.day_mean_hours or day >= day_of(at):
            continue
        judged = judge_day(planned, [Measured.parse(one.value) for one in valid])
        late = _is_late(day, planned, at)
        recorded.append((planned, _value(planned, day_start(day), judged, NORMAL, valid[0].source, late, present)))
    return [_batch(batch_id, discharger_id, DAY, recorded)] if recorded else []


def has_daily_mean(planned: Planned) -> bool:
    """Whether an automatic item is judged on its daily mean (D4)."""
    return planned.point.kind in WASTEWATER_KINDS and planned.item.method == "automatic" and planned.item.pollutant_code != PH


def explain(command: ExplainAbnormal, *, exists: bool) -> list[Any]:
    """D2: state the reason of a value; it stays as it is.

    Raises:
        NotFound: there is no such value.
    """
    if not exists:
        raise NotFound("results.unknown")
    return [ValueExplained(command.item_id, command.hour, command.reason)]


def leaf(period_kind: str, value: RecordedValue) -> str:
    """The canonical line of a value, over which its batch's Merkle root is taken."""
    line = [value.item_id, period_kind, value.time, value.revision, value.value, value.converted, value.flag, value.source]
    return canonical_json(to_data(line))


def _require_plan(plan: PlanState) -> None:
    if plan.current is None:
        raise Conflict("plan.not-in-force")


def _is_late(from_day: date, planned: Planned, at: datetime) -> bool:
    """D5: later than the item's disclosure time limit in working days."""
    return day_of(at) > _disclosure_ends(from_day, planned.item.disclosure_days)


@lru_cache(maxsize=4096)
def _disclosure_ends(from_day: date, workdays: int) -> date:
    # A batch asks this of thousands of values on few days, and the library walks its whole table each time.
    return CALENDAR.add_workdays(from_day, workdays).day


def _value(
    planned: Planned, time: datetime, judged: Judged, flag: str, source: str, late: bool, present: Present, *, samples: int = 1
) -> RecordedValue:
    """A correction is a new revision; it is late only if the first publication was."""
    before = present.get((planned.item.item_id, time))
    return RecordedValue(
        item_id=planned.item.item_id,
        time=time,
        revision=1 if before is None else before.revision + 1,
        value=judged.value,
        converted=judged.converted,
        flag=flag,
        source=source,
        limit_text=limit_of(planned.item).wording,
        exceeds=judged.exceeds,
        multiple=judged.multiple,
        late=late if before is None else before.late,
        samples=samples,
    )


def _batch(
    batch_id: str,
    discharger_id: str,
    period_kind: str,
    recorded: Sequence[tuple[Planned, RecordedValue]],
    monitoring: MonitoringEvent | None = None,
) -> ValuesRecorded:
    items = {planned.item.item_id: _entered(planned) for planned, _ in recorded}
    values = tuple(value for _, value in recorded)
    root = merkle.root([leaf(period_kind, value) for value in values])
    return ValuesRecorded(batch_id, discharger_id, period_kind, tuple(items.values()), values, root, monitoring)


def _entered(planned: Planned) -> EnteredItem:
    point, item = planned
    return EnteredItem(item.item_id, point.point_id, point.code, point.name, item.pollutant_code, item.pollutant_name, item.unit)
