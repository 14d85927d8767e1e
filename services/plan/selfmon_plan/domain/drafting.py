"""What goes into an exported plan (P2): its content as the reader sees it, its digest, and what to warn of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from selfmon_plan.document import content as document
from selfmon_plan.domain.coverage import COVERED, VERDICT_WORDS
from selfmon_plan.facts import Coverage, CoverageRow, Item, Mark, Overview, Permit, Point, Profile
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.reference.regions import full_name
from selfmon_shared.reference.tables import UnknownCode

_KIND_WORDS: Mapping[str, str] = {
    "organised-exhaust": "有组织废气",
    "wastewater-outlet": "废水总排口",
    "workshop-outlet": "车间排口",
    "inflow": "进水",
    "rainwater": "雨水",
    "fugitive-boundary": "厂界无组织",
    "fugitive-site": "厂区内无组织",
    "boundary-noise": "厂界噪声",
    "surroundings": "周边环境",
}
_METHOD_WORDS = {"manual": "手动", "automatic": "自动"}


@dataclass(frozen=True)
class Frozen:
    """All that an export freezes. ``loggers`` are MN numbers by point id; ``diagram`` is the picture's address in the blob store."""

    profile: Profile
    points: tuple[Point, ...]
    overview: Overview
    coverage: Coverage
    permit: Permit | None
    loggers: Mapping[str, Sequence[str]]
    diagram: str | None
    marks: tuple[Mark, ...]


