"""A discharger with everything that the public sees, and pages of it as a visitor without JavaScript meets them."""

import re
from typing import Any

from gateway_platform import DISCHARGER, Platform
from lxml import html
from test_disclosure import profile, publication, store, tell
from werkzeug.test import TestResponse

UNIT = f"/public/dischargers/{DISCHARGER}"
PAGES = ("/public/", UNIT, f"{UNIT}/plan", f"{UNIT}/results", f"{UNIT}/items/it-1", f"{UNIT}/reasons")


def ask(platform: Platform, path: str, **options: Any) -> TestResponse:
    answered: TestResponse = platform.browser().http.get(path, **options)
    return answered


def page(platform: Platform, path: str, **arguments: str) -> Any:
    answered = ask(platform, path, query_string=arguments)
    assert answered.status_code == 200, answered.text
    assert answered.content_type == "text/html; charset=utf-8"
    return html.fromstring(answered.text)


def text(element: Any) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def rows(document: Any, caption: str) -> list[list[str]]:
    (table,) = [table for table in document.iter("table") if caption in text(table.find("caption"))]
    return [[text(cell) for cell in row] for row in table.find("tbody")]


def hour(number: int, value: str, **changes: Any) -> dict[str, Any]:
    time = f"2025-12-31T{16 + number:02d}:00:00Z"  # the day of 2026-01-01 in Jiangsu
    return {"time": time, "value": value, "exceeds": False, "multiple": None, "source": "logger", "late": False, **changes}


def planned_item(**changes: Any) -> dict[str, Any]:
    return {
        "item_id": "it-1", "pollutant_code": "a21002", "pollutant_name": "氮氧化物", "method": "automatic", "frequency": "continuous",
        "frequency_wording": "连续监测", "limits": {"lower": None, "upper": "50", "unit": "mg/m3", "text": ""}, "able": True,
        "unable_reason": "", "device_name": "烟气连续监测系统", "device_model": "示例-100", "monitoring_method": "", "method_source": "",
        "disclosure_days": 5, "active": True, **changes,
    }  # fmt: skip


def plan(*items: dict[str, Any]) -> dict[str, Any]:
    point = {
        "point_id": "pt-1", "code": "FQ-001", "name": "1号机组排放口", "kind": "organised-exhaust", "emission_standard": "GB 13223",
        "valid_from": "2025-01-01", "valid_to": "2029-12-31", "items": list(items),
    }  # fmt: skip
    return {
        "plan_id": "p1", "discharger_id": DISCHARGER, "version": 3, "title": "示例自行监测方案", "digest": "d", "document": "0" * 64,
        "in_force_from": "2025-12-31T17:30:00Z", "points": [point],
    }  # fmt: skip


def fill(platform: Platform) -> Platform:
    """Tell the gateway of a discharger. Changes then show at the next request, not within a second."""
    platform.app.extensions["selfmon_disclosure"].versions.look_every = 0
    tell(platform, "enterprise", "EnterpriseRevised", DISCHARGER, profile())
    point = {"point_id": "pt-1", "discharger_id": DISCHARGER, "code": "FQ-001", "name": "1号机组排放口", "kind": "organised-exhaust"}
    tell(platform, "enterprise", "PointRevised", "pt-1", {**point, "emission_standard": "GB 13223", "active": True, "items": []})
    diagram = {"discharger_id": DISCHARGER, "digest": store(platform).put(b"\x89PNG\r\n\x1a\n"), "media_type": "image/png", "version": 1}
    marks = [{"point_id": "pt-1", "x": 125, "y": 500}]
    tell(platform, "enterprise", "DiagramRevised", DISCHARGER, {**diagram, "marks": marks, "revised_at": "2026-01-01T00:00:00Z"})
    unable = {"item_id": "it-2", "pollutant_name": "二氧化硫", "method": "manual", "able": False, "unable_reason": "采样平台维修"}
    tell(platform, "plan", "PlanTookEffect", DISCHARGER, plan(planned_item(), planned_item(**unable)))
    overview = {"discharger_id": DISCHARGER, "introduction": "示例介绍", "personnel": [{"number": "JC-1", "qualification": "持证上岗"}]}
    more = {"management_rules": "示例制度", "training_records": "", "quality_control": "", "version": 1, "complete": False}
    tell(platform, "plan", "OverviewRevised", DISCHARGER, {**overview, **more})
    values = [hour(0, "45.1"), hour(2, "52.5", exceeds=True, multiple="0.05", source="supplement")]
    tell(platform, "data", "PublicationChanged", "pub-1", publication(values=values))
    return platform
