"""The plans in force, one after the other, and what is known of the discharger beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from selfmon_data.events import DischargerNoted, LoggerNoted, PermitEndNoted, PlannedItem, PlannedPoint, PlanNoted
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.frequency import Frequency, FrequencyInvalid
from selfmon_shared.kernel.limits import Limit


class Planned(NamedTuple):
    """An item at its point."""

    point: PlannedPoint
    item: PlannedItem


@dataclass(frozen=True)
class PlanVersion:
    """One plan, in force from a moment until the next one is."""

    plan_id: str
    version: int
    in_force_from: datetime
    points: tuple[PlannedPoint, ...]

    @cached_property
    def items(self) -> dict[str, Planned]:
        """Its items by id, in the plan's order."""
        return {item.item_id: Planned(point, item) for point in self.points for item in point.items}


@dataclass(frozen=True)
class PlanState:
    """All plans that ever were in force, oldest first."""

    versions: tuple[PlanVersion, ...] = ()

    @property
    def current(self) -> PlanVersion | None:
        """The newest plan."""
        return self.versions[-1] if self.versions else None

    def at(self, moment: datetime) -> PlanVersion | None:
        """The plan in force at a moment; None before the first."""
        return next((plan for plan in reversed(self.versions) if plan.in_force_from <= moment), None)

    def find(self, item_id: str, moment: datetime) -> Planned | None:
        """The item with the limits of that time: from the plan then in force, else (the item or the plan came later) from the newest."""
        for plan in (self.at(moment), self.current):
            if plan is not None and item_id in plan.items:
                return plan.items[item_id]
        return None


def evolve_plan(state: PlanState, event: Any) -> PlanState:
    """The plans after an event."""
    if isinstance(event, PlanNoted):
        return PlanState((*state.versions, PlanVersion(event.plan_id, event.version, event.in_force_from, event.points)))
    return state


@dataclass(frozen=True)
class DischargerState:
    """Who may see it, where its loggers stand (MN → point), and since when its permit is no more."""

    name: str = ""
    region: str = ""
    loggers: dict[str, str] = field(default_factory=dict)
    permit_ended_at: datetime | None = None

    @property
    def logged_points(self) -> frozenset[str]:
        """The points that have a logger."""
        return frozenset(self.loggers.values())


def evolve_discharger(state: DischargerState, event: Any) -> DischargerState:
    """A discharger after an event."""
    match event:
        case DischargerNoted():
            return DischargerState(event.name, event.region, state.loggers, state.permit_ended_at)
        case LoggerNoted():
            others = {mn: point for mn, point in state.loggers.items() if mn != event.mn}
            loggers = others if event.point_id is None else {**others, event.mn: event.point_id}
            return DischargerState(state.name, state.region, loggers, state.permit_ended_at)
        case PermitEndNoted():
            return DischargerState(state.name, state.region, state.loggers, event.ended_at)
        case _:
            return state


PLAN = Aggregate("plan", PlanState(), evolve_plan)
DISCHARGER = Aggregate("discharger", DischargerState(), evolve_discharger)


def note_plan(state: PlanState, noted: PlanNoted) -> list[Any]:
    """A plan took effect; an older one than known, or the same again, is nothing new."""
    current = state.current
    return [noted] if current is None or noted.version > current.version else []


def note_discharger(state: DischargerState, noted: DischargerNoted | LoggerNoted | PermitEndNoted) -> list[Any]:
    """Note what changed of a discharger."""
    return [] if state == evolve_discharger(state, noted) else [noted]


def limit_of(item: PlannedItem) -> Limit:
    """The item's limit; bounds that contradict each other are kept as text alone, and nothing is judged."""
    if item.lower is None and item.upper is None:
        return Limit.parse(item.limit_text, unit=item.unit)
    try:
        return Limit(item.lower, item.upper, item.unit, text=item.limit_text)
    except ValueError:
        return Limit(unit=item.unit, text=item.limit_text)


def frequency_of(item: PlannedItem) -> Frequency:
    """The item's frequency; a wording that is not understood stays as written and counts nothing."""
    try:
        return Frequency.from_code(item.frequency)
    except FrequencyInvalid:
        return Frequency.parse(item.frequency)


def items_within(state: PlanState, start: datetime, end: datetime) -> Iterator[str]:
    """The ids of the items of every plan in force between two moments, newest plan's order first, each once."""
    seen = set()
    successors = (*[plan.in_force_from for plan in state.versions[1:]], end)
    for plan, until in reversed(list(zip(state.versions, successors, strict=True))):
        if plan.in_force_from < end and until > start:
            for item_id in plan.items:
                if item_id not in seen:
                    seen.add(item_id)
                    yield item_id
