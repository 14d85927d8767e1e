"""The data service for its tests."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_data.service import definition
from selfmon_shared.testing.service import ServiceUnderTest, running

sys.path.insert(0, str(Path(__file__).parent))

from data_cases import have_plan, know_discharger, local


@pytest.fixture
def data(tmp_path: Path) -> Iterator[ServiceUnderTest]:
    """On 2 March 2026, 09:30, with a discharger whose plan is in force since 1 March, 00:00."""
    with running(definition, tmp_path) as service:
        service.clock.move_to(local(2026, 3, 2, 9, 30))
        know_discharger(service)
        have_plan(service, local(2026, 3, 1))
        yield service
