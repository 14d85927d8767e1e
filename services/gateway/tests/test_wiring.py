"""Everything that the contracts offer is reachable; the API's description and the stores fit."""

import json
from collections.abc import Iterator

import pytest
from gateway_platform import Platform
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlalchemy import MetaData, inspect

from selfmon_gateway.api import dischargers, exchange, plans, points, results, reviews
from selfmon_gateway.api.routes import Route
from selfmon_gateway.api.workbench import ASKED
from selfmon_gateway.disclosure.handlers import HANDLERS
from selfmon_gateway.disclosure.tables import public
from selfmon_gateway.inbox.tables import copied
from selfmon_gateway.service import definition
from selfmon_gateway.tables import own
from selfmon_shared.contracts.providers import PROVIDERS
from selfmon_shared.contracts.steps import QUERY

ROUTES: list[Route] = [route for module in (dischargers, points, plans, results, reviews, exchange) for route in module.ROUTES]


def offered() -> Iterator[str]:
    for provider in PROVIDERS.values():
        for contract in (*provider.commands, *provider.queries):
            if contract.name != QUERY:
                yield f"{provider.service}.{contract.name}"


def test_every_command_and_query_of_the_contracts_has_just_one_address() -> None:
    assert sorted(route.act for route in ROUTES) == sorted(offered())


def test_every_service_that_answers_next_steps_is_asked_by_the_workbench() -> None:
    answering = {provider.service for provider in PROVIDERS.values() for contract in provider.queries if contract.name == QUERY}
    assert set(ASKED) == answering


def test_the_ids_of_an_address_are_fields_of_its_payload() -> None:
    wrong = [route.path for route in ROUTES if not set(route.ids) <= set(route.contract.schema().fields)]
    assert wrong == []


def test_everything_public_is_followed_and_nothing_else() -> None:
    shown = {event.name: event.source for provider in PROVIDERS.values() for event in provider.events if event.public}
    assert set(HANDLERS) == set(shown)
    followed = {name: follow.source for follow in definition.follows if not follow.consumer for name in follow.handlers}
    assert followed == shown


def test_the_api_describes_itself_in_openapi_3_1(platform: Platform) -> None:
    answered = platform.browser().get("/openapi.json")
    described = json.loads(answered.text)
    assert described["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []
    operations = [operation for path in described["paths"].values() for verb, operation in path.items() if verb != "parameters"]
    assert set(offered()) <= {operation.get("operationId") for operation in operations}
    approval = described["paths"]["/api/v1/reviews/{submission_id}/approval"]["post"]
    assert {parameter["name"] for parameter in approval["parameters"]} >= {"Idempotency-Key", "X-CSRF-Token"}
    body = described["components"]["schemas"]["review.Approve.body"]
    assert "submission_id" not in body["properties"]


@pytest.mark.parametrize("declared", [own, public, copied], ids=["own", "public", "inbox"])
def test_the_migrated_store_is_the_declared_one(platform: Platform, declared: MetaData) -> None:
    with platform.gateway.application.database.reading() as connection:
        inspector = inspect(connection)
        for table in declared.tables.values():
            migrated = {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table.name)}
            dialect = connection.dialect
            assert migrated == {c.name: (str(c.type.compile(dialect)), c.nullable) for c in table.columns}, table.name
            assert {index["name"] for index in inspector.get_indexes(table.name)} >= {index.name for index in table.indexes}
