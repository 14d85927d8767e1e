from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from selfmon_shared.testing import postgres as module
from selfmon_shared.testing.postgres import PostgreSQLMissing, PrivatePostgres, ServiceDatabase, program_folder

pytestmark = pytest.mark.postgres


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def run(url: str, *statements: str) -> None:
    with connected(url) as connection, connection.begin():
        for statement in statements:
            connection.execute(sa.text(statement))


def answer(url: str, query: str) -> object:
    with connected(url) as connection:
        return connection.execute(sa.text(query)).scalar()


def granted(table: str, database: ServiceDatabase) -> str:
    return f"GRANT SELECT, INSERT ON {table} TO {sa.make_url(database.app_url).username}"


def test_the_owner_makes_tables_and_the_app_role_uses_them(service_database: ServiceDatabase) -> None:
    run(service_database.owner_url, "CREATE TABLE permit (number text)", granted("permit", service_database))
    run(service_database.app_url, "INSERT INTO permit (number) VALUES ('001P')")
    assert answer(service_database.app_url, "SELECT number FROM permit") == "001P"


def test_what_migrations_do_not_grant_the_app_role_cannot_do(service_database: ServiceDatabase) -> None:
    run(service_database.owner_url, "CREATE TABLE events (id int)", granted("events", service_database))
    run(service_database.app_url, "INSERT INTO events VALUES (1)")
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(service_database.app_url, "DELETE FROM events")


@pytest.mark.parametrize("statement", ["CREATE TABLE mine (id int)", "TRUNCATE permit", "DROP TABLE permit"])
def test_the_app_role_changes_no_schema(service_database: ServiceDatabase, statement: str) -> None:
    run(service_database.owner_url, "CREATE TABLE permit (id int)")
    with pytest.raises(ProgrammingError, match="permission denied|must be owner"):
        run(service_database.app_url, statement)


def test_one_service_cannot_enter_anothers_database(postgres: PrivatePostgres, service_database: ServiceDatabase) -> None:
    other = postgres.create_service_database("other-one")
    url = sa.make_url(service_database.app_url).set(database="selfmon_other_one").render_as_string(hide_password=False)
    try:
        assert sa.make_url(other.owner_url).database == "selfmon_other_one"
        with pytest.raises(OperationalError, match="permission denied for database"):
            answer(url, "SELECT 1")
    finally:
        postgres.drop_service_database("other-one")


def test_a_database_made_again_is_empty_although_it_was_in_use(postgres: PrivatePostgres) -> None:
    first = postgres.create_service_database("again")
    run(first.owner_url, "CREATE TABLE permit (id int)")
    lingering = psycopg2.connect(first.app_url.replace("+psycopg2", ""))
    second = postgres.create_service_database("again")
    with pytest.raises(psycopg2.OperationalError, match="terminat"):
        lingering.cursor().execute("SELECT 1")
    lingering.close()
    assert answer(second.app_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    with pytest.raises(OperationalError, match="password authentication failed"):
        answer(first.app_url, "SELECT 1")
    postgres.drop_service_database("again")


def test_acknowledged_rows_outlive_a_kill_on_the_same_port(postgres: PrivatePostgres, service_database: ServiceDatabase) -> None:
    run(service_database.owner_url, "CREATE TABLE permit (id int)", granted("permit", service_database))
    run(service_database.app_url, "INSERT INTO permit VALUES (1)")
    before = postgres.pid
    postgres.kill()
    assert not postgres.running
    with pytest.raises(DBAPIError):
        answer(service_database.app_url, "SELECT 1")
    postgres.start()
    assert postgres.pid != before
    assert answer(service_database.app_url, "SELECT count(*) FROM permit") == 1


def test_restart_keeps_the_data(postgres: PrivatePostgres, service_database: ServiceDatabase) -> None:
    run(service_database.owner_url, "CREATE TABLE permit (id int)", granted("permit", service_database))
    postgres.restart()
    assert answer(service_database.app_url, "SELECT count(*) FROM permit") == 0


def test_settings_are_as_in_production_unless_said_otherwise(postgres: PrivatePostgres) -> None:
    settings = {name: answer(postgres.superuser_url(), f"SHOW {name}") for name in ("fsync", "timezone", "server_encoding")}
    assert settings == {"fsync": "on", "timezone": "UTC", "server_encoding": "UTF8"}


def test_its_folder_and_process_are_gone_at_the_end() -> None:
    with PrivatePostgres(fsync=False, settings={"work_mem": "1MB"}) as cluster:
        assert answer(cluster.superuser_url(), "SHOW fsync") == "off"
        assert answer(cluster.superuser_url(), "SHOW work_mem") == "1MB"
        folder = Path(str(answer(cluster.superuser_url(), "SHOW data_directory")))
    assert not folder.exists()
    assert not cluster.running
    assert not cluster.answers()


def test_a_wrong_setting_fails_the_start_with_the_servers_own_words() -> None:
    with pytest.raises(AssertionError, match="no_such_setting"):
        PrivatePostgres(settings={"no_such_setting": "1"}).__enter__()


def test_a_missing_installation_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "PROGRAMS", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PostgreSQLMissing, match="apt-get install postgresql"):
        program_folder()
    (tmp_path / "initdb").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "initdb").chmod(0o755)
    assert program_folder() == tmp_path


def test_one_that_never_started_may_be_told_to_end() -> None:
    cluster = PrivatePostgres()
    cluster.stop()
    cluster.kill()
    cluster.close()
    assert not cluster.running
