"""Two tally services that follow each other, on both transports, each set-up as it runs for real."""

import signal
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from selfmon_shared.application.application import Application
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tokens import create_keys, sign_actor
from selfmon_shared.eventstore import migrating
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.testing.postgres import PrivatePostgres
from selfmon_shared.testing.processes import ManagedProcess, free_port
from selfmon_shared.testing.rabbitmq import PrivateRabbitMQ
from selfmon_shared.testing.tally import PACKAGE, tally

INPROC, RABBITMQ = "inproc-sqlite", "rabbitmq-postgres"
OPERATOR = Actor("operator-1", Realm.OPERATOR)


class Pair:
    """The services ``left`` and ``right``: in one process on SQLite, or one each on RabbitMQ and PostgreSQL."""

    def __init__(self, kind: str, folder: Path, environment: dict[str, str]) -> None:
        self.kind = kind
        self.folder = folder
        create_keys(folder)
        self.environment = {"SELFMON_DATA": str(folder), **environment}
        groups = {"both": ["left:right", "right:left"]} if kind == INPROC else {"left": ["left:right"], "right": ["right:left"]}
        self.ports = {name: free_port() for name in groups}
        self.processes = {name: self._process(name, arguments) for name, arguments in groups.items()}
        for service in ("left", "right"):
            owner, app = self.settings(service).owner_database_url, self.settings(service).database_url
            migrating.migrate(PACKAGE, owner, None if owner == app else Database(app).url.username)

    def _process(self, name: str, arguments: list[str]) -> ManagedProcess:
        port = self.ports[name]
        return ManagedProcess(
            [sys.executable, "-m", "selfmon_shared.testing.tally.process", *arguments],
            name=name,
            log_path=self.folder / f"{name}.log",
            env={**self.environment, "DOOR_PORT": str(port)},
            ready=lambda: self._answers(port),
        )

    @staticmethod
    def _answers(port: int) -> bool:
        try:
            return httpx.post(f"http://127.0.0.1:{port}/nobody", json={}, timeout=5).is_success
        except httpx.HTTPError:
            return False

    def process_of(self, service: str) -> ManagedProcess:
        return self.processes.get(service) or self.processes["both"]

    def start(self, *services: str, **environment: str) -> None:
        for service in services or ("left", "right"):
            process = self.process_of(service)
            process.env.update(environment)
            if not process.running:
                process.start()

    def kill9(self) -> None:
        for process in self.processes.values():
            process.kill9()

    def close(self) -> None:
        for process in self.processes.values():
            if process.running:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.stop()

    def settings(self, service: str) -> Settings:
        return Settings.read(service, self.environment)

    def application(self, service: str) -> Application:
        """The service's store, reached from the test."""
        other = "right" if service == "left" else "left"
        return Application(tally(service, other), self.settings(service))

    def send(self, container: str, request: dict[str, Any], *, through: str | None = None, timeout: float = 10) -> dict[str, Any]:
        port = self.ports.get(through or container.removesuffix("-feed")) or next(iter(self.ports.values()))
        answer = httpx.post(f"http://127.0.0.1:{port}/{container}", json={**request, "timeout": timeout}, timeout=timeout + 10)
        return dict(answer.json())

    def ask(self, service: str, kind: str, name: str, payload: dict[str, Any], key: str | None = None, **more: Any) -> dict[str, Any]:
        token = sign_actor(OPERATOR, (self.folder / "actor-private.pem").read_text(), datetime.now(UTC))
        request = {"kind": kind, "name": name, "payload": payload, "actor": token, "correlation": "test", "idempotency_key": key}
        return self.send(service, request, **more)

    def count(self, service: str, tally_: str, amount: int = 1, key: str | None = None, **more: Any) -> dict[str, Any]:
        return self.ask(service, "command", "count", {"tally": tally_, "amount": amount}, key or str(uuid.uuid4()), **more)

    def noted(self, service: str, tally_: str) -> int:
        """How many counts of the other's tally the service has noted; -1 while it cannot be asked."""
        answer = self.ask(service, "query", "total", {"tally": f"noted-{tally_}"}).get("answer")
        return -1 if answer is None else int(answer["counts"])


SETUPS = [
    pytest.param(INPROC, id=INPROC),
    pytest.param(RABBITMQ, id=RABBITMQ, marks=[pytest.mark.rabbitmq, pytest.mark.postgres]),
]


@contextmanager
def _pair(request: pytest.FixtureRequest, folder: Path) -> Iterator[Pair]:
    environment: dict[str, str] = {}
    if request.param == RABBITMQ:
        broker, postgres = request.getfixturevalue("rabbitmq"), request.getfixturevalue("postgres")
        environment["AMQP_URI"] = broker.add_vhost(f"pair-{uuid.uuid4().hex[:8]}")
        for service in ("left", "right"):
            database = postgres.create_service_database(f"{service}_{uuid.uuid4().hex[:8]}")
            environment[f"{service.upper()}_DATABASE_URL"] = database.app_url
            environment[f"{service.upper()}_OWNER_DATABASE_URL"] = database.owner_url
    pair = Pair(request.param, folder, environment)
    try:
        yield pair
    finally:
        pair.close()


@pytest.fixture(params=SETUPS)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """A pair of the test's own, not yet started."""
    with _pair(request, tmp_path) as pair:
        yield pair


@pytest.fixture(scope="module", params=SETUPS)
def running_pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A pair that runs, for the tests that only talk to it."""
    with _pair(request, tmp_path_factory.mktemp("pair")) as pair:
        pair.start()
        yield pair


@pytest.fixture
def broker(request: pytest.FixtureRequest, pair: Pair) -> PrivateRabbitMQ | None:
    """The broker of the set-up, if it has one."""
    return request.getfixturevalue("rabbitmq") if pair.kind == RABBITMQ else None


@pytest.fixture
def database_server(request: pytest.FixtureRequest, pair: Pair) -> Iterator[PrivatePostgres | None]:
    """The database server of the set-up, if it has one; it runs again at the end."""
    server: PrivatePostgres | None = request.getfixturevalue("postgres") if pair.kind == RABBITMQ else None
    yield server
    if server is not None:
        server.start()
