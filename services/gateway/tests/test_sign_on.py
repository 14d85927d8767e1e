"""Sign-on, sessions and the guard before every route."""

from datetime import timedelta

import pytest
from gateway_platform import Browser, Platform
from sqlalchemy import delete

from selfmon_gateway.auth.guards import PUBLIC
from selfmon_gateway.tables import sessions
from selfmon_shared.kernel.digests import sm3

UNSAFE = {"POST", "PUT", "DELETE", "PATCH"}


def cookie_of(browser: Browser) -> str:
    cookie = browser.http.get_cookie("selfmon")
    assert cookie is not None
    return cookie.value


def test_E1_R1_the_people_of_a_realm_can_be_picked_and_the_answer_says_that_it_proves_nothing(platform: Platform) -> None:
    listed = platform.browser().get("/sign-on/people?realm=epb").json
    assert [person["person_id"] for person in listed["people"]] == ["officer", "elsewhere"]
    assert listed["people"][0]["region_name"] == "江苏省南京市玄武区"
    assert listed["development"] is True
    assert listed["banner"] == "开发登录，仅供演示，不得用于生产"


def test_E1_a_signed_on_person_is_told_who_he_is(platform: Platform) -> None:
    browser = platform.browser()
    answered = browser.sign_on("enterprise", "clerk")
    cookie = answered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    me = browser.get("/me").json
    assert (me["person_id"], me["realm"], me["name"], me["uscc"]) == ("clerk", "enterprise", "示例办事员", "91320102MA1TESTX0G")
    assert me["csrf_token"] == browser.csrf
    assert me["banner"] == "开发登录，仅供演示，不得用于生产"


def test_an_unknown_person_or_realm_cannot_sign_on(platform: Platform) -> None:
    browser = platform.browser()
    unknown = browser.post("/sign-on", {"realm": "epb", "person_id": "clerk"})
    assert unknown.json["errors"] == [{"field": "person_id", "messages": ["没有该登录人员"]}]
    assert browser.post("/sign-on", {"realm": "system", "person_id": "clerk"}).status_code == 422
    assert browser.get("/me").status_code == 401


class TestWithoutDevelopment:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {}

    def test_nobody_can_sign_on_by_picking_a_person(self, platform: Platform) -> None:
        browser = platform.browser()
        for response in (browser.get("/sign-on/people"), browser.post("/sign-on", {"realm": "epb", "person_id": "officer"})):
            assert (response.status_code, response.json["code"]) == (404, "route.unknown")

    def test_cookies_and_browsers_are_held_to_https(self, platform: Platform) -> None:
        assert "Strict-Transport-Security" in platform.browser().get("/public/dischargers").headers


def test_the_store_knows_only_the_digest_of_the_cookie(platform: Platform) -> None:
    cookie = cookie_of(platform.signed_on("clerk"))
    with platform.gateway.application.database.reading() as connection:
        (row,) = connection.execute(sessions.select()).all()
    assert row.digest == sm3(cookie)
    assert cookie not in str(row)


def test_every_sign_on_has_a_new_cookie_and_ends_the_one_before(platform: Platform) -> None:
    browser = platform.signed_on("clerk")
    former = cookie_of(browser)
    browser.sign_on("enterprise", "clerk")
    assert cookie_of(browser) != former
    stale = platform.browser()
    stale.http.set_cookie("selfmon", former)
    assert stale.get("/me").status_code == 401


def test_a_cookie_that_was_planted_before_does_not_become_a_session(platform: Platform) -> None:
    browser = platform.browser()
    browser.http.set_cookie("selfmon", "planted")
    browser.sign_on("enterprise", "clerk")
    assert cookie_of(browser) != "planted"


def test_a_session_ends_after_half_an_hour_of_nothing(platform: Platform) -> None:
    browser = platform.signed_on("clerk")
    platform.gateway.clock.move(timedelta(minutes=29))
    assert browser.get("/me").status_code == 200
    platform.gateway.clock.move(timedelta(minutes=29))
    assert browser.get("/me").status_code == 200
    platform.gateway.clock.move(timedelta(minutes=31))
    ended = browser.get("/me")
    assert (ended.status_code, ended.json["detail"]) == (401, "登录已失效，请重新登录")


def test_a_session_ends_after_eight_hours_whatever_happens(platform: Platform) -> None:
    browser = platform.signed_on("clerk")
    for _ in range(19):
        platform.gateway.clock.move(timedelta(minutes=25))
        assert browser.get("/me").status_code == 200
    platform.gateway.clock.move(timedelta(minutes=25))
    assert browser.get("/me").status_code == 401


def test_that_a_session_was_seen_is_written_once_a_minute_at_most(platform: Platform) -> None:
    browser = platform.signed_on("clerk")

    def seen() -> str:
        return str(browser.get("/sessions").json[0]["seen_at"])

    first = seen()
    platform.gateway.clock.move(timedelta(seconds=30))
    assert seen() == first
    platform.gateway.clock.move(timedelta(seconds=31))
    seen()
    assert seen() > first


