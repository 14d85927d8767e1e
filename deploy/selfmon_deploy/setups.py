"""The two ways to run the platform, each as it runs for real, started and ended by a test or a benchmark.

``EmbeddedSetup``: one machine, nothing but Python (SQLite, in-process transport). ``ProcessesSetup``: each service its own process on a
private RabbitMQ and PostgreSQL, the gateway under gunicorn. Both have the national platform's simulator beside them.
"""

import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from selfmon_deploy.demo.people import write_people
from selfmon_deploy.embedded import CHILD, PLATFORM
from selfmon_shared.application.discovery import definitions
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.eventstore import migrating
from selfmon_shared.eventstore.database import Database
from selfmon_shared.testing.clock import MovableClock
from selfmon_shared.testing.postgres import PrivatePostgres
from selfmon_shared.testing.processes import ManagedProcess, free_port
from selfmon_shared.testing.rabbitmq import PrivateRabbitMQ
from selfmon_shared.testing.waiting import eventually

SELFMON = [sys.executable, "-m", "selfmon_shared.cli"]
SERVICES = ("permit-sync", "enterprise", "plan", "data", "review", "gateway")
CHILDREN = ("enterprise-child", "plan-child")
WEB = "gateway-web"


class Setup(ABC):
    """A platform that runs, and its parts by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.national_port = free_port(), free_port()
        self.clock = MovableClock(folder / "clock-offset")
        self.processes: dict[str, ManagedProcess] = {}

    @property
    def base_url(self) -> str:
        """Where the gateway listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def national_url(self) -> str:
        """Where the simulated national platform listens."""
        return f"http://127.0.0.1:{self.national_port}"

    def common_environment(self) -> dict[str, str]:
        """Settings that all processes have."""
        return {
            "SELFMON_DATA": str(self.folder),
            "WEB_HOST": "127.0.0.1",
            "WEB_PORT": str(self.port),
            "SIGN_ON": "development",
            "DEVELOPMENT_PEOPLE": str(self.folder / "people.json"),
            "NATIONAL_URL": self.national_url,
            "PERMITS_EVERY": "1",
            **self.clock.environment,
        }

    @property
    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """The settings of this set-up, for commands beside it."""

    @abstractmethod
    def service_parts(self) -> Sequence[str]:
        """The processes that a chaos test may kill: each holds services."""

    @abstractmethod
    def start(self) -> None:
        """Start everything and wait until it serves."""

    def process(self, name: str, command: list[str], environment: Mapping[str, str] | None = None) -> ManagedProcess:
        """A process of this set-up, not yet started."""
        values = {**self.environment, **(environment or {})}
        self.processes[name] = ManagedProcess(command, name=name, log_path=self.folder / "log" / f"{name}.log", env=values)
        return self.processes[name]

    def national(self) -> ManagedProcess:
        """The national platform's simulator."""
        command = [sys.executable, "-m", "selfmon_deploy.simulators.national", "--port", str(self.national_port)]
        return self.process("national", [*command, "--state", str(self.folder / "national")])

    def wait_ready(self, deadline: float = 60) -> None:
        """Wait until the gateway answers and every service that it needs does too."""
        eventually(self._ready, deadline=deadline, what="platform ready")

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/readyz", timeout=5).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def selfmon(self, *arguments: str, name: str = "command") -> tuple[int, str]:
        """Run a ``selfmon`` command beside the platform; answers its exit code and output."""
        process = self.process(name, [*SELFMON, *arguments])
        process.log_path.unlink(missing_ok=True)
        process.start()
        code = process.wait(deadline=120)
        return code, process.log_path.read_text()

    def close(self) -> None:
        """End every process, all at once."""
        for process in self.processes.values():
            if process.running:
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            process.stop()

    def migrate(self) -> None:
        """Bring every store to its newest revision; the application's role gets its rights."""
        for definition in definitions().values():
            settings = Settings.read(definition.name, self.environment)
            owner, app = settings.owner_database_url, settings.database_url
            migrating.migrate(definition.package, owner, None if owner == app else Database(app).url.username)

    def prepare(self) -> None:
        """Keys, people, migrated stores."""
        (self.folder / "log").mkdir(parents=True, exist_ok=True)
        create_keys(self.folder)
        write_people(self.folder / "people.json")
        self.migrate()


class EmbeddedSetup(Setup):
    """See the module."""

    @property
    def environment(self) -> Mapping[str, str]:
        return {**self.common_environment(), "AMQP_URI": "inproc://local"}

    def service_parts(self) -> Sequence[str]:
        return (PLATFORM,)

    def start(self) -> None:
        self.prepare()
        self.national().start()
        self.process(PLATFORM, [*SELFMON, "serve", PLATFORM]).start()
        self.process(CHILD, [*SELFMON, "serve", CHILD]).start()
        self.wait_ready()


class ProcessesSetup(Setup):
    """See the module. ``broker`` and ``postgres`` are running private instances; databases are made for this set-up alone."""

    def __init__(self, folder: Path, broker: PrivateRabbitMQ, postgres: PrivatePostgres, name: str) -> None:
        super().__init__(folder)
        self.broker, self.postgres = broker, postgres
        self._stores: dict[str, str] = {"AMQP_URI": broker.add_vhost(name)}
        for service in SERVICES:
            database = postgres.create_service_database(f"{name}_{service.replace('-', '_')}")
            prefix = service.replace("-", "_").upper()
            self._stores |= {f"{prefix}_DATABASE_URL": database.app_url, f"{prefix}_OWNER_DATABASE_URL": database.owner_url}

    @property
    def environment(self) -> Mapping[str, str]:
        return {**self.common_environment(), **self._stores}

    def service_parts(self) -> Sequence[str]:
        return SERVICES

    def start(self) -> None:
        self.prepare()
        self.national().start()
        for service in SERVICES:
            self.process(service, [*SELFMON, "serve", service]).start()
        for child in CHILDREN:
            self.process(child, [*SELFMON, "serve", child]).start()
        self.process(WEB, [*SELFMON, "serve", WEB]).start()
        self.wait_ready()
