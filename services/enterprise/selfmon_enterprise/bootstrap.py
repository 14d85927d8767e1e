"""Enterprise, wired."""

from collections.abc import Iterator, Mapping
from typing import Any

from selfmon_enterprise import adapters, commands, events, queries, timeline
from selfmon_enterprise.adapters import Ports
from selfmon_enterprise.domain import diagram, discharger, discrepancy, logger, matching, point
from selfmon_enterprise.handlers import diagrams, dischargers, points
from selfmon_enterprise.handlers import matching as matchings
from selfmon_enterprise.projections import project
from selfmon_enterprise.queries import SqlReads
from selfmon_enterprise.tables import read
from selfmon_shared.application.definition import CommandSpec, Follow, Handler, QueryHandler, QuerySpec, ServiceDefinition, TaskSpec
from selfmon_shared.contracts.enterprise import PROVIDER
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.contract import Announcement
from selfmon_shared.kernel.events import Recorded

_HANDLED: Mapping[str, tuple[type[Any], Handler]] = {
    "open-site": (commands.OpenSite, dischargers.open_site),
    "confirm-permit": (commands.ConfirmPermit, dischargers.confirm_permit),
    "report-discrepancy": (commands.ReportDiscrepancy, dischargers.report_discrepancy),
    "revise-profile": (commands.ReviseProfile, dischargers.revise_profile),
    "add-point": (commands.AddPoint, points.add_point),
    "revise-point": (commands.RevisePoint, points.revise_point),
    "deactivate-point": (commands.DeactivatePoint, points.deactivate_point),
    "add-item": (commands.AddItem, points.add_item),
    "revise-item": (commands.ReviseItem, points.revise_item),
    "deactivate-item": (commands.DeactivateItem, points.deactivate_item),
    "assign-logger": (commands.AssignLogger, points.assign_logger),
    "revise-diagram": (commands.ReviseDiagram, diagrams.revise_diagram),
    "match-points": (commands.MatchPoints, matchings.match_points),
    "clear-match": (commands.ClearMatch, matchings.clear_match),
}
_ANSWERED: Mapping[str, QueryHandler] = {
    "dischargers": queries.all_dischargers,
    "discharger": queries.one_discharger,
    "permit": queries.its_permit,
    "points": queries.its_points,
    "loggers": queries.its_loggers,
    "diagram": queries.its_diagram,
    "matching": queries.its_matching,
    "proposals": queries.its_proposals,
    "discharger-timeline": timeline.discharger_timeline,
    "point-timeline": timeline.point_timeline,
    "logger-timeline": timeline.logger_timeline,
    "next-steps": queries.next_steps,
}


def announce(recorded: Recorded, state: Any, _reads: SqlReads) -> Iterator[Announcement]:
    """The contract events of an event of enterprise."""
    version, key = recorded.version, recorded.stream.partition("-")[2]
    match state, recorded.data:
        case discharger.DischargerState(), _:
            yield Announcement("EnterpriseRevised", key, discharger.public_state(state, version))
        case point.PointState(), _:
            yield Announcement("PointRevised", key, point.public_state(state, version))
        case _, events.LoggerAssigned() as assigned:
            yield Announcement("LoggerAssigned", key, logger.public_state(assigned, version))
        case diagram.DiagramState(), events.DiagramAccepted():
            yield Announcement("DiagramRevised", key, diagram.public_state(state, version))
        case matching.MatchingState(), _:
            yield Announcement("MatchingChanged", key, matching.public_state(state, version))
        case _, events.DiscrepancyReported() as report:
            yield Announcement("DiscrepancyReported", key, discrepancy.public_state(report))


def define() -> ServiceDefinition:
    """The definition of enterprise."""
    return ServiceDefinition(
        name="enterprise",
        package="selfmon_enterprise",
        provider=PROVIDER,
        model=Model("enterprise", events.types, read, project, SqlReads, announce),
        commands=tuple(CommandSpec(PROVIDER.command(name), command, handler) for name, (command, handler) in _HANDLED.items()),
        queries=tuple(QuerySpec(PROVIDER.query(name), handler) for name, handler in _ANSWERED.items()),
        follows=(Follow("permit-sync", {"PermitReceived": dischargers.note_permit, "PermitEnded": dischargers.end_permit}),),
        tasks=(TaskSpec(diagrams.CHECK_DIAGRAM, adapters.check_diagram, child=True, on_given_up=adapters.give_up),),
        ports=Ports.of,
    )
