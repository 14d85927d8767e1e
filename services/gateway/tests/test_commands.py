"""Commands and queries through the API, on the real review service."""

from datetime import timedelta
from typing import Any

import pytest
from gateway_platform import DISCHARGER, Platform


@pytest.fixture
def reviewing(platform: Platform) -> Platform:
    operator = platform.signed_on("operator")
    for officer, region in (("officer", "320102"), ("elsewhere", "320500")):
        enrolled = operator.post("/officers", {"officer_id": officer, "region": region, "name": "示例科员"})
        assert enrolled.status_code == 201, enrolled.text
    platform.submit_plan()
    return platform


def test_R4_an_officer_finds_the_submission_and_approves_it(reviewing: Platform) -> None:
    officer = reviewing.signed_on("officer")
    page = officer.get("/reviews?state=open&page=1&region=").json
    assert [row["discharger_name"] for row in page["rows"]] == ["江苏示例热电有限公司"]
    approved = officer.post("/reviews/s1/approval", {"digest": "d1", "comment": "同意"})
    assert (approved.status_code, approved.json) == (200, {"submission_id": "s1", "state": "approved"})
    assert officer.get("/reviews/s1").json["state"] == "approved"
    assert reviewing.review.announced("PlanApproved")[0]["officer_id"] == "officer"


def test_R7_E1_officers_elsewhere_are_forbidden_and_other_enterprises_find_nothing(reviewing: Platform) -> None:
    assert reviewing.signed_on("clerk").get("/reviews/s1").json["title"] == "监测方案"
    refused = reviewing.signed_on("elsewhere").get("/reviews/s1")
    assert (refused.status_code, refused.json["code"]) == (403, "actor.outside-region")
    assert refused.json["detail"] == "该排污单位不在您的管辖区域内"
    hidden = reviewing.signed_on("stranger").get("/reviews/s1")
    assert (hidden.status_code, hidden.json["code"]) == (404, "discharger.unknown")


def test_a_repeated_key_answers_the_first_result_and_has_one_effect(reviewing: Platform) -> None:
    officer = reviewing.signed_on("officer")
    decision = {"digest": "d1"}
    first = officer.post("/reviews/s1/approval", decision, key="once")
    second = officer.post("/reviews/s1/approval", decision, key="once")
    assert first.status_code == second.status_code == 200
    assert first.json == second.json
    assert len(reviewing.review.announced("PlanApproved")) == 1
    other = officer.post("/reviews/s1/approval", {"digest": "d2"}, key="once")
    assert (other.status_code, other.json["code"]) == (422, "command.key-reused")


