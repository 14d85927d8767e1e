"""The plain pages: sign-in, errors, style sheet."""

import re

import pytest
from gateway_platform import Platform

from selfmon_gateway.auth.addresses import safe_next, sign_in_for

ELSEWHERE = [
    "https://evil.example/console/",
    "//evil.example/console/",
    "/\\evil.example",
    "/console/../api/v1/me",
    "/console/%2e%2e/api/v1/me",
    "/console/%252e%252e/sign-out",
    "/console//evil.example",
    "/console/%5cevil",
    "/console/\nx",
    "/console",
    "/consoles/",
    "javascript:alert(1)",
    "console/",
    "/console/" + "x" * 2000,
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_E1_nobody_is_sent_elsewhere_than_to_the_consoles(wanted: str) -> None:
    assert safe_next(wanted) == "/console/"


@pytest.mark.parametrize("wanted", ["/console/", "/console/plans/p-1?tab=2#top", "/console/points?name=%E5%BA%9F%E6%B0%B4"])
def test_E1_the_wanted_page_of_the_consoles_is_kept(wanted: str) -> None:
    assert safe_next(wanted) == wanted


def test_E1_the_way_back_is_named_in_the_address_of_the_sign_in_page() -> None:
    assert sign_in_for("/console/") == "/sign-in"
    assert sign_in_for("/console/a?b=c&d") == "/sign-in?next=/console/a%3Fb%3Dc%26d"
    assert sign_in_for("/healthz") == "/sign-in"


def test_E1_R1_the_sign_in_page_offers_both_portals_and_says_that_development_proves_nothing(platform: Platform) -> None:
    shown = platform.browser().http.get("/sign-in?next=/console/plans")
    assert shown.content_type == "text/html; charset=utf-8"
    assert shown.headers["Cache-Control"] == "no-store"
    for text in ("企业用户（环保脸谱）", "环保用户（环保云桌面）", "开发登录，仅供演示，不得用于生产", "示例办事员", "江苏省南京市玄武区"):
        assert text in shown.text
    assert 'name="next" value="/console/plans"' in shown.text


def test_the_plain_pages_have_neither_scripts_nor_inline_styles(platform: Platform) -> None:
    browser = platform.browser()
    for path in ("/sign-in", "/nothing"):
        text = browser.http.get(path).text
        assert 'lang="zh-CN"' in text
        assert '<meta name="renderer" content="webkit">' in text
        assert not re.search(r"<script|style=|\son\w+=", text)


def test_E1_a_person_is_picked_with_one_button_and_lands_where_he_wanted(platform: Platform) -> None:
    browser = platform.browser()
    form = {"person_id": "clerk", "next": "/console/plans"}
    picked = browser.http.post("/sign-in/enterprise/development", data=form)
    assert (picked.status_code, picked.headers["Location"]) == (303, "/console/plans")
    assert browser.get("/me").json["person_id"] == "clerk"
    again = browser.http.get("/sign-in?next=/console/points")
    assert (again.status_code, again.headers["Location"]) == (303, "/console/points")


def test_E1_a_forged_person_or_way_back_leads_nowhere(platform: Platform) -> None:
    browser = platform.browser()
    unknown = browser.http.post("/sign-in/epb/development", data={"person_id": "clerk"})
    assert unknown.status_code == 422
    assert "没有该登录人员" in unknown.text
    picked = browser.http.post("/sign-in/enterprise/development", data={"person_id": "clerk", "next": "//evil.example/"})
    assert picked.headers["Location"] == "/console/"


def test_a_page_that_is_not_there_is_a_plain_page_and_an_api_route_a_problem(platform: Platform) -> None:
    browser = platform.browser()
    page = browser.http.get("/nothing")
    assert (page.status_code, page.content_type) == (404, "text/html; charset=utf-8")
    assert page.headers["X-Correlation-ID"] in page.text
    assert browser.get("/nothing").content_type == "application/problem+json"


def test_the_style_sheet_is_served_under_the_same_policy(platform: Platform) -> None:
    with platform.browser().http.get("/static/site.css") as sheet:
        assert (sheet.status_code, sheet.mimetype) == (200, "text/css")
        assert "unsafe" not in sheet.headers["Content-Security-Policy"]
    assert platform.browser().http.get("/static/../app.py").status_code == 404
