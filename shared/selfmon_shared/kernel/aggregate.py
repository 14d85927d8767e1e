"""Aggregates: a state folded from its stream, and commands that are decided on it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True, kw_only=True)
class Command:
    """What every command carries besides its own fields.

    Time and ids arrive in the command, so that deciding is a pure function: ``at`` is the moment, ``by`` the actor's id,
    ``command_id`` unique; a thing that the command creates takes ``command_id`` as its id.
    """

    at: datetime
    by: str
    command_id: str


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """A kind of stream: ``<category>-<id>``, its state before the first event, and how an event changes it."""

    category: str
    initial: S
    evolve: Callable[[S, Any], S]

    def stream(self, key: str) -> str:
        """The stream id of one instance."""
        return f"{self.category}-{key}"

    def fold(self, events: Iterable[Any], state: S | None = None) -> S:
        """The state after the given events."""
        current = self.initial if state is None else state
        for event in events:
            current = self.evolve(current, event)
        return current


@dataclass(frozen=True)
class Loaded(Generic[S]):
    """An aggregate as the unit of work has loaded it; ``version`` 0 means that its stream is empty."""

    aggregate: Aggregate[S]
    key: str
    state: S
    version: int

    @property
    def stream(self) -> str:
        """The stream id."""
        return self.aggregate.stream(self.key)

    @property
    def exists(self) -> bool:
        """Whether anything has ever happened to it."""
        return self.version > 0
