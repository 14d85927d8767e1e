"""The whole platform on one machine with nothing but Python: ``selfmon run-embedded``.

A supervisor starts one process with all services and the gateway, one for the CPU work, and (for the demo) the simulator of the national
platform; it starts again what dies, and ends all of them when it is told to end.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
import httpx
import structlog

from selfmon_deploy.demo.people import demo_people, write_people
from selfmon_deploy.mainjob import run_main_job
from selfmon_shared.application.discovery import definitions
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.eventstore import migrating
from selfmon_shared.observability.logging import configure_logging

log = structlog.get_logger()

RESTART_AFTER = 0.3
STOP_WITHIN = 12.0
PLATFORM, CHILD, NATIONAL = "embedded", "child", "national"


def _end_with_supervisor() -> None:
    """Have the kernel end this process when the supervisor dies, however it dies (Linux: PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


@dataclass
class _Part:
    """One process of the platform."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None


class Supervisor:
    """Keeps the parts running; their pids stand in ``<data>/run/<name>.pid``, their logs in ``<data>/log``."""

    def __init__(self, data: Path, environment: Mapping[str, str], parts: Mapping[str, list[str]]) -> None:
        self.data = data
        self.environment = dict(environment)
        self._parts = [_Part(name, command) for name, command in parts.items()]
        self._stopping = False

    def start(self) -> None:
        """Start every part."""
        for folder in ("run", "log"):
            (self.data / folder).mkdir(parents=True, exist_ok=True)
        for part in self._parts:
            self._start(part)

    def _start(self, part: _Part) -> None:
        with (self.data / "log" / f"{part.name}.log").open("ab") as output:
            part.process = subprocess.Popen(
                part.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl+C reaches the supervisor alone, which ends the parts in good order
                preexec_fn=_end_with_supervisor,  # noqa: PLW1509 - the supervisor has one thread
            )
        (self.data / "run" / f"{part.name}.pid").write_text(str(part.process.pid))

    def watch(self, until: float | None = None) -> None:
        """Start again what dies, until told to stop or until the moment ``until`` (of time.monotonic)."""
        while not self._stopping and (until is None or time.monotonic() < until):
            for part in self._parts:
                if part.process is not None and part.process.poll() is not None and not self._stopping:
                    log.warning("part-died", part=part.name, code=part.process.returncode)
                    time.sleep(RESTART_AFTER)
                    self._start(part)
            time.sleep(0.1)

    def stop(self, *_: object) -> None:
        """End every part: SIGTERM, and what has not ended in time is killed."""
        self._stopping = True
        running = [part.process for part in self._parts if part.process is not None and part.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("part-killed", pid=process.pid)
                process.kill()
                process.wait()


def embedded_environment(data: Path, port: int, national_port: int) -> dict[str, str]:
    """The settings of an embedded run on 127.0.0.1."""
    return {
        **os.environ,
        "SELFMON_DATA": str(data),
        "AMQP_URI": "inproc://local",
        "WEB_HOST": "127.0.0.1",
        "WEB_PORT": str(port),
        "SIGN_ON": "development",
        "DEVELOPMENT_PEOPLE": str(data / "people.json"),
        "NATIONAL_URL": f"http://127.0.0.1:{national_port}",
        "PERMITS_EVERY": os.environ.get("PERMITS_EVERY", "2"),
    }


def prepare(data: Path, environment: Mapping[str, str]) -> None:
    """Folders, keys, people and migrated stores."""
    data.mkdir(parents=True, exist_ok=True)
    create_keys(data)
    write_people(data / "people.json")
    for definition in definitions().values():
        migrating.migrate(definition.package, Settings.read(definition.name, environment).owner_database_url)


def require_free(*ports: int) -> None:
    """Make sure that nobody else listens where this run is to: else it would talk to another platform, and never notice.

    Raises:
        click.ClickException: somebody does.
    """
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise click.ClickException(
                    f"127.0.0.1:{port} 已被占用：平台可能已在运行。请先停止它，或用 --port、--national-port 另选端口"
                ) from None


def begin_anew(data: Path) -> None:
    """Empty the data folder of an earlier run.

    Raises:
        click.ClickException: the folder holds something, and is none of ours; nothing is removed.
    """
    if data.exists() and any(data.iterdir()) and not (data / "actor-private.pem").exists():
        raise click.ClickException(f"{data} 不是平台的数据目录，不会清空。请用 --data 另选目录")
    shutil.rmtree(data, ignore_errors=True)


def wait_ready(base_url: str, deadline: float = 60.0) -> None:
    """Wait until the gateway answers.

    Raises:
        TimeoutError: it does not, in time.
    """
    until = time.monotonic() + deadline
    while time.monotonic() < until:
        try:
            if httpx.get(f"{base_url}/readyz", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{base_url} did not become ready within {deadline:.0f} s; see the logs below the data folder")


def _list_logins(base_url: str) -> None:
    click.echo("\n演示登录（开发登录，仅供演示，不得用于生产；均为虚构）：")
    for person in demo_people():
        click.echo(f"  {person['realm']:<11}{person['id']:<26}{person['name']}　{person['unit']}")
    click.echo(f"公开网站 {base_url}/public/ ，使用帮助 {base_url}/help/ ，接口说明 {base_url}/api/v1/openapi.json")
    click.echo(f"登录 {base_url}/ （Ctrl+C 结束）")


@click.command("run-embedded")
@click.option("--demo", is_flag=True, help="begin with an empty data folder and run the main job on it")
@click.option("--headless", is_flag=True, help="end after the main job, with 0 if every step succeeded")
@click.option("--port", default=8000, show_default=True)
@click.option("--national-port", default=8001, show_default=True, help="port of the national platform's simulator")
@click.option("--data", type=click.Path(path_type=Path), default=Path("var/embedded"), show_default=True)
def run_embedded(demo: bool, headless: bool, port: int, national_port: int, data: Path) -> None:
    """Run the whole platform on this machine, with nothing but Python."""
    started = time.monotonic()
    configure_logging("supervisor", "WARNING")
    data = (data.parent / "demo" if demo and data == Path("var/embedded") else data).resolve()
    require_free(port, national_port)
    if demo:
        begin_anew(data)
    environment = embedded_environment(data, port, national_port)
    prepare(data, environment)
    selfmon = [sys.executable, "-m", "selfmon_shared.cli"]
    simulator = [
        sys.executable,
        "-m",
        "selfmon_deploy.simulators.national",
        "--port",
        str(national_port),
        "--state",
        str(data / "national"),
    ]
    supervisor = Supervisor(
        data, environment, {NATIONAL: simulator, PLATFORM: [*selfmon, "serve", PLATFORM], CHILD: [*selfmon, "serve", CHILD]}
    )

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, on_signal)
    base_url = f"http://127.0.0.1:{port}"
    try:
        supervisor.start()
        wait_ready(base_url)
        succeeded = True
        if demo:
            click.echo(f"平台已启动（{time.monotonic() - started:.1f} 秒），开始运行主流程 …")
            succeeded = run_main_job(base_url, national_url=environment["NATIONAL_URL"], echo=click.echo)
            click.echo(f"合计用时 {time.monotonic() - started:.1f} 秒（含启动）")
        if headless:
            sys.exit(0 if succeeded else 1)
        _list_logins(base_url)
        supervisor.watch()
    except KeyboardInterrupt:
        pass
    finally:
        supervisor.stop()
