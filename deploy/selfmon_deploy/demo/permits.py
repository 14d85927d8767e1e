"""Permit records in the field names of ``services/permit-sync/national-api.yaml``, made from the industry profiles."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from selfmon_shared.reference.methods import methods_for

WireRecord = dict[str, Any]
Profile = Mapping[str, Any]

_FIRST_STAMP = datetime.fromisoformat("2026-01-05T08:00:00+08:00")
_CATEGORY = {"有组织废气": "废气", "无组织废气": "无组织", "废水": "废水", "进水": "废水", "雨水": "雨水", "厂界噪声": "噪声"}
_MEDIUM = {"废气": "air", "无组织": "air", "废水": "water", "雨水": "water", "噪声": "noise"}
# How real permits word what the profiles call by its plain name.
_PERMIT_WORDING = {
    "烟尘": "颗粒物",
    "氨氮": "氨氮（NH3-N）",
    "总磷": "总磷（以P计）",
    "总氮": "总氮（以N计）",
    "总悬浮颗粒物TSP": "总悬浮颗粒物（空气动力学当量直径100μm以下）",
    "甲烷(厂区最高体积浓度)": "甲烷",
}
# Parameters of the flue gas are monitored beside the pollutants: permits name them as content, not as lines of their own.
_FLUE_PARAMETERS = ("氧气含量", "烟气流速", "烟气温度", "烟气压力", "烟气湿度")
_CONTENT = {
    "废气": "烟气流速,烟气温度,烟气压力,烟气含湿量,烟气量,氧含量",
    "无组织": "温度,湿度,气压,风速,风向",
    "废水": "流量",
    "雨水": "流量",
    "噪声": "等效连续A声级",
}
_SAMPLING = {
    "废气": "非连续采样 至少3个",
    "无组织": "非连续采样 至少3个",
    "废水": "混合采样 至少3个混合样",
    "雨水": "瞬时采样 至少1个瞬时样",
    "噪声": "昼间、夜间各1次",
}
_FALLBACK = "自动监测设施失效时，按手工监测频次要求执行，每天不少于4次，间隔不得超过6小时"
_RAIN_DAILY = "1次/日(排放时)，如监测一年无异常情况，可放宽至1次/季"


def _turbine_item(name: str, method: str, frequency: str, limit_high: str | None, unit: str) -> Profile:
    standard = "示例限值" if limit_high else ""
    return {
        "name": name,
        "method": method,
        "frequency": frequency,
        "limit_low": None,
        "limit_high": limit_high,
        "unit": unit,
        "standard": standard,
    }


# The stack whose real readings the demo has; no profile knows a gas turbine.
_GAS_TURBINE: Profile = {
    "type": "有组织废气",
    "code_prefix": "DA",
    "name": "燃气轮机烟气排放口",
    "count": {"typical": 1},
    "items": [
        _turbine_item("氮氧化物", "自动", "连续监测", "60", "mg/m³"),
        _turbine_item("一氧化碳", "自动", "连续监测", None, "mg/m³"),
        _turbine_item("二氧化硫", "手工", "1次/季", "35", "mg/m³"),
        _turbine_item("林格曼黑度", "手工", "1次/季", "1", "级"),
    ],
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a site lies: its county (or development zone), and degrees as text."""

    county: str
    city: str
    address: str
    longitude: str
    latitude: str


@cache
def profiles() -> Mapping[str, Profile]:
    """The industry profiles by key; numbers as printed, so that a limit of 1.0 stays 1.0."""
    text = files(__package__).joinpath("files", "industry_profiles.json").read_text(encoding="utf-8")
    found: Mapping[str, Profile] = {entry["key"]: entry for entry in json.loads(text, parse_float=str, parse_int=str)["industries"]}
    return found


def permit_record(
    *,
    number: str,
    enterprise_name: str,
    profile_key: str,
    industry_code: str,
    place: Place,
    position: int,
    valid: tuple[str, str] = ("2025-06-01", "2030-05-31"),
    application_kind: str = "1",
    deleted: bool = False,
) -> WireRecord:
    """One permit, whole. ``position`` is its place in the list, and gives its time stamp."""
    profile = profiles()[profile_key]
    outlets = list(_outlets(profile, place, with_turbine=profile_key == "thermal_power"))
    return {
        "PWXKZBH": number,
        "DWMC": enterprise_name,
        "TYSHXYDM": number[:18],
        "HYLB": industry_code,
        "GLLB": profile["management"],
        "SCJYCSDZ": place.address,
        "QYJDZB": place.longitude,
        "QYWDZB": place.latitude,
        "SZSFQHDM": "320000",
        "SZDSQHDM": place.city,
        "SZQXQHDM": place.county,
        "JSFZR": "示例负责人",
        "GDDH": "0000-00000000",
        "YDDH": "00000000000",
        "XKYXQXQ": valid[0],
        "XKYXQXZ": valid[1],
        "HFRQ": valid[0],
        "SQLX": application_kind,
        "SJC": (_FIRST_STAMP + timedelta(minutes=position)).isoformat(),
        "CLBZ": "0" if deleted else "1",
        "PFK": [outlet for outlet, _ in outlets],
        "ZXJCYQ": [line for outlet, items in outlets for line in _lines(outlet, items, profile_key)],
    }


