"""Documents and pictures of the services, for those who may see them."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from gateway_platform import DISCHARGER, USCC, Browser, Platform
from PIL import Image

from selfmon_enterprise.service import definition as enterprise_definition
from selfmon_plan.service import definition as plan_definition
from selfmon_shared.eventstore.tables import outbox
from selfmon_shared.testing.service import ServiceUnderTest, running

PERIOD = {"valid_from": "2026-01-01", "valid_to": "2030-12-31"}
POINT = {"code": "FQ-001", "name": "锅炉烟囱", "kind": "organised-exhaust", "emission_standard": "GB 13223-2011", **PERIOD}
ITEM = {
    "pollutant_code": "a21026", "method": "manual", "frequency": "1次/季", "limits": {"upper": "35", "unit": "mg/m3"},
    "monitoring_method": "定电位电解法", "method_source": "HJ 57-2017", **PERIOD,
}  # fmt: skip
PROFILE = {
    "name": "江苏示例热电有限公司", "region": "320102", "address": "示例路1号", "longitude": "118.79", "latitude": "32.06",
    "industry_code": "4412", "production_cycle": "全年", "commissioned_laboratory": "无", "legal_person": "示例法人",
}  # fmt: skip
PERMIT = {
    "permit_number": f"{DISCHARGER}P", "discharger_id": DISCHARGER, "revision": 1, "uscc": USCC, "enterprise_name": "江苏示例热电有限公司",
    "industry_code": "4412", "address": "示例路1号", "longitude": "118.79", "latitude": "32.06", "region": "320102", **PERIOD,
    "points": [{"key": "DA001", "code": "DA001", "name": "锅炉排放口", "category": "exhaust"}], "requirements": [],
}  # fmt: skip


@pytest.fixture
def firm(platform: Platform) -> Iterator[ServiceUnderTest]:
    with running(enterprise_definition, platform.folder) as enterprise:
        platform.client.services["enterprise"] = enterprise
        enterprise.receive("permit-sync", "PermitReceived", str(PERMIT["permit_number"]), PERMIT)
        yield enterprise


@pytest.fixture
def planning(platform: Platform, firm: ServiceUnderTest) -> Iterator[ServiceUnderTest]:
    with running(plan_definition, platform.folder) as plan:
        platform.client.services["plan"] = plan
        yield plan


def hand_on(source: ServiceUnderTest, name: str, target: ServiceUnderTest) -> None:
    """What a follower would pull."""
    followed = next(f for f in target.application.definition.follows if f.source == name)
    with source.application.database.reading() as connection:
        rows = connection.execute(outbox.select().order_by(outbox.c.position)).all()
    for row in rows:
        if row.type in followed.handlers:
            target.receive(name, row.type, row.key, json.loads(row.payload))


def done(response: Any) -> Any:
    assert response.status_code in (200, 201), response.text
    return response.json


def upload(browser: Browser, data: bytes) -> str:
    sha256: str = done(browser.http.post("/api/v1/files", data=data, headers={"X-CSRF-Token": browser.csrf}))["upload"]
    return sha256


def refusals(platform: Platform, path: str) -> list[int]:
    return [platform.signed_on(person).get(path).status_code for person in ("elsewhere", "stranger")]


def test_E8_the_diagrams_picture_is_for_those_who_may_see_the_discharger(platform: Platform, firm: ServiceUnderTest) -> None:
    clerk = platform.signed_on("clerk")
    path = f"/dischargers/{DISCHARGER}/diagram/picture"
    assert clerk.get(path).json["code"] == "file.unknown"
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20)).save(drawn, "PNG")
    done(clerk.send("PUT", f"/dischargers/{DISCHARGER}/diagram", {"upload": upload(clerk, drawn.getvalue()), "filename": "平面图.png"}))
    firm.run_tasks()
    picture = clerk.get(path)
    assert picture.content_type == "image/png"
    assert int(picture.headers["Content-Length"]) == len(picture.data)
    with Image.open(io.BytesIO(picture.data)) as shown:
        assert shown.size == (40, 20)
    assert refusals(platform, path) == [403, 404]


@pytest.mark.pdf
def test_P2_the_exported_plan_is_downloaded_under_its_chinese_name(
    platform: Platform, firm: ServiceUnderTest, planning: ServiceUnderTest
) -> None:
    clerk = platform.signed_on("clerk")
    done(clerk.send("PUT", f"/dischargers/{DISCHARGER}/profile", PROFILE))
    point_id = done(clerk.post(f"/dischargers/{DISCHARGER}/points", POINT))["id"]
    done(clerk.post(f"/points/{point_id}/items", ITEM))
    hand_on(firm, "enterprise", planning)
    plan_id = done(clerk.post(f"/dischargers/{DISCHARGER}/plans"))["plan_id"]
    assert clerk.get(f"/plans/{plan_id}/pdf").json["code"] == "file.unknown"
    planning.run_tasks()
    pdf = clerk.get(f"/plans/{plan_id}/pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"].startswith("attachment;")
    assert "%E7%9B%91%E6%B5%8B%E6%96%B9%E6%A1%88" in pdf.headers["Content-Disposition"]
    assert refusals(platform, f"/plans/{plan_id}/pdf") == [403, 404]
    scan = {
        "plan_id": plan_id,
        "title": "监测方案",
        "upload": upload(clerk, pdf.data),
        "filename": "盖章件.pdf",
        "free_of_personal_data": True,
    }
    done(clerk.post(f"/dischargers/{DISCHARGER}/plan-imports", scan))
    planning.run_tasks()
    document = clerk.get(f"/plans/{plan_id}/document")
    assert document.data.startswith(b"%PDF-")
    assert refusals(platform, f"/plans/{plan_id}/document") == [403, 404]


def test_E5_a_record_that_was_changed_meanwhile_answers_its_present_version(platform: Platform, firm: ServiceUnderTest) -> None:
    clerk = platform.signed_on("clerk")
    point_id = done(clerk.post(f"/dischargers/{DISCHARGER}/points", POINT))["id"]
    done(clerk.send("PUT", f"/points/{point_id}", {**POINT, "name": "二号", "expected_version": 1}))
    refused = clerk.send("PUT", f"/points/{point_id}", {**POINT, "name": "三号", "expected_version": 1})
    assert (refused.status_code, refused.json["code"]) == (409, "record.changed")
    assert (refused.json["params"]["expected"], refused.json["params"]["current"]) == (1, 2)


def test_E4_numbers_that_are_judged_travel_as_text(platform: Platform, firm: ServiceUnderTest) -> None:
    clerk = platform.signed_on("clerk")
    refused = clerk.post(f"/dischargers/{DISCHARGER}/points", {**POINT, "longitude": 118.7})
    assert refused.json["errors"] == [{"field": "longitude", "messages": ['数字须以文字传送，如 "12.5"']}]


def test_N4_an_officer_who_acts_for_a_firm_is_refused(platform: Platform, firm: ServiceUnderTest) -> None:
    refused = platform.signed_on("officer").post(f"/dischargers/{DISCHARGER}/points", POINT)
    assert (refused.status_code, refused.json["code"]) == (403, "actor.enterprise-only")
