"""The coverage proof (P4), wording by wording."""

from collections.abc import Iterable
from typing import Any

import pytest
from plan_facts import PAIR, item, permit, point, requirement

from selfmon_plan.domain.coverage import cover, warnings
from selfmon_plan.facts import CoverageRow, Item, Pair, Requirement


def verdict(asked: Requirement, *items: Item, pairs: Iterable[Pair] = (PAIR,)) -> CoverageRow:
    (row,) = cover(permit(asked), tuple(pairs), (point("p1", "FQ-001", *items),)).rows
    return row


MANUAL = [
    # permit, plan, verdict
    ("1/quarter", "1/quarter", "covered"),
    ("1/quarter", "1次/季度", "covered"),
    ("1/quarter", "1/month", "stricter"),
    ("1/quarter", "1/halfyear", "weaker"),
    ("3/quarter", "1/month", "stricter"),
    ("1/month", "3/quarter", "weaker"),
    ("irregular", "1/year", "stricter"),
    ("once", "irregular", "weaker"),
    ("1/day@discharge", "1/day", "stricter"),
    ("1/day", "1/day@discharge", "weaker"),
    ("1/month@discharge", "1/quarter", "unclear"),
    ("continuous/2h", "1/day", "weaker"),
    ("unknown#按环评要求", "1/day", "unclear"),
    ("按环评要求", "1/day", "unclear"),
    ("1/quarter", "unknown#另行安排", "unclear"),
    ("1/quarter", " ", "unclear"),
]


@pytest.mark.parametrize(("asked", "planned", "expected"), MANUAL)
def test_P4_a_manual_frequency_is_not_lower_than_the_permits(asked: str, planned: str, expected: str) -> None:
    row = verdict(requirement(frequency=asked, frequency_wording="许可证用语"), item(frequency=planned, frequency_wording="方案用语"))
    assert row.verdict == expected
    assert (row.permit_frequency, row.own_frequency) == ("许可证用语", "方案用语")
    assert (row.permit_facility, row.own_method) == ("手工", "手动监测")


METHODS = [
    # permit's facility and frequency, plan's method and frequency, verdict
    ("automatic", "continuous", "automatic", "continuous", "covered"),
    ("automatic", "continuous+4/day", "automatic", "continuous", "covered"),
    ("automatic", "continuous/4h", "automatic", "continuous", "covered"),
    ("automatic", "4/day", "automatic", "continuous", "covered"),
    ("automatic", "continuous", "manual", "1/day", "weaker"),
    ("automatic", "unknown#见附件", "manual", "1/day", "weaker"),
    ("automatic", "unknown#见附件", "automatic", "continuous", "unclear"),
    ("manual", "1/quarter", "automatic", "continuous", "stricter"),
    ("manual", "continuous/2h", "automatic", "continuous", "stricter"),
    ("manual", "unknown#见附件", "automatic", "continuous", "unclear"),
]


@pytest.mark.parametrize(("facility", "asked", "method", "planned", "expected"), METHODS)
def test_P4_automatic_is_stricter_than_manual(facility: str, asked: str, method: str, planned: str, expected: str) -> None:
    row = verdict(requirement(facility=facility, frequency=asked), item(method=method, frequency=planned))
    assert row.verdict == expected


def test_P4_reasons_are_told_in_chinese_with_both_wordings() -> None:
    row = verdict(requirement(frequency="1/month", frequency_wording="1次/月"), item())
    assert row.reason == "监测频次低于许可证（许可证1次/月，方案1次/季）"
    assert row.point == "DA001 锅炉排放口"
    assert row.own_point == "FQ-001 锅炉烟囱"
    assert verdict(requirement(), item()).reason == "与许可证一致"
    assert verdict(requirement(facility="automatic"), item()).reason == "许可证要求自动监测，方案为手工监测"
    unknown = verdict(requirement(frequency="unknown#按环评", frequency_wording="按环评"), item())
    assert unknown.reason == "许可证监测频次“按环评”无法识别，按许可证原文执行，请人工核对"


def test_E9_an_unmatched_permit_point_is_missing() -> None:
    row = verdict(requirement(), item(), pairs=())
    assert (row.verdict, row.reason, row.own_point) == ("missing", "许可证点位尚未匹配监测点", None)


def test_E9_a_match_to_a_point_outside_the_plan_is_missing() -> None:
    row = verdict(requirement(), item(), pairs=(Pair("DA001", "gone"),))
    assert (row.verdict, row.reason) == ("missing", "所匹配的监测点未列入方案（已停用）")


def test_E9_only_the_items_that_a_pair_names_count() -> None:
    items = (item("i1"), item("i2", ("a21002", "氮氧化物")))
    assert verdict(requirement(), *items, pairs=(Pair("DA001", "p1", ("i1",)),)).verdict == "covered"
    row = verdict(requirement(), *items, pairs=(Pair("DA001", "p1", ("i2",)),))
    assert (row.verdict, row.reason) == ("missing", "监测点 FQ-001 没有该监测项目")


