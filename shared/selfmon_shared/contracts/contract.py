"""The forms of a contract: commands, queries, contract events, and a provider's list of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import Schema, ValidationError

from selfmon_shared.contracts.notices import Notice
from selfmon_shared.kernel.errors import Invalid


@dataclass(frozen=True)
class CommandContract:
    """A command that a service accepts: ``schema`` of its payload, ``result`` of its answer, the numbers of its rules."""

    name: str
    schema: type[Schema]
    result: type[Schema]
    rules: tuple[str, ...] = ()

    @cached_property
    def _loader(self) -> Schema:
        return self.schema()

    def load(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The payload, checked and typed.

        Raises:
            Invalid: per-field messages (``input.invalid``).
        """
        return load(self._loader, payload)


@dataclass(frozen=True)
class QueryContract:
    """A question that a service answers: ``schema`` of its arguments, ``view`` of the answer (a list of them if ``many``)."""

    name: str
    schema: type[Schema]
    view: type[Schema]
    many: bool = False
    rules: tuple[str, ...] = ()

    @cached_property
    def _loader(self) -> Schema:
        return self.schema()

    def load(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments, checked and typed.

        Raises:
            Invalid: per-field messages (``input.invalid``).
        """
        return load(self._loader, arguments)


@dataclass(frozen=True)
class ContractEvent:
    """A contract event: what a provider publishes about one of its things, with the thing's full public state.

    ``key`` is the payload field that names the thing. ``public`` are the payload fields that may be shown to everybody: the provider
    decides, the gateway chooses nothing. ``source`` is the published log it goes to. ``notice`` makes of a payload what people are told
    of it, in Chinese and without personal data; None where this one tells them nothing.
    """

    name: str
    version: int
    schema: type[Schema]
    key: str
    source: str
    public: frozenset[str] = frozenset()
    rules: tuple[str, ...] = ()
    notice: Callable[[Mapping[str, Any]], Notice | None] | None = None

    @cached_property
    def _loader(self) -> Schema:
        return self.schema()

    def check(self, payload: Mapping[str, Any]) -> None:
        """Make sure that a payload keeps the contract, on the provider's side.

        Raises:
            ValueError: it does not; the message names the fields.
        """
        if problems := self._loader.validate(payload):
            raise ValueError(f"{self.name} breaks its contract: {problems}")

    def public_view(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The part of a payload that everybody may see."""
        return {name: payload[name] for name in sorted(self.public) if name in payload}

    def notice_of(self, payload: Mapping[str, Any]) -> Notice | None:
        """What people are told of a payload."""
        return None if self.notice is None else self.notice(payload)


@dataclass(frozen=True)
class Provider:
    """Everything that one service offers to the others."""

    service: str
    commands: tuple[CommandContract, ...] = ()
    queries: tuple[QueryContract, ...] = ()
    events: tuple[ContractEvent, ...] = ()

    def command(self, name: str) -> CommandContract:
        """The command of that name."""
        return next(command for command in self.commands if command.name == name)

    def query(self, name: str) -> QueryContract:
        """The query of that name."""
        return next(query for query in self.queries if query.name == name)

    def event(self, name: str) -> ContractEvent:
        """The contract event of that name."""
        return next(event for event in self.events if event.name == name)


def load(schema: Schema, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Load a payload by a schema.

    Raises:
        Invalid: ``input.invalid`` with messages per field path (``items.3.value``).
    """
    try:
        loaded: dict[str, Any] = schema.load(payload)
    except ValidationError as error:
        raise Invalid("input.invalid", fields=flatten(error.normalized_messages())) from error  # type: ignore[no-untyped-call]
    return loaded


def flatten(messages: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    """marshmallow's nested messages as one mapping from field path to messages."""
    flat: dict[str, list[str]] = {}
    for name, value in messages.items():
        place = f"{path}.{name}" if path else str(name)
        if isinstance(value, Mapping):
            flat.update(flatten(value, place))
        else:
            flat[place] = [str(message) for message in value]
    return flat
