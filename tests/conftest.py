"""The two set-ups, for the tests that span services."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_deploy.setups import Setup

sys.path.insert(0, str(Path(__file__).parent))

from both_setups import PROCESSES_ID, SETUPS, started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A worker for each set-up: the two run side by side, and each starts its platforms one after the other."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(PROCESSES_ID if f"[{PROCESSES_ID}" in item.nodeid else "embedded"))


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
