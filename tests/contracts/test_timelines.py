"""Every service tells its events in words (the timeline of any record)."""

from importlib import import_module

import pytest
from event_samples import sample

from selfmon_shared.application.discovery import definitions
from selfmon_shared.contracts.timeline import TimelineRow
from selfmon_shared.eventstore.timeline import Wordings
from selfmon_shared.kernel.events import EventTypes

TYPES = {name: definition.model.types for name, definition in definitions().items() if definition.model.types.names}


def wordings_of(service: str) -> Wordings:
    found: Wordings = import_module(f"{definitions()[service].package}.timeline").WORDINGS
    return found


@pytest.mark.parametrize("service", sorted(TYPES))
def test_every_stored_event_of_a_service_has_its_wording_and_no_other_has(service: str) -> None:
    assert set(wordings_of(service)) == set(TYPES[service].names)


def told() -> list[tuple[str, str]]:
    return [(service, stored) for service, types in sorted(TYPES.items()) for stored in sorted(types.names)]


@pytest.mark.parametrize(("service", "stored"), told())
def test_an_event_is_told_in_chinese_from_what_it_says(service: str, stored: str) -> None:
    types: EventTypes = TYPES[service]
    event, wording = sample(types._by_name[stored][0]), wordings_of(service)[stored]
    what = wording.what if isinstance(wording.what, str) else wording.what(event)
    note = None if wording.note is None else wording.note(event)
    assert any("\u4e00" <= character <= "\u9fff" for character in what)
    assert TimelineRow().validate({"at": "2026-03-01T00:00:00Z", "who": wording.who, "what": what, "note": note}) == {}


def test_whoever_shows_a_thing_has_its_timeline_beside_it() -> None:
    offered = {query.name for definition in definitions().values() for query in definition.provider.queries}
    things = {"discharger", "point", "logger", "plan", "registration", "task", "upload"}
    assert {f"{thing}-timeline" for thing in things} <= offered
