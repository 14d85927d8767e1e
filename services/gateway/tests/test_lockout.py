"""Lock-out after repeated failures (REGIME 4.3), counted in SQL."""

from datetime import timedelta
from typing import Any

import pytest
from gateway_platform import Browser, Platform

from selfmon_gateway.auth.attempts import MOST_BEGUN, Attempts, UsedTokens
from selfmon_gateway.auth.lockout import Failures, network_of
from selfmon_gateway.auth.refusals import SignOnRefused, TooMany
from selfmon_shared.kernel.actor import Realm


def fail(browser: Browser, person_id: str = "nobody", **options: Any) -> Any:
    return browser.http.post("/sign-in/enterprise/development", data={"person_id": person_id}, **options)


def elsewhere(number: int) -> dict[str, Any]:
    return {"environ_overrides": {"REMOTE_ADDR": f"198.51.100.{number}"}}


def test_E1_five_failures_lock_an_address_for_a_quarter_of_an_hour(platform: Platform) -> None:
    browser = platform.browser()
    assert [fail(browser, f"nobody-{number}").status_code for number in range(5)] == [422] * 5
    locked = fail(browser, "clerk")
    assert locked.status_code == 429
    assert 890 <= int(locked.headers["Retry-After"]) <= 900
    assert "登录失败次数过多，请在 15 分钟后再试" in locked.text
    assert browser.get("/me").status_code == 401
    assert fail(platform.browser(), "clerk", **elsewhere(1)).status_code == 303
    platform.gateway.clock.move(timedelta(minutes=15, seconds=1))
    assert fail(browser, "clerk").status_code == 303


def test_E1_five_failures_lock_an_account_wherever_they_come_from(platform: Platform) -> None:
    for number in range(5):
        assert fail(platform.browser(), "guessed", **elsewhere(number)).status_code == 422
    assert fail(platform.browser(), "guessed", **elsewhere(9)).status_code == 429
    assert fail(platform.browser(), "clerk", **elsewhere(9)).status_code == 303


def test_E1_scripts_are_locked_out_as_pages_are(platform: Platform) -> None:
    browser = platform.browser()
    body = {"realm": "epb", "person_id": "nobody"}
    assert [browser.post("/sign-on", body).status_code for _ in range(6)] == [422] * 5 + [429]
    assert browser.post("/sign-on", body).json["code"] == "login.locked"


def test_E1_a_good_sign_on_clears_the_account_but_not_the_address(platform: Platform) -> None:
    store = platform.gateway.application
    failures = Failures(store.database, store.clock)
    for _ in range(4):
        failures.note("192.0.2.1", Realm.ENTERPRISE, "clerk")
    failures.forget(Realm.ENTERPRISE, "clerk")
    for number in range(4):
        failures.note(f"192.0.2.{number + 10}", Realm.ENTERPRISE, "clerk")
    failures.require_open("192.0.2.99", Realm.ENTERPRISE, "clerk")
    failures.note("192.0.2.20", Realm.ENTERPRISE, "clerk")
    with pytest.raises(TooMany):
        failures.require_open("192.0.2.99", Realm.ENTERPRISE, "clerk")
    failures.require_open("192.0.2.99", Realm.EPB, "clerk")


def test_E1_failures_are_the_same_for_every_worker(platform: Platform) -> None:
    store = platform.gateway.application
    for _ in range(5):
        Failures(store.database, store.clock).note("192.0.2.1", Realm.EPB)
    with pytest.raises(TooMany):
        Failures(store.database, store.clock).require_open("192.0.2.1")


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", ""), ("unix:", "unix:")],
)
def test_an_ipv6_customers_network_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_E1_hundreds_of_sign_ons_begun_from_one_address_are_too_many(platform: Platform) -> None:
    store = platform.gateway.application
    attempts = Attempts(store.database, store.clock)
    for _ in range(MOST_BEGUN):
        attempts.begin(Realm.EPB, "/console/", "192.0.2.1")
    with pytest.raises(TooMany):
        attempts.begin(Realm.EPB, "/console/", "192.0.2.1")
    attempts.begin(Realm.EPB, "/console/", "192.0.2.2")
    platform.gateway.clock.move(timedelta(minutes=10, seconds=1))
    attempts.begin(Realm.EPB, "/console/", "192.0.2.1")


def test_E1_a_state_serves_once_in_its_realm_and_browser_within_ten_minutes(platform: Platform) -> None:
    store = platform.gateway.application
    attempts = Attempts(store.database, store.clock)
    begun = attempts.begin(Realm.EPB, "/console/tasks", "192.0.2.1")
    for realm, state, browser in (
        (Realm.ENTERPRISE, begun.state, begun.browser),
        (Realm.EPB, "forged", begun.browser),
        (Realm.EPB, begun.state, "another browser"),
    ):
        with pytest.raises(SignOnRefused):
            attempts.redeem(realm, state, browser)
    assert attempts.redeem(Realm.EPB, begun.state, begun.browser).wanted == "/console/tasks"
    with pytest.raises(SignOnRefused):
        attempts.redeem(Realm.EPB, begun.state, begun.browser)
    late = attempts.begin(Realm.EPB, "/console/", "192.0.2.1")
    platform.gateway.clock.move(timedelta(minutes=10, seconds=1))
    with pytest.raises(SignOnRefused):
        attempts.redeem(Realm.EPB, late.state, late.browser)


def test_E1_a_token_serves_once_until_it_has_expired_by_itself(platform: Platform) -> None:
    store = platform.gateway.application
    used = UsedTokens(store.database, store.clock)
    until = store.clock() + timedelta(minutes=1)
    used.use(Realm.EPB, "t", until)
    with pytest.raises(SignOnRefused):
        UsedTokens(store.database, store.clock).use(Realm.EPB, "t", until)
    used.use(Realm.ENTERPRISE, "t", until)
