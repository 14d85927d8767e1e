"""Permit-sync's read tables, event by event."""

from typing import Any

from sqlalchemy import Connection, delete, update

from selfmon_permit_sync import domain
from selfmon_permit_sync.events import (
    DischargerNoted,
    IntakeInterrupted,
    PageTaken,
    PermitEnded,
    PermitReceived,
    RecordMalformed,
    RecordMended,
    UploadAcknowledged,
    UploadRefused,
    UploadRequested,
    UploadRetried,
)
from selfmon_permit_sync.tables import dischargers, intake, permits, quarantine, uploads
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.events import Recorded

PERMITS = "permits"


def project(recorded: Recorded, connection: Connection) -> None:
    """Bring the read tables up to an event."""
    match recorded.data:
        case PermitReceived() | PermitEnded() as event:
            _permit(event, connection)
        case PageTaken() as event:
            row = {"list": PERMITS, "cursor": event.cursor, "in_step": not event.more, "problem": None}
            upsert(connection, intake, ["list"], [row])
        case IntakeInterrupted() as event:
            row = {"list": PERMITS, "cursor": None, "in_step": False, "problem": event.reason}
            upsert(connection, intake, ["list"], [row], keep=["cursor"])
        case RecordMalformed() as event:
            found = {**vars(event), "problems": canonical_json(list(event.problems)), "received_at": recorded.recorded_at}
            upsert(connection, quarantine, ["key"], [{"key": _key(recorded, "quarantine"), **found}])
        case RecordMended():
            connection.execute(delete(quarantine).where(quarantine.c.key == _key(recorded, "quarantine")))
        case DischargerNoted() as event:
            upsert(connection, dischargers, ["discharger_id"], [dict(vars(event))])
        case _:
            _project_upload(recorded, connection)


def _project_upload(recorded: Recorded, connection: Connection) -> None:
    values: dict[str, Any]
    match recorded.data:
        case UploadRequested() as event:
            row = {**vars(event), "content": canonical_json(event.content), "state": domain.WAITING, "attempt": 1, "lines": "[]"}
            connection.execute(uploads.insert(), {**row, "requested_at": recorded.recorded_at})
        case UploadAcknowledged() as event:
            # What has been taken is not sent again: its content stays in the log alone.
            values = {"state": domain.ACKNOWLEDGED, "receipt": event.receipt, "lines": canonical_json(list(event.lines)), "content": "{}"}
            _settle(recorded, connection, values)
        case UploadRefused() as event:
            values = {"state": domain.REFUSED, "reason": event.reason, "lines": canonical_json(list(event.lines))}
            _settle(recorded, connection, values)
        case UploadRetried() as event:
            values = {"state": domain.WAITING, "attempt": event.attempt, "reason": None, "lines": "[]", "settled_at": None}
            _update_upload(recorded, connection, values)


def _permit(event: PermitReceived | PermitEnded, connection: Connection) -> None:
    state = domain.IN_FORCE if isinstance(event, PermitReceived) else domain.ENDED
    row = {name: getattr(event, name) for name in ("number", "discharger_id", "region", "revision", "national_at")}
    upsert(connection, permits, ["number"], [{**row, "state": state}])


def _settle(recorded: Recorded, connection: Connection, values: dict[str, Any]) -> None:
    _update_upload(recorded, connection, {**values, "settled_at": recorded.recorded_at})


def _update_upload(recorded: Recorded, connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(update(uploads).where(uploads.c.upload_id == _key(recorded, "upload")).values(**values))


def _key(recorded: Recorded, category: str) -> str:
    return recorded.stream.removeprefix(f"{category}-")
