"""What travels between processes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from kombu import serialization

from selfmon_shared.messaging import wire


@pytest.mark.parametrize("data", [{"值": "0.50", "n": None, "l": [1, True, -2]}, [], "文字"])
def test_plain_data_comes_back_as_it_was(data: object) -> None:
    assert wire.decode(wire.encode(data)) == data


@pytest.mark.parametrize("value", [Decimal("1.0"), datetime(2026, 1, 1, tzinfo=UTC), object(), {1, 2}, 10**30])
def test_nothing_is_given_a_form_that_no_contract_knows(value: object) -> None:
    with pytest.raises(TypeError):
        wire.encode({"value": value})


def test_kombu_speaks_the_same_json_once_it_is_told() -> None:
    wire.register()
    content_type, encoding, body = serialization.dumps({"值": 10**15}, serializer="json")
    assert (content_type, encoding) == ("application/json", "utf-8")
    assert serialization.loads(body, content_type, encoding) == {"值": 10**15}