def with_active_items(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points as a plan freezes them: an item that was deactivated is no part of it."""
    return tuple(replace(point, items=tuple(item for item in point.items if item.active)) for point in points)


def title_of(profile: Profile) -> str:
    """The title that an export is given."""
    return f"{profile.name}自行监测方案"


def content_of(frozen: Frozen, plan_id: str, version: int, at: datetime) -> document.PlanContent:
    """The document's content: every field a text."""
    return document.PlanContent(
        plan_id=plan_id,
        title=title_of(frozen.profile),
        version=version,
        enterprise=_enterprise(frozen.profile, frozen.permit),
        overview=_overview(frozen.overview),
        points=tuple(_point(point, frozen.loggers.get(point.point_id, ())) for point in frozen.points),
        generated_at=at,
        coverage=tuple(_coverage_row(row) for row in frozen.coverage.rows),
        diagram_note=_diagram_note(frozen),
    )


def digest_of(content: document.PlanContent, diagram: str | None) -> str:
    """The same digest as :func:`selfmon_plan.document.content.content_digest`: a picture's address is the SM3 of its bytes."""
    return sm3(canonical_json(document.to_json(content)) + "\n" + (diagram or ""))


def warnings_of(frozen: Frozen) -> tuple[str, ...]:
    """What is incomplete, in Chinese; it never blocks (E8, P1). The coverage tells its own."""
    warned = []
    if missing := frozen.overview.missing:
        warned.append(f"自测概况不完整，缺少：{'、'.join(missing)}")
    if frozen.diagram is None:
        warned.append("尚未上传监测示意图")
    elif unmarked := _unmarked(frozen):
        warned.append(f"以下监测点未在监测示意图上标注：{'、'.join(unmarked)}")
    if bare := [point.code for point in frozen.points if not point.items]:
        warned.append(f"以下监测点没有监测项目：{'、'.join(bare)}")
    if frozen.permit is None:
        warned.append("尚未收到排污许可证信息，未进行许可证对照")
    return tuple(warned)


def _unmarked(frozen: Frozen) -> list[str]:
    marked = {mark.point_id for mark in frozen.marks}
    return [point.code for point in frozen.points if point.point_id not in marked]


def _diagram_note(frozen: Frozen) -> str:
    if frozen.diagram is None:
        return ""
    unmarked = _unmarked(frozen)
    return f"未在图中标注的监测点：{'、'.join(unmarked)}。" if unmarked else "图中标注全部监测点。"


def _enterprise(profile: Profile, permit: Permit | None) -> document.EnterpriseFacts:
    return document.EnterpriseFacts(
        name=profile.name,
        uscc=profile.uscc,
        permit_number=profile.own_permit or "",
        permit_validity="" if permit is None else f"{permit.valid_from} 至 {permit.valid_to}",
        management_category="" if permit is None else permit.management_category or "",
        region_name=_region_name(profile.region),
        bureau_in_charge=profile.bureau,
        address=profile.address,
        longitude=_degrees(profile.longitude),
        latitude=_degrees(profile.latitude),
        industry=f"{profile.industry_code} {profile.industry_name}".strip(),
        production_cycle=profile.production_cycle,
        commissioned_laboratory=profile.commissioned_laboratory,
        maintenance_firm=profile.maintenance_firm,
        control_category=profile.control_category or "",
        disclosure_address=profile.disclosure_address,
        report_disclosure_time=profile.report_disclosure_time,
        has_plan=profile.has_plan,
        plan_filed=profile.plan_filed,
        plan_public=profile.plan_public,
    )


def _region_name(code: str) -> str:
    try:
        return full_name(code)
    except UnknownCode:
        return code


def _degrees(value: Decimal | None) -> str:
    return "" if value is None else f"{value}°"


def _overview(overview: Overview) -> document.Overview:
    qualified: dict[str, int] = {}
    for person in overview.personnel:
        qualified[person.qualification] = qualified.get(person.qualification, 0) + 1
    return document.Overview(
        introduction=overview.introduction,
        personnel=tuple(document.Personnel(qualification, number) for qualification, number in qualified.items()),
        management_rules=overview.management_rules,
        training=overview.training_records,
        quality_control=overview.quality_control,
    )


def _point(point: Point, loggers: Sequence[str]) -> document.PlanPoint:
    return document.PlanPoint(
        code=point.code,
        name=point.name,
        kind=_KIND_WORDS.get(point.kind, point.kind),
        emission_standard=point.emission_standard,
        valid_from=str(point.valid_from),
        valid_to=str(point.valid_to),
        loggers=tuple(loggers),
        items=tuple(_item(item) for item in point.items),
    )


def _item(item: Item) -> document.PlanItem:
    automatic = item.method == "automatic"
    return document.PlanItem(
        pollutant=item.pollutant_name,
        method=_METHOD_WORDS.get(item.method, item.method),
        cycle=item.frequency_wording,
        count="" if item.per_year is None else f"{item.per_year.normalize():f} 次／年",
        limits=_limits(item),
        unit=item.limits.unit,
        measuring_range=_between(item.range_low, item.range_high),
        monitoring_method=item.monitoring_method,
        method_source=item.method_source,
        device_name=item.device_name,
        device_model=item.device_model,
        disclosure_time_limit="实时公开" if automatic else f"监测报告出具后 {item.disclosure_days} 个工作日内",
        beyond_permit=item.outside_permit,
        unable_reason="" if item.able else item.unable_reason or "未说明原因",
    )


def _limits(item: Item) -> str:
    text = item.limits.text or _between(item.limits.lower, item.limits.upper)
    oxygen = "" if item.reference_oxygen is None else f"（基准氧含量 {item.reference_oxygen}%）"
    return text + oxygen


def _between(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return "" if high is None else f"≤{high}"
    return f"≥{low}" if high is None else f"{low}～{high}"


def _coverage_row(row: CoverageRow) -> document.CoverageRow:
    word = VERDICT_WORDS[row.verdict]
    return document.CoverageRow(
        permit_point=row.point,
        pollutant=row.pollutant,
        required=f"{row.permit_facility} {row.permit_frequency}",
        planned=" ".join(part for part in (row.own_point, row.own_method, row.own_frequency) if part),
        finding=word if row.verdict == COVERED else f"{word}：{row.reason}",
    )
