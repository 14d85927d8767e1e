"""The same on PostgreSQL, with the role that the running gateway has there."""

from pathlib import Path

import pytest
from gateway_platform import DISCHARGER, DirectClient, Platform
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from selfmon_gateway.app import create_app
from selfmon_gateway.service import definition
from selfmon_gateway.tables import audit_trail
from selfmon_shared.eventstore.migrating import migrate
from selfmon_shared.testing.postgres import ServiceDatabase
from selfmon_shared.testing.service import running

PROFILE = {
    "discharger_id": DISCHARGER,
    "uscc": DISCHARGER[:18],
    "permit_number": None,
    "name": "江苏示例热电有限公司",
    "region": "320102",
    "industry_code": "4412",
}
VALUES = {"publication_id": "pub-1", "item_id": "it-1", "discharger_id": DISCHARGER, "point_name": "排放口", "pollutant_name": "氮氧化物"}
REASON = {"registration_id": "r1", "discharger_id": DISCHARGER, "kind": "stopped", "starts_at": "2026-01-01T16:00:00Z", "reason": "停产"}


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
