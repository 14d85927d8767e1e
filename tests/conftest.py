"""The two set-ups, for the tests that span services."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from selfmon_deploy.setups import EmbeddedSetup, ProcessesSetup, Setup

EMBEDDED, PROCESSES = "embedded", "processes"
SETUPS = [
    pytest.param(EMBEDDED, id="inproc-sqlite"),
    pytest.param(PROCESSES, id="rabbitmq-postgres", marks=[pytest.mark.rabbitmq, pytest.mark.postgres]),
]


@contextmanager
def started(request: pytest.FixtureRequest, folder: Path) -> Iterator[Setup]:
    if request.param == EMBEDDED:
        setup: Setup = EmbeddedSetup(folder)
    else:
        broker, postgres = request.getfixturevalue("rabbitmq"), request.getfixturevalue("postgres")
        setup = ProcessesSetup(folder, broker, postgres, f"p{uuid.uuid4().hex[:8]}")
    try:
        setup.start()
        yield setup
    finally:
        setup.close()


@pytest.fixture(scope="module", params=SETUPS)
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    """A platform that runs, for all tests of a module."""
    with started(request, tmp_path_factory.mktemp("platform")) as setup:
        yield setup


@pytest.fixture(params=SETUPS)
def fresh_platform(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Setup]:
    """A platform of the test's own."""
    with started(request, tmp_path) as setup:
        yield setup
