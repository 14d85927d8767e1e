"""Column types that mean the same in both stores, and connections that tell an outage from a mistake."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from selfmon_shared.eventstore.columns import Exact, UtcTime
from selfmon_shared.eventstore.database import Database, is_contention
from selfmon_shared.eventstore.upserts import insert_new, upsert
from selfmon_shared.kernel.errors import Unavailable

things = Table(
    "things", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcTime), Column("value", Exact), Column("note", UtcTime)
)
AT = datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def database(urls: tuple[str, str]) -> Iterator[Database]:
    """An empty store with one table."""
    database = Database(urls[0])
    things.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.mark.parametrize("value", ["12.50", "0.1", "1E+3", "123456789012345678.000000001"])
def test_times_and_numbers_come_back_exactly(database: Database, value: str) -> None:
    with database.writing() as connection:
        connection.execute(insert(things), {"id": 1, "at": AT, "value": Decimal(value), "note": None})
    with database.reading() as connection:
        row = connection.execute(select(things)).one()
    assert (row.at, row.at.tzinfo, row.note) == (AT, UTC, None)
    assert row.value == Decimal(value)


def test_moments_sort_as_time_goes(database: Database) -> None:
    moments = [AT + timedelta(microseconds=n * 400_000) for n in (3, 0, 2, 1)]
    with database.writing() as connection:
        connection.execute(insert(things), [{"id": n, "at": moment} for n, moment in enumerate(moments)])
    with database.reading() as connection:
        assert [row.at for row in connection.execute(select(things.c.at).order_by(things.c.at))] == sorted(moments)
        early = select(things.c.id).where(things.c.at < AT + timedelta(seconds=0.5)).order_by(things.c.at)
        assert connection.execute(early).scalars().all() == [1, 3]


@pytest.mark.parametrize(
    ("row", "said"),
    [({"at": datetime(2026, 3, 1)}, "without a zone"), ({"value": 12.5}, "must be a Decimal")],  # noqa: DTZ001 - the mistake itself
)
def test_what_is_not_exact_is_never_stored(database: Database, row: dict[str, object], said: str) -> None:
    with pytest.raises(StatementError, match=said), database.writing() as connection:
        connection.execute(insert(things), {"id": 1, **row})


def test_upserts_insert_update_and_keep(database: Database) -> None:
    with database.writing() as connection:
        upsert(connection, things, ["id"], [])
        upsert(connection, things, ["id"], [{"id": 2, "value": Decimal(2), "at": AT}, {"id": 1, "value": Decimal(1), "at": AT}])
        upsert(connection, things, ["id"], [{"id": 1, "value": Decimal(9), "at": None}], keep=["at"])
        upsert(connection, things, ["id"], [{"id": 1}])
        assert insert_new(connection, things, {"id": 3})
        assert not insert_new(connection, things, {"id": 3})
    with database.reading() as connection:
        rows = connection.execute(select(things.c.id, things.c.value, things.c.at).order_by(things.c.id)).all()
    assert [(row.id, row.value, row.at) for row in rows] == [(1, 9, AT), (2, 2, AT), (3, None, None)]


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def work() -> None:
        with database.writing() as connection:
            connection.execute(insert(things), {"id": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    with database.reading() as connection:
        assert connection.execute(select(things)).all() == []


def test_a_mistake_in_a_statement_is_no_outage(database: Database) -> None:
    for transaction in (database.reading, database.writing):
        with pytest.raises(DBAPIError) as failed, transaction() as connection:
            connection.execute(text("SELECT nonsense FROM nowhere"))
        assert not is_contention(failed.value)


@pytest.mark.postgres
def test_a_connection_that_breaks_is_an_outage_and_the_next_one_works(service_database: tuple[str, str]) -> None:
    database, other = Database(service_database[0]), Database(service_database[0])

    def work() -> None:
        with database.writing() as connection:
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
            with other.writing() as killer:
                killer.exec_driver_sql(f"SELECT pg_terminate_backend({pid})")
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(Unavailable, match=r"database\.away"):
        work()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    database.dispose()
    other.dispose()


@pytest.mark.postgres
def test_two_transactions_that_meet_are_told_from_an_outage(service_database: tuple[str, str]) -> None:
    database = Database(service_database[0])
    things.metadata.create_all(database.engine)
    with database.writing() as connection:
        connection.execute(insert(things), {"id": 1})

    def meet() -> None:
        with database.writing() as first:
            first.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            first.execute(select(things)).all()
            with database.writing() as second:
                second.execute(things.update().values(value=Decimal(1)))
            first.execute(things.update().values(value=Decimal(2)))

    with pytest.raises(DBAPIError) as failed:
        meet()
    assert is_contention(failed.value)
    database.dispose()
