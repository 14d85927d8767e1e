"""The platform on each of the two set-ups, for the length of a fixture."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from selfmon_deploy.setups import EmbeddedSetup, ProcessesSetup, Setup

EMBEDDED, PROCESSES = "embedded", "processes"
PROCESSES_ID = "rabbitmq-postgres"
SETUPS = [
    pytest.param(EMBEDDED, id="inproc-sqlite"),
    pytest.param(PROCESSES, id=PROCESSES_ID, marks=[pytest.mark.rabbitmq, pytest.mark.postgres]),
]


def made(request: pytest.FixtureRequest, folder: Path, kind: str) -> Setup:
    """A set-up that is not yet started."""
    if kind == EMBEDDED:
        return EmbeddedSetup(folder)
    broker, postgres = request.getfixturevalue("rabbitmq"), request.getfixturevalue("postgres")
    return ProcessesSetup(folder, broker, postgres, f"p{uuid.uuid4().hex[:8]}")


@contextmanager
def started(request: pytest.FixtureRequest, folder: Path) -> Iterator[Setup]:
    """A platform that runs, on the set-up that the fixture's parameter names."""
    setup = made(request, folder, request.param)
    try:
        setup.start()
        yield setup
    finally:
        setup.close()
