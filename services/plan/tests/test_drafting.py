"""What a plan's document says of facts that are not filled in or not known (P2)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from plan_bench import OF_FIRM
from plan_facts import enterprise_revised, item, permit, point

from selfmon_plan.document.content import PlanContent, PlanItem
from selfmon_plan.domain import drafting
from selfmon_plan.domain.coverage import cover
from selfmon_plan.facts import Item, Limits, Overview, Point, Profile
from selfmon_shared.kernel.clock import machine_clock
from selfmon_shared.kernel.codec import from_data


def content(*points: Point, **changes: Any) -> PlanContent:
    profile = from_data(Profile, {**enterprise_revised(), **OF_FIRM, **changes})
    frozen = drafting.Frozen(profile, points or (point(),), Overview(), cover(None, (), ()), permit(), {}, None, ())
    return drafting.content_of(frozen, "p1", 1, machine_clock())


def set_item(own: Item) -> PlanItem:
    return content(point("p1", "FQ-001", own)).points[0].items[0]


def test_P2_a_region_that_is_not_known_is_printed_as_its_code() -> None:
    assert content(region="320102").enterprise.region_name == "江苏省南京市玄武区"
    assert content(region="990102").enterprise.region_name == "990102"


def test_P2_a_place_that_is_not_known_stays_empty() -> None:
    assert content(longitude=None).enterprise.longitude == ""
    assert content().enterprise.latitude == "32.06°"


LIMITS = [
    (Limits(None, Decimal("35"), "mg/m3"), "≤35"),
    (Limits(Decimal("6"), Decimal("9")), "6～9"),
    (Limits(Decimal("6"), None), "≥6"),
    (Limits(None, Decimal("5"), "mg/L", "5(8)"), "5(8)"),
    (Limits(), ""),
]


@pytest.mark.parametrize(("limits", "text"), LIMITS)
def test_P2_limits_are_printed_as_written_else_as_a_range(limits: Limits, text: str) -> None:
    assert set_item(item(limits=limits)).limits == text


def test_P2_reference_oxygen_stands_beside_the_limit_that_it_belongs_to() -> None:
    assert set_item(item(reference_oxygen=Decimal("6"))).limits == "≤35（基准氧含量 6%）"


def test_P2_the_number_of_times_and_the_disclosure_time_limit_are_printed() -> None:
    manual = set_item(item())
    assert (manual.method, manual.count, manual.disclosure_time_limit) == ("手动", "4 次／年", "监测报告出具后 5 个工作日内")
    automatic = set_item(item(method="automatic", frequency="continuous", per_year=Decimal("8760.0")))
    assert (automatic.method, automatic.count, automatic.disclosure_time_limit) == ("自动", "8760 次／年", "实时公开")
    assert set_item(item(per_year=None)).count == ""


def test_E6_missing_conditions_for_monitoring_are_printed_with_their_reason() -> None:
    assert set_item(item()).unable_reason == ""
    assert set_item(item(able=False, unable_reason="平台整改")).unable_reason == "平台整改"
    assert set_item(item(able=False)).unable_reason == "未说明原因"


def test_P2_active_items_alone_are_frozen() -> None:
    own = point("p1", "FQ-001", item(), item("i2", active=False))
    (frozen,) = drafting.with_active_items([own])
    assert frozen == replace(own, items=(item(),))


def test_E8_the_diagrams_note_names_what_is_not_marked() -> None:
    profile = from_data(Profile, {**enterprise_revised(), **OF_FIRM})
    frozen = drafting.Frozen(profile, (point(),), Overview(), cover(None, (), ()), None, {}, "digest", ())
    assert drafting.content_of(frozen, "p1", 1, machine_clock()).diagram_note == "未在图中标注的监测点：FQ-001。"
