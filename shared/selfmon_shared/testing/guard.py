"""What a test starts ends with it, also when the test process itself is killed hard.

A guard is a small process in a session of its own that reads our instructions from a pipe. When the pipe closes, for
whatever reason, it kills what is still on its list and removes the listed folders. (PR_SET_PDEATHSIG would be shorter,
but fires when the starting *thread* ends, is cleared by a change of user, and leaves folders behind.)
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def start_time(pid: int) -> str | None:
    """The start time of a process in clock ticks since boot, or None if there is none: pids are reused, pairs are not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


class Guard:
    """Ends processes and removes folders when the process that made it is gone.

    Each watched process must lead a process group of its own: the whole group is killed.
    """

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
            bufsize=1,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def usable(self) -> bool:
        """Whether this very process made the guard (a fork must make its own), and it lives."""
        return self._owner == os.getpid() and self._process.poll() is None

    def watch(self, pid: int) -> None:
        self._say(f"watch {pid} {start_time(pid) or 0}")

    def forget(self, pid: int) -> None:
        self._say(f"forget {pid}")

    def watch_folder(self, folder: Path) -> None:
        self._say(f"folder {folder}")

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")

    def close(self) -> None:
        """End everything still watched, and the guard."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=30)


_guards: list[Guard] = []


def guard() -> Guard:
    """The guard of this process, started when first asked for."""
    if not _guards or not _guards[-1].usable():
        _guards.append(Guard())
    return _guards[-1]


def follow_orders(lines: Iterable[str]) -> None:
    """The guard's own work: keep the list while lines come, then end what is on it."""
    started: dict[int, str] = {}
    folders: list[str] = []
    for line in lines:
        order, _, rest = line.rstrip("\n").partition(" ")
        if order == "watch":
            pid, _, began = rest.partition(" ")
            started[int(pid)] = began
        elif order == "forget":
            started.pop(int(rest), None)
        elif order == "folder":
            folders.append(rest)
    for leader, began in started.items():
        if start_time(leader) == began:
            with contextlib.suppress(OSError):
                os.killpg(leader, signal.SIGKILL)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    follow_orders(sys.stdin)
