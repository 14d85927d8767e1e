"""Read tables made anew from the service's own events, projections only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from selfmon_shared.eventstore import store, tables
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.errors import Unavailable


def set_maintenance(database: Database, on: bool) -> None:
    """While on, every command is answered with 503 ``service.maintenance``."""
    with database.writing() as connection:
        connection.execute(update(tables.log_head).values(maintenance=on))


@contextmanager
def unless_rebuilt(database: Database) -> Iterator[Connection]:
    """A transaction that may append, opened only while no rebuild is under way.

    Appending itself is refused during one. But in SQLite already the wait for the rebuild's transaction happens inside the database, where
    it would freeze the whole process.

    Raises:
        Unavailable: the store is being rebuilt (``service.maintenance``), or is away.
    """
    if database.is_sqlite:
        with database.reading() as connection:
            if connection.execute(select(tables.log_head.c.maintenance)).scalar():
                raise Unavailable("service.maintenance", retry_after=30)
    with database.writing() as connection:
        yield connection


def rebuild(database: Database, model: Model) -> int:
    """Empty the read tables and project every event again, in one transaction; answers how many events.

    Commands are refused meanwhile. Copies of what is followed are emptied too, and the followers begin again.
    """
    set_maintenance(database, True)
    try:
        with database.writing() as connection:
            for table in reversed(model.read_tables.sorted_tables):
                connection.execute(delete(table))
            if model.copies is not None:
                for table in (*reversed(model.copies.sorted_tables), tables.parked, tables.followed, tables.cursors):
                    connection.execute(delete(table))
            return _replay(connection, connection, model)
    finally:
        set_maintenance(database, False)


def check(database: Database, model: Model) -> list[str]:
    """Build the read tables aside, in memory, and compare them with the live ones; answers the differences, none if equal."""
    aside = Database("sqlite://")
    try:
        with aside.engine.begin() as scratch:
            model.read_tables.create_all(scratch)
            with database.reading() as live:
                if not database.is_sqlite:
                    live.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                _replay(live, scratch, model)
                return [line for table in model.read_tables.sorted_tables for line in _differences(table, live, scratch)]
    finally:
        aside.dispose()


def _replay(log: Connection, target: Connection, model: Model) -> int:
    count = 0
    for recorded in store.read_all(log, model):
        model.project(recorded, target)
        count += 1
    return count


def _differences(table: Table, live: Connection, rebuilt: Connection) -> Iterator[str]:
    have, want = _rows(table, live), _rows(table, rebuilt)
    for key in sorted(have.keys() | want.keys(), key=str):
        if have.get(key) != want.get(key):
            yield f"{table.name} {key}: live {have.get(key)!r}, rebuilt {want.get(key)!r}"


def _rows(table: Table, connection: Connection) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    keys = [column.name for column in table.primary_key.columns]
    return {tuple(row._mapping[key] for key in keys): tuple(row) for row in connection.execute(select(table))}
