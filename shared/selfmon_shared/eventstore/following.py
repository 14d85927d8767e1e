"""A follower's side of another service's log: cursor, journal, parked messages.

The cursor moves in the same transaction as what the message does, so each message has its effect exactly once, whatever is killed.
A message that fails for a reason of its own is parked, and with it the later ones of the same key, in order; the rest goes on.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from selfmon_shared.eventstore.feed import message_of_data, message_to_data
from selfmon_shared.eventstore.tables import cursors, followed, parked
from selfmon_shared.eventstore.upserts import insert_new
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.contract import Message


@dataclass(frozen=True)
class Cursor:
    """How far a consumer has come in a source."""

    consumer: str
    source: str
    position: int
    event_id: str | None
    forked_at: datetime | None = None


@dataclass(frozen=True)
class Parked:
    """A message that waits for its cause to be mended; ``error`` is empty for those that only wait behind another."""

    message: Message
    error: str
    parked_at: datetime


def read_cursor(connection: Connection, consumer: str, source: str) -> Cursor:
    """The cursor; position 0 where the consumer has not begun."""
    row = connection.execute(select(cursors).where(cursors.c.consumer == consumer, cursors.c.source == source)).one_or_none()
    return Cursor(consumer, source, 0, None) if row is None else Cursor(consumer, source, row.position, row.event_id, row.forked_at)


def lock_cursor(connection: Connection, expected: Cursor, now: datetime) -> bool:
    """Lock the cursor for this transaction; False if another instance has moved it meanwhile."""
    if expected.position == 0:
        row = {"consumer": expected.consumer, "source": expected.source, "position": 0, "event_id": None, "updated_at": now}
        insert_new(connection, cursors, row)
    locked = connection.execute(
        select(cursors).where(cursors.c.consumer == expected.consumer, cursors.c.source == expected.source).with_for_update()
    ).one()
    return bool(locked.position == expected.position and locked.event_id == expected.event_id and locked.forked_at is None)


def advance(connection: Connection, cursor: Cursor, messages: Sequence[Message], now: datetime) -> Cursor:
    """Move the locked cursor to the last of the messages and note all of them in the journal."""
    last = messages[-1]
    _set(connection, cursor, position=last.position, event_id=last.event_id, updated_at=now)
    place = {"consumer": cursor.consumer, "source": cursor.source}
    rows = [{**place, "type": m.type, "key": m.key, "position": m.position, "event_id": m.event_id} for m in messages]
    connection.execute(insert(followed), rows)
    return Cursor(cursor.consumer, cursor.source, last.position, last.event_id)


def _set(connection: Connection, cursor: Cursor, **values: Any) -> None:
    connection.execute(update(cursors).where(cursors.c.consumer == cursor.consumer, cursors.c.source == cursor.source).values(**values))


def mark_forked(connection: Connection, cursor: Cursor, now: datetime) -> None:
    """Stop following: the source no longer continues what was seen."""
    if lock_cursor(connection, cursor, now):
        _set(connection, cursor, forked_at=now)


def journal(connection: Connection, consumer: str, source: str) -> Sequence[Any]:
    """What the consumer has seen of the source, newest first: position, event_id, type, key."""
    query = select(followed).where(followed.c.consumer == consumer, followed.c.source == source).order_by(followed.c.position.desc())
    return connection.execute(query).all()


def rewind(connection: Connection, cursor: Cursor, position: int, event_id: str | None, now: datetime) -> None:
    """After a fork, go on from the last common event; the journal's entries beyond it are dropped."""
    beyond = (followed.c.consumer == cursor.consumer) & (followed.c.source == cursor.source) & (followed.c.position > position)
    connection.execute(delete(followed).where(beyond))
    _set(connection, cursor, position=position, event_id=event_id, forked_at=None, updated_at=now)


def parked_keys(connection: Connection, consumer: str, source: str) -> set[str]:
    """The keys of which messages are waiting."""
    query = select(parked.c.key).where(parked.c.consumer == consumer, parked.c.source == source).distinct()
    return set(connection.execute(query).scalars())


def park(connection: Connection, consumer: str, message: Message, error: str, now: datetime) -> None:
    """Put a message aside."""
    row = {"consumer": consumer, "source": message.source, "position": message.position, "key": message.key}
    text = canonical_json(message_to_data(message))
    connection.execute(insert(parked), {**row, "message": text, "error": error, "parked_at": now})


def list_parked(connection: Connection, consumer: str, source: str | None = None, key: str | None = None) -> list[Parked]:
    """The waiting messages, in order."""
    query = select(parked).where(parked.c.consumer == consumer).order_by(parked.c.source, parked.c.position)
    if source is not None:
        query = query.where(parked.c.source == source)
    if key is not None:
        query = query.where(parked.c.key == key)
    return [Parked(message_of_data(json.loads(row.message)), row.error, row.parked_at) for row in connection.execute(query)]


def unpark(connection: Connection, consumer: str, message: Message) -> None:
    """Drop a message from the waiting ones: it was applied, or is given up."""
    place = (parked.c.consumer == consumer) & (parked.c.source == message.source) & (parked.c.position == message.position)
    connection.execute(delete(parked).where(place))
