"""Facts of other services that plan has noted; an older version never replaces a newer one."""

from dataclasses import dataclass
from typing import Any

from selfmon_plan import events as e
from selfmon_plan.facts import Mark, Pair, Permit, Profile
from selfmon_shared.kernel.aggregate import Aggregate


@dataclass(frozen=True)
class DischargerState:
    """A discharger as enterprise announces it."""

    version: int = 0
    profile: Profile | None = None


@dataclass(frozen=True)
class PointState:
    """A point as enterprise announces it."""

    version: int = 0


@dataclass(frozen=True)
class LoggerState:
    """A logger as enterprise announces it."""

    version: int = 0


@dataclass(frozen=True)
class DiagramState:
    """The diagram in force."""

    version: int = 0
    digest: str | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class MatchingState:
    """The matching of a permit."""

    version: int = 0
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class PermitState:
    """The newest revision of a permit."""

    version: int = 0
    permit: Permit | None = None


def _evolve_discharger(state: DischargerState, event: Any) -> DischargerState:
    return DischargerState(event.version, event.profile) if isinstance(event, e.DischargerNoted) else state


def _evolve_point(state: PointState, event: Any) -> PointState:
    return PointState(event.version) if isinstance(event, e.PointNoted) else state


def _evolve_logger(state: LoggerState, event: Any) -> LoggerState:
    return LoggerState(event.version) if isinstance(event, e.LoggerNoted) else state


def _evolve_diagram(state: DiagramState, event: Any) -> DiagramState:
    return DiagramState(event.version, event.digest, event.marks) if isinstance(event, e.DiagramNoted) else state


def _evolve_matching(state: MatchingState, event: Any) -> MatchingState:
    return MatchingState(event.version, event.pairs) if isinstance(event, e.MatchingNoted) else state


def _evolve_permit(state: PermitState, event: Any) -> PermitState:
    return PermitState(event.permit.revision, event.permit) if isinstance(event, e.PermitNoted) else state


DISCHARGER = Aggregate("discharger", DischargerState(), _evolve_discharger)
POINT = Aggregate("point", PointState(), _evolve_point)
LOGGER = Aggregate("logger", LoggerState(), _evolve_logger)
DIAGRAM = Aggregate("diagram", DiagramState(), _evolve_diagram)
MATCHING = Aggregate("matching", MatchingState(), _evolve_matching)
PERMIT = Aggregate("permit", PermitState(), _evolve_permit)

Noted = DischargerState | PointState | LoggerState | DiagramState | MatchingState | PermitState


def note(known: Noted, version: int, noted: Any) -> list[Any]:
    """A fact of another service, unless a newer one is known already."""
    return [noted] if version > known.version else []
