"""The chain over the log: what was altered, inserted or cut by hand is found, and where."""

import pytest
from sqlalchemy import Connection, insert, select, text, update

from selfmon_shared.application.application import Application, Call
from selfmon_shared.eventstore import sealing, store, tables
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.actor import Actor, Realm


def unguarded(connection: Connection) -> None:
    """What someone does who owns the database and wants to rewrite history."""
    if connection.dialect.name == "sqlite":
        for table in tables.APPEND_ONLY:
            for action in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{action}"))
    else:
        for table in tables.APPEND_ONLY:
            connection.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))


@pytest.fixture
def sealed(application: Application) -> Application:
    for n in range(6):
        application.execute("count", {"tally": "a", "amount": n}, Call(Actor("o", Realm.OPERATOR), "c", f"k{n}"))
    with application.database.writing() as connection:
        seal = sealing.seal(connection, application.clock(), limit=4)
        assert seal is not None
        assert seal.position == 4
        assert sealing.seal(connection, application.clock()) is not None
        assert sealing.seal(connection, application.clock()) is None
    return application


def damage(application: Application) -> list[tuple[int, str]]:
    with application.database.reading() as connection:
        return [(place.position, place.what.split(" (")[0].split(":")[0]) for place in sealing.verify(connection)]


def test_a_whole_log_verifies(sealed: Application) -> None:
    assert damage(sealed) == []
    with sealed.database.reading() as connection:
        assert sealing.newest_seal(connection).position == 6


def test_an_altered_event_is_named(sealed: Application, owner: Database) -> None:
    with owner.writing() as connection:
        unguarded(connection)
        connection.execute(update(tables.events).where(tables.events.c.position == 3).values(payload='{"amount":99}'))
    assert damage(sealed) == [(3, "event altered")]


def test_an_altered_event_with_its_digest_made_to_fit_breaks_the_chain(sealed: Application, owner: Database) -> None:
    with owner.writing() as connection:
        unguarded(connection)
        row = dict(connection.execute(select(tables.events).where(tables.events.c.position == 3)).one()._mapping)
        row["payload"] = '{"amount":99}'
        changes = {"payload": row["payload"], "digest": store.digest_of(row)}
        connection.execute(update(tables.events).where(tables.events.c.position == 3).values(**changes))
    assert damage(sealed) == [(4, "chain broken at or before this seal")]


def test_a_cut_event_is_named(sealed: Application, owner: Database) -> None:
    with owner.writing() as connection:
        unguarded(connection)
        connection.execute(tables.events.delete().where(tables.events.c.position.in_([2, 6])))
    assert damage(sealed) == [(2, "event missing"), (4, "chain broken at or before this seal"), (6, "event missing")]


def test_a_log_that_lost_its_end_is_found(sealed: Application, owner: Database) -> None:
    with owner.writing() as connection:
        unguarded(connection)
        connection.execute(tables.events.delete().where(tables.events.c.position > 4))
        connection.execute(update(tables.log_head).values(events=4))
    assert damage(sealed) == [(5, "event missing"), (6, "event missing")]


def test_an_inserted_event_is_found(sealed: Application, owner: Database) -> None:
    with owner.writing() as connection:
        row = dict(connection.execute(select(tables.events).where(tables.events.c.position == 6)).one()._mapping)
        forged = {**row, "position": 7, "version": 7, "event_id": "forged"}
        connection.execute(insert(tables.events), {**forged, "digest": store.digest_of(forged)})
    assert damage(sealed) == [(7, "event beyond the log's head")]
