"""Which services are installed: found by entry points, so that an image holds just the one that it runs."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import pytest

from selfmon_shared.application import discovery
from selfmon_shared.application.definition import Follow


def test_every_installed_service_is_found_by_its_name() -> None:
    found = discovery.definitions()
    assert {"review", "plan", "data", "enterprise", "permit-sync", "gateway"} <= set(found)
    assert all(definition.name == name for name, definition in found.items())
    assert discovery.definition_of("review") is found["review"]


def test_a_service_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(LookupError, match="no service 'nothing' is installed; there are: .*review"):
        discovery.definition_of("nothing")


def create_app(environment: Mapping[str, str], client: Any) -> Any:
    """What an entry point of the group selfmon.web leads to."""
    return environment, client


def test_the_web_application_is_made_by_whoever_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bring = EntryPoint("web", f"{create_app.__module__}:create_app", discovery.WEB)
    monkeypatch.setattr(type(bring), "load", lambda self: create_app)
    monkeypatch.setattr(discovery, "entry_points", lambda group: EntryPoints([bring] if group == discovery.WEB else []))
    assert discovery.web_application({"A": "1"}, "client") == ({"A": "1"}, "client")


def test_without_the_gateway_there_is_no_web_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "entry_points", lambda group: EntryPoints([]))
    with pytest.raises(LookupError, match="the gateway is not installed"):
        discovery.web_application({}, None)


def test_a_follow_understands_version_one_unless_it_says_more() -> None:
    follow = Follow("plan", {"PlanTookEffect": lambda message, uow: None}, {"PlanSubmitted": 3})
    assert (follow.version_of("PlanSubmitted"), follow.version_of("PlanTookEffect")) == (3, 1)
