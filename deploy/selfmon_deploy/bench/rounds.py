"""One run of the benchmark: how long, and the private broker, database and web servers that its parts share."""

import os
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from selfmon_shared.testing.postgres import PrivatePostgres
from selfmon_shared.testing.processes import ManagedProcess, free_port, port_answers, temporary_folder
from selfmon_shared.testing.rabbitmq import PrivateRabbitMQ


@dataclass(frozen=True)
class Extent:
    """How much is done. ``rounds`` alternate between ours and the peer."""

    rounds: int
    seconds: float
    commands: int
    batches: int
    rows: int
    points: Sequence[int]


FULL = Extent(rounds=4, seconds=2.0, commands=150, batches=8, rows=15_000, points=(17, 200))
QUICK = Extent(rounds=1, seconds=0.5, commands=20, batches=2, rows=1_500, points=(2,))


class Bystanders:
    """How much of the machine other work takes, from a beginning to an end."""

    def __init__(self) -> None:
        self._began, self._busy, self._own = time.monotonic(), _busy_seconds(), _own_seconds()

    def cores(self) -> float:
        """Cores that other processes kept busy on average. Own processes count once they have ended."""
        others = (_busy_seconds() - self._busy) - (_own_seconds() - self._own)
        return max(0.0, others / (time.monotonic() - self._began))


def _busy_seconds() -> float:
    user, nice, system, _idle, _waiting, *interrupts = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


class Bench:
    """A run; its servers start when they are first asked for and end with it."""

    def __init__(self, extent: Extent) -> None:
        self.extent = extent
        self._stack = ExitStack()

    @cached_property
    def folder(self) -> Path:
        """A folder for everything that the run writes."""
        return self._stack.enter_context(temporary_folder("selfmon-bench-"))

    @cached_property
    def broker(self) -> PrivateRabbitMQ:
        """A broker of the run's own."""
        return self._stack.enter_context(PrivateRabbitMQ())

    @cached_property
    def postgres(self) -> PrivatePostgres:
        """A database cluster of the run's own; with fsync, as in production."""
        return self._stack.enter_context(PrivatePostgres())

    def process(self, name: str, module: str, *arguments: str, environment: Mapping[str, str]) -> ManagedProcess:
        """A Python module that runs beside, already started."""
        command = [sys.executable, "-m", module, *arguments]
        process = ManagedProcess(command, name=name, log_path=self.folder / f"{name}.log", env=environment)
        return self._stack.enter_context(process)

    def web_server(self, name: str, application: str, environment: Mapping[str, str] | None = None) -> int:
        """A Flask application under the gateway's own kind of gunicorn (gthread, one process of eight threads); answers its port."""
        port = free_port()
        gunicorn = ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--no-control-socket", "--log-level", "warning"]
        process = self.process(
            name, "gunicorn", *gunicorn, "--bind", f"127.0.0.1:{port}", f"selfmon_deploy.bench.{application}", environment=environment or {}
        )
        process.wait_ready(lambda: port_answers(port))
        return port

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, trace)
