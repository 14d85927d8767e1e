"""Review, wired."""

from collections.abc import Iterator
from typing import Any

from selfmon_review import commands, events, handlers, queries, timeline
from selfmon_review.domain import OfficerState, TaskState
from selfmon_review.projections import project
from selfmon_review.queries import SqlReads
from selfmon_review.tables import read
from selfmon_shared.application.definition import CommandSpec, Follow, QuerySpec, ServiceDefinition
from selfmon_shared.contracts.review import PROVIDER
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.contract import Announcement
from selfmon_shared.kernel.events import Recorded

_DECIDED = {
    ("plan", events.SubmissionApproved): "PlanApproved",
    ("plan", events.SubmissionReturned): "PlanReturned",
    ("plan", events.SubmissionWithdrawn): "PlanWithdrawn",
    ("abnormal", events.SubmissionApproved): "AbnormalApproved",
    ("abnormal", events.SubmissionReturned): "AbnormalReturned",
    ("abnormal", events.ApprovalRevoked): "AbnormalApprovalRevoked",
}


def announce(recorded: Recorded, state: Any, _reads: SqlReads) -> Iterator[Announcement]:
    """The contract events of an event of review."""
    event = recorded.data
    if isinstance(state, OfficerState):
        payload = {"officer_id": event.officer_id, "region": state.region, "applications": list(state.applications), "active": True}
        yield Announcement("OfficerChanged", event.officer_id, payload)
    elif isinstance(state, TaskState):
        name = _DECIDED.get((state.subject, type(event)))
        if name is not None:
            submission_id = recorded.stream.removeprefix("review-task-")
            yield Announcement(name, submission_id, _decision(recorded, state, submission_id))


def _decision(recorded: Recorded, state: TaskState, submission_id: str) -> dict[str, Any]:
    about = {"submission_id": submission_id, "subject_id": state.subject_id, "discharger_id": state.discharger_id}
    match recorded.data:
        case events.SubmissionWithdrawn():
            return {**about, "withdrawn_at": recorded.recorded_at}
        case event:
            said = {"comment": event.comment} if isinstance(event, events.SubmissionApproved) else {"reason": event.reason}
            return {**about, **said, "digest": state.digest, "officer_id": event.officer_id, "decided_at": recorded.recorded_at}


def define() -> ServiceDefinition:
    """The definition of review."""
    return ServiceDefinition(
        name="review",
        package="selfmon_review",
        provider=PROVIDER,
        model=Model("review", events.types, read, project, SqlReads, announce),
        commands=(
            CommandSpec(PROVIDER.command("enrol-officer"), commands.EnrolOfficer, handlers.enrol_officer),
            CommandSpec(PROVIDER.command("apply-for-account"), commands.ApplyForAccount, handlers.apply_for_account),
            CommandSpec(PROVIDER.command("approve"), commands.Approve, handlers.approve),
            CommandSpec(PROVIDER.command("return"), commands.Return, handlers.return_),
            CommandSpec(PROVIDER.command("revoke"), commands.Revoke, handlers.revoke),
        ),
        queries=(
            QuerySpec(PROVIDER.query("tasks"), queries.tasks),
            QuerySpec(PROVIDER.query("task"), queries.task),
            QuerySpec(PROVIDER.query("task-timeline"), timeline.task_timeline),
            QuerySpec(PROVIDER.query("officer"), queries.officer),
            QuerySpec(PROVIDER.query("account-application"), queries.account_application),
            QuerySpec(PROVIDER.query("next-steps"), queries.next_steps, timed=True),
        ),
        follows=(
            Follow("enterprise", {"EnterpriseRevised": handlers.note_discharger}),
            Follow("plan", {"PlanSubmitted": handlers.open_plan_task, "PlanWithdrawalAsked": handlers.withdraw}),
            Follow("data", {"AbnormalRegistered": handlers.open_abnormal_task}),
        ),
    )
