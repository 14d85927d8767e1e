"""Review's command handlers and policies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from selfmon_review import domain
from selfmon_review.commands import ApplyForAccount, Approve, EnrolOfficer, OpenTask, Return, Revoke, Withdraw
from selfmon_review.domain import APPLICATION, DISCHARGER, OFFICER, TASK, OfficerState, TaskState
from selfmon_review.events import DischargerNoted
from selfmon_shared.kernel.actor import Actor, Realm, require_operator
from selfmon_shared.kernel.aggregate import Loaded
from selfmon_shared.kernel.codec import from_data
from selfmon_shared.kernel.contract import Message
from selfmon_shared.kernel.errors import Forbidden, NotFound
from selfmon_shared.kernel.regions import region_covers
from selfmon_shared.kernel.work import UnitOfWork


class Reads(Protocol):
    """Review's look-ups; its handlers need none."""


Work = UnitOfWork[Reads]

WHOLE_PROVINCE = "320000"
APPLICANT = ("name", "mobile", "email", "county", "township", "unit", "department", "account")
"""What an applicant says of himself (R1)."""


def enrol_officer(command: EnrolOfficer, uow: Work) -> Mapping[str, Any]:
    """R1: by the platform only; the name is kept apart from events."""
    require_operator(uow.actor)
    officer = uow.load(OFFICER, command.officer_id)
    uow.append(officer, domain.enrol(officer.state, command))
    uow.remember_person(command.officer_id, {"name": command.name})
    return {"officer_id": command.officer_id}


def apply_for_account(command: ApplyForAccount, uow: Work) -> Mapping[str, Any]:
    """R1: by whom the EPBs' portal has signed on; what he says of himself is kept apart from events."""
    require_epb(uow.actor)
    application, officer = uow.load(APPLICATION, command.by), uow.load(OFFICER, command.by)
    person_id = applicant_id(command.by)
    applied = uow.append(application, domain.apply_for_account(officer.state, command, person_id=person_id))
    uow.remember_person(person_id, {name: getattr(command, name) for name in APPLICANT})
    return {"officer_id": command.by, "state": applied.state.state}


def approve(command: Approve, uow: Work) -> Mapping[str, Any]:
    """R4, R5, R7."""
    task, in_charge = _task_in_scope(command.submission_id, uow)
    return _answer(uow.append(task, domain.approve(task.state, command, in_charge=in_charge)))


def return_(command: Return, uow: Work) -> Mapping[str, Any]:
    """R4, R5, R7."""
    task, _ = _task_in_scope(command.submission_id, uow)
    return _answer(uow.append(task, domain.return_(task.state, command)))


def revoke(command: Revoke, uow: Work) -> Mapping[str, Any]:
    """A2, R7."""
    task, _ = _task_in_scope(command.submission_id, uow)
    return _answer(uow.append(task, domain.revoke(task.state, command)))


def _answer(task: Loaded[TaskState]) -> Mapping[str, Any]:
    return {"submission_id": task.key, "state": task.state.state}


def _task_in_scope(submission_id: str, uow: Work) -> tuple[Loaded[TaskState], bool]:
    """The task, and whether the officer's own bureau is in charge; officers are checked against review's own state.

    Raises:
        Forbidden: no officer, or of another region.
        NotFound: no such task.
    """
    require_epb(uow.actor)  # another realm's person may bear an officer's id
    officer = known_officer(uow.load(OFFICER, uow.actor.id))
    task = uow.load(TASK, submission_id)
    if not task.exists:
        raise NotFound("task.unknown")
    # Until the discharger's own record has arrived, only the province can tell that it is in its region.
    region = uow.load(DISCHARGER, task.state.discharger_id).state.region or WHOLE_PROVINCE
    if not region_covers(officer.region, region):
        raise Forbidden("actor.outside-region")
    return task, officer.region == region


def require_epb(actor: Actor) -> None:
    """Let only persons of the EPBs' portal go on.

    Raises:
        Forbidden: anyone else asks.
    """
    if actor.realm is not Realm.EPB:
        raise Forbidden("actor.officer-only")


def applicant_id(officer_id: str) -> str:
    """The id that an applicant's personal data are kept under."""
    return f"applicant:{officer_id}"


def known_officer(officer: Loaded[OfficerState]) -> OfficerState:
    """The officer, if the portal has granted him this application (R1).

    Raises:
        Forbidden: it has not.
    """
    if not officer.exists or not domain.may_work(officer.state):
        raise Forbidden("officer.unknown")
    return officer.state


# --- policies: what other services' messages lead to


def note_discharger(message: Message, uow: Work) -> None:
    """``EnterpriseRevised``: who is in charge."""
    payload = message.payload
    noted = DischargerNoted(payload["discharger_id"], payload["name"], payload["region"], payload["bureau"])
    discharger = uow.load(DISCHARGER, noted.discharger_id)
    uow.append(discharger, domain.note_discharger(discharger.state, noted))


def open_plan_task(message: Message, uow: Work) -> None:
    """``PlanSubmitted`` (R4)."""
    _open(message, uow, "plan", message.payload["plan_id"], message.payload["title"])


def open_abnormal_task(message: Message, uow: Work) -> None:
    """``AbnormalRegistered`` (R5)."""
    _open(message, uow, "abnormal", message.payload["registration_id"], message.payload["reason"])


def withdraw(message: Message, uow: Work) -> None:
    """``PlanWithdrawalAsked`` (P3)."""
    command = Withdraw(at=uow.now, by=uow.actor.id, command_id=message.event_id, submission_id=message.payload["submission_id"])
    task = uow.load(TASK, command.submission_id)
    uow.append(task, domain.withdraw(task.state, command))


def _open(message: Message, uow: Work, subject: str, subject_id: str, title: str) -> None:
    payload = dict(message.payload)
    command = OpenTask(
        at=from_data(datetime, payload["submitted_at"]),
        by=uow.actor.id,
        command_id=message.event_id,
        submission_id=payload["submission_id"],
        subject=subject,
        subject_id=subject_id,
        discharger_id=payload["discharger_id"],
        title=title,
        digest=payload["digest"],
        submission=payload,
    )
    task = uow.load(TASK, command.submission_id)
    uow.append(task, domain.open_task(task.state, command))
