import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from selfmon_permit_sync.adapters import InMemoryNationalPlatform
from selfmon_permit_sync.bootstrap import define
from selfmon_permit_sync.ports import Ports
from selfmon_shared.application.settings import Settings
from selfmon_shared.blobs import BlobStore
from selfmon_shared.testing.service import running

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Any]:
    from permit_cases import Bench, Data

    national, blobs = InMemoryNationalPlatform(), BlobStore.of(Settings.read("permit-sync", {"SELFMON_DATA": str(tmp_path)}))
    with running(define(lambda _settings: Ports(national, blobs)), tmp_path, {"PERMITS_PAGE": "2"}) as service:
        data = Data()
        service.application.client = data
        yield Bench(service, national, blobs, data)
