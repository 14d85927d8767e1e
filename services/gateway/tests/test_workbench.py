"""工作台: the union of the services' next steps, in the order of the flow, whoever of them is away."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from gateway_platform import DISCHARGER, Platform

from selfmon_data.service import definition as data_definition
from selfmon_enterprise.service import definition as enterprise_definition
from selfmon_gateway.api.workbench import Workbench
from selfmon_permit_sync.service import definition as permit_sync_definition
from selfmon_plan.service import definition as plan_definition
from selfmon_shared.contracts.steps import FLOW
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, running

PERMIT = {
    "permit_number": f"{DISCHARGER}P", "discharger_id": DISCHARGER, "revision": 1, "uscc": DISCHARGER[:18],
    "enterprise_name": "江苏示例热电有限公司", "industry_code": "4412", "address": "示例路1号", "longitude": "118.79", "latitude": "32.06",
    "region": "320102", "valid_from": "2026-01-01", "valid_to": "2030-12-31", "points": [], "requirements": [],
}  # fmt: skip


@pytest.fixture
def whole(platform: Platform) -> Iterator[dict[str, ServiceUnderTest]]:
    """The platform with the services of the flow."""
    definitions = (enterprise_definition, plan_definition, data_definition, permit_sync_definition)
    with ExitStack() as stack:
        for definition in definitions:
            platform.client.services[definition.name] = stack.enter_context(running(definition, platform.folder))
        platform.client.services["enterprise"].receive("permit-sync", "PermitReceived", PERMIT["permit_number"], PERMIT)
        yield platform.client.services


def steps(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.text
    return [(step["step"], step["state"]) for step in answer.json["steps"]]


def test_E1_an_enterprise_sees_all_its_steps_in_the_order_of_the_flow(platform: Platform, whole: dict[str, ServiceUnderTest]) -> None:
    found = platform.signed_on("clerk").get(f"/workbench?discharger_id={DISCHARGER}")
    assert Workbench().validate(found.json) == {}
    assert found.json["away"] == []
    assert steps(found) == [
        ("permit-check", "open"),
        ("profile", "open"),
        ("points", "open"),
        ("diagram", "open"),
        ("matching", "done"),
        ("item-check", "done"),
        ("overview", "open"),
        ("plan-export", "blocked"),
        ("plan-import", "blocked"),
        ("plan-in-force", "blocked"),
        ("hourly-entry", "blocked"),
        ("manual-entry", "blocked"),
    ]
    names = [step["step"] for step in found.json["steps"]]
    assert names == sorted(names, key=FLOW.index)
    first = found.json["steps"][0]
    assert (first["title"], first["screen"], first["due"], first["optional"]) == ("核对许可信息", "permit-check", None, False)


def test_the_parts_that_are_away_are_named_and_the_others_are_shown(platform: Platform, whole: dict[str, ServiceUnderTest]) -> None:
    del whole["plan"], whole["permit-sync"]
    found = platform.signed_on("clerk").get(f"/workbench?discharger_id={DISCHARGER}")
    assert found.json["away"] == ["plan", "permit-sync"]
    assert [name for name, _ in steps(found)][:2] == ["permit-check", "profile"]
    assert ("hourly-entry", "blocked") in steps(found)
    whole.clear()
    found = platform.signed_on("clerk").get(f"/workbench?discharger_id={DISCHARGER}")
    assert (found.json["steps"], found.json["away"]) == ([], ["enterprise", "plan", "data", "permit-sync"])


def test_services_that_do_not_answer_are_waited_for_side_by_side(
    platform: Platform, whole: dict[str, ServiceUnderTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = platform.client.call
    together = threading.Barrier(3)

    def slow(container: str, request: Mapping[str, Any], timeout: float = 10.0) -> Any:
        assert timeout <= 4.0
        if container == "enterprise":
            return answered(container, request, timeout)
        together.wait(timeout=10)  # opens only when all three are asked at once
        raise Unavailable("service.timeout")

    monkeypatch.setattr(platform.client, "call", slow)
    found = platform.signed_on("clerk").get(f"/workbench?discharger_id={DISCHARGER}")
    assert found.json["away"] == ["plan", "data", "permit-sync"]
    assert not together.broken


def test_R4_an_officer_sees_his_reviews(platform: Platform) -> None:
    enrolment = {"officer_id": "officer", "region": "320102", "name": "示例科员"}
    platform.review.command("enrol-officer", enrolment, OPERATOR)
    platform.submit_plan()
    found = platform.signed_on("officer").get("/workbench")
    assert steps(found) == [("plan-review", "open"), ("abnormal-review", "done")]
    assert found.json["steps"][0]["count"] == 1
    assert found.json["steps"][0]["why"].startswith("有 1 项待审核")
    del platform.client.services["review"]
    assert platform.signed_on("officer").get("/workbench").json == {"steps": [], "away": ["review"]}


def test_E1_R7_the_services_refuse_who_may_not_see_the_discharger(platform: Platform, whole: dict[str, ServiceUnderTest]) -> None:
    assert platform.signed_on("stranger").get(f"/workbench?discharger_id={DISCHARGER}").status_code == 404
    assert platform.signed_on("elsewhere").get(f"/workbench?discharger_id={DISCHARGER}").status_code == 403
    assert platform.signed_on("officer").get("/workbench").json["code"] == "officer.unknown"
    without = platform.signed_on("clerk").get("/workbench")
    assert (without.status_code, without.json["errors"]) == (422, [{"field": "discharger_id", "messages": ["此项必填"]}])
    assert platform.browser().get("/workbench").status_code == 401
