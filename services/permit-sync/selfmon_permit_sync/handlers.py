"""Permit-sync's command handlers, policies, and the decisions of its tasks."""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, Protocol

from selfmon_permit_sync import domain
from selfmon_permit_sync.commands import ReceivePermits, RequestResync, RequestUpload, RetryUpload
from selfmon_permit_sync.domain import DISCHARGER, INTAKE, PERMIT, QUARANTINE, RESYNC, UPLOAD, Progress
from selfmon_permit_sync.events import DischargerNoted, PageTaken
from selfmon_permit_sync.national import MalformedRecord, PermitPage, PermitRecord, Receipt, Refusal
from selfmon_permit_sync.translation import number_problem, problems_of, region_of
from selfmon_shared.kernel.actor import require_enterprise, require_operator
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.contract import Message
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Invalid, NotFound
from selfmon_shared.kernel.periods import day_of
from selfmon_shared.kernel.work import UnitOfWork

RECEIVE, RESYNC_PERMIT, SEND = "receive-permits", "resync-permit", "send-upload"


class Reads(Protocol):
    """Look-ups in permit-sync's read tables."""

    def progress(self) -> Progress:
        """How far the permit list has been received."""
        ...

    def set_aside(self) -> Set[str]:
        """The keys under which records that could not be read are set aside."""
        ...

    def permit_of(self, discharger_id: str) -> str | None:
        """The number of the discharger's newest permit, those in force first; None if it has none."""
        ...


Work = UnitOfWork[Reads]


# --- commands


def receive_permits(_command: ReceivePermits, uow: Work) -> Mapping[str, Any]:
    """N1: by operators; the list is received at once."""
    require_operator(uow.actor)
    uow.schedule(RECEIVE, "requested")
    return {}


def request_resync(command: RequestResync, uow: Work) -> Mapping[str, Any]:
    """N3: by operators."""
    require_operator(uow.actor)
    if problem := number_problem(command.permit_number):
        raise Invalid("input.invalid", fields={"permit_number": [problem]})
    if not uow.load(PERMIT, command.permit_number).exists:
        raise NotFound("permit.unknown")
    _request_resync(command, uow)
    return {}


def retry_upload(command: RetryUpload, uow: Work) -> Mapping[str, Any]:
    """N2: by the discharger's own enterprise, or an operator."""
    upload = uow.load(UPLOAD, command.upload_id)
    if not upload.exists:
        raise NotFound("upload.unknown")
    if not uow.actor.is_internal:
        require_enterprise(uow.actor, upload.state.discharger_id)
    uow.append(upload, domain.retry_upload(upload.state))
    uow.schedule(SEND, command.upload_id)
    return {}


# --- what the tasks decide


def take_page(asked_with: str | None, page: PermitPage, uow: Work) -> Mapping[str, Any]:
    """N1: keep the records of a page and the cursor behind it, all in this unit of work; what cannot be read is set aside."""
    outcomes = Counter(take_record(record, uow).outcome for record in page.records)
    taken = PageTaken(
        cursor=page.next_cursor,
        more=page.more,
        revised=outcomes[domain.REVISED],
        unchanged=outcomes[domain.UNCHANGED],
        outdated=outcomes[domain.OUTDATED],
        malformed=outcomes[domain.MALFORMED],
    )
    uow.append(uow.load(INTAKE, _day(uow)), domain.take_page(uow.reads.progress(), asked_with, taken))
    return dict(outcomes)


def interrupt_intake(reason: str, uow: Work) -> Mapping[str, Any]:
    """N1: the list could not be received to its end."""
    uow.append(uow.load(INTAKE, _day(uow)), domain.interrupt(uow.reads.progress(), reason))
    return {}


def answer_resync(number: str, record: PermitRecord | MalformedRecord | None, uow: Work) -> Mapping[str, Any]:
    """N3: keep what the national platform has of one permit; that it has none does not end the permit, only the list does."""
    taken = Taken(domain.ABSENT) if record is None else take_record(record, uow)
    resync = uow.load(RESYNC, number)
    uow.append(resync, domain.answer_resync(resync.state, taken.outcome, taken.revision))
    return {"outcome": taken.outcome}


def settle_upload(upload_id: str, outcome: Receipt | Refusal, uow: Work) -> Mapping[str, Any]:
    """N2: keep what the national platform has answered."""
    upload = uow.load(UPLOAD, upload_id)
    settled = uow.append(upload, domain.settle_upload(upload.state, upload_id, outcome))
    return {"state": settled.state.state}


