import importlib
import importlib.util
import re
from pathlib import Path

import pytest
from repository import SERVICES, package_of

from selfmon_shared.kernel.events import EventTypes

STORED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_stored_types_are_names_of_the_service_and_no_class_paths(service: Path) -> None:
    name = f"{package_of(service)}.events"
    if importlib.util.find_spec(name) is None:
        assert service.name == "gateway", "only the gateway keeps no log of its own"
        return
    types = [value for value in vars(importlib.import_module(name)).values() if isinstance(value, EventTypes)]
    assert len(types) == 1
    assert types[0].prefix == service.name
    for stored, version in types[0].names.items():
        prefix, _, rest = stored.partition(".")
        assert prefix == service.name
        assert STORED.fullmatch(rest), stored
        assert version >= 1
