"""What permit-sync decides: what a received record changes (N1, N3), and where an upload stands (N2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from selfmon_permit_sync.commands import RequestResync, RequestUpload
from selfmon_permit_sync.events import (
    DischargerNoted,
    IntakeInterrupted,
    PageTaken,
    PermitEnded,
    PermitReceived,
    RecordMalformed,
    RecordMended,
    ResyncAnswered,
    ResyncRequested,
    UploadAcknowledged,
    UploadRefused,
    UploadRequested,
    UploadRetried,
)
from selfmon_permit_sync.national import ApplicationKind, LineRefusal, MalformedRecord, PermitRecord, Receipt, Refusal
from selfmon_shared.kernel import steps
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Conflict, NotFound
from selfmon_shared.kernel.steps import NextStep
from selfmon_shared.kernel.uscc import PermitNumber

NONE = "none"

# --- permits

IN_FORCE, ENDED = "in-force", "ended"

REVISED, UNCHANGED, OUTDATED, MALFORMED, ABSENT = "revised", "unchanged", "outdated", "malformed", "absent"
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class PermitState:
    """A permit's newest revision, the digest of its content, its time at the nation. One that has ended may come back."""

    state: str = NONE
    revision: int = 0
    digest: str = ""
    national_at: datetime = _LONG_AGO


def evolve_permit(permit: PermitState, event: Any) -> PermitState:
    """A permit after an event."""
    match event:
        case PermitReceived():
            return PermitState(IN_FORCE, event.revision, event.digest, event.national_at)
        case PermitEnded():
            return PermitState(ENDED, event.revision, event.digest, event.national_at)
        case _:
            return permit


PERMIT = Aggregate("permit", PermitState(), evolve_permit)


def content_digest(record: PermitRecord) -> str:
    """The SM3 digest of what a record says, whatever the order of its outlets and lines."""
    return sm3(canonical_json(record.canonical()))


def judge(permit: PermitState, record: PermitRecord) -> str:
    """What a record is beside what is known: ``revised``, ``unchanged``, or ``outdated`` (a page that was sent late)."""
    if content_digest(record) == permit.digest:
        return UNCHANGED
    return OUTDATED if record.timestamp < permit.national_at else REVISED


def receive(permit: PermitState, record: PermitRecord, region: str) -> list[Any]:
    """N1: keep a record as the permit's next revision; one that says nothing new, or something older, adds nothing."""
    if judge(permit, record) != REVISED:
        return []
    content = record.canonical()
    kept: dict[str, Any] = {
        "number": record.number,
        "discharger_id": PermitNumber(record.number).discharger_id,
        "region": region,
        "revision": permit.revision + 1,
        "national_at": record.timestamp,
        "digest": sm3(canonical_json(content)),
        "content": content,
    }
    kind = ending(record)
    return [PermitReceived(**kept) if kind is None else PermitEnded(kind=kind, **kept)]


def ending(record: PermitRecord) -> str | None:
    """How a record ends its permit: cancelled, withdrawn, revoked; None if the permit is in force. Off the list counts as withdrawn."""
    if record.application_kind.ends_permit:
        return record.application_kind.value
    return ApplicationKind.WITHDRAWN.value if record.deleted else None


# --- the permit list


@dataclass(frozen=True)
class IntakeDay:
    """The intake of one day; what it has come to stands in the read table, since the list has no end."""


def evolve_intake(day: IntakeDay, _event: Any) -> IntakeDay:
    """A day of intake after an event: its stream is a journal."""
    return day


INTAKE = Aggregate("intake", IntakeDay(), evolve_intake)


@dataclass(frozen=True)
class Progress:
    """How far the list has been received: the cursor for what comes next, whether its end was reached, and why the last try failed."""

    cursor: str | None = None
    in_step: bool = False
    problem: str | None = None


