"""A log that somebody has changed by hand, past all guards: ``selfmon verify-chain`` names the place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from drill_site import Site, database_of, part_of
from sqlalchemy import Connection, Row, delete, insert, select, text, update

from selfmon_deploy.setups import Setup
from selfmon_shared.eventstore import sealing, store
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.tables import events

Tamper = Callable[[Connection, list[Row[Any]]], str]


def alter(connection: Connection, rows: list[Row[Any]]) -> str:
    row = rows[len(rows) // 2]
    connection.execute(update(events).where(events.c.position == row.position).values(payload=row.payload.replace("示例", "其他")))
    return f"enterprise: position {row.position}: event altered"


def alter_with_its_digest(connection: Connection, rows: list[Row[Any]]) -> str:
    row = rows[-1]
    changed = {**row._mapping, "payload": row.payload.replace("示例", "其他")}
    changes = {"payload": changed["payload"], "digest": store.digest_of(changed)}
    connection.execute(update(events).where(events.c.position == row.position).values(**changes))
    return "chain broken at or before this seal"


def add(connection: Connection, rows: list[Row[Any]]) -> str:
    row = rows[-1]
    forged = {**row._mapping, "position": row.position + 1, "version": row.version + 1, "event_id": "forged"}
    connection.execute(insert(events), {**forged, "digest": store.digest_of(forged)})
    return f"enterprise: position {row.position + 1}: event beyond the log's head: inserted by hand"


def cut(connection: Connection, rows: list[Row[Any]]) -> str:
    row = rows[-2]
    connection.execute(delete(events).where(events.c.position == row.position))
    return f"enterprise: position {row.position}: event missing"


@contextmanager
def unguarded(database: Database) -> Iterator[Connection]:
    """A transaction of the owner with the guard of the events off; the guard is on again at its end."""
    with database.writing() as connection:
        if database.is_sqlite:
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
            guards = connection.execute(text(query)).all()
            assert len(guards) == 2
            for guard in guards:
                connection.execute(text(f"DROP TRIGGER {guard.name}"))
            yield connection
            for guard in guards:
                connection.execute(text(guard.sql))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER events_append_only"))
            yield connection
            connection.execute(text("ALTER TABLE events ENABLE TRIGGER events_append_only"))


@pytest.fixture
def sealed(platform: Setup, site: Site) -> Iterator[Database]:
    """Enterprise's store, sealed to its head, while the service is stopped; put back as it was afterwards."""
    site.add_points(3)
    process = part_of(platform, "enterprise")
    process.terminate()
    database = database_of(platform, "enterprise", owner=True)
    with database.writing() as connection:
        sealing.seal(connection, platform.clock.now())
    try:
        yield database
    finally:
        database.dispose()
        process.start()
        platform.wait_ready()


def test_what_was_altered_inserted_or_cut_by_hand_is_named(platform: Setup, sealed: Database) -> None:
    for tamper in (alter, alter_with_its_digest, add, cut):
        assert_tamper_is_named(platform, sealed, tamper)
    code, output = platform.selfmon("verify-chain")
    assert code == 0, output
    assert "enterprise: chain whole, sealed up to " in output


def assert_tamper_is_named(platform: Setup, sealed: Database, tamper: Tamper) -> None:
    with unguarded(sealed) as connection:
        before = list(connection.execute(select(events).order_by(events.c.position)))
        expected = tamper(connection, before)
    code, output = platform.selfmon("verify-chain", "enterprise")
    with unguarded(sealed) as connection:
        connection.execute(delete(events))
        connection.execute(insert(events), [dict(row._mapping) for row in before])
    assert code == 1, output
    assert expected in output, output


def test_the_guard_refuses_to_change_the_log_even_to_its_owner(platform: Setup, site: Site) -> None:
    site.add_points(1)
    database = database_of(platform, "enterprise", owner=True)
    for change in (update(events).values(payload="{}"), delete(events)):
        with pytest.raises(Exception, match="append-only"), database.writing() as connection:
            connection.execute(change)
    database.dispose()
