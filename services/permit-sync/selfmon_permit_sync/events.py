"""What happens in permit-sync. Stored types are ``permit-sync.<name>``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfmon_shared.kernel.events import EventTypes

types = EventTypes("permit-sync")


@types.event("permit-received")
@dataclass(frozen=True)
class PermitReceived:
    """A revision of a permit in force. ``content`` is the record in canonical order, ``digest`` (SM3) that of its canonical text."""

    number: str
    discharger_id: str
    region: str
    revision: int
    national_at: datetime
    digest: str
    content: dict[str, Any]


@types.event("permit-ended")
@dataclass(frozen=True)
class PermitEnded:
    """A revision by which a permit is no longer in force; ``kind``: cancelled 注销, withdrawn 撤销 or off the list, revoked 吊销."""

    number: str
    discharger_id: str
    region: str
    revision: int
    kind: str
    national_at: datetime
    digest: str
    content: dict[str, Any]


@types.event("page-taken")
@dataclass(frozen=True)
class PageTaken:
    """A page of the permit list was received; ``cursor`` asks for what comes after it. ``more``: the list goes on.

    Of its records, ``revised`` made a new revision, ``unchanged`` said nothing new, ``outdated`` were older than what is known already,
    and ``malformed`` could not be read.
    """

    cursor: str
    more: bool
    revised: int
    unchanged: int
    outdated: int
    malformed: int


@types.event("intake-interrupted")
@dataclass(frozen=True)
class IntakeInterrupted:
    """The permit list could not be received to its end; told once until a page is taken again."""

    reason: str


@types.event("record-malformed")
@dataclass(frozen=True)
class RecordMalformed:
    """A record that could not be read was set aside with the reasons; ``digest`` is that of the record as sent."""

    digest: str
    number: str | None
    problems: tuple[str, ...]


@types.event("record-mended")
@dataclass(frozen=True)
class RecordMended:
    """The permit of a record that was set aside has arrived in a readable form."""


@types.event("resync-requested")
@dataclass(frozen=True)
class ResyncRequested:
    """A permit is to be fetched anew (N3), because of a discrepancy report or at an operator's wish."""

    number: str
    report_id: str | None


@types.event("resync-answered")
@dataclass(frozen=True)
class ResyncAnswered:
    """The permit was fetched anew; ``outcome``: revised, unchanged, outdated, malformed, or absent from the national platform."""

    outcome: str
    revision: int


@types.event("upload-requested")
@dataclass(frozen=True)
class UploadRequested:
    """Something is to be sent to the national platform."""

    upload_id: str
    kind: str
    subject_id: str
    discharger_id: str
    permit_number: str | None
    content: dict[str, Any]
    document: str | None


@types.event("upload-acknowledged")
@dataclass(frozen=True)
class UploadAcknowledged:
    """The national platform has given its receipt; ``lines`` are those that it refused, each with ``line`` and ``reason``."""

    client_id: str
    receipt: str
    acknowledged_at: datetime
    lines: tuple[dict[str, str], ...]


@types.event("upload-refused")
@dataclass(frozen=True)
class UploadRefused:
    """The national platform has taken nothing of it; ``code`` is its own."""

    client_id: str
    code: str
    reason: str
    lines: tuple[dict[str, str], ...]


@types.event("upload-retried")
@dataclass(frozen=True)
class UploadRetried:
    """A refused upload is to be sent again, as attempt number ``attempt``."""

    attempt: int


@types.event("discharger-noted")
@dataclass(frozen=True)
class DischargerNoted:
    """Where enterprise says that the discharger lies: who may see its uploads (R7)."""

    discharger_id: str
    region: str