def take_page(progress: Progress, asked_with: str | None, page: PageTaken) -> list[Any]:
    """N1: move on behind a page that was taken. One that another worker has been past already, or that says nothing new, adds nothing."""
    if progress.cursor != asked_with:
        return []
    nothing_new = (page.cursor, not page.more, None) == (progress.cursor, progress.in_step, progress.problem)
    return [] if nothing_new and not (page.revised or page.malformed) else [page]


def interrupt(progress: Progress, reason: str) -> list[Any]:
    """N1: note why the list could not be received; once, not at every try."""
    return [] if progress.problem == reason else [IntakeInterrupted(reason)]


# --- records that could not be read


@dataclass(frozen=True)
class QuarantineState:
    """The record that is set aside for a permit (or by itself, where not even the number was readable); empty if none is."""

    digest: str = ""


def evolve_quarantine(quarantine: QuarantineState, event: Any) -> QuarantineState:
    """What is set aside after an event."""
    match event:
        case RecordMalformed():
            return QuarantineState(event.digest)
        case RecordMended():
            return QuarantineState()
        case _:
            return quarantine


QUARANTINE = Aggregate("quarantine", QuarantineState(), evolve_quarantine)


def quarantine_key(record: MalformedRecord) -> str:
    """Where a record is set aside: under its permit's number, else under its own digest."""
    return record.number or record.digest


def set_aside(quarantine: QuarantineState, record: MalformedRecord) -> list[Any]:
    """N1: keep the reasons; the same record again adds nothing."""
    return [] if quarantine.digest == record.digest else [RecordMalformed(record.digest, record.number, record.problems)]


def mend(quarantine: QuarantineState) -> list[Any]:
    """N1: the permit has arrived in a readable form."""
    return [RecordMended()] if quarantine.digest else []


# --- resync requests

OPEN, ANSWERED = "open", "answered"

RESYNC_MOVES: Mapping[str, frozenset[str]] = {
    NONE: frozenset({OPEN}),
    OPEN: frozenset({ANSWERED}),
    ANSWERED: frozenset({OPEN}),
}


@dataclass(frozen=True)
class ResyncState:
    """Whether a permit is waiting to be fetched anew."""

    state: str = NONE


def evolve_resync(resync: ResyncState, event: Any) -> ResyncState:
    """A resync after an event."""
    match event:
        case ResyncRequested():
            return ResyncState(OPEN)
        case ResyncAnswered():
            return ResyncState(ANSWERED)
        case _:
            return resync


RESYNC = Aggregate("resync", ResyncState(), evolve_resync)


def request_resync(resync: ResyncState, command: RequestResync) -> list[Any]:
    """N3: have the permit fetched anew; while that is under way already, nothing is added."""
    return [ResyncRequested(command.permit_number, command.report_id)] if OPEN in RESYNC_MOVES[resync.state] else []


def answer_resync(resync: ResyncState, outcome: str, revision: int) -> list[Any]:
    """N3: what the national platform had."""
    return [ResyncAnswered(outcome, revision)] if ANSWERED in RESYNC_MOVES[resync.state] else []


# --- dischargers


@dataclass(frozen=True)
class DischargerState:
    """Where a discharger lies; empty until enterprise has said it."""

    region: str = ""


def evolve_discharger(discharger: DischargerState, event: Any) -> DischargerState:
    """A discharger after an event."""
    return DischargerState(event.region) if isinstance(event, DischargerNoted) else discharger


DISCHARGER = Aggregate("discharger", DischargerState(), evolve_discharger)


def note_discharger(discharger: DischargerState, noted: DischargerNoted) -> list[Any]:
    """R7: note where it lies, if that is new."""
    return [] if discharger.region == noted.region else [noted]


# --- uploads

WAITING, ACKNOWLEDGED, REFUSED = "waiting", "acknowledged", "refused"

UPLOAD_MOVES: Mapping[str, frozenset[str]] = {
    NONE: frozenset({WAITING}),
    WAITING: frozenset({ACKNOWLEDGED, REFUSED}),
    ACKNOWLEDGED: frozenset(),
    REFUSED: frozenset({WAITING}),
}


