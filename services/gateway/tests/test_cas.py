"""Sign-on of both realms at a real CAS 3.0 portal (PyPI django-mama-cas)."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from gateway_platform import Platform
from portal_fixtures import FROM_PORTAL, PASSWORD, REALMS, USCC, WHO, LiveGateway, Window, cas_portal

from selfmon_gateway.tables import accounts, sessions
from selfmon_shared.testing.processes import ManagedProcess

pytestmark = pytest.mark.sign_on

LOGOUT = (
    '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="1" Version="2.0">'
    "<samlp:SessionIndex>{}</samlp:SessionIndex></samlp:LogoutRequest>"
)


@pytest.fixture(scope="module")
def portal(live: LiveGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ManagedProcess]]:
    with cas_portal(live.url, tmp_path_factory.mktemp("cas")) as running:
        yield running


@pytest.fixture
def cas(portal: tuple[str, ManagedProcess]) -> str:
    return portal[0]


@pytest.fixture
def settings(live: LiveGateway, cas: str) -> dict[str, str]:
    chosen = {"PUBLIC_BASE_URL": live.url, "COOKIE_SECURE": "0"}
    for realm in REALMS:
        chosen |= {f"SIGN_ON_{realm.upper()}": "cas", f"SIGN_ON_{realm.upper()}_CAS_URL": cas}
    return chosen


def sign_on(browser: Window, realm: str, account: str | None = None, *, wanted: str = "") -> httpx.Response:
    form = browser.go(f"/sign-in/{realm}" + (f"?next={wanted}" if wanted else ""))
    return browser.submit(form, username=account or WHO[realm], password=PASSWORD)


def ticket_for_launch(browser: Window, cas: str, realm: str) -> str:
    """What the portal's tile hands over: a ticket for the launch address."""
    service = f"{browser.gateway}/sign-in/{realm}/launch"
    form = browser.go(f"{cas}login?service={service}", until=("/sign-in/",))
    browser.submit(form, until=("/sign-in/",), username=WHO[realm], password=PASSWORD)
    return browser.came_through("ticket=")["ticket"]


def refused(answer: httpx.Response, browser: Window, text: str) -> bool:
    assert answer.status_code == 400, answer.text
    assert text in answer.text
    assert not browser.is_signed_on
    return True


@pytest.mark.parametrize("realm", REALMS)
class TestBothRealms:
    def test_E1_R1_a_person_signs_on_at_his_portal_and_lands_where_he_wanted(self, window: Window, realm: str, gateway: Platform) -> None:
        sign_on(window, realm, wanted="/console/plans")
        assert window.landed_on == "/console/plans"
        me = window.me().json()
        assert (me["realm"], me["person_id"], me["development"]) == (realm, WHO[realm], False)
        assert (me["uscc"], me["region"]) == ((USCC, None) if realm == "enterprise" else (None, "320100"))
        with gateway.gateway.application.database.reading() as connection:
            assert connection.execute(accounts.select()).one().email == f"{WHO[realm]}@example.cn"

    def test_E1_a_ticket_serves_once(self, window: Window, realm: str) -> None:
        sign_on(window, realm)
        door = window.address_of("ticket=")
        assert window.go(door).status_code == 400

    def test_E1_a_forged_ticket_is_refused(self, window: Window, realm: str) -> None:
        window.go(f"/sign-in/{realm}")
        service = httpx.URL(window.came_through("service=")["service"])
        for ticket in ("ST-1-forged", "ST-1-é", "x" * 600, ""):
            answer = window.go(f"/sign-in/{realm}/return", params={"state": service.params["state"], "ticket": ticket})
            assert answer.status_code == 400
        assert not window.is_signed_on

    def test_E1_a_ticket_is_good_in_the_browser_that_asked_for_it_alone(self, window: Window, another: Window, realm: str) -> None:
        form = window.go(f"/sign-in/{realm}")
        window.submit(form, until=("/sign-in/",), username=WHO[realm], password=PASSWORD)
        door = window.address_of("ticket=")
        assert refused(another.go(door), another, "登录请求无效")
        window.go(door)
        assert window.is_signed_on

    def test_E1_a_sign_on_expires_after_ten_minutes(self, window: Window, realm: str, gateway: Platform) -> None:
        form = window.go(f"/sign-in/{realm}")
        window.submit(form, until=("/sign-in/",), username=WHO[realm], password=PASSWORD)
        gateway.gateway.clock.move(timedelta(minutes=10, seconds=1))
        assert refused(window.go(window.address_of("ticket=")), window, "登录请求无效")

    def test_E1_a_wrong_password_is_the_portals_matter(self, window: Window, realm: str) -> None:
        form = window.go(f"/sign-in/{realm}")
        again = window.submit(form, username=WHO[realm], password="wrong")
        assert 'name="password"' in again.text
        assert not window.is_signed_on

    def test_E1_a_planted_cookie_never_becomes_a_session(self, window: Window, realm: str) -> None:
        window.http.cookies.set("selfmon", "planted", domain="localhost.local", path="/")
        sign_on(window, realm)
        assert window.cookie != "planted"
        assert window.is_signed_on

    def test_E1_nobody_is_sent_elsewhere_after_sign_on(self, window: Window, realm: str) -> None:
        sign_on(window, realm, wanted="https://evil.example/console/")
        assert window.trail[-1] == f"{window.gateway}/console/"