@pytest.mark.parametrize("key", ["", "空格 键", "x" * 129])
def test_a_command_without_a_usable_key_is_not_done(reviewing: Platform, key: str) -> None:
    officer = reviewing.signed_on("officer")
    headers = {"X-CSRF-Token": officer.csrf, **({"Idempotency-Key": key.encode().decode("latin-1")} if key else {})}
    refused = officer.http.post("/api/v1/reviews/s1/approval", json={"digest": "d1"}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (400, "command.key-missing")
    assert officer.get("/reviews/s1").json["state"] == "open"


def test_bad_input_is_answered_field_by_field(reviewing: Platform) -> None:
    operator = reviewing.signed_on("operator")
    refused = operator.post("/officers", {"officer_id": "??", "region": "320102", "name": "", "telephone": "1"})
    assert refused.status_code == 422
    assert refused.content_type == "application/problem+json"
    assert refused.json["code"] == "input.invalid"
    assert {error["field"]: error["messages"] for error in refused.json["errors"]} == {
        "officer_id": ["编号格式不正确"],
        "name": ["必填项，无可填“暂无”"],
        "telephone": ["没有这一项"],
    }


def test_an_id_in_the_body_that_differs_from_the_address_is_refused(reviewing: Platform) -> None:
    officer = reviewing.signed_on("officer")
    refused = officer.post("/reviews/s1/approval", {"digest": "d1", "submission_id": "s2"})
    assert refused.json["errors"] == [{"field": "submission_id", "messages": ["与地址中的编号不一致"]}]
    assert officer.post("/reviews/s1/approval", {"digest": "d1", "submission_id": "s1"}).status_code == 200


def test_a_conflict_tells_what_the_state_is(reviewing: Platform) -> None:
    officer = reviewing.signed_on("officer")
    officer.post("/reviews/s1/approval", {"digest": "d1"})
    refused = officer.post("/reviews/s1/return", {"digest": "d1", "reason": "缺少噪声监测点"})
    assert refused.status_code == 409
    assert refused.json["code"] == "task.decided"
    assert refused.json["params"]["state"] in refused.json["detail"]


def test_a_service_that_is_away_makes_503_for_its_part_only(reviewing: Platform) -> None:
    clerk = reviewing.signed_on("clerk")
    away = clerk.get(f"/dischargers/{DISCHARGER}/results?from_day=2026-01-01&to_day=2026-01-01")
    assert (away.status_code, away.json["code"]) == (503, "service.away")
    assert int(away.headers["Retry-After"]) >= 1
    assert clerk.get("/reviews/s1").status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"digest": "d1"', "application/json"),
        (b'["d1"]', "application/json"),
        (b'{"digest": NaN}', "application/json"),
        (b'{"digest": "\\ud800"}', "application/json"),
        (b'{"digest": "\xff"}', "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b"digest=d1", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_plainly(reviewing: Platform, body: bytes, content_type: str) -> None:
    officer = reviewing.signed_on("officer")
    headers = {"X-CSRF-Token": officer.csrf, "Idempotency-Key": "k", "Content-Type": content_type}
    refused = officer.http.post("/api/v1/reviews/s1/approval", data=body, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (400, "request.malformed")
    assert "Traceback" not in refused.text


def test_a_body_that_is_too_large_is_refused(reviewing: Platform) -> None:
    officer = reviewing.signed_on("officer")
    refused = officer.post("/reviews/s1/approval", {"digest": "d1", "comment": "长" * 2_000_000})
    assert (refused.status_code, refused.json["code"]) == (413, "request.too-large")


def test_an_unknown_address_and_a_wrong_method_are_problems_too(platform: Platform) -> None:
    browser = platform.browser()
    assert browser.get("/nothing").json["code"] == "route.unknown"
    wrong = browser.http.delete("/api/v1/reviews")
    assert (wrong.status_code, wrong.json["code"]) == (405, "route.method-not-allowed")
    assert "GET" in wrong.headers["Allow"]


@pytest.mark.parametrize(
    ("query", "field"), [("page=0", "page"), ("page=x", "page"), ("page=99999999999", "page"), ("state=lost", "state"), ("nix=1", "nix")]
)
def test_wrong_arguments_in_the_address_are_named(reviewing: Platform, query: str, field: str) -> None:
    refused = reviewing.signed_on("officer").get(f"/reviews?{query}")
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]


def test_an_error_of_our_own_shows_no_trace(platform: Platform) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("secret inside")

    platform.client.call = fail  # type: ignore[method-assign]
    failed = platform.signed_on("clerk").get("/reviews/s1")
    assert (failed.status_code, failed.json["code"]) == (500, "service.failed")
    assert "secret" not in failed.text


def test_an_address_with_doubled_slashes_is_led_to_the_right_one(platform: Platform) -> None:
    led = platform.browser().http.get("/api/v1//me")
    assert led.status_code == 308
    assert led.headers["Location"].endswith("/api/v1/me")


def test_without_the_key_for_actor_tokens_services_cannot_be_asked_yet(platform: Platform) -> None:
    (platform.folder / "actor-private.pem").unlink()
    away = platform.signed_on("clerk").get("/reviews/s1")
    assert (away.status_code, away.json["code"]) == (503, "service.away")


def test_an_actors_token_is_made_anew_before_services_would_refuse_it(reviewing: Platform) -> None:
    clerk = reviewing.signed_on("clerk")
    for _ in range(8):
        assert clerk.get("/reviews/s1").status_code == 200
        reviewing.gateway.clock.move(timedelta(seconds=15))