@dataclass(frozen=True)
class UploadState:
    """One thing on its way up; ``attempt`` counts from 1 and grows with each retry after a refusal."""

    state: str = NONE
    kind: str = ""
    subject_id: str = ""
    discharger_id: str = ""
    attempt: int = 0


def evolve_upload(upload: UploadState, event: Any) -> UploadState:
    """An upload after an event."""
    match event:
        case UploadRequested():
            return UploadState(WAITING, event.kind, event.subject_id, event.discharger_id, 1)
        case UploadAcknowledged():
            return replace(upload, state=ACKNOWLEDGED)
        case UploadRefused():
            return replace(upload, state=REFUSED)
        case UploadRetried():
            return replace(upload, state=WAITING, attempt=event.attempt)
        case _:
            return upload


UPLOAD = Aggregate("upload", UploadState(), evolve_upload)


def upload_id(kind: str, subject_id: str, version: str) -> str:
    """The id of an upload: the same for the same thing in the same version, so that nothing is sent twice with effect (N2)."""
    return f"{kind}-{sm3(canonical_json([kind, subject_id, version]))[:40]}"


def client_id(upload: str, attempt: int) -> str:
    """The id that the national platform knows an attempt by: what was refused is sent again under another one."""
    return upload if attempt == 1 else f"{upload}.{attempt}"


def request_upload(upload: UploadState, command: RequestUpload) -> list[Any]:
    """N2: note what the nation is to have; again is nothing new."""
    if upload.state != NONE:
        return []
    requested = UploadRequested(
        upload_id=command.upload_id,
        kind=command.kind,
        subject_id=command.subject_id,
        discharger_id=command.discharger_id,
        permit_number=command.permit_number,
        content=command.content,
        document=command.document,
    )
    return [requested]


def settle_upload(upload: UploadState, of_upload: str, outcome: Receipt | Refusal) -> list[Any]:
    """N2: keep the receipt or the refusal of the attempt that is under way; another attempt's changes nothing."""
    if ACKNOWLEDGED not in UPLOAD_MOVES[upload.state] or outcome.client_id != client_id(of_upload, upload.attempt):
        return []
    if isinstance(outcome, Receipt):
        return [UploadAcknowledged(outcome.client_id, outcome.number, outcome.received_at, _lines(outcome.refused_lines))]
    return [UploadRefused(outcome.client_id, outcome.code, outcome.text, _lines(outcome.lines))]


def _lines(refused: tuple[LineRefusal, ...]) -> tuple[dict[str, str], ...]:
    return tuple({"line": line.line, "reason": line.text} for line in refused)


def retry_upload(upload: UploadState) -> list[Any]:
    """N2: send again what was refused.

    Raises:
        NotFound: there is no such upload.
        Conflict: it was not refused.
    """
    if upload.state == NONE:
        raise NotFound("upload.unknown")
    if WAITING not in UPLOAD_MOVES[upload.state]:
        raise Conflict("upload.not-refused")
    return [UploadRetried(upload.attempt + 1)]


def moves(state: str) -> list[str]:
    """N2: the commands that the enterprise may give an upload now."""
    return ["retry-upload"] if state == REFUSED and WAITING in UPLOAD_MOVES[state] else []


def next_steps(waiting: int, acknowledged: int, refused: int, reason: str | None) -> list[NextStep]:
    """N2: what the national platform has refused is to be corrected and sent again; nothing where nothing was ever sent.

    ``reason`` is why the newest of the ``refused`` uploads was.
    """

    def step(state: str, why: str | None, count: int | None = None) -> list[NextStep]:
        return [NextStep("uploads", "国家平台上传", state, ("N2",), why, count=count)]

    if refused:
        return step(steps.RETURNED, f"国家平台退回 {refused} 次上传：{reason}", refused)
    if waiting:
        return step(steps.WAITING, f"有 {waiting} 次上传等待国家平台回执", waiting)
    return step(steps.DONE, None) if acknowledged else []
