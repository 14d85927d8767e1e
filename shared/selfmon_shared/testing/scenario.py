"""Given events, when a command, then events: tests of the pure core."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Refusal

S = TypeVar("S")


@dataclass(frozen=True)
class Given(Generic[S]):
    """An aggregate to which some events have happened."""

    aggregate: Aggregate[S]
    events: Sequence[Any] = ()

    @property
    def state(self) -> S:
        """The state after the given events."""
        return self.aggregate.fold(self.events)

    def when(self, decide: Callable[..., Sequence[Any]], *arguments: Any, **named: Any) -> "Outcome":
        """Decide a command on that state."""
        try:
            return Outcome(list(decide(self.state, *arguments, **named)), None)
        except Refusal as refusal:
            return Outcome([], refusal)


@dataclass(frozen=True)
class Outcome:
    """What was decided."""

    events: list[Any]
    refusal: Refusal | None

    def then(self, *expected: Any) -> None:
        """Just these events happened."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert self.events == list(expected)

    def then_refused(self, code: str, **fields: list[str]) -> None:
        """It was refused, with this code and (if given) these field messages."""
        assert self.refusal is not None, f"not refused: {self.events}"
        assert self.refusal.code == code
        if fields:
            assert self.refusal.fields == fields
