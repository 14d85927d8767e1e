"""pika's loops: run to their end and closed, so that a connection that is given up leaves no socket behind."""

import contextlib
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger()


def run_loop(connection: Any, name: str) -> None:
    """Run a connection's loop until it is stopped; whatever ends it is logged, and its wake-up sockets are closed."""
    try:
        connection.ioloop.start()
    except Exception as error:
        log.warning(f"{name}-connection-lost", error=repr(error))
    with contextlib.suppress(Exception):  # a loop that failed may be closed in part
        connection.ioloop.close()


def in_loop(connection: Any, callback: Callable[[], object]) -> None:
    """Have the loop's thread call back; nothing happens if the loop has ended meanwhile."""
    with contextlib.suppress(Exception):  # pika says this in several ways
        connection.ioloop.add_callback_threadsafe(callback)
