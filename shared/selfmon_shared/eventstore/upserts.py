"""Insert-or-update that reads the same for SQLite and PostgreSQL."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table, keys: Sequence[str], rows: Sequence[dict[str, Any]], *, keep: Sequence[str] = ()) -> None:
    """Insert rows, or update the ones whose ``keys`` exist; columns in ``keep`` stay as they are on update.

    All rows must have the same columns. They are written in key order, so that two transactions cannot deadlock on them.
    """
    if not rows:
        return
    statement = _upserting(connection.dialect.name, table, tuple(rows[0]), tuple(keys), tuple(keep))
    connection.execute(statement, sorted(rows, key=lambda row: tuple(str(row[key]) for key in keys)))


def insert_new(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless its key is there; waits for another transaction that is inserting it. Answers whether it was inserted."""
    return bool(connection.execute(_inserting(connection.dialect.name, table), row).rowcount)


# Building a statement takes longer than running it in SQLite; there are few of them.
@lru_cache(maxsize=1000)
def _upserting(dialect: str, table: Table, columns: tuple[str, ...], keys: tuple[str, ...], keep: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in columns if name not in keys and name not in keep}
    if changed:
        return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
    return statement.on_conflict_do_nothing(index_elements=list(keys))


@lru_cache(maxsize=1000)
def _inserting(dialect: str, table: Table) -> Any:
    return _insert(dialect, table).on_conflict_do_nothing()


def _insert(dialect: str, table: Table) -> Any:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