@dataclass(frozen=True)
class Taken:
    """What became of a record, and the permit's newest revision after it (0: none)."""

    outcome: str
    revision: int = 0


def take_record(record: PermitRecord | MalformedRecord, uow: Work) -> Taken:
    """N1: keep one record, or set it aside with the reasons for which it cannot be taken over."""
    if isinstance(record, MalformedRecord):
        return _set_aside(record, uow)
    permit = uow.load(PERMIT, record.number)
    outcome = domain.judge(permit.state, record)
    if outcome == domain.REVISED:
        region = region_of(record)
        problems = problems_of(record)
        if problems or region is None:
            return _set_aside(MalformedRecord(domain.content_digest(record), record.number, problems), uow)
        permit = uow.append(permit, domain.receive(permit.state, record, region))
    if outcome != domain.OUTDATED and record.number in uow.reads.set_aside():
        quarantine = uow.load(QUARANTINE, record.number)
        uow.append(quarantine, domain.mend(quarantine.state))
    return Taken(outcome, permit.state.revision)


def _set_aside(record: MalformedRecord, uow: Work) -> Taken:
    quarantine = uow.load(QUARANTINE, domain.quarantine_key(record))
    uow.append(quarantine, domain.set_aside(quarantine.state, record))
    return Taken(domain.MALFORMED)


def _day(uow: Work) -> str:
    return day_of(uow.now).isoformat()


# --- policies: what other services' messages lead to


def follow_discrepancy(message: Message, uow: Work) -> None:
    """``DiscrepancyReported`` (E3, N3): fetch the permit anew; for a firm without one, look at once whether it has been sent (N4)."""
    number = message.payload["permit_number"]
    if number is None or number_problem(number):
        uow.schedule(RECEIVE, "requested")
        return
    command = RequestResync(
        at=uow.now,
        by=uow.actor.id,
        command_id=message.event_id,
        permit_number=number,
        report_id=message.payload["report_id"],
    )
    _request_resync(command, uow)


def note_discharger(message: Message, uow: Work) -> None:
    """``EnterpriseRevised``: where the discharger lies (R7)."""
    noted = DischargerNoted(message.payload["discharger_id"], message.payload["region"])
    discharger = uow.load(DISCHARGER, noted.discharger_id)
    uow.append(discharger, domain.note_discharger(discharger.state, noted))


def upload_plan(message: Message, uow: Work) -> None:
    """``PlanTookEffect`` (N2): the plan goes up with its document."""
    content = {name: value for name, value in message.payload.items() if name != "document"}
    _request_upload(message, uow, "plan", message.payload["plan_id"], message.payload["digest"], content)


def upload_results(message: Message, uow: Work) -> None:
    """``ResultsRecorded`` (N2): the batch goes up; its values are fetched when it is sent."""
    _request_upload(message, uow, "results", message.payload["batch_id"], message.payload["merkle_root"], dict(message.payload))


def upload_abnormal(message: Message, uow: Work) -> None:
    """``AbnormalTookEffect``, ``AbnormalEnded``, ``AbnormalRevoked`` (N2): the registration, and what becomes of it later."""
    content = {**message.payload, "change": _ABNORMAL_CHANGES[message.type]}
    _request_upload(message, uow, "abnormal", message.payload["registration_id"], sm3(canonical_json(content)), content)


_ABNORMAL_CHANGES: Mapping[str, str] = {"AbnormalTookEffect": "in-force", "AbnormalEnded": "ended", "AbnormalRevoked": "revoked"}


def _request_resync(command: RequestResync, uow: Work) -> None:
    resync = uow.load(RESYNC, command.permit_number)
    if events := domain.request_resync(resync.state, command):
        uow.append(resync, events)
        uow.schedule(RESYNC_PERMIT, command.permit_number)


def _request_upload(message: Message, uow: Work, kind: str, subject_id: str, version: str, content: Mapping[str, Any]) -> None:
    discharger_id = message.payload["discharger_id"]
    command = RequestUpload(
        at=uow.now,
        by=uow.actor.id,
        command_id=message.event_id,
        upload_id=domain.upload_id(kind, subject_id, version),
        kind=kind,
        subject_id=subject_id,
        discharger_id=discharger_id,
        permit_number=uow.reads.permit_of(discharger_id),
        content=dict(content),
        document=message.payload.get("document") if kind == "plan" else None,
    )
    upload = uow.load(UPLOAD, command.upload_id)
    if events := domain.request_upload(upload.state, command):
        uow.append(upload, events)
        uow.schedule(SEND, command.upload_id)
