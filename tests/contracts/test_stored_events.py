"""Stored events keep their form for ever: one golden file per type and version, which today's code still reads."""

import dataclasses
import json
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from event_samples import sample
from personal_data import is_personal

from selfmon_shared.application.discovery import definitions
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.events import EventTypes
from selfmon_shared.testing.golden import assert_golden

ROOT = Path(__file__).resolve().parents[2]
TYPES = {name: definition.model.types for name, definition in definitions().items()}
CLASSES = {stored: (service, cls, version) for service, types in TYPES.items() for stored, (cls, version) in types._by_name.items()}
FILE = re.compile(r"(?P<type>.+)\.v(?P<version>\d+)\.json")


def folder(service: str) -> Path:
    return ROOT / "services" / service / "tests" / "golden"


def golden_files() -> Iterator[tuple[str, Path]]:
    for service in TYPES:
        for path in sorted(folder(service).glob("*.v*.json")):
            yield service, path


@pytest.mark.parametrize("stored", sorted(CLASSES))
def test_every_stored_type_and_version_has_a_golden_file(stored: str) -> None:
    service, cls, version = CLASSES[stored]
    path = folder(service) / f"{stored}.v{version}.json"
    if not path.exists():
        assert_golden(path, TYPES[service].dump(sample(cls))[2])
    earlier = [folder(service) / f"{stored}.v{number}.json" for number in range(1, version)]
    assert [str(missing) for missing in earlier if not missing.exists()] == []


@pytest.mark.parametrize("stored", sorted(CLASSES))
def test_an_event_with_every_field_filled_reads_back_as_it_was(stored: str) -> None:
    service, cls, version = CLASSES[stored]
    event = sample(cls)
    name, written_version, data = TYPES[service].dump(event)
    assert (name, written_version) == (stored, version)
    assert TYPES[service].load(stored, version, json.loads(canonical_json(data))) == event


@pytest.mark.parametrize(("service", "path"), list(golden_files()), ids=lambda value: value.stem if isinstance(value, Path) else value)
def test_a_golden_event_is_read_and_written_again_the_same(service: str, path: Path) -> None:
    types: EventTypes = TYPES[service]
    found = FILE.fullmatch(path.name)
    assert found is not None
    stored, version = found["type"], int(found["version"])
    assert stored in types.names, "a stored type never goes"
    assert version <= types.names[stored]
    data = json.loads(path.read_text(encoding="utf-8"))
    event = types.load(stored, version, data)
    if version == types.names[stored]:
        assert json.loads(canonical_json(types.dump(event)[2])) == data


@pytest.mark.parametrize("stored", sorted(CLASSES))
def test_no_stored_event_carries_personal_data(stored: str) -> None:
    assert [path for path in field_paths(CLASSES[stored][1]) if is_personal(path)] == []


def field_paths(kind: Any, path: str = "") -> Iterator[str]:
    """Every field of a dataclass with its place, down through tuples and optional values."""
    if dataclasses.is_dataclass(kind):
        for name, hint in typing.get_type_hints(kind).items():
            place = f"{path}.{name}" if path else name
            yield place
            yield from field_paths(hint, place)
    for inner in typing.get_args(kind):
        yield from field_paths(inner, path)