def test_signing_out_ends_this_session_and_no_other(platform: Platform) -> None:
    here, there = platform.signed_on("clerk"), platform.signed_on("clerk")
    cookie = cookie_of(here)
    assert here.post("/sign-out").json == {"ended": 1, "continue_at": None}
    here.http.set_cookie("selfmon", cookie)
    assert here.get("/me").status_code == 401
    assert there.get("/me").status_code == 200


def test_a_session_ended_by_another_process_is_over_within_a_second(platform: Platform) -> None:
    browser = platform.signed_on("clerk")
    assert browser.get("/me").status_code == 200
    with platform.gateway.application.database.writing() as connection:
        connection.execute(delete(sessions))
    platform.gateway.clock.move(timedelta(seconds=1))
    assert browser.get("/me").status_code == 401


def test_a_person_sees_his_sessions_and_ends_them_but_nobody_elses(platform: Platform) -> None:
    here, there, stranger = platform.signed_on("clerk"), platform.signed_on("clerk"), platform.signed_on("stranger")
    mine = here.get("/sessions").json
    assert [session["present"] for session in mine].count(True) == 1
    other = next(session["session_id"] for session in mine if not session["present"])
    assert stranger.send("DELETE", f"/sessions/{other}").status_code == 404
    assert here.send("DELETE", f"/sessions/{other}").json == {"ended": 1}
    assert there.get("/me").status_code == 401
    assert here.send("DELETE", "/sessions").json == {"ended": 1}
    assert here.get("/me").status_code == 401
    assert stranger.get("/me").status_code == 200


def test_unsafe_requests_need_the_sessions_token(platform: Platform) -> None:
    browser, other = platform.signed_on("clerk"), platform.signed_on("stranger")
    for token in ("", "wrong", other.csrf):
        refused = browser.post("/sign-out", headers={"X-CSRF-Token": token})
        assert (refused.status_code, refused.json["code"]) == (403, "request.cross-site")
    assert browser.get("/me").status_code == 200


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)])
def test_unsafe_requests_come_from_our_own_pages(platform: Platform, site: str, status: int) -> None:
    browser = platform.browser()
    body = {"realm": "enterprise", "person_id": "clerk"}
    assert browser.post("/sign-on", body, headers={"Sec-Fetch-Site": site}).status_code == status


def test_every_route_demands_a_signed_in_actor_or_is_listed_as_public(platform: Platform) -> None:
    endpoints = {rule.endpoint for rule in platform.app.url_map.iter_rules()}
    assert endpoints >= PUBLIC
    open_routes = []
    for rule in platform.app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        path = rule.rule.translate(str.maketrans("<>", "xx"))
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answered = platform.browser().http.open(path, method=method, headers={"Idempotency-Key": "k"})
            to_sign_in = answered.status_code == 302 and answered.headers["Location"].startswith("/sign-in")
            if answered.status_code != 401 and not to_sign_in:
                open_routes.append(f"{method} {rule.rule}: {answered.status_code}")
    assert open_routes == []


def test_every_unsafe_route_of_a_signed_in_person_demands_the_token(platform: Platform) -> None:
    browser = platform.signed_on("clerk")
    open_routes = []
    for rule in platform.app.url_map.iter_rules():
        path = rule.rule.translate(str.maketrans("<>", "xx"))
        for method in sorted((rule.methods or set()) & UNSAFE):
            if rule.endpoint not in PUBLIC and browser.http.open(path, method=method).status_code != 403:
                open_routes.append(f"{method} {rule.rule}")
    assert open_routes == []


def test_every_answer_carries_the_security_headers_and_the_conversations_id(platform: Platform) -> None:
    browser = platform.signed_on("clerk")
    for response in (
        browser.get("/me"),
        browser.get("/nothing"),
        browser.get("/public/dischargers"),
        browser.http.get("/healthz"),
        platform.browser().get("/me"),
    ):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Correlation-ID"]
    assert browser.get("/me").headers["Cache-Control"] == "no-store"


def test_a_conversations_id_is_taken_over_if_it_is_one(platform: Platform) -> None:
    browser = platform.browser()
    assert browser.get("/me", headers={"X-Correlation-ID": "abc-1"}).headers["X-Correlation-ID"] == "abc-1"
    assert browser.get("/me", headers={"X-Correlation-ID": "a b<script>"}).headers["X-Correlation-ID"] != "a b<script>"


def test_before_the_file_of_people_is_written_nobody_can_be_picked(platform: Platform) -> None:
    (platform.folder / "people.json").unlink()
    browser = platform.browser()
    assert browser.get("/sign-on/people").json["people"] == []
    assert browser.post("/sign-on", {"realm": "epb", "person_id": "officer"}).status_code == 422
