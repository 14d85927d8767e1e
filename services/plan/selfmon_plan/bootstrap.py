"""Plan, wired."""

from collections.abc import Iterator
from typing import Any

from selfmon_plan import adapters, commands, handlers, queries, timeline
from selfmon_plan import events as e
from selfmon_plan.projections import project
from selfmon_plan.queries import SqlReads
from selfmon_plan.tables import read
from selfmon_shared.application.definition import CommandSpec, Follow, QuerySpec, ServiceDefinition, TaskSpec
from selfmon_shared.contracts.plan import PROVIDER
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.contract import Announcement
from selfmon_shared.kernel.events import Recorded


def announce(recorded: Recorded, state: Any, _reads: SqlReads) -> Iterator[Announcement]:
    """The contract events of an event of plan."""
    match recorded.data:
        case e.OverviewRevised() as event:
            about = {"discharger_id": event.discharger_id, "version": recorded.version, "complete": not event.overview.missing}
            yield Announcement("OverviewRevised", event.discharger_id, {**to_data(event.overview), **about})
        case e.PlanSubmitted() as event:
            yield Announcement("PlanSubmitted", event.submission_id, _submission(recorded, state))
        case e.WithdrawalAsked() as event:
            asked = {"submission_id": event.submission_id, **_about(recorded, state), "asked_at": recorded.recorded_at}
            yield Announcement("PlanWithdrawalAsked", event.submission_id, asked)
        case e.PlanPutInForce() as event:
            in_force = {
                **_about(recorded, state),
                "version": state.version,
                "title": state.title,
                "digest": state.submission_digest,
                "document": state.document,
                "in_force_from": event.in_force_from,
                "points": state.points,
            }
            yield Announcement("PlanTookEffect", state.discharger_id, in_force)


def _about(recorded: Recorded, state: Any) -> dict[str, Any]:
    return {"plan_id": recorded.stream.removeprefix("plan-"), "discharger_id": state.discharger_id}


def _submission(recorded: Recorded, state: Any) -> dict[str, Any]:
    return {
        **_about(recorded, state),
        "submission_id": state.submission_id,
        "version": state.version,
        "title": state.title,
        "digest": state.submission_digest,
        "document": state.document,
        "pages": state.document_pages,
        "platform_export": state.platform_export,
        "seal_found": state.seal_found,
        "coverage": state.coverage,
        "weaker_reason": state.weaker_reason,
        "submitted_at": recorded.recorded_at,
    }


def define() -> ServiceDefinition:
    """The definition of plan."""
    return ServiceDefinition(
        name="plan",
        package="selfmon_plan",
        provider=PROVIDER,
        model=Model("plan", e.types, read, project, SqlReads, announce),
        commands=(
            CommandSpec(PROVIDER.command("revise-overview"), commands.ReviseOverview, handlers.revise_overview),
            CommandSpec(PROVIDER.command("export-plan"), commands.ExportPlan, handlers.export_plan),
            CommandSpec(PROVIDER.command("cancel-export"), commands.CancelExport, handlers.cancel_export),
            CommandSpec(PROVIDER.command("import-plan"), commands.ImportPlan, handlers.import_plan),
            CommandSpec(PROVIDER.command("withdraw-plan"), commands.WithdrawPlan, handlers.withdraw_plan),
        ),
        queries=(
            QuerySpec(PROVIDER.query("overview"), queries.overview),
            QuerySpec(PROVIDER.query("plans"), queries.list_plans),
            QuerySpec(PROVIDER.query("plan"), queries.plan),
            QuerySpec(PROVIDER.query("plan-timeline"), timeline.plan_timeline),
            QuerySpec(PROVIDER.query("next-steps"), queries.next_steps),
        ),
        follows=(
            Follow(
                "enterprise",
                {
                    "EnterpriseRevised": handlers.note_discharger,
                    "PointRevised": handlers.note_point,
                    "LoggerAssigned": handlers.note_logger,
                    "DiagramRevised": handlers.note_diagram,
                    "MatchingChanged": handlers.note_matching,
                },
            ),
            Follow(
                "permit-sync",
                {
                    "PermitReceived": handlers.note_permit,
                    "UploadAcknowledged": handlers.note_upload,
                    "UploadRefused": handlers.note_upload,
                },
            ),
            Follow(
                "review",
                {
                    "PlanApproved": handlers.follow_approval,
                    "PlanReturned": handlers.follow_return,
                    "PlanWithdrawn": handlers.follow_withdrawal,
                },
            ),
        ),
        tasks=(
            TaskSpec(handlers.RENDER_PLAN, adapters.render_plan, child=True, on_given_up=adapters.give_up_rendering),
            TaskSpec(handlers.CHECK_SCAN, adapters.check_scan, child=True, on_given_up=adapters.give_up_check),
        ),
        ports=adapters.Ports.of,
    )
