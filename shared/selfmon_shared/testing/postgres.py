"""A PostgreSQL cluster of a test's own: on 127.0.0.1, a free port, its own folder, no system service touched."""

import os
import re
import secrets
import shutil
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection, make_dsn

from selfmon_shared.testing.processes import ManagedProcess, free_port, temporary_folder

PROGRAMS = Path("/usr/lib/postgresql")
SYSTEM_USER = "postgres"


class PostgreSQLMissing(RuntimeError):
    """PostgreSQL is not installed on this machine."""


class ServiceDatabase(NamedTuple):
    """The two ways into one service's database, as SQLAlchemy URLs."""

    owner_url: str
    """For migrations: owns database and schema."""
    app_url: str
    """For the running service: may do what the migrations grant."""


def program_folder() -> Path:
    """The folder of the newest installed PostgreSQL's programs.

    Raises:
        PostgreSQLMissing: naming the package to install.
    """
    found = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise PostgreSQLMissing("PostgreSQL is not installed: apt-get install postgresql")
    return Path(on_path).resolve().parent


def as_database_user() -> list[str]:
    """What to put before a command so that it doesn't run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups"]


class PrivatePostgres:
    """A cluster that the test may stop, kill and restart; port and data stay the same over restarts.

    Args:
        fsync: as in production by default: "acknowledged" means on disk.
        settings: further settings of postgresql.conf, by name.
    """

    def __init__(self, *, fsync: bool = True, settings: dict[str, str] | None = None) -> None:
        self._settings = {
            "fsync": "on" if fsync else "off",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **(settings or {}),
        }
        self._stack = ExitStack()
        self._password = secrets.token_hex(12)
        self._server: ManagedProcess | None = None
        self.port = 0

    @property
    def running(self) -> bool:
        return self._server is not None and self._server.running

    @property
    def pid(self) -> int:
        """The postmaster's pid."""
        assert self._server is not None, "not started"
        return self._server.pid

    def start(self) -> Self:
        """Start the cluster (again) and wait until it takes connections, about 1 s; a running one is left as it is.

        After a kill it recovers first.

        Raises:
            PostgreSQLMissing: it is not installed.
            ProcessFailed: it did not come up; the message holds the end of its log.
        """
        if self._server is None:
            self._prepare()
        assert self._server is not None
        if not self._server.running:
            self._server.start(ready_within=60.0)
        return self

    def stop(self) -> None:
        """Shut down in order; open sessions are broken off, transactions rolled back."""
        if self._server is not None and self._server.running:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(deadline=30.0)

    def kill(self) -> None:
        """kill -9 of the postmaster; its children notice and end."""
        if self._server is not None:
            self._server.kill9()

    def restart(self) -> Self:
        """Stop (if it runs) and start on the same port and data."""
        self.stop()
        return self.start()

    def create_service_database(self, name: str) -> ServiceDatabase:
        """Make the empty database `selfmon_<name>` with the roles `<name>_owner` and `<name>_app`.

        A hyphen in the name counts as an underscore. An earlier database of that name is dropped with its sessions.
        The app role may connect, no more: what it may do with tables, the migrations grant, as in production.
        """
        service = name.replace("-", "_")
        database, owner, app = f"selfmon_{service}", f"{service}_owner", f"{service}_app"
        passwords = {owner: secrets.token_hex(8), app: secrets.token_hex(8)}
        self.drop_database(database)
        with self._connected("postgres") as admin, admin.cursor() as cursor:
            for role, password in passwords.items():
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
                verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
                cursor.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(password)))
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(owner)))
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
            cursor.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(app)))
        return ServiceDatabase(
            *(f"postgresql+psycopg2://{role}:{password}@127.0.0.1:{self.port}/{database}" for role, password in passwords.items())
        )

    def drop_service_database(self, name: str) -> None:
        """Drop the database and both roles that `create_service_database` made; nothing happens if there are none."""
        service = name.replace("-", "_")
        self.drop_database(f"selfmon_{service}")
        with self._connected("postgres") as admin, admin.cursor() as cursor:
            for role in (f"{service}_app", f"{service}_owner"):
                cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))

    def drop_database(self, database: str) -> None:
        """Drop a database and break its sessions off; nothing happens if there is none."""
        with self._connected("postgres") as admin, admin.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def superuser_url(self, database: str = "postgres") -> str:
        """A SQLAlchemy URL of the cluster's superuser: for tests that tamper with rows behind the service's back."""
        return f"postgresql+psycopg2://{SYSTEM_USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        """Whether it takes connections and queries."""
        try:
            with self._connected("postgres"):
                return True
        except psycopg2.OperationalError:
            return False

    def _connected(self, database: str) -> "_Session":
        return _Session(self.port, self._password, database)

    def _prepare(self) -> None:
        programs = program_folder()
        folder = self._stack.enter_context(temporary_folder("selfmon-postgres-"))
        password_file = folder / "password"
        password_file.write_text(self._password, encoding="utf-8")
        if as_database_user():
            for path in (folder, password_file):
                shutil.chown(path, SYSTEM_USER, SYSTEM_USER)
        data = folder / "data"
        options = [f"--pgdata={data}", f"--username={SYSTEM_USER}", f"--pwfile={password_file}", "--auth=scram-sha-256"]
        made = subprocess.run(
            [*as_database_user(), str(programs / "initdb"), "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", *options],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
        password_file.unlink()
        self.port = free_port()
        with (data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            for key, value in {**self._settings, "port": str(self.port)}.items():
                configuration.write(f"{key} = '{value}'\n")
        self._server = ManagedProcess(
            [*as_database_user(), programs / "postgres", "-D", data],
            name="PostgreSQL",
            log_path=folder / "postgres.log",
            cwd=folder,
            env={key: None for key in os.environ if key.startswith("PG")},
            ready=self.answers,
        )

    def close(self) -> None:
        """End everything and remove the folder."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)  # at once: the folder goes anyway
            self._server.stop(deadline=10.0)
        self._stack.close()

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class _Session:
    """A superuser's connection in autocommit (CREATE DATABASE refuses a transaction), closed at the end."""

    def __init__(self, port: int, password: str, database: str) -> None:
        self._dsn = make_dsn(host="127.0.0.1", port=port, user=SYSTEM_USER, password=password, dbname=database, connect_timeout=5)

    def __enter__(self) -> connection:
        self._connection: connection = psycopg2.connect(self._dsn)
        self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()
