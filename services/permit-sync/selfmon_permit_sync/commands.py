"""What permit-sync is asked to do."""

from dataclasses import dataclass
from typing import Any

from selfmon_shared.kernel.aggregate import Command


@dataclass(frozen=True, kw_only=True)
class ReceivePermits(Command):
    """N1: receive what is new now, not only when it is due."""


@dataclass(frozen=True, kw_only=True)
class RequestResync(Command):
    """N3; ``report_id`` is the discrepancy report that asks for it, if one does."""

    permit_number: str
    report_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RetryUpload(Command):
    """N2."""

    upload_id: str


@dataclass(frozen=True, kw_only=True)
class RequestUpload(Command):
    """N2: something has taken effect, or was recorded, that the nation is to have.

    ``content`` is what is sent, as plain data; ``document`` the blob digest of the file that goes with it.
    """

    upload_id: str
    kind: str
    subject_id: str
    discharger_id: str
    permit_number: str | None
    content: dict[str, Any]
    document: str | None = None
