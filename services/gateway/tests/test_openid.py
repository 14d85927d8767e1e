"""Sign-on of both realms at a real OpenID Connect portal (npm oidc-provider)."""

import base64
import json
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from gateway_platform import Platform
from portal_fixtures import FROM_PORTAL, REALMS, USCC, WHO, LiveGateway, Window, openid_portal
from sqlalchemy import update

from selfmon_gateway.tables import accounts, audit_trail, sessions, sign_on_attempts
from selfmon_shared.testing.processes import ManagedProcess
from selfmon_shared.testing.service import OPERATOR

pytestmark = pytest.mark.sign_on

LOGOUT = {"http://schemas.openid.net/event/backchannel-logout": {}}


@pytest.fixture(scope="module")
def portal(live: LiveGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ManagedProcess]]:
    with openid_portal(live.url, tmp_path_factory.mktemp("oidc")) as running:
        yield running


@pytest.fixture
def issuer(portal: tuple[str, ManagedProcess]) -> str:
    return portal[0]


@pytest.fixture
def settings(live: LiveGateway, issuer: str) -> dict[str, str]:
    chosen = {"PUBLIC_BASE_URL": live.url, "COOKIE_SECURE": "0"}
    for realm in REALMS:
        prefix = f"SIGN_ON_{realm.upper()}"
        client = {"ISSUER": issuer, "CLIENT_ID": f"selfmon-{realm}", "CLIENT_SECRET": f"secret of {realm}"}
        chosen |= {prefix: "oidc", **{f"{prefix}_{name}": value for name, value in client.items()}}
    return chosen


def sign_on(browser: Window, realm: str, account: str | None = None, *, wanted: str = "", **options: Any) -> httpx.Response:
    """Choose the portal, and fill in its form."""
    form = browser.go(f"/sign-in/{realm}" + (f"?next={wanted}" if wanted else ""))
    return browser.submit(form, login=account or WHO[realm], password="x", **options)


def to_the_door(browser: Window, realm: str) -> str:
    """Sign on at the portal, and stop before the browser comes back; answers the address that it would come back to."""
    sign_on(browser, realm, until=("/sign-in/",))
    return browser.trail[-1]


def signed(issuer: str, claims: dict[str, Any], **header: str) -> str:
    return httpx.post(f"{issuer}/tests/sign", json={"claims": claims, "header": header}, trust_env=False).text


