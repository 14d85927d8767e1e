"""Processes that a test starts, kills and starts again: the parts of the platform run as they run in a province."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from selfmon_shared.testing.guard import guard
from selfmon_shared.testing.waiting import DeadlinePassed, eventually


class ProcessFailed(AssertionError):
    """A managed process ended by itself, or was not ready in time. The message carries the end of its log."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_answers(port: int) -> bool:
    """Whether something accepts connections on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A folder that is removed at the end, even if this process is killed."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    guard().watch_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class ManagedProcess:
    """One process with its log file, started in a process group of its own and ended with the test.

    Args:
        command: the program and its arguments.
        name: what failures call it.
        log_path: standard output and standard error are appended here.
        env: added to this process's environment; a value of None takes the variable away.
        ready: answers whether the process serves; awaited by `start` and `restart`.

    Use it as a context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        command: Sequence[str | os.PathLike[str]],
        *,
        name: str,
        log_path: Path,
        env: Mapping[str, str | None] | None = None,
        cwd: Path | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> None:
        self.command = [os.fspath(part) for part in command]
        self.name = name
        self.log_path = log_path
        self.env = dict(env or {})
        self.cwd = cwd
        self.ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The pid of the running (or last) process.

        Raises:
            ProcessFailed: it was never started.
        """
        if self._process is None:
            raise ProcessFailed(f"{self.name} was never started")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The exit code; negative for a signal; None while it runs or before it ever ran."""
        return None if self._process is None else self._process.poll()

    def start(self, *, ready_within: float = 30.0) -> Self:
        """Start it and wait until it is ready (if it was given a `ready`).

        Raises:
            ProcessFailed: it ended at once or was not ready in time; it is ended then.
        """
        if self.running:
            raise ProcessFailed(f"{self.name} runs already (pid {self.pid})")
        environment = dict(os.environ)
        for key, value in self.env.items():
            if value is None:
                environment.pop(key, None)
            else:
                environment[key] = value
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=environment,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        guard().watch(self._process.pid)
        if self.ready is not None:
            try:
                self.wait_ready(self.ready, deadline=ready_within)
            except ProcessFailed:
                self.kill9()
                raise
        return self

    def wait_ready(self, condition: Callable[[], bool], *, deadline: float = 30.0) -> None:
        """Wait until the condition holds; give up at once if the process ends before.

        Raises:
            ProcessFailed: with the reason and the end of the log.
        """

        def ready_or_dead() -> bool:
            return not self.running or condition()

        try:
            eventually(ready_or_dead, deadline=deadline, what=f"{self.name} ready")
        except DeadlinePassed as error:
            raise ProcessFailed(f"{error}\n{self.log_tail()}") from error
        if not self.running:
            raise ProcessFailed(f"{self.name} ended with {self.exit_code} before it was ready\n{self.log_tail()}")

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to the process alone, not to its children."""
        if self._process is not None:
            self._process.send_signal(number)

    def wait(self, *, deadline: float = 10.0) -> int:
        """Wait for its end and answer its exit code.

        Raises:
            ProcessFailed: it still runs after `deadline` seconds (it is left running).
        """
        if self._process is None:
            raise ProcessFailed(f"{self.name} was never started")
        try:
            code = self._process.wait(timeout=deadline)
        except subprocess.TimeoutExpired as error:
            raise ProcessFailed(f"{self.name} still runs after {deadline:g} s\n{self.log_tail()}") from error
        guard().forget(self._process.pid)
        return code

    def terminate(self, *, deadline: float = 10.0) -> int:
        """SIGTERM, then wait for the end; answers the exit code.

        Raises:
            ProcessFailed: it did not stop within `deadline` seconds; it is killed then.
        """
        self.send_signal(signal.SIGTERM)
        try:
            return self.wait(deadline=deadline)
        except ProcessFailed:
            self.kill9()
            raise

    def kill9(self) -> None:
        """SIGKILL to the process and to the children in its group, as when its container is lost."""
        if self._process is None:
            return
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10.0)
        guard().forget(self._process.pid)

    def restart(self, *, ready_within: float = 30.0) -> Self:
        """Start it again with the same command and log; a running one is terminated first."""
        if self.running:
            self.terminate()
        return self.start(ready_within=ready_within)

    def stop(self, *, deadline: float = 10.0) -> None:
        """End it, gently if that works: for the end of a test, where the exit code tells nothing."""
        if self.running:
            self.send_signal(signal.SIGTERM)
            with contextlib.suppress(ProcessFailed):
                self.wait(deadline=deadline)
        self.kill9()

    def log_tail(self, lines: int = 40) -> str:
        """The last lines of its log, headed by its name."""
        text = self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""
        return "\n".join([f"--- log of {self.name} ({self.log_path})", *text.splitlines()[-lines:]])

    def __enter__(self) -> Self:
        return self if self.running else self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        if error is not None and self.log_path.exists():
            error.add_note(self.log_tail())
