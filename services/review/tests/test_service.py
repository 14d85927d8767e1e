"""Review on its store: tasks, scope, decisions and what they announce."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfmon_review.service import definition
from selfmon_shared.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, enterprise_actor, officer_actor, running

DISCHARGER = "91320102MA1TESTX0G001"
COUNTY, CITY, ELSEWHERE = officer_actor("320102", "county"), officer_actor("320100", "city"), officer_actor("320500", "elsewhere")


@pytest.fixture
def review(tmp_path: Path) -> Iterator[ServiceUnderTest]:
    with running(definition, tmp_path) as service:
        for officer in (COUNTY, CITY, ELSEWHERE):
            service.command("enrol-officer", {"officer_id": officer.id, "region": officer.region, "name": "示例科员"}, OPERATOR)
        yield service


def submit_plan(review: ServiceUnderTest, submission_id: str = "s1", *, known: bool = True) -> None:
    if known:
        profile = {"discharger_id": DISCHARGER, "name": "江苏示例热电有限公司", "region": "320102", "bureau": "示例生态环境局"}
        review.receive("enterprise", "EnterpriseRevised", DISCHARGER, profile)
    payload = {"submission_id": submission_id, "plan_id": "p1", "discharger_id": DISCHARGER, "title": "监测方案", "digest": "d1"}
    review.receive("plan", "PlanSubmitted", submission_id, {**payload, "submitted_at": review.clock.now()})


def test_R4_a_submitted_plan_waits_for_the_bureau_in_charge(review: ServiceUnderTest) -> None:
    submit_plan(review)
    page = review.query("tasks", {"state": "open"}, COUNTY)
    assert [row["discharger_name"] for row in page["rows"]] == ["江苏示例热电有限公司"]
    assert review.query("tasks", {}, ELSEWHERE)["total"] == 0
    review.command("approve", {"submission_id": "s1", "digest": "d1"}, COUNTY)
    (approved,) = review.announced("PlanApproved")
    assert approved["digest"] == "d1"
    assert approved["officer_id"] == "county"
    assert review.query("task", {"submission_id": "s1"}, COUNTY)["state"] == "approved"


def test_R4_a_returned_plan_says_why(review: ServiceUnderTest) -> None:
    submit_plan(review)
    review.command("return", {"submission_id": "s1", "digest": "d1", "reason": "缺少噪声监测点"}, COUNTY)
    assert review.announced("PlanReturned")[0]["reason"] == "缺少噪声监测点"
    with pytest.raises(Conflict) as refused:
        review.command("approve", {"submission_id": "s1", "digest": "d1"}, COUNTY)
    assert refused.value.code == "task.decided"


def test_R7_officers_act_in_their_region_only(review: ServiceUnderTest) -> None:
    submit_plan(review)
    decision = {"submission_id": "s1", "digest": "d1", "comment": "代为审核"}
    for stranger in (ELSEWHERE, officer_actor("320102", "unknown")):
        with pytest.raises(Forbidden):
            review.command("approve", decision, stranger)
    with pytest.raises(Forbidden):
        review.query("task", {"submission_id": "s1"}, ELSEWHERE)
    with pytest.raises(Forbidden):
        review.query("tasks", {"region": "320102"}, ELSEWHERE)
    assert review.command("approve", decision, CITY)["state"] == "approved"


def test_R7_a_city_whose_code_has_two_zeros_sees_no_other_citys_tasks(review: ServiceUnderTest) -> None:
    submit_plan(review)
    profile = {"discharger_id": DISCHARGER, "name": "江苏示例热电有限公司", "region": "321102", "bureau": "示例生态环境局"}
    review.receive("enterprise", "EnterpriseRevised", DISCHARGER, profile)
    for region, seen in (("321000", 0), ("321100", 1)):
        officer = officer_actor(region, f"city-{region}")
        review.command("enrol-officer", {"officer_id": officer.id, "region": region, "name": "示例科员"}, OPERATOR)
        assert review.query("tasks", {}, officer)["total"] == seen


def test_R7_a_discharger_that_has_not_arrived_yet_is_the_provinces(review: ServiceUnderTest) -> None:
    submit_plan(review, known=False)
    with pytest.raises(Forbidden):
        review.command("approve", {"submission_id": "s1", "digest": "d1"}, COUNTY)


def test_E1_another_enterprise_sees_no_task(review: ServiceUnderTest) -> None:
    submit_plan(review)
    assert review.query("task", {"submission_id": "s1"}, enterprise_actor(DISCHARGER[:18]))["title"] == "监测方案"
    with pytest.raises(NotFound):
        review.query("task", {"submission_id": "s1"}, enterprise_actor("91320500MA0000000X"))
    with pytest.raises(NotFound):
        review.query("task", {"submission_id": "none"}, COUNTY)
    with pytest.raises(Forbidden):
        review.query("tasks", {}, enterprise_actor(DISCHARGER[:18]))
    with pytest.raises(NotFound):
        review.command("return", {"submission_id": "none", "digest": "d", "reason": "x"}, COUNTY)


def test_P3_withdrawal_and_decision_have_one_arbiter(review: ServiceUnderTest) -> None:
    submit_plan(review)
    asked: dict[str, Any] = {"submission_id": "s1", "plan_id": "p1", "discharger_id": DISCHARGER}
    review.receive("plan", "PlanWithdrawalAsked", "s1", asked)
    assert review.announced("PlanWithdrawn")[0]["subject_id"] == "p1"
    review.receive("plan", "PlanWithdrawalAsked", "s1", asked)
    assert len(review.query("task", {"submission_id": "s1"}, COUNTY)["void_decisions"]) == 1


def test_A2_a_registration_is_approved_and_revoked(review: ServiceUnderTest) -> None:
    submit_plan(review)
    payload = {"submission_id": "a1", "registration_id": "r1", "discharger_id": DISCHARGER, "reason": "停产检修", "digest": "d2"}
    review.receive("data", "AbnormalRegistered", "r1", {**payload, "submitted_at": review.clock.now()})
    review.command("approve", {"submission_id": "a1", "digest": "d2"}, COUNTY)
    review.command("revoke", {"submission_id": "a1", "reason": "实际仍在生产"}, COUNTY)
    assert [name["subject_id"] for name in review.announced("AbnormalApproved")] == ["r1"]
    assert review.announced("AbnormalApprovalRevoked")[0]["reason"] == "实际仍在生产"
    assert review.query("tasks", {"subject": "abnormal", "name": "示例", "region": "320100"}, CITY)["rows"][0]["state"] == "revoked"


def test_R1_an_officer_is_known_by_name_only_where_it_can_be_erased(review: ServiceUnderTest) -> None:
    assert review.query("officer", {}, COUNTY)["name"] == "示例科员"
    with pytest.raises(Forbidden):
        review.query("officer", {}, officer_actor("320102", "unknown"))
    with pytest.raises(Forbidden):
        review.command("enrol-officer", {"officer_id": "x", "region": "320102", "name": "示例"}, COUNTY)


@pytest.mark.parametrize("region", ["1", "320199", "32"])
def test_R1_nobody_is_enrolled_in_a_region_that_does_not_exist(review: ServiceUnderTest, region: str) -> None:
    with pytest.raises(Invalid) as refused:
        review.command("enrol-officer", {"officer_id": COUNTY.id, "region": region, "name": "示例科员"}, OPERATOR)
    assert refused.value.fields == {"region": ["region.unknown"]}
    assert review.query("officer", {}, COUNTY)["region"] == COUNTY.region


FORM = {
    "name": "示例申请人",
    "mobile": "13800000000",
    "email": "applicant@example.cn",
    "county": "玄武区",
    "region": "320102",
    "unit": "示例生态环境局",
    "department": "监测科",
    "applications": ["自行监测", "自动监控"],
}
APPLICANT = officer_actor("320102", "applicant")


def test_R1_an_account_application_is_received_and_can_be_corrected(review: ServiceUnderTest) -> None:
    assert review.command("apply-for-account", FORM, APPLICANT) == {"officer_id": "applicant", "state": "received"}
    review.command("apply-for-account", {**FORM, "mobile": "13900000000"}, APPLICANT)
    shown = review.query("account-application", {}, APPLICANT)
    assert (shown["name"], shown["mobile"], shown["region_name"]) == ("示例申请人", "13900000000", "江苏省南京市玄武区")
    assert shown["applications"] == ["自行监测", "自动监控"]
    with pytest.raises(NotFound):
        review.query("account-application", {}, COUNTY)
    assert review.rebuild_differences() == []


def test_R1_what_an_applicant_says_of_himself_stands_in_no_event(review: ServiceUnderTest) -> None:
    review.command("apply-for-account", FORM, APPLICANT)
    with review.application.database.reading() as connection:
        stored = " ".join(str(row) for row in connection.exec_driver_sql("SELECT payload, metadata FROM events"))
    assert "account-applied-for" not in stored  # types stand in a column of their own
    for said in ("示例申请人", "13800000000", "applicant@example.cn", "监测科"):
        assert said not in stored


@pytest.mark.parametrize(
    ("field", "wrong"), [("mobile", "1380000"), ("email", "nobody"), ("region", "3201"), ("applications", []), ("name", " ")]
)
def test_R1_each_field_of_the_application_says_its_format(review: ServiceUnderTest, field: str, wrong: object) -> None:
    with pytest.raises(Invalid) as refused:
        review.command("apply-for-account", {**FORM, field: wrong}, APPLICANT)
    assert list(refused.value.fields) == [field]


def test_R1_a_person_of_another_realm_who_bears_an_officers_id_is_no_officer(review: ServiceUnderTest) -> None:
    submit_plan(review)
    namesake = replace(enterprise_actor(DISCHARGER[:18]), id=COUNTY.id)
    for name, payload in (("approve", {"submission_id": "s1", "digest": "d1"}), ("apply-for-account", FORM)):
        with pytest.raises(Forbidden) as refused:
            review.command(name, payload, namesake)
        assert refused.value.code == "actor.officer-only"
    for name in ("officer", "account-application"):
        with pytest.raises(Forbidden):
            review.query(name, {}, namesake)


def test_read_tables_are_rebuilt_from_events_alone(review: ServiceUnderTest) -> None:
    submit_plan(review)
    review.command("return", {"submission_id": "s1", "digest": "d1", "reason": "缺少噪声监测点"}, COUNTY)
    assert review.rebuild_differences() == []


def test_R7_a_region_that_there_is_not_is_refused_at_its_field(review: ServiceUnderTest) -> None:
    with pytest.raises(Invalid) as refused:
        review.query("tasks", {"region": "mF"}, COUNTY)
    assert refused.value.fields == {"region": ["region.unknown"]}
