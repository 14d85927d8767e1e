"""The API does what its OpenAPI description says, whatever is sent: no failure of the server, no answer that it does not describe."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from gateway_platform import Browser
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from whole_platform import WholePlatform, whole_platform

from selfmon_gateway.app import NoServices, create_app

EXAMPLES = 12
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
PERSONS = (("enterprise", "clerk"), ("epb", "officer"), ("operator", "auditor"), ("operator", "operator"))
VERBS = ("get", "put", "post", "delete")
ENOUGH = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def described() -> Any:
    (api,) = create_app({}, NoServices()).extensions["flask-smorest"]["apis"].values()
    return api["ext_obj"].spec.to_dict()


DESCRIPTION = described()
OPERATIONS = [(verb, path) for path, operations in sorted(DESCRIPTION["paths"].items()) for verb in VERBS if verb in operations]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholePlatform]:
    with whole_platform(tmp_path_factory.mktemp("described"), SIGN_ON_FAILURES="1000000") as found:
        yield found


@pytest.fixture(scope="module")
def browsers(platform: WholePlatform) -> Callable[[int], Browser]:
    """By turns nobody's browser and each person's; who was signed out meanwhile signs on again."""
    signed_on: dict[tuple[str, str], Browser] = {}

    def take(turn: int) -> Browser:
        person = PERSONS[turn % len(PERSONS)]
        if turn % 5 == 0:
            return Browser(platform.app)
        if person not in signed_on or signed_on[person].get("/me").status_code == 401:
            signed_on[person] = platform.signed_on(*person)
        return signed_on[person]

    return take


@pytest.mark.parametrize(("verb", "path"), OPERATIONS, ids=lambda value: value)
def test_an_operation_answers_as_it_is_described(platform: WholePlatform, browsers: Callable[[int], Browser], verb: str, path: str) -> None:
    operation = schemathesis.openapi.from_dict(DESCRIPTION)[path][verb.upper()]
    turns = itertools.count()
    sent = 0

    @ENOUGH
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        nonlocal sent
        turn = next(turns)
        browser = browsers(turn)
        real = {name: value for name, value in platform.ids.items() if name in case.path_parameters} if turn % 3 else {}
        case.path_parameters = {**case.path_parameters, **real}
        case.headers = {"X-CSRF-Token": browser.csrf, "Idempotency-Key": f"described-{path}-{verb}-{turn}", "Sec-Fetch-Site": "same-origin"}
        cookie = browser.http.get_cookie("selfmon")
        case.cookies = {} if cookie is None else {"selfmon": cookie.value}
        case.call_and_validate(app=platform.app, base_url="http://localhost", checks=list(CHECKS))
        sent += 1

    ask()
    assert sent > 0
