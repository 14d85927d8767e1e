"""Events: what happened, named for ever.

A service lists its event types in a :class:`EventTypes`. A stored type is an explicit name (``plan.plan-submitted``) and an integer
version, never a class path; older versions are lifted step by step by upcasters; an unknown type is an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from selfmon_shared.kernel.codec import from_data, to_data

E = TypeVar("E")
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


class EventTypeUnknown(LookupError):
    """A stored event has a type, or a version, that this code does not know."""


@dataclass(frozen=True)
class Origin:
    """Where an event comes from: who caused it by which command, in which conversation, because of what."""

    actor: str
    command_id: str
    correlation: str
    causation: str | None = None


@dataclass(frozen=True)
class Recorded:
    """An event as the log keeps it. ``position`` is None while its unit of work is still open."""

    event_id: str
    stream: str
    version: int
    data: Any
    origin: Origin
    recorded_at: datetime
    position: int | None = None


@dataclass
class EventTypes:
    """The event types of one service; ``prefix`` is its name."""

    prefix: str
    _by_class: dict[type, tuple[str, int]] = field(default_factory=dict)
    _by_name: dict[str, tuple[type, int]] = field(default_factory=dict)
    _upcasters: dict[tuple[str, int], Upcaster] = field(default_factory=dict)

    def event(self, name: str, version: int = 1) -> Callable[[type[E]], type[E]]:
        """Class decorator: registers a frozen dataclass as ``<prefix>.<name>``, present version ``version``."""
        full = f"{self.prefix}.{name}"

        def register(cls: type[E]) -> type[E]:
            if full in self._by_name:
                raise ValueError(f"event type {full} is registered twice")
            self._by_class[cls] = (full, version)
            self._by_name[full] = (cls, version)
            return cls

        return register

    def upcast(self, name: str, from_version: int) -> Callable[[Upcaster], Upcaster]:
        """Function decorator: lifts stored data of ``name`` from ``from_version`` to the next one."""

        def register(lift: Upcaster) -> Upcaster:
            self._upcasters[f"{self.prefix}.{name}", from_version] = lift
            return lift

        return register

    def name_of(self, event: Any) -> tuple[str, int]:
        """Stored type and version of an event object."""
        try:
            return self._by_class[type(event)]
        except KeyError:
            raise EventTypeUnknown(f"{type(event).__name__} is not an event of {self.prefix}") from None

    def dump(self, event: Any) -> tuple[str, int, dict[str, Any]]:
        """Stored type, version and plain data of an event object."""
        name, version = self.name_of(event)
        return name, version, to_data(event)

    def load(self, name: str, version: int, data: dict[str, Any]) -> Any:
        """The event object of stored data, lifted to the present version.

        Raises:
            EventTypeUnknown: no such type, or a version newer than this code or without a way up.
        """
        if name not in self._by_name:
            raise EventTypeUnknown(f"unknown event type {name}")
        cls, present = self._by_name[name]
        if version > present:
            raise EventTypeUnknown(f"{name} has version {version}, this code knows {present}")
        for step in range(version, present):
            if (name, step) not in self._upcasters:
                raise EventTypeUnknown(f"{name}: no way from version {step} to {step + 1}")
            data = self._upcasters[name, step](data)
        return from_data(cls, data)

    @property
    def names(self) -> Mapping[str, int]:
        """Every stored type and its present version."""
        return {name: version for name, (_, version) in self._by_name.items()}
