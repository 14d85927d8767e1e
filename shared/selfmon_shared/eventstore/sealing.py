"""Seals: a chain of SM3 heads over the event log, so that a rewritten, inserted or cut event shows.

The chain is computed after the commit, not under the lock that orders commits (MEASURED "Event store").
Keep or publish the newest head elsewhere: whoever can rewrite the whole database can rewrite its chain too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from selfmon_shared.eventstore.store import digest_of
from selfmon_shared.eventstore.tables import events, log_head, seals
from selfmon_shared.kernel.digests import sm3

GENESIS = "0" * 64


@dataclass(frozen=True)
class Seal:
    """The chain's head after the event at ``position``."""

    position: int
    head: str


@dataclass(frozen=True)
class Damage:
    """A place where the log is not what was written."""

    position: int
    what: str


def newest_seal(connection: Connection) -> Seal:
    """The newest seal; position 0 before the first."""
    row = connection.execute(select(seals.c.position, seals.c.head).order_by(seals.c.position.desc()).limit(1)).one_or_none()
    return Seal(0, GENESIS) if row is None else Seal(row.position, row.head)


def seal(connection: Connection, now: datetime, limit: int = 5000) -> Seal | None:
    """Chain the events since the newest seal (at most ``limit``) and keep the new head; None if there are none."""
    last = newest_seal(connection)
    query = select(events.c.position, events.c.digest).where(events.c.position > last.position).order_by(events.c.position).limit(limit)
    position, head = last.position, last.head
    for row in connection.execute(query):
        position, head = row.position, sm3(head + row.digest)
    if position == last.position:
        return None
    connection.execute(insert(seals), {"position": position, "head": head, "sealed_at": now})
    return Seal(position, head)


def verify(connection: Connection) -> Iterator[Damage]:
    """Read the whole log and yield every place where it is damaged; nothing if it is whole."""
    heads = {row.position: row.head for row in connection.execute(select(seals.c.position, seals.c.head))}
    position, chain = 0, GENESIS
    query = select(events).order_by(events.c.position).execution_options(yield_per=1000)
    for row in connection.execute(query):
        for missing in range(position + 1, row.position):
            yield Damage(missing, "event missing")
        position = row.position
        if digest_of(dict(row._mapping)) != row.digest:
            yield Damage(position, f"event altered ({row.type}, stream {row.stream}, version {row.version})")
        chain = sm3(chain + row.digest)
        if position in heads and heads.pop(position) != chain:
            yield Damage(position, "chain broken at or before this seal: an event was rewritten, inserted or cut")
            chain = ""
            heads.clear()
    head = connection.execute(select(func.max(log_head.c.events))).scalar() or 0
    last_known = max([head, *heads]) if heads else head
    for missing in range(position + 1, last_known + 1):
        yield Damage(missing, "event missing")
    if position > head:
        yield Damage(head + 1, "event beyond the log's head: inserted by hand")
