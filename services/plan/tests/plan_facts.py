"""Messages of other services about one invented enterprise."""

from datetime import date
from decimal import Decimal
from typing import Any

from selfmon_plan.facts import Item, Limits, Pair, Permit, PermitPoint, Point, Requirement

USCC = "91320102MA1TESTX0G"
DISCHARGER = USCC + "001"
PERMIT = USCC + "001P"
FROM, TO = date(2026, 1, 1), date(2030, 12, 31)


def item(item_id: str = "i1", pollutant: tuple[str, str] = ("a21026", "二氧化硫"), **changes: Any) -> Item:
    """A manual item, once a quarter."""
    fields: dict[str, Any] = {
        "item_id": item_id,
        "pollutant_code": pollutant[0],
        "pollutant_name": pollutant[1],
        "method": "manual",
        "frequency": "1/quarter",
        "frequency_wording": "1次/季",
        "limits": Limits(None, Decimal("35"), "mg/m3", ""),
        "valid_from": FROM,
        "valid_to": TO,
        "active": True,
        "per_year": Decimal("4"),
    }
    return Item(**{**fields, **changes})


def point(point_id: str = "p1", code: str = "FQ-001", *items: Item) -> Point:
    """An exhaust stack."""
    return Point(point_id, code, "锅炉烟囱", "organised-exhaust", "GB 13223-2011", FROM, TO, items or (item(),))


def requirement(key: str = "r1", **changes: Any) -> Requirement:
    """Sulphur dioxide at DA001, by hand, once a quarter."""
    fields: dict[str, Any] = {
        "key": key,
        "point": "DA001",
        "content": "二氧化硫",
        "pollutant": "二氧化硫",
        "pollutant_code": "a21026",
        "facility": "manual",
        "frequency": "1/quarter",
        "frequency_wording": "1次/季",
    }
    return Requirement(**{**fields, **changes})


def permit(*requirements: Requirement, revision: int = 1) -> Permit:
    """A permit with one stack."""
    places = (PermitPoint("DA001", "锅炉排放口", "exhaust", "DA001"), PermitPoint("noise:厂界", "厂界", "noise"))
    return Permit(PERMIT, DISCHARGER, revision, FROM, TO, places, requirements or (requirement(),), "重点管理")


PAIR = Pair("DA001", "p1")


def enterprise_revised(version: int = 1, **changes: Any) -> dict[str, Any]:
    """``EnterpriseRevised``."""
    return {
        "discharger_id": DISCHARGER,
        "version": version,
        "uscc": USCC,
        "permit_number": PERMIT,
        "permit_state": "valid",
        "permit_check": "confirmed",
        "name": "江苏示例热电有限公司",
        "region": "320102",
        "bureau": "南京市玄武生态环境局",
        "address": "江苏省南京市玄武区示例路1号",
        "longitude": "118.8",
        "latitude": "32.06",
        "industry_code": "D4412",
        "industry_name": "热电联产",
        "production_cycle": "全年连续生产",
        "commissioned_laboratory": "无",
        "maintenance_firm": "无",
        "control_category": None,
        "has_plan": True,
        "plan_filed": True,
        "plan_public": True,
        "disclosure_method": "自行监测信息发布平台",
        "disclosure_address": "https://disclosure.example.org",
        "report_disclosure_time": "暂无",
        "complete": True,
        **changes,
    }
