"""The smallest service there is, for the suites of the event store, the messaging and the benchmarks: it counts.

``tally(name, follow)`` makes one that may follow another; each count that it follows is noted as an event of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, select

from selfmon_shared.application.definition import CommandSpec, Follow, QuerySpec, ServiceDefinition, TaskSpec
from selfmon_shared.application.tasks import TaskContext
from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.fields import Flag, Id, Record, Whole
from selfmon_shared.eventstore.model import Model
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.aggregate import Aggregate, Command
from selfmon_shared.kernel.contract import Announcement, Message
from selfmon_shared.kernel.errors import Conflict
from selfmon_shared.kernel.events import EventTypes, Recorded
from selfmon_shared.kernel.work import UnitOfWork

PACKAGE = "selfmon_shared.testing.tally"
POISON = 13
"""A count of this amount cannot be followed, until it is mended by ``POISONED.clear()``."""
POISONED = {POISON}

read = MetaData()
tallies = Table(
    "tallies",
    read,
    Column("tally", Text, primary_key=True),
    Column("total", Integer, nullable=False),
    Column("counts", Integer, nullable=False),
)


class CountFields(Record):
    """One count."""

    tally = Id(required=True)
    amount = Whole(required=True, low=0, high=1000)
    expected_version = Whole(allow_none=True, load_default=None)
    later = Flag(load_default=False)


class TallyOf(Record):
    """One tally."""

    tally = Id(required=True)


class Total(Record):
    """A tally's total after so many counts."""

    tally = Id(required=True)
    total = Whole(required=True)
    counts = Whole(required=True)
    amount = Whole(required=True)


@dataclass(frozen=True, kw_only=True)
class Count(Command):
    """Add an amount; ``later`` has a task do it."""

    tally: str
    amount: int
    expected_version: int | None = None
    later: bool = False


@dataclass(frozen=True)
class Counted:
    """An amount was added."""

    amount: int


@dataclass(frozen=True)
class State:
    """A tally so far."""

    total: int = 0
    counts: int = 0


def evolve(state: State, event: Any) -> State:
    """A tally after an event."""
    return replace(state, total=state.total + event.amount, counts=state.counts + 1)


TALLY = Aggregate("tally", State(), evolve)
NOTED = Aggregate("noted", State(), evolve)


class SqlReads:
    """Look-ups."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def total(self, tally: str) -> tuple[int, int]:
        """Total and number of counts of a tally."""
        row = self.connection.execute(select(tallies).where(tallies.c.tally == tally)).one_or_none()
        return (0, 0) if row is None else (row.total, row.counts)


def count(command: Count, uow: UnitOfWork[SqlReads]) -> Mapping[str, Any]:
    """Count at once, or later in a task."""
    if command.later:
        uow.schedule("count-later", command.command_id, payload={"tally": command.tally, "amount": command.amount})
        return {"tally": command.tally, "total": 0, "counts": 0, "amount": command.amount}
    tally = uow.load(TALLY, command.tally)
    if tally.state.total + command.amount > 1_000_000:
        raise Conflict("tally.full", total=tally.state.total)
    counted = uow.append(tally, [Counted(command.amount)], expected_version=command.expected_version)
    return {"tally": command.tally, **vars(counted.state), "amount": command.amount}


def note(message: Message, uow: UnitOfWork[SqlReads]) -> None:
    """Note another service's count."""
    amount = message.payload["amount"]
    if amount in POISONED:
        raise ValueError(f"{amount} cannot be noted")
    uow.append(uow.load(NOTED, message.key), [Counted(amount)])


def count_later(context: TaskContext) -> Mapping[str, Any]:
    """The task behind ``later``."""
    context.report(50, "halfway")
    payload = context.task.payload

    def work(uow: UnitOfWork[SqlReads]) -> None:
        uow.append(uow.load(TALLY, payload["tally"]), [Counted(payload["amount"])])

    context.decide(work)
    return {"amount": payload["amount"]}


def project(recorded: Recorded, connection: Connection) -> None:
    """One row per stream."""
    total, counts = SqlReads(connection).total(recorded.stream)
    upsert(connection, tallies, ["tally"], [{"tally": recorded.stream, "total": total + recorded.data.amount, "counts": counts + 1}])


def announce(recorded: Recorded, state: State, _reads: SqlReads) -> Iterator[Announcement]:
    """Own counts are published; what was noted is not."""
    if recorded.stream.startswith("tally-"):
        key = recorded.stream.removeprefix("tally-")
        yield Announcement("TallyCounted", key, {"tally": key, **vars(state), "amount": recorded.data.amount})


def total_of(arguments: Mapping[str, Any], _actor: Any, reads: SqlReads) -> Mapping[str, Any]:
    """The total of a stream (``tally-x`` or ``noted-x``)."""
    total, counts = reads.total(arguments["tally"])
    return {"tally": arguments["tally"], "total": total, "counts": counts, "amount": 0}


def tally(name: str = "tally", *follow: str, from_now: bool = False) -> ServiceDefinition:
    """A tally service of that name, which follows the named ones."""
    types = EventTypes(name)
    types.event("counted")(Counted)
    provider = Provider(
        service=name,
        commands=(CommandContract("count", CountFields, Total),),
        queries=(QueryContract("total", TallyOf, Total),),
        events=(ContractEvent("TallyCounted", 1, Total, "tally", name, frozenset({"tally", "total"})),),
    )
    return ServiceDefinition(
        name=name,
        package=PACKAGE,
        provider=provider,
        model=Model(name, types, read, project, SqlReads, announce),
        commands=(CommandSpec(provider.command("count"), Count, count),),
        queries=(QuerySpec(provider.query("total"), total_of),),
        follows=tuple(Follow(source, {"TallyCounted": note}, from_now=from_now) for source in follow),
        tasks=(TaskSpec("count-later", count_later),),
        lookups={"total": lambda arguments, reads: reads.total(arguments["tally"])},
    )
