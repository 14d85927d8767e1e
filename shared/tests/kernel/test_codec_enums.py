from dataclasses import dataclass
from enum import StrEnum

import pytest

from selfmon_shared.kernel.codec import canonical_json, from_data, to_data


class State(StrEnum):
    OPEN = "open"


@dataclass(frozen=True)
class Thing:
    state: State
    earlier: State | None = None


def test_a_dataclass_with_an_enum_comes_back_from_its_plain_data() -> None:
    data = to_data(Thing(State.OPEN))
    assert canonical_json(data) == '{"earlier":null,"state":"open"}'
    assert from_data(Thing, data) == Thing(State.OPEN)
    assert from_data(Thing, {"state": "open", "earlier": "open"}).earlier is State.OPEN


def test_a_value_that_the_enum_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="closed"):
        from_data(Thing, {"state": "closed"})