def test_E6_a_deactivated_item_covers_nothing() -> None:
    assert verdict(requirement(), item(active=False)).verdict == "missing"


def test_P4_a_pollutant_is_known_by_code_then_by_its_wording() -> None:
    dust = item(pollutant=("a34013", "烟尘"))
    assert verdict(requirement(pollutant="颗粒物", pollutant_code=None), dust).verdict == "covered"
    assert verdict(requirement(pollutant="示例污染物", pollutant_code=None), item(pollutant=("x1", "示例 污染物"))).verdict == "covered"
    assert verdict(requirement(pollutant="氮氧化物", pollutant_code=None), item()).verdict == "missing"


def test_P4_a_pollutant_that_is_not_understood_is_unclear_never_covered() -> None:
    row = verdict(requirement(pollutant="特征因子", pollutant_code=None), item())
    assert (row.verdict, row.reason) == ("unclear", "许可证污染物“特征因子”无法识别，请人工核对")
    nothing = cover(permit(requirement(pollutant="特征因子", pollutant_code=None)), (PAIR,), (point("p1", "FQ-001", item(active=False)),))
    assert nothing.rows[0].verdict == "missing"


def test_P4_the_best_of_several_items_answers_and_the_others_are_named() -> None:
    weak, strict = item("i1", frequency="1/year", frequency_wording="1次/年"), item("i2", method="automatic", frequency="continuous")
    row = verdict(requirement(), weak, strict)
    assert row.verdict == "stricter"
    assert row.reason == "许可证要求手工监测，方案为自动监测；另有监测项目对应此要求：FQ-001 二氧化硫"
    unknown = item("i3", frequency="unknown#另行安排")
    assert verdict(requirement(), weak, unknown).verdict == "unclear"


def test_E9_several_own_points_may_answer_for_one_permit_point() -> None:
    points = (point("p1", "FQ-001", item(frequency="1/year")), point("p2", "FQ-002", item("i2")))
    (row,) = cover(permit(), (PAIR, Pair("DA001", "p2")), points).rows
    assert (row.verdict, row.own_point) == ("covered", "FQ-002 锅炉烟囱")


def test_E6_an_item_without_the_conditions_for_monitoring_stays_owed_and_is_told() -> None:
    row = verdict(requirement(), item(able=False, unable_reason="采样平台正在整改"))
    assert (row.verdict, row.reason) == ("covered", "与许可证一致；不具备监测条件：采样平台正在整改")
    assert verdict(requirement(), item(able=False)).reason.endswith("不具备监测条件：未说明原因")


@pytest.mark.parametrize(
    ("key", "asked_at"), [("noise:厂界", "厂界"), ("DA999", "DA999")], ids=["a place without a code", "a place the permit does not list"]
)
def test_P4_a_place_is_called_as_the_permit_calls_it(key: str, asked_at: str) -> None:
    noise = item(pollutant=("n00001", "昼间噪声"))
    asked = requirement(point=key, pollutant="昼间噪声", pollutant_code=None)
    row = verdict(asked, noise, pairs=(Pair(key, "p1"),))
    assert (row.point, row.verdict) == (asked_at, "covered")


def test_P4_verdicts_are_counted_and_the_rows_keep_the_permits_order() -> None:
    asked = [
        requirement("r1"),
        requirement("r2", frequency="1/month"),
        requirement("r3", point="DA002"),
        requirement("r4", frequency="unknown#见附件"),
        requirement("r5", frequency="1/year"),
    ]
    found = cover(permit(*asked, revision=3), (PAIR,), (point(),))
    assert [row.requirement for row in found.rows] == ["r1", "r2", "r3", "r4", "r5"]
    assert (found.covered, found.weaker, found.missing, found.unclear, found.stricter) == (1, 1, 1, 1, 1)
    assert found.permit_revision == 3
    assert found.falls_short
    assert warnings(found) == ("许可证要求有 1 项未覆盖", "有 1 项低于许可证要求", "有 1 项许可证要求需人工核对")


def test_N4_without_a_permit_there_is_nothing_to_compare() -> None:
    found = cover(None, (), (point(),))
    assert (found.permit_number, found.rows, found.falls_short, warnings(found)) == (None, (), False, ())


def test_P4_only_weaker_or_missing_rows_fall_short() -> None:
    def of(**changes: Any) -> bool:
        return cover(permit(requirement(**changes)), (PAIR,), (point(),)).falls_short

    assert not of()
    assert not of(frequency="unknown#见附件")
    assert of(frequency="1/month")
    assert of(point="DA002")
