"""A discharger with a plan in force, and its values, as other services announce them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from selfmon_shared.kernel.periods import SHANGHAI, day_of, day_start
from selfmon_shared.testing.service import ServiceUnderTest, enterprise_actor, officer_actor

USCC = "91320102MA1TESTX0G"
DISCHARGER = f"{USCC}001"
FIRM, STRANGER = enterprise_actor(USCC), enterprise_actor("91320500MA0000000X")
COUNTY, ELSEWHERE = officer_actor("320102", "county"), officer_actor("320500", "elsewhere")

SO2, PM, COD, PH, NOISE, NMHC, SS = "so2", "pm", "cod", "ph", "noise", "nmhc", "ss"


def item(item_id: str, code: str, name: str, method: str, frequency: str, upper: str | None, **more: Any) -> dict[str, Any]:
    limits = {"lower": more.pop("lower", None), "upper": upper, "unit": more.pop("unit", "mg/m³"), "text": ""}
    words = {"pollutant_code": code, "pollutant_name": name, "frequency": frequency, "frequency_wording": frequency}
    fixed = {"valid_from": "2026-01-01", "valid_to": "2030-12-31", "active": True, "disclosure_days": 5}
    return {"item_id": item_id, **words, "method": method, "limits": limits, "reference_oxygen": None, **fixed, **more}


def point(point_id: str, kind: str, *items: Mapping[str, Any]) -> dict[str, Any]:
    named = {"code": point_id.upper(), "name": f"示例{point_id}", "kind": kind, "emission_standard": "GB 13223-2011"}
    return {"point_id": point_id, **named, "items": list(items), "valid_from": "2026-01-01", "valid_to": "2030-12-31"}


POINTS = [
    point(
        "stack",
        "organised-exhaust",
        item(SO2, "a21026", "二氧化硫", "automatic", "continuous", "35"),
        item(PM, "a34013", "颗粒物", "manual", "1/quarter", "10", reference_oxygen="6"),
    ),
    point(
        "outlet",
        "wastewater-outlet",
        item(COD, "w01018", "化学需氧量", "automatic", "continuous", "50", unit="mg/L"),
        item(PH, "w01001", "pH值", "manual", "1/day", "9", lower="6", unit=""),
        item(SS, "w01012", "悬浮物", "manual", "1/month", "10", unit="mg/L"),
    ),
    point("fence", "fugitive-boundary", item(NMHC, "a24088", "非甲烷总烃", "manual", "1/halfyear", "4.0")),
    point("east", "boundary-noise", item(NOISE, "n00001", "昼间噪声", "manual", "irregular", "65", unit="dB(A)")),
]


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


def have_plan(data: ServiceUnderTest, in_force_from: datetime, points: Iterable[Any] = POINTS, version: int = 1) -> None:
    head = {"plan_id": f"plan-{version}", "discharger_id": DISCHARGER, "version": version, "title": "监测方案"}
    digests = {"digest": "d", "document": "e", "in_force_from": in_force_from}
    data.receive("plan", "PlanTookEffect", DISCHARGER, {**head, **digests, "points": list(points)})


def know_discharger(data: ServiceUnderTest) -> None:
    profile = {"discharger_id": DISCHARGER, "name": "江苏示例热电有限公司", "region": "320102", "bureau": "示例生态环境局"}
    data.receive("enterprise", "EnterpriseRevised", DISCHARGER, profile)


def yesterday(data: ServiceUnderTest) -> date:
    return day_of(data.clock.now()) - timedelta(days=1)


def hour_of(day: date, hour: int) -> datetime:
    return day_start(day) + timedelta(hours=hour)


def hourly(*values: tuple[str, datetime, str], **more: Any) -> dict[str, Any]:
    rows = [{"item_id": item_id, "hour": hour, "value": value, **more} for item_id, hour, value in values]
    return {"discharger_id": DISCHARGER, "values": rows}


def manual(item_id: str, day: date, *samples: str | dict[str, Any], **more: Any) -> dict[str, Any]:
    taken = [{"value": sample} if isinstance(sample, str) else sample for sample in samples]
    report = {"laboratory": "江苏示例检测有限公司", "method": "HJ 836-2017", "analysed_on": day}
    return {"discharger_id": DISCHARGER, "item_id": item_id, "sampled_on": day, "samples": taken, **report, **more}


def rows(data: ServiceUnderTest, first: date, last: date, **more: Any) -> list[dict[str, Any]]:
    page = data.query("results", {"discharger_id": DISCHARGER, "from_day": first, "to_day": last, **more}, FIRM)
    found: list[dict[str, Any]] = page["rows"]
    return found


def ledger_rows(data: ServiceUnderTest, month: str) -> dict[str, dict[str, Any]]:
    return {row["item_id"]: row for row in data.query("ledger", {"discharger_id": DISCHARGER, "month": month}, FIRM)["rows"]}
