"""R1: who is no officer yet sees the account application page, and nothing else."""

import re
from typing import Any

import pytest
from gateway_platform import Browser, Platform

FORM = {
    "name": "示例申请人",
    "mobile": "13800000000",
    "email": "applicant@example.cn",
    "county": "玄武区",
    "township": "",
    "region": "320102",
    "unit": "示例生态环境局",
    "department": "监测科",
    "account": "",
    "applications": ["自行监测"],
}
PAGE = "/sign-in/epb/application"


def picked(platform: Platform, person_id: str = "officer") -> Browser:
    browser = platform.browser()
    answer = browser.http.post("/sign-in/epb/development", data={"person_id": person_id})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    browser.csrf = browser.get("/me").json["csrf_token"]
    return browser


def hand_in(browser: Browser, **changed: Any) -> Any:
    shown = browser.http.get(f"{PAGE}?correct=1").text
    hidden = dict(re.findall(r'name="(csrf_token|intention)" value="([^"]*)"', shown))
    return browser.http.post(PAGE, data={**hidden, **FORM, **changed})


def enrol(platform: Platform, applications: list[str], officer_id: str = "officer", region: str = "320100") -> None:
    enrolment = {"officer_id": officer_id, "region": region, "applications": applications, "name": "示例科员"}
    assert platform.signed_on("operator").post("/officers", enrolment).status_code == 201


def test_R1_an_unknown_officer_applies_for_an_account_and_sees_that_it_was_received(platform: Platform) -> None:
    browser = picked(platform)
    assert browser.get("/me").json["applicant"] is True
    form = browser.http.get(PAGE)
    for label in ("姓名", "手机号", "邮箱", "所在区县", "所在乡镇/街道", "行政区编码", "单位", "部门/科室", "账号", "开通业务", "ODS管理"):
        assert label in form.text
    assert 'type="password"' not in form.text
    answered = hand_in(browser, password="secret-word")
    assert (answered.status_code, answered.headers["Location"]) == (303, PAGE)
    received = browser.http.get(PAGE).text
    assert "账号申请已收到" in received
    assert "320102（江苏省南京市玄武区）" in received
    with platform.review.application.database.reading() as connection:
        stored = str(connection.exec_driver_sql('SELECT "values" FROM persons').all())
    assert "示例申请人" in stored
    assert "secret-word" not in stored


def test_R1_a_wrong_field_is_named_and_nothing_typed_is_lost(platform: Platform) -> None:
    browser = picked(platform)
    answered = hand_in(browser, mobile="138", applications=[], unit="<b>示例</b>")
    assert answered.status_code == 422
    assert "应为 11 位手机号码" in answered.text
    assert "请至少选择一项" in answered.text
    assert "此项必填" in hand_in(browser, unit=" ").text
    assert 'aria-invalid="true"' in answered.text
    assert 'value="示例申请人"' in answered.text
    assert "&lt;b&gt;示例&lt;/b&gt;" in answered.text
    assert "账号申请已收到" not in browser.http.get(PAGE).text


def test_R1_an_applicant_may_do_nothing_else(platform: Platform) -> None:
    browser = picked(platform)
    for answered in (browser.get("/reviews"), browser.get("/dischargers"), browser.post("/files")):
        assert (answered.status_code, answered.json["code"]) == (403, "officer.unknown")
    again = browser.http.get("/sign-in?next=/console/tasks")
    assert again.headers["Location"] == PAGE
    assert browser.post("/sign-out").status_code == 200


def test_R1_screens_apply_by_the_api_under_the_same_rules(platform: Platform) -> None:
    browser = picked(platform)
    assert browser.get("/account-application").json["code"] == "account-application.unknown"
    assert browser.post("/account-application", FORM).json == {"officer_id": "officer", "state": "received"}
    assert browser.get("/account-application").json["mobile"] == "13800000000"
    assert platform.signed_on("clerk").post("/account-application", FORM).status_code == 403


def test_R1_an_officer_of_this_application_goes_to_the_consoles_with_the_region_that_review_knows(platform: Platform) -> None:
    enrol(platform, ["自行监测"])
    browser = platform.browser()
    answered = browser.http.post("/sign-in/epb/development", data={"person_id": "officer"})
    assert answered.headers["Location"] == "/console/"
    me = browser.get("/me").json
    assert (me["region"], me["applicant"]) == ("320100", False)


def test_R1_an_officer_who_lacks_this_application_is_an_applicant(platform: Platform) -> None:
    enrol(platform, ["危废监管"])
    picked(platform)


def test_R1_enterprises_have_no_account_application(platform: Platform) -> None:
    browser = platform.signed_on("clerk")
    assert browser.http.get(PAGE).status_code == 404
    assert platform.browser().http.get(PAGE).headers["Location"] == "/sign-in"


def test_R1_the_application_needs_the_sessions_token(platform: Platform) -> None:
    browser = picked(platform)
    assert browser.http.post(PAGE, data=FORM).status_code == 403
    assert browser.http.post(PAGE, data={**FORM, "csrf_token": "forged"}).status_code == 403


def test_R1_while_review_is_away_nobody_is_taken_for_an_officer_or_an_applicant(platform: Platform) -> None:
    platform.client.services.pop("review")
    browser = platform.browser()
    answered = browser.http.post("/sign-in/epb/development", data={"person_id": "officer"})
    assert answered.status_code == 503
    assert answered.headers["Retry-After"]
    assert "暂时无法核对您的账号" in answered.text
    assert browser.get("/me").status_code == 401
    enterprise = browser.http.post("/sign-in/enterprise/development", data={"person_id": "clerk"})
    assert enterprise.status_code == 303


class TestSettableApplications:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"SIGN_ON": "development", "ACCOUNT_APPLICATIONS": "自行监测, 示例业务"}

    def test_R1_the_list_of_applications_is_a_setting(self, platform: Platform) -> None:
        shown = picked(platform).http.get(PAGE).text
        assert "示例业务" in shown
        assert "ODS管理" not in shown
