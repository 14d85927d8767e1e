"""Messages between services, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Announcement:
    """What a service publishes about one of its things: a contract event with the thing's full public state.

    ``type`` is the contract's name (``PlanSubmitted``), ``key`` names the thing it speaks of.
    """

    type: str
    key: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """A contract event as a follower gets it; ``causation`` for what it leads to is ``source:position``."""

    source: str
    position: int
    event_id: str
    type: str
    version: int
    key: str
    payload: Mapping[str, Any]
    occurred_at: datetime
    correlation: str

    @property
    def reference(self) -> str:
        """How events that this message causes name it."""
        return f"{self.source}:{self.position}"
