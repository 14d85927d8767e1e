"""A service's definition: everything that makes it this service, as one value.

``bootstrap.py`` of each service builds it; the runner (nameko), the command line and the tests all start from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from selfmon_shared.contracts.contract import CommandContract, Provider, QueryContract
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.contract import Message

if TYPE_CHECKING:
    from selfmon_shared.application.settings import Settings
    from selfmon_shared.application.tasks import TaskContext

Handler = Callable[[Any, Any], Mapping[str, Any]]
"""``handler(command, unit_of_work) -> answer``"""
QueryHandler = Callable[..., Any]
"""``query(arguments, actor, reads) -> plain data``; a ``timed`` query takes ``now=`` as well"""
MessageHandler = Callable[[Message, Any], None]
"""``on_message(message, unit_of_work)``"""


@dataclass(frozen=True)
class CommandSpec:
    """A command: its contract, its dataclass, its handler."""

    contract: CommandContract
    command: type[Any]
    handler: Handler


@dataclass(frozen=True)
class QuerySpec:
    """A query: its contract and who answers it. ``timed``: the answer depends on the present moment."""

    contract: QueryContract
    handler: QueryHandler
    timed: bool = False


@dataclass(frozen=True)
class Follow:
    """A source that the service follows, and what it does at which contract type (type → (highest known version, handler)).

    ``from_now`` followers (with effects outside, such as mail) begin at the source's head instead of its beginning.
    ``consumer`` tells apart several followers of one source in one service.
    """

    source: str
    handlers: Mapping[str, MessageHandler]
    versions: Mapping[str, int] = field(default_factory=dict)
    consumer: str = ""
    from_now: bool = False

    def version_of(self, type_: str) -> int:
        """The highest version of a type that the service understands."""
        return self.versions.get(type_, 1)


@dataclass(frozen=True)
class TaskSpec:
    """A kind of task.

    ``work(context)`` may take long and do I/O; it answers the task's result. ``child`` work runs in the service's child process (CPU).
    ``next_run(after, settings)`` makes it recurring. A failed attempt is put off by ``retry_after(attempts)``; after ``max_attempts`` it is
    given up (None: never, as for uploads that must not be lost) and ``on_given_up(context, error)`` records that.
    """

    kind: str
    work: "Callable[[TaskContext], Mapping[str, Any] | None]"
    child: bool = False
    lease: timedelta = timedelta(minutes=2)
    max_attempts: int | None = 5
    next_run: "Callable[[datetime, Settings], datetime] | None" = None
    on_given_up: "Callable[[TaskContext, BaseException], None] | None" = None


@dataclass(frozen=True)
class ServiceDefinition:
    """One deployable service. ``package`` holds its migrations; ``ports(settings)`` makes its adapters to the outside.

    ``lookups`` (name → ``look_up(arguments, reads)``) are answered to other services' tasks, beside the feed, without an actor.
    """

    name: str
    package: str
    provider: Provider
    model: Model
    commands: tuple[CommandSpec, ...] = ()
    queries: tuple[QuerySpec, ...] = ()
    follows: tuple[Follow, ...] = ()
    tasks: tuple[TaskSpec, ...] = ()
    lookups: "Mapping[str, Callable[[Mapping[str, Any], Any], Any]]" = field(default_factory=dict)
    ports: "Callable[[Settings], Any]" = lambda _settings: None
