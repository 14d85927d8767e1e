"""The tables that the migrations make are the ones that the code works with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Dialect, UniqueConstraint, inspect
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import Table

from selfmon_shared.application.definition import ServiceDefinition
from selfmon_shared.application.discovery import definitions
from selfmon_shared.eventstore import migrating, revisions, tables
from selfmon_shared.eventstore.database import Database

DEFINITIONS = definitions()
SERVICES = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)


def tables_of(definition: ServiceDefinition) -> list[Table]:
    """The log's tables, the read tables, the copies, and the gateway's own (its sessions, audit trail, read marks, choices)."""
    wanted = [*tables.log.sorted_tables, *definition.model.read_tables.sorted_tables]
    if definition.model.copies is not None:
        wanted += definition.model.copies.sorted_tables
    if definition.name == "gateway":
        from selfmon_gateway.tables import own

        wanted += own.sorted_tables
    return wanted


def declared(table: Table, dialect: Dialect) -> dict[str, Any]:
    unique = {tuple(c.name for c in each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)}
    return {
        "columns": {column.name: (str(column.type.compile(dialect)), bool(column.nullable)) for column in table.columns},
        "primary key": [column.name for column in table.primary_key.columns],
        "unique": sorted(unique | {tuple(c.name for c in index.columns) for index in table.indexes if index.unique}),
        "indexes": sorted(tuple(column.name for column in index.columns) for index in table.indexes if not index.unique),
    }


def migrated(inspector: Inspector, name: str, dialect: Dialect) -> dict[str, Any]:
    indexes = inspector.get_indexes(name)
    unique = {tuple(each["column_names"]) for each in inspector.get_unique_constraints(name)}
    return {
        "columns": {each["name"]: (str(each["type"].compile(dialect)), bool(each["nullable"])) for each in inspector.get_columns(name)},
        "primary key": inspector.get_pk_constraint(name)["constrained_columns"],
        "unique": sorted(unique | {tuple(str(c) for c in index["column_names"]) for index in indexes if index["unique"]}),
        "indexes": sorted(tuple(str(c) for c in index["column_names"]) for index in indexes if not index["unique"]),
    }


def compare(connection: Connection, definition: ServiceDefinition) -> None:
    inspector, dialect = inspect(connection), connection.dialect
    wanted = {table.name: declared(table, dialect) for table in tables_of(definition)}
    found = {name: migrated(inspector, name, dialect) for name in inspector.get_table_names() if name != "alembic_version"}
    assert set(found) == set(wanted)
    for name, form in wanted.items():
        assert found[name] == form, name


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    yield database
    database.dispose()


@SERVICES
def test_the_migrated_tables_are_the_codes_tables(definition: ServiceDefinition, store: Database) -> None:
    migrating.migrate(definition.package, store.url.render_as_string(hide_password=False))
    with store.reading() as connection:
        compare(connection, definition)


@SERVICES
def test_a_migrated_store_is_at_the_newest_revision_and_stays_there(definition: ServiceDefinition, store: Database) -> None:
    url = store.url.render_as_string(hide_password=False)
    newest = revisions.newest_revision(definition.package)
    assert revisions.present_revision(store) == ""
    assert migrating.migrate(definition.package, url) == newest
    assert revisions.present_revision(store) == newest
    assert migrating.migrate(definition.package, url) == newest


@pytest.mark.postgres
@SERVICES
def test_the_migrated_tables_are_the_codes_tables_in_postgresql_too(definition: ServiceDefinition, postgres: Any) -> None:
    name = f"migrated_{definition.name.replace('-', '_')}"
    database = Database(postgres.create_service_database(name).owner_url)
    try:
        migrating.migrate(definition.package, database.url.render_as_string(hide_password=False))
        with database.reading() as connection:
            compare(connection, definition)
    finally:
        database.dispose()
        postgres.drop_service_database(name)
