"""Events appended per second: whole commands, and batches of 100 events in one unit of work, against bare INSERT statements."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, Text, insert

from selfmon_deploy.bench.figures import Figure
from selfmon_deploy.bench.rounds import Bench
from selfmon_shared.application.application import Application, Call
from selfmon_shared.application.definition import ServiceDefinition
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import migrating
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.events import Recorded
from selfmon_shared.testing.tally import PACKAGE, TALLY, Counted, tally

BATCH = 100
TALLIES = 50
ACTOR = Actor("bench", Realm.OPERATOR)

_bare = Table(
    "bench_rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("stream", String(40), nullable=False),
    Column("payload", Text, nullable=False),
)


@dataclass(frozen=True)
class Store:
    """A store with a tally service on it, one that only keeps its log, and a table without either."""

    label: str
    application: Application
    log_alone: Application

    def close(self) -> None:
        """Give up the connections."""
        self.application.close()
        self.log_alone.close()


def stores(run: Bench) -> list[Store]:
    """A store of each kind, migrated and empty."""
    database = run.postgres.create_service_database("bench_events")
    sqlite = f"sqlite:///{run.folder / 'events.sqlite'}"
    return [_store(run, "SQLite", sqlite, sqlite), _store(run, "PostgreSQL", database.owner_url, database.app_url)]


def _store(run: Bench, label: str, owner_url: str, app_url: str) -> Store:
    migrating.migrate(PACKAGE, owner_url, None if owner_url == app_url else Database(app_url).url.username)
    owner = Database(owner_url)
    with owner.writing() as connection:
        _bare.create(connection)
        if not owner.is_sqlite:
            connection.exec_driver_sql("GRANT INSERT, SELECT ON bench_rows TO PUBLIC")
            connection.exec_driver_sql("GRANT USAGE ON SEQUENCE bench_rows_id_seq TO PUBLIC")
    owner.dispose()
    settings = Settings("tally", run.folder, app_url, owner_url, "inproc://local", {})
    return Store(label, Application(tally(), settings), Application(_without_read_table(tally()), settings))


def _without_read_table(definition: ServiceDefinition) -> ServiceDefinition:
    def project(_recorded: Recorded, _connection: Any) -> None:
        """Keep nothing but the log."""

    return replace(definition, model=replace(definition.model, project=project))


def measure(run: Bench) -> list[Figure]:
    """Rates of ours and of bare INSERT statements on the same connection pool, in alternating rounds."""
    figures: list[Figure] = []
    extent = run.extent
    for store in stores(run):
        commands, bare, latencies = [], [], []  # type: ignore[var-annotated]
        batches, bare_batches, log_alone = [], [], []
        for number in range(extent.rounds):
            commands.append(_rate(extent.commands, lambda i: _command(store.application, i), latencies))  # noqa: B023 - called at once
            bare.append(_rate(extent.commands, lambda i: _insert(store.application, i, 1)))  # noqa: B023
            batches.append(BATCH * _rate(extent.batches, lambda i: append_batch(store.application, f"b{number}-{i}")))  # noqa: B023
            log_alone.append(BATCH * _rate(extent.batches, lambda i: append_batch(store.log_alone, f"c{number}-{i}")))  # noqa: B023
            bare_batches.append(BATCH * _rate(extent.batches, lambda i: _insert(store.application, i, BATCH)))  # noqa: B023
        store.close()
        figures += [
            Figure(f"{store.label}: single commands", commands, "1/s", bare, "one bare INSERT + COMMIT", latencies=latencies),
            Figure(f"{store.label}: 100 a unit of work", batches, "1/s", bare_batches, "100 rows bare INSERT + COMMIT"),
            Figure(f"{store.label}: 100, log and outbox alone", log_alone, "1/s", bare_batches, "100 rows bare INSERT + COMMIT"),
        ]
    return figures


def _rate(count: int, act: Callable[[int], Any], latencies: list[float] | None = None) -> float:
    started = time.perf_counter()
    for number in range(count):
        began = time.perf_counter()
        act(number)
        if latencies is not None:
            latencies.append(time.perf_counter() - began)
    return count / (time.perf_counter() - started)


def _command(application: Application, number: int) -> None:
    application.execute("count", {"tally": f"t{number % TALLIES}", "amount": 1}, Call(ACTOR, "bench", str(uuid.uuid4())))


def append_batch(application: Application, key: str) -> None:
    """One unit of work with so many events on one stream."""

    def work(uow: Any) -> None:
        uow.append(uow.load(TALLY, key), [Counted(1)] * BATCH)

    application.decide(work, key=str(uuid.uuid4()))


def _insert(application: Application, number: int, rows: int) -> None:
    with application.database.writing() as connection:
        connection.execute(insert(_bare), [{"stream": f"tally-t{number}", "payload": '{"amount":1}'}] * rows)
