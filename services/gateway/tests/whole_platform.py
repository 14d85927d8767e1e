"""The gateway on all services in this process, with one record of everything: a firm on its way, in the region of a bureau."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway_platform import Browser, DirectClient
from PIL import Image

from selfmon_data.service import definition as data_definition
from selfmon_deploy.demo.data import demo_permits
from selfmon_enterprise.service import definition as enterprise_definition
from selfmon_gateway.app import create_app
from selfmon_gateway.service import definition as gateway_definition
from selfmon_permit_sync.adapters import InMemoryNationalPlatform
from selfmon_permit_sync.adapters.wire import parse_permit
from selfmon_permit_sync.bootstrap import define as define_permit_sync
from selfmon_permit_sync.national import PermitRecord
from selfmon_permit_sync.ports import Ports
from selfmon_plan.service import definition as plan_definition
from selfmon_review.service import definition as review_definition
from selfmon_shared.application.settings import Settings
from selfmon_shared.blobs import BlobStore
from selfmon_shared.kernel.periods import SHANGHAI
from selfmon_shared.messaging.followers import Follower
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, running

USCC = "91320115DEM00001XA"
SITE, PERMIT = f"{USCC}001", f"{USCC}001P"
COUNTY, OTHER_COUNTY, OTHER_CITY = "320115", "320104", "320500"
MN = "32011500000001"
PEOPLE: list[dict[str, Any]] = [
    {"realm": "enterprise", "id": "clerk", "name": "示例办事员", "uscc": USCC, "unit": "江苏示例热电有限公司", "roles": []},
    {"realm": "enterprise", "id": "stranger", "name": "示例他人", "uscc": "91320500MA0000000X", "unit": "示例其他公司", "roles": []},
    {"realm": "epb", "id": "officer", "name": "示例科员", "region": COUNTY, "unit": "示例生态环境局", "roles": []},
    {"realm": "epb", "id": "neighbour", "name": "示例邻区科员", "region": OTHER_COUNTY, "unit": "示例邻区生态环境局", "roles": []},
    {"realm": "epb", "id": "elsewhere", "name": "示例外市科员", "region": OTHER_CITY, "unit": "示例外市生态环境局", "roles": []},
    # The same ids and units in the other realm: another person.
    {"realm": "epb", "id": "clerk", "name": "示例办事员", "uscc": USCC, "unit": "江苏示例热电有限公司", "roles": []},
    {"realm": "enterprise", "id": "officer", "name": "示例科员", "region": COUNTY, "unit": "示例生态环境局", "roles": []},
    {"realm": "operator", "id": "operator", "name": "示例运维", "unit": "示例平台", "roles": ["operator"]},
    {"realm": "operator", "id": "auditor", "name": "示例审计", "unit": "示例平台", "roles": ["auditor"]},
]
PERIOD = {"valid_from": "2026-01-01", "valid_to": "2030-12-31"}
POINT = {"code": "FQ-001", "name": "锅炉烟囱", "kind": "organised-exhaust", "emission_standard": "GB 13223-2011", **PERIOD}
AUTOMATIC = {
    "pollutant_code": "a21026", "method": "automatic", "frequency": "连续监测", "limits": {"upper": "35", "unit": "mg/m3"},
    "device_name": "烟气分析仪", "device_model": "示例-100", **PERIOD,
}  # fmt: skip
MANUAL = {
    "pollutant_code": "a21002", "method": "manual", "frequency": "1次/季", "limits": {"upper": "50", "unit": "mg/m3"},
    "monitoring_method": "定电位电解法", "method_source": "HJ 693-2014", **PERIOD,
}  # fmt: skip
PROFILE = {
    "name": "江苏示例热电有限公司", "region": COUNTY, "address": "示例路1号", "longitude": "118.84", "latitude": "31.95",
    "industry_code": "4412", "production_cycle": "全年", "commissioned_laboratory": "无", "legal_person": "示例法人",
}  # fmt: skip


class ConnectedClient(DirectClient):
    """Reaches the services' feeds as well, as their followers and tasks do. ``stopped``: nobody answers."""

    stopped = False

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        return super().call("nobody" if self.stopped else container.removesuffix("-feed"), request, timeout)


@dataclass
class WholePlatform:
    """The application, the services, and the ids of what there is."""

    app: Any
    client: ConnectedClient
    folder: Path
    services: dict[str, ServiceUnderTest]
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def clock(self) -> Any:
        """The clock of all."""
        return self.services["gateway"].clock

    def signed_on(self, realm: str, person_id: str) -> Browser:
        """A browser of that person."""
        browser = Browser(self.app)
        browser.sign_on(realm, person_id)
        return browser

    def settle(self) -> None:
        """Let everybody follow and do what is due, until nothing happens any more."""
        followers = [
            Follower(service.application, follow, self.client)
            for service in self.services.values()
            for follow in service.application.definition.follows
        ]
        while sum(follower.catch_up() for follower in followers) + sum(service.run_tasks() for service in self.services.values()):
            pass


