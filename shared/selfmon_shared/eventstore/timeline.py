"""The history of a thing, read from its events, in words: what happened, when, by whom. Never who in person.

Each service words its own events; here is what reading them has in common.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, null, select

from selfmon_shared.eventstore.tables import events
from selfmon_shared.kernel.events import EventTypes

ENTERPRISE, AUTHORITY, PLATFORM, NATIONAL = "企业", "生态环境部门", "平台", "国家平台"
MOST_ROWS = 500
_OF_SYSTEM = "system:"


@dataclass(frozen=True)
class Wording:
    """How an event is told. ``note(event)`` adds what it says, such as a reason; ``what`` may depend on the event too.

    ``who`` is told of an event that somebody caused; one that the platform caused by itself is the platform's, unless ``always``.
    """

    what: str | Callable[[Any], str]
    who: str = PLATFORM
    note: Callable[[Any], str | None] | None = None
    always: bool = False

    @property
    def reads_event(self) -> bool:
        """Whether the event itself must be read to tell it."""
        return self.note is not None or not isinstance(self.what, str)


Wordings = Mapping[str, Wording]
"""By stored type (``plan.plan-submitted``); a service words every one of its own."""


@dataclass(frozen=True)
class Told:
    """An event in words. ``actor`` is the opaque id of who caused it: for look-ups, never to be shown."""

    at: datetime
    who: str
    what: str
    note: str | None
    actor: str


def tell(connection: Connection, types: EventTypes, wordings: Wordings, streams: Sequence[str]) -> list[Told]:
    """What happened to a thing that these streams speak of, in the order in which it happened; the newest 500 events.

    Raises:
        KeyError: an event of the streams has no wording.
    """
    read = [stored for stored, wording in wordings.items() if wording.reads_event]
    payload = case((events.c.type.in_(read), events.c.payload), else_=null()).label("payload")
    query = select(events.c.type, events.c.schema_version, events.c.recorded_at, events.c.metadata, payload)
    newest = query.where(events.c.stream.in_(streams)).order_by(events.c.position.desc()).limit(MOST_ROWS)
    return [_told(row, types, wordings[row.type]) for row in reversed(connection.execute(newest).all())]


def _told(row: Any, types: EventTypes, wording: Wording) -> Told:
    actor = json.loads(row.metadata)["actor"]
    by_itself = actor.startswith(_OF_SYSTEM) and not wording.always
    what, note = wording.what, None
    if wording.reads_event:
        event = types.load(row.type, row.schema_version, json.loads(row.payload))
        what = what if isinstance(what, str) else what(event)
        note = None if wording.note is None else wording.note(event) or None
    assert isinstance(what, str), "a wording that depends on the event has read it"
    return Told(row.recorded_at, PLATFORM if by_itself else wording.who, what, note, actor)


def rows(told: Sequence[Told]) -> list[dict[str, Any]]:
    """The rows of the view (:class:`selfmon_shared.contracts.timeline.TimelineRow`)."""
    return [{"at": one.at, "who": one.who, "what": one.what, "note": one.note} for one in told]