@pytest.mark.parametrize("realm", REALMS)
class TestLaunch:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_E1_R1_a_launch_from_the_tile_lands_on_the_workbench(self, window: Window, cas: str, realm: str, method: str) -> None:
        ticket = {"ticket": ticket_for_launch(window, cas, realm)}
        sent = {"params": ticket} if method == "GET" else {"data": ticket}
        window.go(f"/sign-in/{realm}/launch", method=method, headers=FROM_PORTAL, **sent)
        assert window.landed_on == "/console/"
        assert window.me().json()["person_id"] == WHO[realm]

    def test_E1_a_tiles_ticket_serves_once(self, window: Window, another: Window, cas: str, realm: str) -> None:
        ticket = ticket_for_launch(window, cas, realm)
        window.go(f"/sign-in/{realm}/launch?ticket={ticket}")
        assert window.is_signed_on
        assert refused(another.go(f"/sign-in/{realm}/launch?ticket={ticket}"), another, "已使用过")

    def test_E1_a_ticket_of_one_realm_is_refused_in_another(self, window: Window, cas: str, realm: str) -> None:
        other = next(name for name in REALMS if name != realm)
        ticket = ticket_for_launch(window, cas, other)
        assert refused(window.go(f"/sign-in/{realm}/launch?ticket={ticket}"), window, "门户不认可")

    def test_E1_a_launch_without_a_ticket_is_refused(self, window: Window, realm: str) -> None:
        assert refused(window.go(f"/sign-in/{realm}/launch"), window, "登录请求不完整")


@pytest.mark.parametrize("realm", REALMS)
class TestSignOut:
    def test_signing_out_ends_the_portals_session_too(self, window: Window, realm: str) -> None:
        sign_on(window, realm)
        token = window.me().json()["csrf_token"]
        answer = window.http.post(f"{window.gateway}/api/v1/sign-out", headers={"X-CSRF-Token": token}).json()
        back = window.go(answer["continue_at"])
        assert window.landed_on == "/sign-out"
        assert "已退出登录" in back.text
        assert 'name="password"' in window.go(f"/sign-in/{realm}").text

    def test_who_signs_out_at_the_portal_is_signed_out_here(self, window: Window, another: Window, cas: str, realm: str) -> None:
        sign_on(another, realm)
        sign_on(window, realm)
        window.go(f"{cas}logout")
        assert not window.is_signed_on
        assert another.is_signed_on

    def test_who_came_from_the_tile_is_signed_out_by_the_portal_too(self, window: Window, cas: str, realm: str) -> None:
        window.go(f"/sign-in/{realm}/launch?ticket={ticket_for_launch(window, cas, realm)}")
        assert window.is_signed_on
        window.go(f"{cas}logout")
        assert not window.is_signed_on

    def test_a_forged_sign_out_ends_nothing(self, window: Window, realm: str, gateway: Platform) -> None:
        sign_on(window, realm)
        ticket = window.came_through("ticket=")["ticket"]
        entity = f'<!DOCTYPE x [<!ENTITY t "{ticket}">]>' + LOGOUT.format("&t;")
        for forged in ("", "x", "<a/>", entity, LOGOUT.format(""), LOGOUT.format(ticket) + " " * 20_000):
            assert single_log_out(window, realm, forged) == 400
        other = next(name for name in REALMS if name != realm)
        assert single_log_out(window, realm, LOGOUT.format("ST-1-another")) == 200
        assert single_log_out(window, other, LOGOUT.format(ticket)) == 200
        assert window.is_signed_on
        with gateway.gateway.application.database.reading() as connection:
            assert ticket not in str(connection.execute(sessions.select()).one())
        assert single_log_out(window, realm, LOGOUT.format(ticket)) == 200
        assert not window.is_signed_on


def single_log_out(browser: Window, realm: str, message: str) -> int:
    with httpx.Client(trust_env=False) as portal:
        return portal.post(f"{browser.gateway}/sign-in/{realm}/back-channel", data={"logoutRequest": message}).status_code


def test_E1_an_account_without_a_uscc_is_told_why_it_cannot_sign_on(window: Window) -> None:
    answer = sign_on(window, "enterprise", "private")
    assert answer.status_code == 403
    assert "没有登记统一社会信用代码" in answer.text


def test_R1_who_is_no_officer_yet_gets_the_account_application(window: Window) -> None:
    sign_on(window, "epb", "newcomer")
    assert window.landed_on == "/sign-in/epb/application"


class TestPortalAway:
    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return {**settings, "SIGN_ON_EPB_CAS_URL": "http://127.0.0.1:9/cas"}

    def test_E1_while_a_portal_is_away_people_are_told_to_wait(self, window: Window) -> None:
        answer = window.go("/sign-in/epb/launch?ticket=ST-1")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "统一门户暂时无法连接" in answer.text
