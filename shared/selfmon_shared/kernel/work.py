"""What handlers see of a unit of work: a port, so that they need no framework."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.aggregate import Aggregate, Loaded

S = TypeVar("S")
R_co = TypeVar("R_co", covariant=True)


class UnitOfWork(Protocol[R_co]):
    """One transaction over events, read tables, outbox, tasks and the stored answer.

    ``reads`` is the service's own port for look-ups in its read tables (its ``handlers.Reads``).
    """

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    @property
    def now(self) -> datetime:
        """The moment of this unit of work."""
        ...

    @property
    def reads(self) -> R_co:
        """Look-ups in the service's read tables, which already show what this unit of work has appended."""
        ...

    def load(self, aggregate: Aggregate[S], key: str) -> Loaded[S]:
        """The present state of one aggregate, from its stream."""
        ...

    def append(self, loaded: Loaded[S], events: Sequence[Any], *, expected_version: int | None = None) -> Loaded[S]:
        """Append events to what was loaded; answers it with the new state and version.

        The service's projections and announcements run at once. ``expected_version`` is the version that a user saw.

        Raises:
            Conflict: the stream has moved on (``record.changed``, params: expected, current).
        """
        ...

    def schedule(self, kind: str, key: str, run_at: datetime | None = None, payload: Mapping[str, Any] | None = None) -> None:
        """Have a task done at ``run_at`` (default now); the same kind, key and time is scheduled once."""
        ...

    def cancel(self, kind: str, key: str) -> None:
        """Cancel the unfinished tasks of this kind and key; who works on one notices at its next report."""
        ...

    def remember_person(self, person_id: str, values: Mapping[str, str]) -> None:
        """Keep personal data under an opaque id, outside all events, where they can be erased."""
        ...

    def person(self, person_id: str) -> Mapping[str, str]:
        """Personal data kept under an id; empty when erased or never known."""
        ...