@contextmanager
def whole_platform(folder: Path, **settings: str) -> Iterator[WholePlatform]:
    """All of it, with a plan in force, another in review, registrations, an upload, values, loggers and a diagram."""
    (folder / "people.json").write_text(json.dumps({"people": PEOPLE}), encoding="utf-8")
    national, blobs = InMemoryNationalPlatform(), BlobStore.of(Settings.read("permit-sync", {"SELFMON_DATA": str(folder)}))
    record = parse_permit(demo_permits()[0])
    assert isinstance(record, PermitRecord)
    national.put(record)
    definitions = {
        "permit-sync": define_permit_sync(lambda _settings: Ports(national, blobs)),
        "enterprise": enterprise_definition,
        "plan": plan_definition,
        "data": data_definition,
        "review": review_definition,
        "gateway": gateway_definition,
    }
    with ExitStack() as stack:
        services = {name: stack.enter_context(running(definition, folder)) for name, definition in definitions.items()}
        client = ConnectedClient(folder)
        client.services.update({name: service for name, service in services.items() if name != "gateway"})
        for service in services.values():
            service.application.client = client
        environment = {"SELFMON_DATA": str(folder), **services["gateway"].clock.environment, "SIGN_ON": "development", **settings}
        app = create_app(environment, client)
        platform = WholePlatform(app, client, folder, services)
        stack.callback(app.extensions["selfmon_gateway"].database.dispose)
        _furnish(platform)
        yield platform


def _furnish(platform: WholePlatform) -> None:
    ids = platform.ids
    ids |= {"discharger_id": SITE, "permit_number": PERMIT, "mn": MN}
    for officer in PEOPLE:
        if officer["realm"] == "epb" and officer["id"] != "clerk":
            enrolment = {"officer_id": officer["id"], "region": officer["region"], "name": officer["name"]}
            platform.services["review"].command("enrol-officer", enrolment, OPERATOR)
    platform.services["permit-sync"].command("receive-permits", {}, OPERATOR)
    platform.settle()
    clerk, officer = platform.signed_on("enterprise", "clerk"), platform.signed_on("epb", "officer")

    def sent(browser: Browser, method: str, path: str, body: Any = None) -> Any:
        answered = browser.send(method, path, body)
        assert answered.status_code in (200, 201), (path, answered.text)
        return answered.json

    def staged(content: bytes) -> str:
        answered = clerk.http.post("/api/v1/files", data=content, headers={"X-CSRF-Token": clerk.csrf})
        assert answered.status_code == 201, answered.text
        return str(answered.json["upload"])

    sent(clerk, "POST", f"/dischargers/{SITE}/permit-check", {"is_mine": True})
    sent(clerk, "PUT", f"/dischargers/{SITE}/profile", PROFILE)
    ids["point_id"] = sent(clerk, "POST", f"/dischargers/{SITE}/points", POINT)["id"]
    ids["item_id"] = sent(clerk, "POST", f"/points/{ids['point_id']}/items", AUTOMATIC)["id"]
    ids["manual_id"] = sent(clerk, "POST", f"/points/{ids['point_id']}/items", MANUAL)["id"]
    sent(clerk, "POST", f"/points/{ids['point_id']}/loggers", {"mn": MN})
    picture, scan = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (40, 20)).save(picture, "PNG")
    Image.new("RGB", (620, 877), "white").save(scan, "PDF", resolution=75)
    sent(clerk, "PUT", f"/dischargers/{SITE}/diagram", {"upload": staged(picture.getvalue()), "filename": "平面图.png"})
    sent(clerk, "PUT", f"/dischargers/{SITE}/overview", {"introduction": "示例热电企业"})
    platform.settle()
    brought = {"title": "自行监测方案", "filename": "盖章件.pdf", "free_of_personal_data": True, "weaker_reason": "示例原因"}
    for name in ("plan_id", "open_plan_id"):
        import_body = {**brought, "upload": staged(scan.getvalue())}
        ids[name] = sent(clerk, "POST", f"/dischargers/{SITE}/plan-imports", import_body)["plan_id"]
        platform.settle()
        submission = clerk.get(f"/plans/{ids[name]}").json["submission_id"]
        if name == "plan_id":
            digest = officer.get(f"/reviews/{submission}").json["digest"]
            sent(officer, "POST", f"/reviews/{submission}/approval", {"digest": digest})
            platform.settle()
        ids["submission_id"] = submission
    ids["digest"] = officer.get(f"/reviews/{ids['submission_id']}").json["digest"]
    now = platform.clock.now().astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    for name, days in (("registration_id", 1), ("revocable_id", 10)):
        starts, ends = now + timedelta(days=days), now + timedelta(days=days + 2)
        stop = {"kind": "stopped", "starts_at": starts.isoformat(), "ends_at": ends.isoformat(), "reason": "检修"}
        ids[name] = sent(clerk, "POST", f"/dischargers/{SITE}/registrations", stop)["registration_id"]
        platform.settle()
        digest = officer.get(f"/reviews/{ids[name]}").json["digest"]
        sent(officer, "POST", f"/reviews/{ids[name]}/approval", {"digest": digest})
        platform.settle()
    ids["upload_id"] = clerk.get(f"/dischargers/{SITE}/uploads").json[0]["upload_id"]
    ids["later"], ids["today"] = (now + timedelta(days=2)).isoformat(), now.date().isoformat()
    ids["month"], ids["hour"] = ids["today"][:7], now.isoformat()
    ids["event_id"] = clerk.get("/inbox").json["rows"][0]["event_id"]
