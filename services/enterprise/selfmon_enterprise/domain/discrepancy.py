"""A report that the permit as received is wrong (E3); tracked under its own id, it leads to N3."""

from dataclasses import asdict, dataclass
from typing import Any

from selfmon_enterprise.commands import ReportDiscrepancy
from selfmon_enterprise.domain.discharger import DischargerState
from selfmon_enterprise.events import DiscrepancyReported
from selfmon_shared.kernel.aggregate import Aggregate


@dataclass(frozen=True)
class DiscrepancyState:
    """The report as it was made."""

    report: DiscrepancyReported | None = None


def evolve_discrepancy(_before: DiscrepancyState, event: Any) -> DiscrepancyState:
    """A report after an event."""
    return DiscrepancyState(event)


DISCREPANCY = Aggregate("discrepancy", DiscrepancyState(), evolve_discrepancy)


def report(site: DischargerState, command: ReportDiscrepancy, contact_id: str) -> list[Any]:
    """E3: with or without a permit (N4: it may be missing altogether)."""
    return [
        DiscrepancyReported(command.command_id, command.discharger_id, site.permit_number, command.lines, contact_id, command.at),
    ]


def public_state(event: DiscrepancyReported) -> dict[str, Any]:
    """The contract ``DiscrepancyReported``."""
    return asdict(event)
