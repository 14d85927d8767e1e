"""What the event store must know of a service: its event types, projections, announcements and look-ups."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, MetaData

from selfmon_shared.kernel.contract import Announcement
from selfmon_shared.kernel.events import EventTypes, Recorded

Project = Callable[[Recorded, Connection], None]
Announce = Callable[[Recorded, Any, Any], Iterable[Announcement]]


def announce_nothing(_event: Recorded, _state: Any, _reads: Any) -> Iterable[Announcement]:
    """For services that publish nothing."""
    return ()


@dataclass(frozen=True)
class Model:
    """A service as its event store sees it.

    ``project(recorded, connection)`` updates the read tables of ``read_tables`` and nothing else; it must be a pure function of the
    events, since a rebuild calls it again for every one. ``announce(recorded, state, reads)`` answers the contract events that an event
    leads to, with the state after it. ``reads(connection)`` makes the service's look-ups. ``copies`` are tables that only copy what is
    followed: a rebuild empties them and follows from the beginning. ``contract_versions`` gives the version of each contract type;
    ``sources`` names the published log of types that do not go to the one named after the service.
    """

    service: str
    types: EventTypes
    read_tables: MetaData
    project: Project
    reads: Callable[[Connection], Any]
    announce: Announce = announce_nothing
    contract_versions: Mapping[str, int] = field(default_factory=dict)
    copies: MetaData | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
