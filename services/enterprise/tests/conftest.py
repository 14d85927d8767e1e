import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_enterprise.service import definition
from selfmon_shared.testing.service import ServiceUnderTest, running

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def enterprise(tmp_path: Path) -> Iterator[ServiceUnderTest]:
    with running(definition, tmp_path) as service:
        yield service
