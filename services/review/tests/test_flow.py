"""What an officer has to review next (R4, R5, R7)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from selfmon_review.service import definition
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import Forbidden
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, enterprise_actor, officer_actor, running

SITES = {"91320102MA1TESTX0G001": "320102", "91320104MA1TESTX0G001": "320104"}
COUNTY, CITY, ELSEWHERE = officer_actor("320102", "county"), officer_actor("320100", "city"), officer_actor("320500", "elsewhere")
FIRST, SECOND = SITES


@pytest.fixture
def review(tmp_path: Path) -> Iterator[ServiceUnderTest]:
    with running(definition, tmp_path) as service:
        for officer in (COUNTY, CITY, ELSEWHERE):
            service.command("enrol-officer", {"officer_id": officer.id, "region": officer.region, "name": "示例科员"}, OPERATOR)
        for site, region in SITES.items():
            profile = {"discharger_id": site, "name": "江苏示例热电有限公司", "region": region, "bureau": "示例生态环境局"}
            service.receive("enterprise", "EnterpriseRevised", site, profile)
        yield service


def submit_plan(review: ServiceUnderTest, submission_id: str, site: str = FIRST) -> None:
    payload = {"submission_id": submission_id, "plan_id": "p1", "discharger_id": site, "title": "监测方案", "digest": "d1"}
    review.receive("plan", "PlanSubmitted", submission_id, {**payload, "submitted_at": review.clock.now()})


def register(review: ServiceUnderTest, submission_id: str) -> None:
    payload = {"submission_id": submission_id, "registration_id": submission_id, "discharger_id": FIRST, "reason": "检修", "digest": "d1"}
    review.receive("data", "AbnormalRegistered", submission_id, {**payload, "submitted_at": review.clock.now()})


def steps(review: ServiceUnderTest, actor: Actor) -> dict[str, tuple[str, int | None, str | None]]:
    found: list[dict[str, Any]] = review.query("next-steps", {}, actor)
    return {step["step"]: (step["state"], step["count"], step["why"]) for step in found}


def test_R4_R5_the_officers_open_reviews_are_counted_by_subject_with_the_oldest(review: ServiceUnderTest) -> None:
    assert steps(review, COUNTY) == {"plan-review": ("done", None, None), "abnormal-review": ("done", None, None)}
    submit_plan(review, "s1")
    day = (review.clock.now() + timedelta(hours=8)).date().isoformat()
    review.clock.move(timedelta(days=3))
    submit_plan(review, "s2")
    register(review, "r1")
    found = steps(review, COUNTY)
    assert found["plan-review"] == ("open", 2, f"有 2 项待审核，最早的提交于 {day}，已等待 3 天")
    assert found["abnormal-review"][:2] == ("open", 1)
    review.command("approve", {"submission_id": "s1", "digest": "d1"}, COUNTY)
    review.command("return", {"submission_id": "s2", "digest": "d1", "reason": "缺少噪声监测点"}, COUNTY)
    assert steps(review, COUNTY)["plan-review"][0] == "done"


def test_R7_what_a_lower_bureau_has_to_review_waits_for_it(review: ServiceUnderTest) -> None:
    submit_plan(review, "s1")
    submit_plan(review, "s2", SECOND)
    state, count, why = steps(review, CITY)["plan-review"]
    assert (state, count) == ("waiting", 2)
    assert why is not None
    assert why.startswith("有 2 项由下级生态环境部门审核，最早的提交于")
    assert steps(review, COUNTY)["plan-review"][:2] == ("open", 1)
    assert steps(review, ELSEWHERE)["plan-review"][0] == "done"
    profile = {"discharger_id": SECOND, "name": "江苏示例热电有限公司", "region": "320100", "bureau": "示例生态环境局"}
    review.receive("enterprise", "EnterpriseRevised", SECOND, profile)
    state, count, why = steps(review, CITY)["plan-review"]
    assert (state, count) == ("open", 1)
    assert why is not None
    assert why.startswith("有 1 项待审核；另有 1 项由下级生态环境部门审核，最早的提交于")


def test_R7_the_operator_sees_the_whole_province_and_a_discharger_that_has_not_arrived(review: ServiceUnderTest) -> None:
    submit_plan(review, "s1", "91320105MA1TESTX0G001")
    assert steps(review, OPERATOR)["plan-review"][:2] == ("waiting", 1)
    assert steps(review, CITY)["plan-review"][0] == "done"


def test_R1_only_officers_have_reviews(review: ServiceUnderTest) -> None:
    for stranger in (enterprise_actor(FIRST[:18]), officer_actor("320102", "unknown")):
        with pytest.raises(Forbidden):
            steps(review, stranger)
