import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_deploy.setups import Setup

sys.path.insert(0, str(Path(__file__).parent))

from both_setups import SETUPS, started
from drill_site import Site


@pytest.fixture(scope="package", params=SETUPS)
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    """One platform for all drills; each leaves it well and running."""
    with started(request, tmp_path_factory.mktemp("drills")) as setup:
        yield setup


@pytest.fixture
def site(platform: Setup) -> Iterator[Site]:
    """A demo enterprise's site, and its clerk."""
    with Site(platform) as site:
        yield site
