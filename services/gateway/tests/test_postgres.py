"""The same on PostgreSQL, with the role that the running gateway has there."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from gateway_platform import DISCHARGER, DirectClient, Platform
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from selfmon_gateway.app import create_app
from selfmon_gateway.auth.accounts import Accounts
from selfmon_gateway.auth.attempts import Attempts, UsedTokens
from selfmon_gateway.auth.lockout import Failures
from selfmon_gateway.auth.people import Person
from selfmon_gateway.auth.portals import Arrival, Departure
from selfmon_gateway.auth.refusals import SignOnRefused, TooMany
from selfmon_gateway.auth.sessions import Sessions
from selfmon_gateway.service import definition
from selfmon_gateway.tables import audit_trail
from selfmon_shared.eventstore.migrating import migrate
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.testing.postgres import ServiceDatabase
from selfmon_shared.testing.service import running

PROFILE = {
    "discharger_id": DISCHARGER,
    "uscc": DISCHARGER[:18],
    "permit_number": None,
    "name": "江苏示例热电有限公司",
    "region": "320102",
    "industry_code": "4412",
    "industry_name": "热电联产",
}
VALUES = {
    "publication_id": "pub-1", "item_id": "it-1", "discharger_id": DISCHARGER, "point_id": "pt-1", "point_name": "排放口",
    "pollutant_name": "氮氧化物", "unit": "mg/m3", "limit_text": "50",
}  # fmt: skip
REASON = {
    "registration_id": "r1",
    "discharger_id": DISCHARGER,
    "kind": "stopped",
    "point_ids": [],
    "item_ids": [],
    "starts_at": "2026-01-01T16:00:00Z",
    "ends_at": None,
    "reason": "停产",
}


@pytest.mark.postgres
def test_sessions_audit_and_disclosure_on_postgresql(folder: Path, service_database: ServiceDatabase) -> None:
    stores = {"GATEWAY_DATABASE_URL": service_database.app_url, "GATEWAY_OWNER_DATABASE_URL": service_database.owner_url}
    migrate("selfmon_gateway", service_database.owner_url, make_url(service_database.app_url).username)
    with running(definition, folder, stores) as gateway:
        app = create_app({"SELFMON_DATA": str(folder), "SIGN_ON": "development", **stores}, DirectClient(folder))
        platform = Platform(app, DirectClient(folder), gateway, gateway, folder)
        clerk = platform.signed_on("clerk")
        clerk.sign_on("enterprise", "clerk")
        assert len(clerk.get("/sessions").json) == 1
        assert clerk.post("/sign-out").json == {"ended": 1, "continue_at": None}

        gateway.receive("enterprise", "EnterpriseRevised", DISCHARGER, PROFILE)
        values = {**VALUES, "day": "2026-01-01", "period_kind": "hour", "withheld": False, "values": []}
        gateway.receive("data", "PublicationChanged", "pub-1", values)
        gateway.receive("data", "PublicationChanged", "pub-1", values)
        gateway.receive("data", "AbnormalTookEffect", "r1", REASON)
        page = clerk.get("/public/dischargers?region=320100&name=热电").json
        assert (page["total"], page["rows"][0]["name"]) == (1, "江苏示例热电有限公司")
        assert page["as_of"].endswith("Z")
        assert clerk.get(f"/public/dischargers/{DISCHARGER}/results?day=2026-01-01").json["total"] == 1
        assert clerk.get(f"/public/dischargers/{DISCHARGER}/reasons").json["total"] == 1
        site = f"/public/dischargers/{DISCHARGER}"
        for path in (f"/public/?q={DISCHARGER[:18]}&region=320100&industry=44", f"{site}/results", f"{site}/items/it-1", f"{site}/reasons"):
            shown = clerk.http.get(path)
            assert (shown.status_code, "江苏示例热电有限公司" in shown.text) == (200, True), path

        told = {"submission_id": "s1", "plan_id": "p1", "discharger_id": DISCHARGER, "title": "监测方案", "version": 1}
        gateway.receive("enterprise", "EnterpriseRevised", DISCHARGER, PROFILE, consumer="gateway-inbox")
        message = gateway.receive("plan", "PlanSubmitted", "s1", told, consumer="gateway-inbox")
        officer = platform.signed_on("officer")
        assert officer.get("/inbox/unread").json == {"count": 1, "more": False}
        assert officer.post("/inbox/read", {"ids": [message.event_id]}).json == {"marked": 1}
        assert officer.post("/inbox/read", {"all": True}).json == {"marked": 0}
        assert officer.get("/inbox").json["rows"][0]["read_at"] is not None
        assert officer.send("PUT", "/preferences/mail", {"address": "desk@bureau.example.cn"}).status_code == 200

        trail = platform.signed_on("auditor").get("/audit?person_id=clerk").json
        assert [row["what"] for row in trail["rows"]] == ["gateway.sign-out", "gateway.sign-on", "gateway.sign-on"]
        for change in (audit_trail.update().values(result="done"), audit_trail.delete()):
            with pytest.raises(DBAPIError), gateway.application.database.writing() as connection:
                connection.execute(change)
        app.extensions["selfmon_gateway"].database.dispose()


@pytest.mark.postgres
def test_E1_on_postgresql_many_workers_take_a_state_and_a_token_once(folder: Path, service_database: ServiceDatabase) -> None:
    stores = {"GATEWAY_DATABASE_URL": service_database.app_url, "GATEWAY_OWNER_DATABASE_URL": service_database.owner_url}
    migrate("selfmon_gateway", service_database.owner_url, make_url(service_database.app_url).username)
    with running(definition, folder, stores) as gateway:
        store, clock = gateway.application.database, gateway.application.clock
        begun = Attempts(store, clock).begin(Realm.EPB, "/console/", "192.0.2.1")

        def redeem(_worker: int) -> bool:
            try:
                return Attempts(store, clock).redeem(Realm.EPB, begun.state, begun.browser).wanted == "/console/"
            except SignOnRefused:
                return False

        def use(_worker: int) -> bool:
            try:
                UsedTokens(store, clock).use(Realm.EPB, "token", clock() + timedelta(minutes=1))
            except SignOnRefused:
                return False
            return True

        with ThreadPoolExecutor(8) as workers:
            for once in (redeem, use):
                assert sorted(workers.map(once, range(8))) == [False] * 7 + [True]
        failures = Failures(store, clock)
        for _ in range(5):
            failures.note("192.0.2.1", Realm.EPB, "guessed")
        with pytest.raises(TooMany):
            failures.require_open("192.0.2.2", Realm.EPB, "guessed")
        failures.forget(Realm.EPB, "guessed")
        failures.require_open("192.0.2.1")
        person = Person("officer", Realm.EPB, "示例科员")
        accounts = Accounts(store, clock)
        accounts.signed_on(person, "officer@example.cn")
        accounts.signed_on(person, None)
        assert accounts.erase(Realm.EPB, "officer") == 1
        sessions = Sessions(store, clock)
        cookie, _ = sessions.begin(person, "cas", address="", browser="", arrival=Arrival(person, "officer", provider_session="t"))
        assert sessions.find(cookie) is not None
        assert sessions.end_departed(Realm.ENTERPRISE, Departure("t")) == 0
        assert sessions.end_departed(Realm.EPB, Departure("t")) == 1
