"""Event types: explicit names for ever, lifted step by step; aggregates folded from them."""

from dataclasses import dataclass
from typing import Any

import pytest

from selfmon_shared.kernel.aggregate import Aggregate, Loaded
from selfmon_shared.kernel.events import EventTypes, EventTypeUnknown


@dataclass(frozen=True)
class Measured:
    value: str
    unit: str
    source: str


@dataclass(frozen=True)
class Cleared:
    pass


@pytest.fixture
def types() -> EventTypes:
    types = EventTypes("example")
    types.event("measured", version=3)(Measured)
    types.event("cleared")(Cleared)

    @types.upcast("measured", 1)
    def add_unit(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "unit": "mg/m³"}

    @types.upcast("measured", 2)
    def add_source(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "source": "logger"}

    return types


def test_an_event_is_stored_under_its_name_and_version_and_comes_back(types: EventTypes) -> None:
    event = Measured("12.5", "mg/L", "entered")
    assert types.dump(event) == ("example.measured", 3, {"value": "12.5", "unit": "mg/L", "source": "entered"})
    assert types.load(*types.dump(event)) == event
    assert types.name_of(Cleared()) == ("example.cleared", 1)
    assert types.names == {"example.measured": 3, "example.cleared": 1}


def test_an_older_version_is_lifted_step_by_step(types: EventTypes) -> None:
    assert types.load("example.measured", 1, {"value": "1"}) == Measured("1", "mg/m³", "logger")
    assert types.load("example.measured", 2, {"value": "1", "unit": "mg/L"}) == Measured("1", "mg/L", "logger")


def test_what_this_code_does_not_know_is_an_error(types: EventTypes) -> None:
    with pytest.raises(EventTypeUnknown, match="unknown event type example.lost"):
        types.load("example.lost", 1, {})
    with pytest.raises(EventTypeUnknown, match="has version 4, this code knows 3"):
        types.load("example.measured", 4, {})
    types.event("gapped", version=2)(type("Gapped", (), {}))
    with pytest.raises(EventTypeUnknown, match="no way from version 1 to 2"):
        types.load("example.gapped", 1, {})
    with pytest.raises(EventTypeUnknown, match="str is not an event of example"):
        types.dump("text")


def test_a_name_is_given_once(types: EventTypes) -> None:
    with pytest.raises(ValueError, match=r"example\.cleared is registered twice"):
        types.event("cleared")(Measured)


TOTAL = Aggregate("total", 0, lambda total, event: total + event)


def test_an_aggregate_is_the_fold_of_its_events() -> None:
    assert TOTAL.stream("a-1") == "total-a-1"
    assert TOTAL.fold([1, 2, 3]) == 6
    assert TOTAL.fold([4], state=6) == 10
    assert TOTAL.fold([]) == 0


def test_an_empty_stream_is_something_that_never_happened() -> None:
    assert not Loaded(TOTAL, "a", 0, 0).exists
    loaded = Loaded(TOTAL, "a", 6, 3)
    assert loaded.exists
    assert loaded.stream == "total-a"
