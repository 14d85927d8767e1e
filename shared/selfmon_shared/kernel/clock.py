"""The clock port. Services never read the machine's clock themselves."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Answers the present moment, aware, UTC."""


def machine_clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
