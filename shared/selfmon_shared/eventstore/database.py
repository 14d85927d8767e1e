"""Connections to a service's store: PostgreSQL, or SQLite in WAL mode.

In SQLite a writer holds a lock per file for the length of its transaction: under eventlet a greenlet that waited inside the
database for another greenlet's transaction would freeze them all (MEASURED "Databases under eventlet").
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from selfmon_shared.kernel.errors import Unavailable

_READ_ONLY = "selfmon_read_only"
_file_locks: dict[str, threading.Lock] = defaultdict(threading.Lock)


class Database:
    """One service's store. ``url`` is a SQLAlchemy URL (``sqlite:///…`` or ``postgresql+psycopg2://…``)."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url, pool_size)
        self._lock = _lock_of(self.url.database) if self.is_sqlite else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; commits at the end, rolls back on any error.

        Raises:
            Unavailable: the database is away (``database.away``).
        """
        if self._lock is None:
            with _translated(), self.engine.begin() as connection:
                yield connection
        else:
            with self._lock, _translated(), self.engine.begin() as connection:
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads, from one snapshot of the store.

        Raises:
            Unavailable: the database is away (``database.away``).
        """
        with _translated(), self.engine.connect().execution_options(**{_READ_ONLY: True}) as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A connection for some small questions. In PostgreSQL each is answered by itself, from what is committed then.

        BEGIN and ROLLBACK would cost such a question as much as its one SELECT.

        Raises:
            Unavailable: the database is away (``database.away``).
        """
        if self.is_sqlite:
            with self.reading() as connection:
                yield connection
            return
        with _translated(), self.engine.connect() as connection, _statement_by_statement(connection):
            yield connection

    def dispose(self) -> None:
        """Close the pool's connections."""
        self.engine.dispose()


def _lock_of(path: str | None) -> threading.Lock:
    return threading.Lock() if path in (None, "", ":memory:") else _file_locks[str(path)]


@contextmanager
def _statement_by_statement(connection: Connection) -> Iterator[None]:
    """Autocommit for as long as this lasts, by the driver's flag: SQLAlchemy's option costs more than the transaction does."""
    driver: Any = connection.connection.dbapi_connection
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        if _is_outage(error):
            raise Unavailable("database.away") from error
        raise
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable("database.away") from error
        raise


def _is_outage(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "pgcode", None)
    if code is None:  # psycopg2 gives no code when there is no connection to get one from
        return not is_contention(error) and "sqlite3" not in type(error.orig).__module__
    return bool(code[:2] in ("08", "57", "53"))


def is_contention(error: BaseException) -> bool:
    """Whether a database error only says that two transactions met (deadlock, serialization, SQLite busy): trying again helps."""
    original = getattr(error, "orig", None)
    return getattr(original, "pgcode", None) in ("40001", "40P01") or "database is locked" in str(original)


def _postgres_engine(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "application_name": "selfmon"},
    )


def _sqlite_engine(url: str) -> Engine:
    in_memory = make_url(url).database in (None, "", ":memory:")
    pool: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"poolclass": QueuePool, "pool_size": 5, "max_overflow": 20}
    engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False}, **pool)

    @event.listens_for(engine, "connect")
    def _on_connect(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # the driver must not begin transactions on its own
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
