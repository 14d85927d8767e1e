"""The append-only log of one service and its outbox."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from selfmon_shared.eventstore import tables
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.codec import canonical_json, from_data, to_data
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Conflict, Unavailable
from selfmon_shared.kernel.events import Origin, Recorded


@dataclass(frozen=True)
class OutboxRow:
    """A contract event on its way to the outbox."""

    event_id: str
    source: str
    type: str
    version: int
    key: str
    payload: str
    correlation: str


# One statement, so that the lock which orders all commits is held for one round trip only.
_APPEND_POSTGRES = text(
    """
    WITH head AS (
        UPDATE log_head SET events = events + :event_count, outbox = outbox + :outbox_count WHERE id = 1
        RETURNING events - :event_count AS e0, outbox - :outbox_count AS o0, maintenance
    ), stored AS (
        INSERT INTO events (position, event_id, stream, version, type, schema_version, payload, metadata, recorded_at, digest)
        SELECT head.e0 + e.i, e.event_id, e.stream, e.version, e.type, e.schema_version, e.payload, e.metadata, e.recorded_at, e.digest
        FROM head, json_to_recordset(CAST(:events AS json)) AS e(i int, event_id text, stream text, version int, type text,
             schema_version int, payload text, metadata text, recorded_at timestamptz, digest text)
    ), published AS (
        INSERT INTO outbox (position, event_id, source, type, version, key, payload, correlation, occurred_at)
        SELECT head.o0 + o.i, o.event_id, o.source, o.type, o.version, o.key, o.payload, o.correlation, o.occurred_at
        FROM head, json_to_recordset(CAST(:outbox AS json)) AS o(i int, event_id text, source text, type text, version int, key text,
             payload text, correlation text, occurred_at timestamptz)
    )
    SELECT e0, o0, maintenance FROM head
    """
)
_LOAD_STREAM = select(tables.events).where(tables.events.c.stream == bindparam("wanted")).order_by(tables.events.c.version)
_ADVANCE_SQLITE = (
    update(tables.log_head)
    .where(tables.log_head.c.id == 1)
    .values(events=tables.log_head.c.events + bindparam("event_count"), outbox=tables.log_head.c.outbox + bindparam("outbox_count"))
    .returning(tables.log_head.c.events, tables.log_head.c.outbox, tables.log_head.c.maintenance)
)


def digest_of(row: dict[str, Any]) -> str:
    """SM3 over everything an event row says, but its position (which the seals' chain fixes)."""
    moment = row["recorded_at"].isoformat(timespec="microseconds")
    return sm3(
        canonical_json(
            [row["event_id"], row["stream"], row["version"], row["type"], row["schema_version"], row["payload"], row["metadata"], moment]
        )
    )


def event_row(recorded: Recorded, model: Model) -> dict[str, Any]:
    """The row of an event that is about to be appended."""
    name, schema_version, data = model.types.dump(recorded.data)
    row = {
        "event_id": recorded.event_id,
        "stream": recorded.stream,
        "version": recorded.version,
        "type": name,
        "schema_version": schema_version,
        "payload": canonical_json(data),
        "metadata": canonical_json(to_data(recorded.origin)),
        "recorded_at": recorded.recorded_at,
    }
    return {**row, "digest": digest_of(row)}


def recorded_of(row: Any, model: Model) -> Recorded:
    """The event that a row of ``events`` holds.

    Raises:
        EventTypeUnknown: the row's type or version is not known to this code.
    """
    return Recorded(
        event_id=row.event_id,
        stream=row.stream,
        version=row.version,
        data=model.types.load(row.type, row.schema_version, json.loads(row.payload)),
        origin=from_data(Origin, json.loads(row.metadata)),
        recorded_at=row.recorded_at,
        position=row.position,
    )


def append(connection: Connection, event_rows: Sequence[dict[str, Any]], outbox_rows: Sequence[OutboxRow]) -> int:
    """Give events and outbox rows their gapless positions and write them; must be the transaction's last statement.

    Answers the position of the last event.

    Raises:
        Conflict: a stream already has an event of that version (``record.changed``).
        Unavailable: the service is being rebuilt (``service.maintenance``).
    """
    counts = {"event_count": len(event_rows), "outbox_count": len(outbox_rows)}
    occurred_at = event_rows[0]["recorded_at"] if event_rows else None
    published = [{**vars(row), "occurred_at": occurred_at} for row in outbox_rows]
    try:
        if connection.dialect.name == "sqlite":
            head = connection.execute(_ADVANCE_SQLITE, counts).one()
            first, first_out, maintenance = head.events - counts["event_count"], head.outbox - counts["outbox_count"], head.maintenance
            if event_rows:
                connection.execute(insert(tables.events), [{**row, "position": first + i} for i, row in enumerate(event_rows, 1)])
            if published:
                connection.execute(insert(tables.outbox), [{**row, "position": first_out + i} for i, row in enumerate(published, 1)])
        else:
            values = {**counts, "events": _records(event_rows, "recorded_at"), "outbox": _records(published, "occurred_at")}
            first, _, maintenance = connection.execute(_APPEND_POSTGRES, values).one()
    except IntegrityError as error:
        raise Conflict("record.changed") from error
    if maintenance:
        raise Unavailable("service.maintenance", retry_after=30)
    return int(first) + len(event_rows)


def _records(rows: Sequence[dict[str, Any]], moment: str) -> str:
    return json.dumps([{**row, "i": i, moment: row[moment].isoformat()} for i, row in enumerate(rows, 1)], ensure_ascii=False)


def load_stream(connection: Connection, stream: str, model: Model) -> list[Recorded]:
    """Every event of one stream, in order."""
    return [recorded_of(row, model) for row in connection.execute(_LOAD_STREAM, {"wanted": stream})]


def read_all(connection: Connection, model: Model, *, after: int = 0, chunk: int = 1000) -> Iterator[Recorded]:
    """Every event after a position, in position order, read in chunks."""
    while True:
        query = select(tables.events).where(tables.events.c.position > after).order_by(tables.events.c.position).limit(chunk)
        rows = connection.execute(query).all()
        for row in rows:
            yield recorded_of(row, model)
        if len(rows) < chunk:
            return
        after = rows[-1].position


def heads(connection: Connection) -> tuple[int, int]:
    """The positions of the newest event and of the newest outbox row."""
    row = connection.execute(select(tables.log_head.c.events, tables.log_head.c.outbox)).one()
    return row.events, row.outbox
