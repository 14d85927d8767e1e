"""Refusals: what a caller is told, and what he can do about it."""

import pytest

from selfmon_shared.kernel.errors import KINDS, Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable


@pytest.mark.parametrize(
    ("kind", "status"), [(Invalid, 422), (Conflict, 409), (Forbidden, 403), (NotFound, 404), (Unavailable, 503), (Refusal, 500)]
)
def test_the_class_of_a_refusal_says_what_the_gateway_answers(kind: type[Refusal], status: int) -> None:
    assert kind("some.code").status == status
    assert KINDS.get(status, Refusal) is kind


def test_a_refusal_carries_code_params_and_the_fields_that_it_concerns() -> None:
    refusal = Invalid("input.invalid", fields={"items.3.value": ["应为数字，如 12.5"]}, limit=5)
    assert (refusal.code, refusal.params) == ("input.invalid", {"limit": 5})
    assert refusal.fields == {"items.3.value": ["应为数字，如 12.5"]}
    assert str(refusal) == "input.invalid {'limit': 5, 'fields': {'items.3.value': ['应为数字，如 12.5']}}"


def test_a_refusal_without_details_is_its_code() -> None:
    assert str(NotFound("discharger.unknown")) == "discharger.unknown"


def test_what_is_away_says_when_to_ask_again() -> None:
    assert Unavailable("service.away").retry_after == 5
    away = Unavailable("service.maintenance", retry_after=30, service="plan")
    assert (away.retry_after, away.params) == (30, {"service": "plan"})