def _outlets(profile: Profile, place: Place, *, with_turbine: bool) -> Iterator[tuple[WireRecord, list[Mapping[str, Any]]]]:
    """Each outlet with the items that its lines are made of; at most two of a kind, codes counted per prefix."""
    counted: dict[str, int] = {}
    for kind in ([_GAS_TURBINE] if with_turbine else []) + list(profile["outlets"]):
        category = _CATEGORY[kind["type"]]
        has_code = kind["code_prefix"] != ""
        wanted = min(int(kind["count"]["typical"]), 2) if has_code else 1
        for number in range(1, wanted + 1):
            prefix = "MW" if kind["code_prefix"] == "JS" else kind["code_prefix"]
            counted[prefix] = counted.get(prefix, 0) + 1
            step = sum(counted.values())
            yield (
                {
                    "PFKLB": category,
                    "PFKBH": f"{prefix}{counted[prefix]:03d}" if has_code else None,
                    "PFKMC": f"{number}#{kind['name']}" if wanted > 1 else kind["name"],
                    "PFKLX": _outlet_kind(kind, category),
                    "JD": _moved(place.longitude, step * 140) if has_code else None,
                    "WD": _moved(place.latitude, step * 80) if has_code else None,
                },
                list(kind["items"]),
            )


def _outlet_kind(kind: Profile, category: str) -> str:
    if kind["type"] == "进水":
        return "进水口"
    if category == "废水" and "车间" in kind["name"]:
        return "车间或生产设施排放口"
    if category in ("废气", "废水"):
        return "主要排放口" if any(item["method"] == "自动" for item in kind["items"]) else "一般排放口"
    return {"雨水": "雨水排放口", "无组织": "厂区内" if "厂区内" in kind["name"] else "厂界", "噪声": "厂界"}[category]


def _moved(degrees: str, millionths: int) -> str:
    """A place on the site: its middle moved by millionths of a degree (about 0.1 m each)."""
    whole, _, decimals = degrees.partition(".")
    moved = int(whole + decimals.ljust(6, "0")[:6]) + millionths
    return f"{moved // 10**6}.{moved % 10**6:06d}"


def _lines(outlet: WireRecord, items: list[Mapping[str, Any]], profile_key: str) -> Iterator[WireRecord]:
    category = outlet["PFKLB"]
    for item in items:
        if category == "废气" and item["name"] in _FLUE_PARAMETERS:
            continue
        automatic = item["method"] == "自动"
        limit = _limit(item)
        yield {
            "WRYLB": category,
            "PFKBH": outlet["PFKBH"],
            "PFKMC": outlet["PFKMC"],
            "JCNR": _CONTENT[category],
            "WRWMC": _PERMIT_WORDING.get(item["name"], item["name"]),
            "JCSS": item["method"],
            "SFLW": "是" if automatic else None,
            "YQMC": _device(category, item["name"]) if automatic else None,
            "AZWZ": f"{outlet['PFKBH']} {'采样平台' if category == '废气' else '站房'}" if automatic else None,
            "SFFHYQ": "是" if automatic else None,
            "CYFFJGS": _SAMPLING[category],
            "JCPC": _frequency(outlet, item, profile_key),
            "CDFF": _method(item["name"], category),
            "QTXX": _FALLBACK if automatic else None,
            "XZ": limit,
            "XZDW": item["unit"] if limit else None,
            "ZXBZ": item["standard"] or None if limit else None,
        }


def _frequency(outlet: WireRecord, item: Mapping[str, Any], profile_key: str) -> str:
    if item["method"] == "自动":
        return "4次/日(自动)" if outlet["PFKLB"] == "废气" else "连续监测"
    if outlet["PFKLB"] == "雨水":
        return _RAIN_DAILY if item["frequency"] == "1次/日" else f"{item['frequency']}(排放时)"
    # One wording that nobody can count: it must be kept as written, flagged, and never lower a duty.
    return "按DB32/4041要求执行" if profile_key == "chemical" and outlet["PFKLX"] == "厂区内" else str(item["frequency"])


def _limit(item: Mapping[str, Any]) -> str | None:
    low, high = item["limit_low"], item["limit_high"]
    if high == "0":
        return "不得检出"
    if low is not None and high is not None:
        return f"{low}~{high}"
    return high if low is None else f"≥{low}"


def _device(category: str, name: str) -> str:
    return "烟气排放连续监测系统" if category == "废气" else f"{name}水质在线自动监测仪"


def _method(name: str, category: str) -> str | None:
    if category == "噪声":
        return "工业企业厂界环境噪声排放标准 GB 12348-2008"
    found = methods_for({"烟尘": "颗粒物"}.get(name, name), _MEDIUM[category])
    return f"{found[0].name} {found[0].code}" if found else None
