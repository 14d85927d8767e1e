"""Data's read tables, event by event."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, update

from selfmon_data.domain import registrations as rules
from selfmon_data.events import (
    AbnormalEnded,
    AbnormalReturned,
    AbnormalRevoked,
    AbnormalSubmitted,
    AbnormalTookEffect,
    DischargerNoted,
    PermitEndNoted,
    PlanNoted,
    UploadNoted,
    ValueExplained,
    ValuesRecorded,
)
from selfmon_data.tables import batches, dischargers, explanations, plans, registrations, results
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.codec import canonical_json, to_data
from selfmon_shared.kernel.events import Recorded
from selfmon_shared.kernel.limits import Measured


def project(recorded: Recorded, connection: Connection) -> None:
    """Bring the read tables up to an event."""
    match recorded.data:
        case DischargerNoted() as event:
            row = {"discharger_id": event.discharger_id, "name": event.name, "region": event.region, "permit_ended_at": None}
            upsert(connection, dischargers, ["discharger_id"], [row], keep=["permit_ended_at"])
        case PermitEndNoted() as event:
            discharger_id = recorded.stream.removeprefix("discharger-")
            ended = {"discharger_id": discharger_id, "name": "", "region": "", "permit_ended_at": event.ended_at}
            upsert(connection, dischargers, ["discharger_id"], [ended], keep=["name", "region"])
        case PlanNoted() as event:
            facts = {"discharger_id": event.discharger_id, "version": event.version, "in_force_from": event.in_force_from}
            upsert(connection, plans, ["plan_id"], [{"plan_id": event.plan_id, **facts, "snapshot": canonical_json(to_data(event))}])
        case ValuesRecorded() as event:
            _record(recorded, event, connection)
        case ValueExplained() as event:
            by = {"explained_at": recorded.recorded_at, "explained_by": recorded.origin.actor}
            upsert(connection, explanations, ["item_id", "hour"], [{**vars(event), **by}])
        case UploadNoted() as event:
            _note_upload(event, connection)
        case AbnormalSubmitted() | AbnormalTookEffect() | AbnormalReturned() | AbnormalEnded() | AbnormalRevoked():
            _project_registration(recorded, connection)


def _record(recorded: Recorded, event: ValuesRecorded, connection: Connection) -> None:
    batch = {"batch_id": event.batch_id, "discharger_id": event.discharger_id, "period_kind": event.period_kind}
    monitoring = None if event.monitoring is None else canonical_json(to_data(event.monitoring))
    sealed = {"merkle_root": event.merkle_root, "recorded_at": recorded.recorded_at, "monitoring": monitoring}
    upload = {"upload_state": None, "receipt": None, "upload_reason": None, "refused_lines": None}
    upsert(connection, batches, ["batch_id"], [{**batch, **sealed, **upload}])
    corrected = [{"an_item": value.item_id, "a_time": value.time} for value in event.values if value.revision > 1]
    if corrected:
        of_value = (results.c.item_id == bindparam("an_item")) & (results.c.time == bindparam("a_time"))
        older = update(results).where(of_value, results.c.period_kind == event.period_kind).values(current=False)
        connection.execute(older, corrected)
    items = {item.item_id: vars(item) for item in event.items}
    by = {"batch_id": event.batch_id, "recorded_at": recorded.recorded_at, "recorded_by": recorded.origin.actor, "current": True}
    of_batch = {"discharger_id": event.discharger_id, "period_kind": event.period_kind, **by}
    rows = [
        {**of_batch, **items[value.item_id], **vars(value), "number": _number(value.value), "ordinal": ordinal}
        for ordinal, value in enumerate(event.values)
    ]
    upsert(connection, results, ["item_id", "period_kind", "time", "revision"], rows)


def _number(value: str) -> Decimal:
    return Measured.parse(value).value


def _note_upload(event: UploadNoted, connection: Connection) -> None:
    noted = {"upload_state": event.state, "receipt": event.receipt, "upload_reason": event.reason}
    if event.kind == "results":
        of_batch = batches.c.batch_id == event.subject_id
        connection.execute(update(batches).where(of_batch).values(**noted, refused_lines=canonical_json(event.lines)))
    else:
        connection.execute(update(registrations).where(registrations.c.registration_id == event.subject_id).values(**noted))


def _project_registration(recorded: Recorded, connection: Connection) -> None:
    match recorded.data:
        case AbnormalSubmitted() as event:
            said = {name: value for name, value in vars(event).items() if name != "digest"}
            lists = {"point_ids": canonical_json(list(event.point_ids)), "item_ids": canonical_json(list(event.item_ids))}
            open_ = {"state": rules.SUBMITTED, "submitted_at": recorded.recorded_at, "decided_at": None, "returned_reason": None}
            upload = {"upload_state": None, "receipt": None, "upload_reason": None}
            upsert(connection, registrations, ["registration_id"], [{**said, **lists, **open_, **upload}])
        case AbnormalTookEffect():
            _change(recorded, connection, state=rules.IN_FORCE, decided_at=recorded.recorded_at)
        case AbnormalReturned() as event:
            _change(recorded, connection, state=rules.RETURNED, decided_at=recorded.recorded_at, returned_reason=event.reason)
        case AbnormalEnded() as event:
            _change(recorded, connection, state=rules.ENDED, ends_at=event.ends_at)
        case AbnormalRevoked() as event:
            _change(recorded, connection, state=rules.REVOKED, decided_at=recorded.recorded_at, returned_reason=event.reason)


def _change(recorded: Recorded, connection: Connection, **values: Any) -> None:
    registration_id = recorded.stream.removeprefix("registration-")
    connection.execute(update(registrations).where(registrations.c.registration_id == registration_id).values(**values))
