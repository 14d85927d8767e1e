"""Settings, from the environment alone. Every process reads the same names."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from selfmon_shared.kernel.clock import Clock, machine_clock

SOURCES = ("permit-sync", "enterprise", "plan", "data", "data.results", "review")
"""Every published log; all but ``data.results`` are named after their service."""


def service_of(source: str) -> str:
    """The service that publishes a source."""
    return source.split(".", 1)[0]


@dataclass(frozen=True)
class Settings:
    """The settings of one process for one service.

    ``environment`` keeps all variables, for a service's own (``environment["NATIONAL_URL"]``).
    """

    service: str
    data_dir: Path
    database_url: str
    owner_database_url: str
    amqp_uri: str
    environment: Mapping[str, str]

    @staticmethod
    def read(service: str, environment: Mapping[str, str] | None = None) -> "Settings":
        """Settings of a service.

        ``<SERVICE>_DATABASE_URL`` (``PERMIT_SYNC_DATABASE_URL``), else ``DATABASE_URL``, else a SQLite file below ``SELFMON_DATA``.
        ``…OWNER_DATABASE_URL`` is for migrations and defaults to the same. ``AMQP_URI`` defaults to ``inproc://local``.
        """
        values = dict(os.environ if environment is None else environment)
        prefix = service.replace("-", "_").upper()
        data_dir = Path(values.get("SELFMON_DATA", "var"))
        url = values.get(f"{prefix}_DATABASE_URL") or values.get("DATABASE_URL") or f"sqlite:///{data_dir / service}.sqlite"
        owner = values.get(f"{prefix}_OWNER_DATABASE_URL") or values.get("OWNER_DATABASE_URL") or url
        return Settings(service, data_dir, url, owner, values.get("AMQP_URI", "inproc://local"), values)

    def text(self, name: str, default: str = "") -> str:
        """A service's own setting."""
        return self.environment.get(name, default)

    def seconds(self, name: str, default: float) -> timedelta:
        """A service's own setting, in seconds.

        Raises:
            ValueError: it is set to something else than a number.
        """
        raw = self.environment.get(name)
        try:
            return timedelta(seconds=default if raw is None else float(raw))
        except ValueError:
            raise ValueError(f"{name} must be a number of seconds, not {raw!r}") from None

    def flag(self, name: str, default: bool = False) -> bool:
        """A service's own yes-or-no setting (1, true, yes, on)."""
        raw = self.environment.get(name)
        return default if raw is None else raw.strip().lower() in ("1", "true", "yes", "on")

    @property
    def clock(self) -> Clock:
        """The machine's clock, moved by the offset that ``CLOCK_OFFSET_FILE`` holds, if set (tests move it at run time)."""
        path = self.environment.get("CLOCK_OFFSET_FILE")
        return machine_clock if path is None else _moved_clock(Path(path))


def _moved_clock(path: Path) -> Clock:
    def now() -> datetime:
        try:
            offset = float(path.read_text() or 0)
        except FileNotFoundError:
            offset = 0.0
        return machine_clock() + timedelta(seconds=offset)

    return now
