"""The way of a review task in words, and which decisions may be taken (R4, R5, R7)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_review.service import definition
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import Forbidden, NotFound
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, enterprise_actor, officer_actor, running

DISCHARGER = "91320102MA1TESTX0G001"
COUNTY, CITY, ELSEWHERE = officer_actor("320102", "county"), officer_actor("320100", "city"), officer_actor("320500", "elsewhere")
FIRM, STRANGER, UNKNOWN = enterprise_actor(DISCHARGER[:18]), enterprise_actor("91320500MA0000000X"), officer_actor("320102", "unknown")


@pytest.fixture
def review(tmp_path: Path) -> Iterator[ServiceUnderTest]:
    with running(definition, tmp_path) as service:
        for officer in (COUNTY, CITY, ELSEWHERE):
            service.command("enrol-officer", {"officer_id": officer.id, "region": officer.region, "name": "示例科员"}, OPERATOR)
        profile = {"discharger_id": DISCHARGER, "name": "江苏示例热电有限公司", "region": "320102", "bureau": "示例生态环境局"}
        service.receive("enterprise", "EnterpriseRevised", DISCHARGER, profile)
        yield service


def submit(review: ServiceUnderTest, submission_id: str, subject: str = "plan") -> None:
    about = {"submission_id": submission_id, "discharger_id": DISCHARGER, "digest": "d1", "submitted_at": review.clock.now()}
    if subject == "plan":
        review.receive("plan", "PlanSubmitted", submission_id, {**about, "plan_id": "p1", "title": "监测方案"})
    else:
        review.receive("data", "AbnormalRegistered", submission_id, {**about, "registration_id": submission_id, "reason": "检修"})


def told(review: ServiceUnderTest, submission_id: str, actor: Actor) -> list[tuple[str, str, str | None]]:
    rows = review.query("task-timeline", {"submission_id": submission_id}, actor)
    return [(row["who"], row["what"], row["note"]) for row in rows]


def test_R4_a_task_tells_which_bureau_decided_and_no_person(review: ServiceUnderTest) -> None:
    submit(review, "s1")
    review.command("return", {"submission_id": "s1", "digest": "d1", "reason": "缺少噪声监测点"}, CITY)
    way = [("企业", "提交审核", None), ("南京市生态环境局", "审核退回", "缺少噪声监测点")]
    assert told(review, "s1", COUNTY) == told(review, "s1", FIRM) == way


def test_A2_a_revocation_is_told_after_the_approval(review: ServiceUnderTest) -> None:
    submit(review, "a1", "abnormal")
    review.command("approve", {"submission_id": "a1", "digest": "d1"}, COUNTY)
    review.command("revoke", {"submission_id": "a1", "reason": "与现场不符"}, COUNTY)
    bureau = "南京市玄武生态环境局"
    assert told(review, "a1", COUNTY)[1:] == [(bureau, "审核通过", None), (bureau, "撤销审核通过", "与现场不符")]


def test_R7_a_timeline_is_for_those_who_may_see_the_task(review: ServiceUnderTest) -> None:
    submit(review, "s1")
    with pytest.raises(NotFound):
        told(review, "s1", STRANGER)
    with pytest.raises(Forbidden):
        told(review, "s1", ELSEWHERE)
    with pytest.raises(NotFound):
        told(review, "none", COUNTY)


def task(review: ServiceUnderTest, submission_id: str, actor: Actor) -> tuple[list[str], bool]:
    seen = review.query("task", {"submission_id": submission_id}, actor)
    return seen["moves"], seen["in_charge"]


def test_R7_a_task_says_which_decisions_the_one_who_looks_may_take(review: ServiceUnderTest) -> None:
    submit(review, "s1")
    assert task(review, "s1", COUNTY) == (["approve", "return"], True)
    assert task(review, "s1", CITY) == (["approve", "return"], False)
    assert task(review, "s1", FIRM) == task(review, "s1", OPERATOR) == task(review, "s1", UNKNOWN) == ([], False)
    review.command("approve", {"submission_id": "s1", "digest": "d1"}, COUNTY)
    assert task(review, "s1", COUNTY) == ([], True)


def test_A2_only_an_approved_registration_may_be_revoked(review: ServiceUnderTest) -> None:
    submit(review, "a1", "abnormal")
    review.command("approve", {"submission_id": "a1", "digest": "d1"}, COUNTY)
    assert task(review, "a1", COUNTY) == (["revoke"], True)
