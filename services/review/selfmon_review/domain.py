"""The arbiter of every submission (R4, R5, P3): the first of approve, return, withdraw wins."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from selfmon_review.commands import ApplyForAccount, Approve, EnrolOfficer, OpenTask, Return, Revoke, Withdraw
from selfmon_review.events import (
    AccountAppliedFor,
    ApprovalRevoked,
    DecisionVoid,
    DischargerNoted,
    OfficerEnrolled,
    SubmissionApproved,
    SubmissionReturned,
    SubmissionWithdrawn,
    TaskOpened,
)
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound
from selfmon_shared.kernel.periods import day_of
from selfmon_shared.kernel.steps import DONE, WAITING, NextStep
from selfmon_shared.kernel.steps import OPEN as TO_DO
from selfmon_shared.reference.regions import regions

THIS_APPLICATION = "自行监测"
RECEIVED = "received"
ABNORMAL = "abnormal"
NONE, OPEN, APPROVED, RETURNED, WITHDRAWN, REVOKED = "none", "open", "approved", "returned", "withdrawn", "revoked"

MOVES: Mapping[str, frozenset[str]] = {
    NONE: frozenset({OPEN}),
    OPEN: frozenset({APPROVED, RETURNED, WITHDRAWN}),
    APPROVED: frozenset({REVOKED}),
    RETURNED: frozenset(),
    WITHDRAWN: frozenset(),
    REVOKED: frozenset(),
}
STATE_WORDS: Mapping[str, str] = {
    OPEN: "待审核",
    APPROVED: "审核通过",
    RETURNED: "已退回",
    WITHDRAWN: "企业已撤回",
    REVOKED: "已撤销",
}


@dataclass(frozen=True)
class TaskState:
    """One submission under review."""

    state: str = NONE
    subject: str = ""
    subject_id: str = ""
    discharger_id: str = ""
    digest: str = ""


def evolve_task(task: TaskState, event: Any) -> TaskState:
    """A task after an event."""
    match event:
        case TaskOpened():
            return TaskState(OPEN, event.subject, event.subject_id, event.discharger_id, event.digest)
        case SubmissionApproved():
            return replace(task, state=APPROVED)
        case SubmissionReturned():
            return replace(task, state=RETURNED)
        case SubmissionWithdrawn():
            return replace(task, state=WITHDRAWN)
        case ApprovalRevoked():
            return replace(task, state=REVOKED)
        case _:
            return task


@dataclass(frozen=True)
class OfficerState:
    """An officer as the portal knows him."""

    region: str = ""
    applications: tuple[str, ...] = ()


def evolve_officer(officer: OfficerState, event: Any) -> OfficerState:
    """An officer after an event."""
    return OfficerState(event.region, event.applications) if isinstance(event, OfficerEnrolled) else officer


@dataclass(frozen=True)
class ApplicationState:
    """An account application, by the applicant's account at the portal."""

    state: str = NONE
    region: str = ""
    applications: tuple[str, ...] = ()


def evolve_application(application: ApplicationState, event: Any) -> ApplicationState:
    """An account application after an event."""
    return ApplicationState(RECEIVED, event.region, event.applications) if isinstance(event, AccountAppliedFor) else application


@dataclass(frozen=True)
class DischargerState:
    """Who is in charge of a discharger."""

    name: str = ""
    region: str = ""
    bureau: str = ""


def evolve_discharger(discharger: DischargerState, event: Any) -> DischargerState:
    """A discharger after an event."""
    return DischargerState(event.name, event.region, event.bureau) if isinstance(event, DischargerNoted) else discharger


TASK = Aggregate("review-task", TaskState(), evolve_task)
OFFICER = Aggregate("officer", OfficerState(), evolve_officer)
APPLICATION = Aggregate("account-application", ApplicationState(), evolve_application)
DISCHARGER = Aggregate("discharger", DischargerState(), evolve_discharger)


def enrol(officer: OfficerState, command: EnrolOfficer) -> list[Any]:
    """R1: note an officer, or what has changed of him.

    Raises:
        Invalid: there is no such region.
    """
    _known_region(command.region)
    enrolled = OfficerEnrolled(command.officer_id, command.region, command.applications)
    return [] if officer == evolve_officer(officer, enrolled) else [enrolled]


def may_work(officer: OfficerState) -> bool:
    """Whether the portal has granted an officer this application (R1)."""
    return THIS_APPLICATION in officer.applications


def apply_for_account(officer: OfficerState, command: ApplyForAccount, *, person_id: str) -> list[Any]:
    """R1: who is no officer of this application asks to become one. Filling the form in again corrects it.

    Raises:
        Conflict: he is one already (``officer.known``).
        Invalid: there is no such region.
    """
    if may_work(officer):
        raise Conflict("officer.known")
    _known_region(command.region)
    return [AccountAppliedFor(command.by, person_id, command.region, command.applications)]


