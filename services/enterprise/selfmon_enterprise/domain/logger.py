"""A data logger by its MN (E7); its stream makes the MN unique in the province, and keeps its history."""

from dataclasses import asdict, dataclass
from typing import Any

from selfmon_enterprise.commands import AssignLogger
from selfmon_enterprise.domain.point import PointState
from selfmon_enterprise.domain.problems import refuse
from selfmon_enterprise.events import LoggerAssigned
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Conflict

HEXADECIMAL = frozenset("0123456789abcdefABCDEF")


@dataclass(frozen=True)
class LoggerState:
    """Where the logger stands; None before it was ever assigned."""

    assigned: LoggerAssigned | None = None


def evolve_logger(_before: LoggerState, event: Any) -> LoggerState:
    """A logger after an event."""
    return LoggerState(event)


LOGGER = Aggregate("logger", LoggerState(), evolve_logger)


def public_state(event: LoggerAssigned, version: int) -> dict[str, Any]:
    """The contract ``LoggerAssigned``."""
    return {**asdict(event), "version": version}


def assign(logger: LoggerState, command: AssignLogger, point: PointState) -> list[Any]:
    """E7: the logger stands at that point from now on; at another point of the same company it is moved.

    Raises:
        Conflict: the point is deactivated.
        Invalid: the MN is another company's logger.
    """
    if not point.is_active:
        raise Conflict("point.inactive")
    before = logger.assigned
    others = before is not None and before.discharger_id[:18] != point.discharger_id[:18]
    refuse({"mn": "logger.mn-taken" if others else None})
    assigned = LoggerAssigned(command.mn, point.discharger_id, point.point_id, command.access_password)
    return [] if assigned == before else [assigned]


def warning(mn: str) -> str | None:
    """What is odd about an MN without being wrong: 24 characters are hexadecimal by HJ 212-2017."""
    return "24位MN号一般只含0-9和A-F，请与运维单位核对" if len(mn) == 24 and not HEXADECIMAL.issuperset(mn) else None