def tile_token(issuer: str, realm: str, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {"name": "示例办事员", "uscc": USCC} if realm == "enterprise" else {"name": "示例科员"}
    standard = {"iss": issuer, "aud": f"selfmon-{realm}", "sub": WHO[realm], "iat": now, "exp": now + 60, "jti": str(uuid.uuid4())}
    return {name: value for name, value in {**standard, **said, **changed}.items() if value is not None}


def acts(platform: Platform) -> list[tuple[str, str]]:
    with platform.gateway.application.database.reading() as connection:
        return [(row.what, row.result) for row in connection.execute(audit_trail.select().order_by(audit_trail.c.id))]


def refused(answer: httpx.Response, browser: Window, text: str) -> bool:
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert text in answer.text
    assert 'href="/sign-in">返回登录页' in answer.text
    assert not browser.is_signed_on
    return True


@pytest.mark.parametrize("realm", REALMS)
class TestBothRealms:
    def test_E1_R1_a_person_signs_on_at_his_portal_and_lands_where_he_wanted(self, window: Window, realm: str, gateway: Platform) -> None:
        sign_on(window, realm, wanted="/console/plans")
        assert window.landed_on == "/console/plans"
        asked = window.came_through("/auth?")
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert {"state", "nonce", "code_challenge"} <= set(asked)
        me = window.me().json()
        assert (me["realm"], me["person_id"], me["development"], me["applicant"]) == (realm, WHO[realm], False, False)
        assert (me["uscc"], me["region"]) == ((USCC, None) if realm == "enterprise" else (None, "320100"))
        with gateway.gateway.application.database.reading() as connection:
            (account,) = connection.execute(accounts.select()).all()
        assert (account.person_id, account.email) == (WHO[realm], f"{WHO[realm]}@example.cn")
        assert acts(gateway)[-1] == ("gateway.sign-on", "done")

    def test_E1_a_person_signed_on_at_the_portal_signs_on_here_without_a_form(self, window: Window, realm: str) -> None:
        sign_on(window, realm)
        window.http.cookies.delete("selfmon")
        assert not window.is_signed_on
        window.go(f"/sign-in/{realm}")
        assert window.landed_on == "/console/"
        assert window.is_signed_on

    def test_E1_a_forged_state_is_refused(self, window: Window, realm: str, gateway: Platform) -> None:
        sign_on(window, realm, until=("/sign-in/",))
        code = window.came_through("code=")["code"]
        for state in ("forged", ""):
            answer = window.go(f"/sign-in/{realm}/return?code={code}&state={state}")
            assert refused(answer, window, "登录请求无效")
        assert acts(gateway)[-2:] == [("gateway.sign-on", "login.state-invalid"), ("GET sign-on.me", "actor.unknown")]

    def test_E1_a_state_is_good_in_the_browser_it_left_from_alone(self, window: Window, another: Window, realm: str) -> None:
        door = to_the_door(window, realm)
        assert refused(another.go(door), another, "登录请求无效")
        window.go(door)
        assert window.is_signed_on

    def test_E1_coming_back_twice_is_refused(self, window: Window, realm: str) -> None:
        door = to_the_door(window, realm)
        window.go(door)
        assert window.is_signed_on
        assert window.go(door).status_code == 400

    def test_E1_a_state_expires_after_ten_minutes(self, window: Window, realm: str, gateway: Platform) -> None:
        door = to_the_door(window, realm)
        gateway.gateway.clock.move(timedelta(minutes=10, seconds=1))
        assert refused(window.go(door), window, "登录请求无效")

    def test_E1_a_stolen_code_is_of_no_use_in_another_sign_on(self, window: Window, another: Window, realm: str) -> None:
        code = {name: value for name, value in window.came_through("code=").items() if name == "code"} if to_the_door(window, realm) else {}
        own = httpx.URL(to_the_door(another, realm))
        answer = another.go(str(own.copy_set_param("code", code["code"])))
        assert refused(answer, another, "门户不认可此次登录的凭据")

    def test_E1_a_forged_code_is_refused(self, window: Window, realm: str) -> None:
        door = httpx.URL(to_the_door(window, realm))
        assert refused(window.go(str(door.copy_set_param("code", "forged"))), window, "门户不认可")

    def test_E1_a_token_of_another_sign_on_is_refused_by_its_nonce(self, window: Window, realm: str, gateway: Platform) -> None:
        door = to_the_door(window, realm)
        with gateway.gateway.application.database.writing() as connection:
            connection.execute(update(sign_on_attempts).values(nonce="another"))
        assert refused(window.go(door), window, "门户令牌无效")

    def test_E1_what_left_for_one_realm_does_not_come_back_to_another(self, window: Window, realm: str) -> None:
        other = next(name for name in REALMS if name != realm)
        door = to_the_door(window, realm).replace(f"/sign-in/{realm}/", f"/sign-in/{other}/")
        assert refused(window.go(door), window, "登录请求无效")

    def test_E1_another_issuers_answer_is_refused(self, window: Window, realm: str) -> None:
        door = httpx.URL(to_the_door(window, realm))
        assert refused(window.go(str(door.copy_set_param("iss", "https://evil.example"))), window, "门户令牌无效")

    def test_E1_a_person_whom_the_portal_refuses_is_told(self, window: Window, realm: str) -> None:
        door = httpx.URL(to_the_door(window, realm))
        denied = door.copy_remove_param("code").copy_set_param("error", "access_denied")
        assert refused(window.go(str(denied)), window, "门户未完成登录")

    def test_E1_a_planted_cookie_never_becomes_a_session_and_the_former_one_ends(self, window: Window, realm: str) -> None:
        window.http.cookies.set("selfmon", "planted", domain="localhost.local", path="/")
        sign_on(window, realm)
        first = window.cookie
        assert first != "planted"
        window.go(f"/sign-in/{realm}")
        assert window.cookie != first
        window.http.cookies.set("selfmon", first, domain="localhost.local", path="/")
        assert not window.is_signed_on

    @pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/console/", "/sign-out"])
    def test_E1_nobody_is_sent_elsewhere_after_sign_on(self, window: Window, realm: str, wanted: str) -> None:
        sign_on(window, realm, wanted=wanted)
        assert window.trail[-1] == f"{window.gateway}/console/"

    def test_E1_a_picture_on_another_site_spends_no_attempts(self, window: Window, realm: str) -> None:
        for _ in range(6):
            answer = window.go(f"/sign-in/{realm}/return?state=x&code=y", headers={"Sec-Fetch-Dest": "image"})
            assert answer.status_code == 404
        sign_on(window, realm)
        assert window.is_signed_on

    def test_E1_five_forged_returns_lock_the_address_out(self, window: Window, realm: str) -> None:
        for _ in range(5):
            assert window.go(f"/sign-in/{realm}/return?state=x&code=y").status_code == 400
        for path in (f"/sign-in/{realm}/return?state=x&code=y", f"/sign-in/{realm}"):
            locked = window.go(path)
            assert (locked.status_code, "登录失败次数过多" in locked.text) == (429, True)
            assert locked.headers["Retry-After"]


@pytest.mark.parametrize("realm", REALMS)
class TestSignOut:
    def test_signing_out_ends_the_portals_session_too(self, window: Window, realm: str) -> None:
        sign_on(window, realm)
        token = window.me().json()["csrf_token"]
        answer = window.http.post(f"{window.gateway}/api/v1/sign-out", headers={"X-CSRF-Token": token}).json()
        assert answer["ended"] == 1
        question = window.go(answer["continue_at"])
        back = window.submit(question, logout="yes")
        assert window.landed_on.startswith("/sign-out")
        assert "已退出登录" in back.text
        assert 'name="password"' in window.go(f"/sign-in/{realm}").text

    def test_the_page_of_signing_out_leads_on_to_the_portal(self, window: Window, realm: str) -> None:
        sign_on(window, realm)
        page = window.go("/sign-out")
        assert "确定退出吗" in page.text
        left = window.submit(page)
        assert "正在退出统一门户" in left.text
        assert "/session/end?" in left.headers["Refresh"]
        assert "id_token_hint=" in left.headers["Refresh"]
        assert not window.is_signed_on

    def test_who_signs_out_at_the_portal_is_signed_out_here(self, window: Window, another: Window, issuer: str, realm: str) -> None:
        sign_on(window, realm)
        sign_on(another, realm)
        question = window.go(f"{issuer}/session/end")
        window.submit(question, logout="yes")
        assert not window.is_signed_on
        assert another.is_signed_on

    def test_a_forged_sign_out_ends_nothing(self, window: Window, issuer: str, realm: str, gateway: Platform) -> None:
        sign_on(window, realm)
        with gateway.gateway.application.database.reading() as connection:
            sid = connection.execute(sessions.select()).one().provider_session
        now = int(time.time())
        good = {"iss": issuer, "aud": f"selfmon-{realm}", "iat": now, "exp": now + 60, "jti": "1", "events": LOGOUT, "sid": sid}
        other = next(name for name in REALMS if name != realm)
        wrong = [
            {"aud": f"selfmon-{other}"},
            {"iss": "https://evil.example"},
            {"events": {}},
            {"events": None},
            {"nonce": "n"},
            {"jti": None},
            {"iat": now - 3600},
            {"exp": now - 3600},
            {"exp": "soon"},
            {"iat": "now"},
            {"iat": 10**30},
            {"events": list(LOGOUT)},
            {"sid": None},
        ]
        for changed in wrong:
            claims = {name: value for name, value in {**good, **changed}.items() if value is not None}
            assert back_channel(window, realm, signed(issuer, claims)) == 400, changed
        head, body, signature = signed(issuer, good).split(".")
        nobody = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
        for forged in ("", "x", f"{head}.{body}.{signature[::-1]}", f"{nobody}.{body}.", f"{nobody}.{body}.{signature}"):
            assert back_channel(window, realm, forged) == 400
        assert window.is_signed_on
        assert back_channel(window, realm, signed(issuer, {**good, "jti": "2"}, typ="logout+jwt")) == 200
        assert not window.is_signed_on
        assert back_channel(window, realm, signed(issuer, {**good, "jti": "2"}, typ="logout+jwt")) == 400

    def test_the_portal_ends_all_sessions_of_a_person_that_it_names_alone(
        self, window: Window, another: Window, issuer: str, realm: str
    ) -> None:
        for browser in (window, another):
            sign_on(browser, realm)
        now = int(time.time())
        claims = {"iss": issuer, "aud": f"selfmon-{realm}", "iat": now, "jti": str(uuid.uuid4()), "events": LOGOUT, "sub": WHO[realm]}
        assert back_channel(window, realm, signed(issuer, claims)) == 200
        assert not window.is_signed_on
        assert not another.is_signed_on


def back_channel(browser: Window, realm: str, token: str) -> int:
    with httpx.Client(trust_env=False) as portal:
        return portal.post(f"{browser.gateway}/sign-in/{realm}/back-channel", data={"logout_token": token}).status_code


@pytest.mark.parametrize("realm", REALMS)
class TestLaunch:
    def launch(self, browser: Window, realm: str, token: str, **more: str) -> httpx.Response:
        address = f"{browser.gateway}/sign-in/{realm}/launch"
        return browser.go(address, method="POST", data={"id_token": token, **more}, headers=FROM_PORTAL)

    def test_E1_R1_a_launch_from_the_tile_lands_on_the_workbench(self, window: Window, issuer: str, realm: str) -> None:
        self.launch(window, realm, signed(issuer, tile_token(issuer, realm)))
        assert window.landed_on == "/console/"
        assert window.me().json()["person_id"] == WHO[realm]

    def test_E1_a_tiles_token_serves_once(self, window: Window, another: Window, issuer: str, realm: str) -> None:
        token = signed(issuer, tile_token(issuer, realm))
        self.launch(window, realm, token)
        assert refused(self.launch(another, realm, token), another, "此登录凭据已使用过")

    def test_E1_a_tiles_token_is_good_for_a_minute(self, window: Window, issuer: str, realm: str, gateway: Platform) -> None:
        token = signed(issuer, tile_token(issuer, realm, exp=int(time.time()) + 3600))
        gateway.gateway.clock.move(timedelta(seconds=61))
        assert refused(self.launch(window, realm, token), window, "门户令牌无效")

    @pytest.mark.parametrize(
        "changed", [{"aud": "another"}, {"iss": "https://evil.example"}, {"jti": None}, {"exp": 1}, {"iat": None}, {"sub": None}]
    )
    def test_E1_a_token_that_is_not_for_us_is_refused(self, window: Window, issuer: str, realm: str, changed: dict[str, Any]) -> None:
        token = signed(issuer, tile_token(issuer, realm, **changed))
        assert refused(self.launch(window, realm, token), window, "门户令牌无效")

    def test_E1_a_token_of_one_realm_is_refused_in_another(self, window: Window, issuer: str, realm: str) -> None:
        other = next(name for name in REALMS if name != realm)
        assert refused(self.launch(window, realm, signed(issuer, tile_token(issuer, other))), window, "门户令牌无效")

    def test_E1_the_portal_may_begin_the_sign_on(self, window: Window, issuer: str, realm: str) -> None:
        target = f"{window.gateway}/console/plans"
        form = window.go(f"/sign-in/{realm}/launch?iss={issuer}&login_hint={WHO[realm]}&target_link_uri={target}")
        assert window.came_through("/auth?")["login_hint"] == WHO[realm]
        window.submit(form, login=WHO[realm], password="x")
        assert window.landed_on == "/console/plans"

    def test_E1_a_token_in_an_address_is_not_taken(self, window: Window, issuer: str, realm: str) -> None:
        token = signed(issuer, tile_token(issuer, realm))
        assert refused(window.go(f"/sign-in/{realm}/launch?id_token={token}"), window, "登录请求不完整")

    def test_E1_a_launch_leads_nowhere_else(self, window: Window, issuer: str, realm: str) -> None:
        token = signed(issuer, tile_token(issuer, realm))
        self.launch(window, realm, token, target_link_uri="https://evil.example/console/")
        assert window.trail[-1] == f"{window.gateway}/console/"
        assert window.go(f"/sign-in/{realm}/launch?iss=https://evil.example").status_code == 400
        assert window.go(f"/sign-in/{realm}/launch").status_code == 400


def test_E1_an_account_without_a_uscc_is_told_why_it_cannot_sign_on(window: Window) -> None:
    answer = sign_on(window, "enterprise", "private")
    assert answer.status_code == 403
    assert "没有登记统一社会信用代码" in answer.text
    assert not window.is_signed_on


def test_R1_who_is_no_officer_yet_gets_the_account_application(window: Window) -> None:
    sign_on(window, "epb", "newcomer")
    assert window.landed_on == "/sign-in/epb/application"
    assert window.me().json()["applicant"] is True


def test_E1_R1_the_same_person_in_two_realms_is_two_accounts(window: Window, another: Window, gateway: Platform) -> None:
    gateway.review.command("enrol-officer", {"officer_id": "clerk", "region": "320102", "name": "示例办事员"}, OPERATOR)
    sign_on(window, "enterprise", "clerk")
    sign_on(another, "epb", "clerk")
    assert (window.me().json()["uscc"], another.me().json()["uscc"]) == (USCC, None)
    token = window.me().json()["csrf_token"]
    ended = window.http.delete(f"{window.gateway}/api/v1/sessions", headers={"X-CSRF-Token": token}).json()
    assert ended == {"ended": 1}
    assert another.is_signed_on


def test_a_realm_without_means_has_no_entrance(window: Window) -> None:
    assert "平台运维" not in window.go("/sign-in").text
    for path in ("/sign-in/operator/return", "/sign-in/operator/launch", "/sign-in/nobody", "/sign-in/nobody/return"):
        assert window.go(path).status_code == 404


class TestPortalAway:
    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return {**settings, "SIGN_ON_EPB_ISSUER": "http://127.0.0.1:9"}

    def test_E1_while_a_portal_is_away_its_realm_alone_is_told_to_wait(self, window: Window) -> None:
        answer = window.go("/sign-in/epb")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "统一门户暂时无法连接" in answer.text
        assert sign_on(window, "enterprise").is_redirect
        assert urlsplit(window.trail[-1]).path == "/console/"