def _known_region(region: str) -> None:
    if region not in regions():
        raise Invalid("region.unknown", fields={"region": ["region.unknown"]})


def note_discharger(discharger: DischargerState, noted: DischargerNoted) -> list[Any]:
    """Note what changed of a discharger."""
    return [] if discharger == evolve_discharger(discharger, noted) else [noted]


def open_task(task: TaskState, command: OpenTask) -> list[Any]:
    """A submission arrives; again is nothing new."""
    if task.state != NONE:
        return []
    opened = TaskOpened(
        submission_id=command.submission_id,
        subject=command.subject,
        subject_id=command.subject_id,
        discharger_id=command.discharger_id,
        title=command.title,
        digest=command.digest,
        submission=command.submission,
        submitted_at=command.at,
    )
    return [opened]


def approve(task: TaskState, command: Approve, *, in_charge: bool) -> list[Any]:
    """R4, R5: approve what the officer saw; a higher level gives the reason for taking over (R7).

    Raises:
        NotFound, Conflict, Invalid.
    """
    _decidable(task, APPROVED, command.digest)
    if not in_charge and not command.comment:
        raise Invalid("task.takeover-reason-required", fields={"comment": ["task.takeover-reason-required"]})
    return [SubmissionApproved(command.by, command.comment)]


def return_(task: TaskState, command: Return) -> list[Any]:
    """R4, R5: return it with a reason.

    Raises:
        NotFound, Conflict.
    """
    _decidable(task, RETURNED, command.digest)
    return [SubmissionReturned(command.by, command.reason)]


def revoke(task: TaskState, command: Revoke) -> list[Any]:
    """A2: take the approval of a registration back.

    Raises:
        NotFound, Conflict.
    """
    if task.state == NONE:
        raise NotFound("task.unknown")
    if task.subject != ABNORMAL or REVOKED not in MOVES[task.state]:
        raise Conflict("task.not-revocable")
    return [ApprovalRevoked(command.by, command.reason)]


def withdraw(task: TaskState, _command: Withdraw) -> list[Any]:
    """P3: give it back if it is still open; else record that it came too late."""
    if WITHDRAWN in MOVES[task.state]:
        return [SubmissionWithdrawn()]
    return [DecisionVoid("withdrawal")]


def _decidable(task: TaskState, target: str, digest: str) -> None:
    if task.state == NONE:
        raise NotFound("task.unknown")
    if target not in MOVES[task.state]:
        raise Conflict("task.decided", state=STATE_WORDS[task.state])
    if digest != task.digest:
        raise Conflict("task.digest-changed")


_DECISIONS: Mapping[str, str] = {"approve": APPROVED, "return": RETURNED, "revoke": REVOKED}


def moves(state: str, subject: str) -> list[str]:
    """R4, R5, A2: the decisions that an officer may take on a task now; only approvals of registrations are revoked."""
    return [
        decision for decision, target in _DECISIONS.items() if target in MOVES[state] and not (target == REVOKED and subject != ABNORMAL)
    ]


@dataclass(frozen=True)
class Waiting:
    """The open tasks of one subject in an officer's region: how many, of them in his own bureau's charge, and since when the oldest."""

    count: int = 0
    in_charge: int = 0
    oldest: datetime | None = None


_QUEUES = (("plan", "plan-review", "监测方案审核", "R4"), ("abnormal", "abnormal-review", "不正常运行登记审核", "R5"))


def next_steps(waiting: Mapping[str, Waiting], now: datetime) -> list[NextStep]:
    """R4, R5, R7: what the officer has to review, by subject; what is in a lower bureau's charge alone waits for that bureau."""
    return [_queue(step, title, rule, waiting.get(subject, Waiting()), now) for subject, step, title, rule in _QUEUES]


def _queue(step: str, title: str, rule: str, waiting: Waiting, now: datetime) -> NextStep:
    if waiting.oldest is None:
        return NextStep(step, title, DONE, (rule, "R7"))
    day = day_of(waiting.oldest)
    since = f"最早的提交于 {day.isoformat()}，已等待 {(day_of(now) - day).days} 天"
    if not waiting.in_charge:
        return NextStep(step, title, WAITING, (rule, "R7"), f"有 {waiting.count} 项由下级生态环境部门审核，{since}", count=waiting.count)
    below = waiting.count - waiting.in_charge
    also = f"；另有 {below} 项由下级生态环境部门审核" if below else ""
    return NextStep(step, title, TO_DO, (rule, "R7"), f"有 {waiting.in_charge} 项待审核{also}，{since}", count=waiting.in_charge)
