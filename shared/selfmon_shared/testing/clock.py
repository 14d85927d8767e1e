"""A clock that tests move at run time, in every process that was started with it."""

from datetime import datetime, timedelta
from pathlib import Path

from selfmon_shared.kernel.clock import machine_clock


class MovableClock:
    """Processes read the offset from a file, named by ``CLOCK_OFFSET_FILE``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = timedelta()

    @property
    def environment(self) -> dict[str, str]:
        """The setting that makes a process use this clock."""
        return {"CLOCK_OFFSET_FILE": str(self.path)}

    def now(self) -> datetime:
        """The moment that the processes see."""
        return machine_clock() + self._offset

    def move(self, by: timedelta) -> None:
        """Move on (or back)."""
        self._offset += by
        aside = self.path.with_suffix(".new")
        aside.write_text(str(self._offset.total_seconds()))
        aside.replace(self.path)

    def move_to(self, moment: datetime) -> None:
        """Move to a moment."""
        self.move(moment - self.now())
