"""What the services announce to each other: who may announce what, in which form, and who listens."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract_samples import sample
from marshmallow import Schema
from personal_data import is_personal

from selfmon_shared.application.definition import ServiceDefinition
from selfmon_shared.application.discovery import definitions
from selfmon_shared.application.settings import service_of
from selfmon_shared.contracts.catalogue import render
from selfmon_shared.contracts.contract import ContractEvent
from selfmon_shared.contracts.fields import Many, One
from selfmon_shared.contracts.providers import PROVIDERS
from selfmon_shared.testing.golden import assert_golden

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
EVENTS = [event for provider in PROVIDERS.values() for event in provider.events]
DEFINITIONS = definitions()

NOT_YET_FOLLOWED = {
    "MonthFigures": "the annual report (P) and the progress statistics (R2) count it",
}
"""Contract events that nobody follows so far, each with who will."""

ids = [event.name for event in EVENTS]


def golden_of(event: ContractEvent) -> Path:
    return GOLDEN / f"{event.name}.v{event.version}.json"


def test_the_names_of_contract_events_are_unique_over_all_providers() -> None:
    assert [name for name, times in Counter(event.name for event in EVENTS).items() if times > 1] == []


@pytest.mark.parametrize("event", EVENTS, ids=ids)
def test_every_contract_event_has_a_full_golden_payload_that_keeps_the_contract(event: ContractEvent) -> None:
    payload = sample(event.schema())
    assert_golden(golden_of(event), payload)
    event.check(json.loads(golden_of(event).read_text(encoding="utf-8")))
    assert payload[event.key], "the key names a thing"


def test_every_golden_payload_belongs_to_a_contract_event() -> None:
    known = {(event.name, version) for event in EVENTS for version in range(1, event.version + 1)}
    found = {(name, int(version)) for name, _, version in (path.stem.partition(".v") for path in GOLDEN.glob("*.json"))}
    assert found == known


@pytest.mark.parametrize("event", EVENTS, ids=ids)
def test_a_payload_that_lacks_a_required_field_or_has_a_foreign_one_breaks_the_contract(event: ContractEvent) -> None:
    payload = sample(event.schema())
    with pytest.raises(ValueError, match="breaks its contract"):
        event.check({**payload, "not_in_the_contract": 1})
    with pytest.raises(ValueError, match=event.key):
        event.check({name: value for name, value in payload.items() if name != event.key})


@pytest.mark.parametrize("event", EVENTS, ids=ids)
def test_what_is_public_and_the_key_are_fields_of_the_event(event: ContractEvent) -> None:
    names = set(event.schema().fields)
    assert event.public <= names
    assert event.key in names
    assert set(event.public_view(sample(event.schema()))) == event.public


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
def test_a_service_offers_its_own_providers_contract_and_no_other(definition: ServiceDefinition) -> None:
    if definition.name == "gateway":
        assert (definition.provider.commands, definition.provider.queries, definition.provider.events) == ((), (), ())
        return
    provider = PROVIDERS[definition.name]
    assert definition.provider is provider
    assert {spec.contract.name for spec in definition.commands} == {command.name for command in provider.commands}
    assert {spec.contract.name for spec in definition.queries} == {query.name for query in provider.queries}
    assert {event.source for event in provider.events} <= {name for name in sources() if service_of(name) == definition.name}


@pytest.mark.parametrize("service", PROVIDERS)
def test_a_service_announces_each_of_its_events_and_those_of_nobody_else(service: str) -> None:
    package = ROOT / "services" / service / DEFINITIONS[service].package
    texts = set(text_constants(package))
    own = {event.name for event in PROVIDERS[service].events}
    announced = set(announcements(package))
    assert announced <= own
    assert own <= texts, f"never announced: {sorted(own - texts)}"


def announcements(package: Path) -> Iterator[str]:
    """The names that are given to ``Announcement(…)`` as they stand."""
    for node in nodes(package):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Announcement":
            name = node.args[0]
            if isinstance(name, ast.Constant):
                yield str(name.value)


def text_constants(package: Path) -> Iterator[str]:
    for node in nodes(package):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def nodes(package: Path) -> Iterator[ast.AST]:
    for path in package.rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def sources() -> set[str]:
    return {event.source for event in EVENTS}


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
def test_whoever_follows_follows_events_that_the_source_announces_in_a_version_that_it_knows(definition: ServiceDefinition) -> None:
    offered = {(event.source, event.name): event.version for event in EVENTS}
    for follow in definition.follows:
        assert follow.source in sources()
        for name in follow.handlers:
            assert (follow.source, name) in offered
            assert follow.version_of(name) >= offered[follow.source, name]
        assert set(follow.versions) <= set(follow.handlers)


def test_no_service_follows_itself() -> None:
    assert [d.name for d in DEFINITIONS.values() for follow in d.follows if service_of(follow.source) == d.name] == []


def test_consumers_of_one_source_in_one_service_are_told_apart() -> None:
    for definition in DEFINITIONS.values():
        places = [(follow.consumer or definition.name, follow.source) for follow in definition.follows]
        assert len(places) == len(set(places)), definition.name


def test_every_contract_event_is_followed_by_somebody_or_says_who_will() -> None:
    followed = {name for definition in DEFINITIONS.values() for follow in definition.follows for name in follow.handlers}
    assert {event.name for event in EVENTS} - followed == set(NOT_YET_FOLLOWED)


def test_the_page_of_contract_events_is_the_generated_one() -> None:
    page = ROOT / "docs" / "events.md"
    assert page.read_text(encoding="utf-8") == render(PROVIDERS.values()), "run make catalogue"


@pytest.mark.parametrize("event", EVENTS, ids=ids)
def test_no_contract_event_carries_personal_data(event: ContractEvent) -> None:
    assert [path for path in field_paths(event.schema()) if is_personal(path)] == []


def field_paths(schema: Schema, path: str = "") -> Iterator[str]:
    """Every field with its place; a free record has no form that could be looked at, and may not stand in an event."""
    for name, field in schema.fields.items():
        place = f"{path}.{name}" if path else name
        inner = field.inner if isinstance(field, Many) else field
        yield place
        if isinstance(inner, One):
            yield from field_paths(inner.schema, place)


def test_the_search_for_personal_data_finds_some() -> None:
    found = [
        name for name in ("legal_person", "telephone", "mobile", "email", "contact", "officer_name", "contact_name") if is_personal(name)
    ]
    assert len(found) == 7
    assert [name for name in ("contact_id", "person_id", "personnel", "point_name", "telemetry") if is_personal(name)] == []
    commands = [path for provider in PROVIDERS.values() for command in provider.commands for path in field_paths(command.schema())]
    assert any(is_personal(path) for path in commands), "commands may carry it: the search must see it there"
