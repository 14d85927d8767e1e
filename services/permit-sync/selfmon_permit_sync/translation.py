"""From the nation's record of a permit to the platform's own words and codes (N1)."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from selfmon_permit_sync.national import Category, Facility, PermitRecord, Requirement
from selfmon_shared.contracts.permit_sync import PROVIDER
from selfmon_shared.kernel.codec import canonical_json, to_data
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.frequency import CONTINUOUS, CycleUnit, Frequency, FrequencyKind
from selfmon_shared.kernel.uscc import NumberInvalid, PermitNumber
from selfmon_shared.reference.pollutants import Medium, find_code
from selfmon_shared.reference.regions import regions

NOT_STATED = "未载明"
_LONGEST_KEY = 300
_MEDIA: Mapping[Category, Medium] = {
    Category.EXHAUST: Medium.AIR,
    Category.FUGITIVE: Medium.AIR,
    Category.WASTEWATER: Medium.WATER,
    Category.RAINWATER: Medium.WATER,
    Category.NOISE: Medium.NOISE,
}
_SURROUNDINGS: Mapping[str, Medium] = {"水": Medium.WATER, "空气": Medium.AIR, "大气": Medium.AIR, "噪声": Medium.NOISE}
_REASONS: Mapping[str, str] = {
    "permit-number.length": "应为 22 位",
    "permit-number.form": "应为 18 位统一社会信用代码、3 位数字和 1 位字母",
    "uscc.length": "统一社会信用代码应为 18 位",
    "uscc.characters": "统一社会信用代码含有不允许的字符",
    "uscc.check-character": "统一社会信用代码的校验位不正确",
}


def number_problem(number: str) -> str | None:
    """What is wrong with a permit's number, in Chinese; None if nothing is."""
    try:
        PermitNumber(number)
    except NumberInvalid as error:
        return f"许可证编号 {number} 不正确：{_REASONS[error.reason]}"
    return None


def region_of(record: PermitRecord) -> str | None:
    """The most specific region of the record that the platform knows: county, else city, else province; None if it knows none."""
    return next((code for code in (record.county_code, record.city_code, record.province_code) if code in regions()), None)


def problems_of(record: PermitRecord) -> tuple[str, ...]:
    """Why the platform cannot take a record over, in Chinese; none if it can."""
    problems = [problem for problem in (number_problem(record.number),) if problem]
    region = region_of(record)
    if region is None:
        problems.append(f"行政区划代码 {record.county_code} 不在江苏省")
    if problems or region is None:
        return tuple(problems)
    try:
        PROVIDER.event("PermitReceived").check(json.loads(canonical_json(to_data(public_state(record, 1, region)))))
    except ValueError as error:
        return (f"内容无法接收：{error}",)
    return ()


def public_state(record: PermitRecord, revision: int, region: str) -> dict[str, Any]:
    """The payload of ``PermitReceived``: the whole permit, its wordings as written, with the codes that they stand for."""
    return {
        "permit_number": record.number,
        "discharger_id": PermitNumber(record.number).discharger_id,
        "revision": revision,
        "uscc": record.uscc,
        "enterprise_name": record.enterprise_name,
        "industry_code": record.industry_code or None,
        "address": record.address or None,
        "longitude": record.longitude,
        "latitude": record.latitude,
        "region": region,
        "management_category": record.management_category or None,
        "valid_from": record.valid_from,
        "valid_to": record.valid_to,
        "points": [
            {"key": point.key, "code": point.code, "name": point.name, "category": point.category.value} for point in record.points()
        ],
        "requirements": list(_requirements(record)),
    }


def _requirements(record: PermitRecord) -> Iterator[dict[str, Any]]:
    """The lines, each with a key of its own: lines that share their identity are numbered, in the record's canonical order."""
    seen: Counter[str] = Counter()
    for line in record.requirements:
        key = _key(line)
        seen[key] += 1
        yield _requirement(line, key if seen[key] == 1 else f"{key}|{seen[key]}")


def _key(line: Requirement) -> str:
    key = "|".join((line.outlet_key, line.monitored_content, line.pollutant, line.facility.value))
    return key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}…{sm3(key)[:16]}"


def _requirement(line: Requirement, key: str) -> dict[str, Any]:
    frequency, fallback = _frequency(line)
    return {
        "key": key,
        "point": line.outlet_key,
        "content": line.monitored_content,
        "pollutant": line.pollutant,
        "pollutant_code": _pollutant_code(line),
        "facility": line.facility.value,
        "sampling": line.sampling or None,
        "frequency": frequency.code,
        "frequency_wording": line.frequency.strip() or NOT_STATED,
        "fallback_frequency": None if fallback is None else fallback.code,
        "limit_text": line.limit_text,
        "limit_unit": line.limit_unit,
        "standard": line.standard,
    }


def _pollutant_code(line: Requirement) -> str | None:
    medium = _MEDIA.get(line.category)
    if line.category is Category.SURROUNDINGS:
        medium = next((found for word, found in _SURROUNDINGS.items() if word in line.category_wording), None)
    return find_code(line.pollutant, medium)


def _frequency(line: Requirement) -> tuple[Frequency, Frequency | None]:
    """What is owed, and for an automatic line how often by hand while the device is out.

    An automatic line is monitored continuously whatever its wording; that speaks of the fallback. What isn't understood is kept as written
    and never lowers the duty.
    """
    wording = line.frequency.strip()
    if line.facility is Facility.MANUAL:
        return (Frequency.parse(wording) if wording else Frequency(FrequencyKind.UNKNOWN, text=NOT_STATED)), None
    if not wording:
        return CONTINUOUS, None
    stated = Frequency.parse(wording)
    if stated.is_continuous:
        return stated, stated.fallback
    if stated.kind is FrequencyKind.PERIODIC and not (stated.text or stated.on_discharge):
        return Frequency(FrequencyKind.CONTINUOUS, unit=CycleUnit.HOUR, fallback=stated), stated
    return CONTINUOUS, stated
