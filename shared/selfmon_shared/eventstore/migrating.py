"""Schema migrations (Alembic), the same way for every service: expand, migrate, contract.

A service's ``migrations/`` holds numbered, linear revisions; the first one calls :func:`create_log`. They run as the database's owner;
afterwards the application's role is granted what it may do, which is never to change or delete what is append-only.
"""

import importlib.resources
import io
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, text

from selfmon_shared.eventstore import tables
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.revisions import newest_revision


def create_log(operations: Operations) -> None:
    """Create the tables of :mod:`selfmon_shared.eventstore.tables`, with the guards of the append-only ones."""
    connection = operations.get_bind()
    tables.log.create_all(connection)
    connection.execute(insert(tables.log_head), {"id": 1, "events": 0, "outbox": 0, "maintenance": False})
    for table in tables.APPEND_ONLY:
        guard_append_only(operations, table)


def guard_append_only(operations: Operations, table: str) -> None:
    """Make every UPDATE and DELETE of a table an error, for every role."""
    if operations.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            operations.execute(
                f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    operations.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    operations.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def migrate(package: str, owner_url: str, app_role: str | None = None) -> str:
    """Bring the store of ``package`` (``selfmon_plan``) to its newest revision and grant the application's role its rights.

    Answers the revision.
    """
    database = Database(owner_url)
    try:
        with database.writing() as connection:
            _upgrade(package, connection)
            if app_role and connection.dialect.name == "postgresql":
                _grant(connection, app_role)
        return newest_revision(package)
    finally:
        database.dispose()


def _upgrade(package: str, connection: Connection) -> None:
    with _script_directory(package) as script:

        def upgrade(revision: object, _context: object) -> object:
            return script._upgrade_revs("head", revision)  # type: ignore[arg-type]

        with EnvironmentContext(_config(script.dir), script, fn=upgrade) as environment:
            environment.configure(connection=connection, transactional_ddl=False, render_as_batch=connection.dialect.name == "sqlite")
            environment.run_migrations()


@contextmanager
def _script_directory(package: str) -> Iterator[ScriptDirectory]:
    with importlib.resources.as_file(importlib.resources.files(package) / "migrations") as folder:
        yield ScriptDirectory(str(folder))


def _config(folder: str) -> Config:
    config = Config(output_buffer=io.StringIO())
    config.set_main_option("script_location", folder)
    return config


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}"))
    connection.execute(text(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
    guarded = connection.execute(text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'")).scalars()
    for table in (*guarded, "alembic_version"):
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}"))
