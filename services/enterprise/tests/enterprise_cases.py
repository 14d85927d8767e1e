"""A firm, its permit and its officers, as the tests of enterprise use them."""

from typing import Any

from selfmon_shared.testing.service import ServiceUnderTest, enterprise_actor, officer_actor

USCC = "91320102MA1EXAMP0T"
SITE = f"{USCC}001"
PERMIT = f"{SITE}P"
FIRM, STRANGER = enterprise_actor(USCC), enterprise_actor("91320500MA1EXAMP0X")
COUNTY, CITY, ELSEWHERE = officer_actor("320102"), officer_actor("320100"), officer_actor("320500")

POINTS = [
    {"key": "DA001", "code": "DA001", "name": "1#锅炉排放口", "category": "exhaust"},
    {"key": "noise 厂界", "code": None, "name": "厂界", "category": "noise"},
]
SULPHUR = {
    "key": "r1",
    "point": "DA001",
    "content": "烟气流速,烟气温度",
    "pollutant": "二氧化硫",
    "pollutant_code": "a21026",
    "facility": "automatic",
    "frequency": "continuous+4/day",
    "frequency_wording": "4次/日(自动)",
    "limit_text": "50",
    "limit_unit": "mg/Nm3",
}
NOISE_LINE = {
    **SULPHUR,
    "key": "r3",
    "point": "noise 厂界",
    "content": "等效连续A声级",
    "pollutant": "厂界噪声",
    "pollutant_code": None,
    "facility": "manual",
    "frequency": "1/quarter",
    "frequency_wording": "1次/季",
    "limit_text": None,
    "limit_unit": None,
}
PROFILE = {
    "discharger_id": SITE,
    "name": "江苏示例热电有限公司",
    "region": "320104",
    "address": "示例路1号",
    "longitude": "118.79",
    "latitude": "32.06",
    "industry_code": "4412",
    "production_cycle": "每年330天",
    "commissioned_laboratory": "无",
    "legal_person": "示例甲",
}


def permit(revision: int = 1, **changed: Any) -> dict[str, Any]:
    said = {
        "permit_number": PERMIT,
        "discharger_id": SITE,
        "revision": revision,
        "uscc": USCC,
        "enterprise_name": "江苏示例热电有限公司",
        "industry_code": "4412",
        "address": "示例路1号",
        "longitude": "118.79",
        "latitude": "32.06",
        "region": "320102",
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
        "points": POINTS,
        "requirements": [SULPHUR],
    }
    return {**said, **changed}


def receive(enterprise: ServiceUnderTest, said: dict[str, Any]) -> None:
    enterprise.receive("permit-sync", "PermitReceived", said["permit_number"], said)


POINT: dict[str, Any] = {
    "discharger_id": SITE,
    "code": "FQ-01",
    "name": "1#锅炉排放口",
    "kind": "organised-exhaust",
    "emission_standard": "GB 13223-2011",
    "valid_from": "2026-01-01",
    "valid_to": "2030-12-31",
}
AUTOMATIC: dict[str, Any] = {
    "pollutant_code": "a21026",
    "method": "automatic",
    "frequency": "连续监测",
    "limits": {"upper": "35", "unit": "mg/m³"},
    "device_name": "烟气分析仪",
    "device_model": "示例-100",
    "valid_from": "2026-01-01",
    "valid_to": "2030-12-31",
}
MANUAL: dict[str, Any] = {
    "pollutant_code": "a34013",
    "method": "manual",
    "frequency": "1次/季",
    "limits": {"text": "20"},
    "monitoring_method": "重量法",
    "method_source": "HJ 836-2017",
    "valid_from": "2026-01-01",
    "valid_to": "2030-12-31",
}


def add_point(enterprise: ServiceUnderTest, **changed: Any) -> str:
    point_id: str = enterprise.command("add-point", {**POINT, **changed}, FIRM)["id"]
    return point_id


def add_item(enterprise: ServiceUnderTest, point_id: str, form: dict[str, Any]) -> str:
    item_id: str = enterprise.command("add-item", {**form, "point_id": point_id}, FIRM)["id"]
    return item_id


def points(enterprise: ServiceUnderTest) -> list[Any]:
    found: list[Any] = enterprise.query("points", {"discharger_id": SITE}, FIRM)
    return found
