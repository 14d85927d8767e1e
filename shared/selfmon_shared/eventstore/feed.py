"""The published log, page by page: what followers pull."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, func, select

from selfmon_shared.eventstore.tables import outbox
from selfmon_shared.kernel.codec import from_data, to_data
from selfmon_shared.kernel.contract import Message

PAGE_EVENTS = 500
PAGE_BYTES = 1_000_000

# Built once: every follower asks every two seconds and at every wake-up.
_of_source = outbox.c.source == bindparam("of")
_HEAD = select(func.max(outbox.c.position)).where(_of_source)
_SEEN = select(outbox.c.event_id).where(_of_source, outbox.c.position == bindparam("at"))
_PAGE = (
    select(outbox)
    .where(_of_source, outbox.c.position > bindparam("after"))
    .order_by(outbox.c.position)
    .limit(bindparam("most", type_=Integer))
)


@dataclass(frozen=True)
class Page:
    """Messages after a position, in order. ``forked`` says that the log does not continue what the follower has seen."""

    messages: tuple[Message, ...]
    head: int
    forked: bool = False


def read_page(connection: Connection, source: str, after: int, after_id: str | None, limit: int = PAGE_EVENTS) -> Page:
    """The messages of ``source`` after position ``after``, at most ``limit`` and about 1 MB.

    ``after_id`` is the id of the event that the follower has seen at ``after``: where the log now has another one there, or ends before
    it, this log was restored from an older copy, and the page is marked ``forked`` and empty.
    """
    head = connection.execute(_HEAD, {"of": source}).scalar() or 0
    if after > 0:
        seen = connection.execute(_SEEN, {"of": source, "at": after}).scalar()
        if seen != after_id:
            return Page((), head, forked=True)
    messages: list[Message] = []
    size = 0
    for row in connection.execute(_PAGE, {"of": source, "after": after, "most": min(limit, PAGE_EVENTS)}):
        size += len(row.payload)
        if messages and size > PAGE_BYTES:
            break
        messages.append(_message(row))
    return Page(tuple(messages), head)


def read_head(connection: Connection, source: str) -> tuple[int, str | None]:
    """Position and id of the newest message of a source; (0, None) before the first."""
    query = select(outbox.c.position, outbox.c.event_id).where(outbox.c.source == source).order_by(outbox.c.position.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return (0, None) if row is None else (row.position, row.event_id)


def holds(connection: Connection, source: str, position: int, event_id: str) -> bool:
    """Whether the log has just this message at that position."""
    return connection.execute(_SEEN, {"of": source, "at": position}).scalar() == event_id


def _message(row: Row[Any]) -> Message:
    return Message(
        source=row.source,
        position=row.position,
        event_id=row.event_id,
        type=row.type,
        version=row.version,
        key=row.key,
        payload=json.loads(row.payload),
        occurred_at=row.occurred_at,
        correlation=row.correlation,
    )


def page_to_data(page: Page) -> dict[str, Any]:
    """Plain data of a page, for the wire."""
    return {"messages": [message_to_data(m) for m in page.messages], "head": page.head, "forked": page.forked}


def page_of_data(data: dict[str, Any]) -> Page:
    """The page that :func:`page_to_data` wrote."""
    return Page(tuple(message_of_data(m) for m in data["messages"]), data["head"], data["forked"])


def message_to_data(message: Message) -> dict[str, Any]:
    """Plain data of a message."""
    return {**vars(message), "payload": dict(message.payload), "occurred_at": to_data(message.occurred_at)}


def message_of_data(data: dict[str, Any]) -> Message:
    """The message that :func:`message_to_data` wrote."""
    return Message(**{**data, "occurred_at": from_data(datetime, data["occurred_at"])})
