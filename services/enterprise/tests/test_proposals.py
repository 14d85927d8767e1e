"""What the permit suggests for points and items (E5, E6, E12), and how it is taken over."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from enterprise_cases import AUTOMATIC, FIRM, NOISE_LINE, POINT, SITE, STRANGER, SULPHUR, add_item, add_point, permit, receive

from selfmon_enterprise.domain.matching import MatchingState
from selfmon_enterprise.domain.permit import PermitState
from selfmon_enterprise.domain.point import INACTIVE, ItemState, PointState
from selfmon_enterprise.domain.proposals import propose
from selfmon_enterprise.forms import Item, LimitForm, Pair, PointForm
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.testing.service import ServiceUnderTest

STACK = {"key": "DA001", "code": "DA001", "name": "1#锅炉排放口", "category": "exhaust"}
DUST = {
    **SULPHUR,
    "key": "r2",
    "pollutant": "颗粒物",
    "pollutant_code": None,
    "facility": "manual",
    "frequency": "1/quarter",
    "frequency_wording": "1次/季",
    "limit_text": "10",
}


def own(code: str = "FQ-001", name: str = "1#锅炉排放口", *items: Item, point_id: str = "p1", state: str = "active") -> PointState:
    form = PointForm(
        code=code, name=name, kind="organised-exhaust", emission_standard="无", valid_from=date(2026, 1, 1), valid_to=date(2030, 12, 31)
    )
    return PointState(point_id, SITE, form, state, None, tuple(ItemState(item) for item in items))


def item(pollutant_code: str = "a34013", method: str = "manual") -> Item:
    return Item(
        pollutant_code=pollutant_code,
        method=method,
        frequency="1/quarter",
        limits=LimitForm(upper=Decimal(10), unit="mg/m³"),
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
        item_id="i1",
        pollutant_name="",
        frequency_wording="1次/季",
        per_year=Decimal(4),
    )


def proposed(*requirements: Any, points: Any = (STACK,), owned: Any = (), pairs: Any = ()) -> list[dict[str, Any]]:
    content = permit(points=list(points), requirements=list(requirements))
    held = PermitState(content["permit_number"], SITE, 1, "valid", content)
    return propose(held, MatchingState(held.permit_number, SITE, tuple(pairs)), list(owned))


def only_item(*requirements: Any, **more: Any) -> dict[str, Any]:
    ((found,),) = (proposal["items"] for proposal in proposed(*requirements, **more))
    return found


def flagged(thing: dict[str, Any]) -> list[str]:
    return [flag["field"] for flag in thing["flags"]]


def test_E5_a_permit_point_suggests_code_name_kind_main_standard_and_the_permits_validity() -> None:
    lines = [{**DUST, "standard": "GB 1"}, {**SULPHUR, "standard": "GB 13223-2011"}, {**DUST, "key": "r3", "standard": "GB 13223-2011"}]
    (found,) = proposed(*lines)
    assert found["point"] == {
        "code": "FQ-001",
        "name": "1#锅炉排放口",
        "kind": "organised-exhaust",
        "emission_standard": "GB 13223-2011",
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
    }
    assert (found["permit_point"], found["own_point_id"], found["flags"]) == (STACK, None, [])


@pytest.mark.parametrize(
    ("category", "code", "suggested", "kind"),
    [
        ("exhaust", "DA012", "FQ-012", "organised-exhaust"),
        ("wastewater", "DW001", "FS-001", "wastewater-outlet"),
        ("rainwater", "YS002", "YS-002", "rainwater"),
        ("fugitive", None, "WZ-001", "fugitive-boundary"),
        ("noise", None, "ZS-001", "boundary-noise"),
        ("surroundings", "地下水", "HJ-001", "surroundings"),
    ],
)
def test_E5_every_category_has_its_kind_and_code(category: str, code: str | None, suggested: str, kind: str) -> None:
    place = {"key": "k", "code": code, "name": "点位", "category": category}
    (found,) = proposed(points=[place])
    assert (found["point"]["code"], found["point"]["kind"]) == (suggested, kind)
    assert (found["point"]["emission_standard"], found["flags"]) == ("暂无", [])


def test_E5_a_suggested_code_is_never_one_that_is_taken() -> None:
    places = [
        {"key": "fugitive 厂界", "code": None, "name": "厂界", "category": "fugitive"},
        {"key": "fugitive 罐区", "code": None, "name": "罐区", "category": "fugitive"},
        STACK,
        {**STACK, "key": "XA001", "code": "XA001", "name": "另一个"},
    ]
    stopped = own("FQ-001", "旧", state=INACTIVE)
    found = proposed(points=places, owned=[stopped])
    assert [one["point"]["code"] for one in found] == ["WZ-001", "WZ-002", "FQ-002", "FQ-003"]


def test_E5_what_has_no_usual_kind_or_is_too_long_is_left_to_the_clerk() -> None:
    place = {"key": "k", "code": None, "name": "点" * 101, "category": "other"}
    (found,) = proposed({**DUST, "point": "k", "standard": "标" * 101}, points=[place])
    assert (found["point"]["kind"], found["point"]["name"], found["point"]["emission_standard"]) == ("surroundings", "", "")
    assert flagged(found) == ["kind", "name", "emission_standard"]
    assert found["flags"][1]["text"].endswith("点" * 101)


def test_E6_an_automatic_line_becomes_a_continuous_item_with_the_permits_limit() -> None:
    assert only_item(SULPHUR) == {
        "requirements": ["r1"],
        "pollutant": "二氧化硫",
        "pollutant_code": "a21026",
        "pollutant_name": "二氧化硫",
        "method": "automatic",
        "frequency": "continuous",
        "frequency_wording": "4次/日(自动)",
        "limits": {"lower": None, "upper": "50", "unit": "mg/Nm³", "text": "50"},
        "flags": [],
    }


def test_E6_a_manual_line_keeps_its_frequency_and_its_pollutant_is_found_by_what_is_measured_there() -> None:
    found = only_item({**DUST, "frequency": "nonsense"})
    assert (found["pollutant_code"], found["method"], found["frequency"], found["frequency_wording"]) == (
        "a34013", "manual", "1/quarter", "1次/季",
    )  # fmt: skip


def test_E6_a_range_is_read_as_both_limits() -> None:
    assert only_item({**DUST, "limit_text": "6~9", "limit_unit": None})["limits"] == {"lower": "6", "upper": "9", "unit": "", "text": "6~9"}


def test_E12_what_is_not_understood_is_kept_as_written_and_flagged() -> None:
    odd = {
        **DUST,
        "pollutant": "某特征物",
        "frequency": "unknown#按需",
        "frequency_wording": "按需",
        "limit_text": "见附件",
        "limit_unit": "单" * 31,
    }
    found = only_item(odd)
    assert (found["pollutant_code"], found["pollutant_name"], found["frequency"]) == (None, "某特征物", "")
    assert found["limits"] == {"lower": None, "upper": None, "unit": "", "text": "见附件"}
    assert flagged(found) == ["pollutant_code", "frequency", "limits.upper", "limits.unit"]
    assert "按需" in found["flags"][1]["text"]


def test_E12_no_limit_in_the_permit_is_no_fault() -> None:
    found = only_item({**DUST, "limit_text": None, "limit_unit": None})
    assert (found["limits"], found["flags"]) == ({"lower": None, "upper": None, "unit": "", "text": ""}, [])


def test_E12_a_long_note_to_a_frequency_does_not_lower_it() -> None:
    wording = "1次/月，监测一年无异常可放宽至" + "1次/季" * 20
    assert only_item({**DUST, "frequency": f"1/month#{wording}", "frequency_wording": wording})["frequency"] == "1/month"


def test_E12_several_lines_of_a_pollutant_become_one_item_that_asks_the_most() -> None:
    strict = {**DUST, "key": "r3", "frequency": "1/month", "frequency_wording": "1次/月", "limit_text": "5"}
    for lines in ([DUST, strict], [strict, DUST]):
        found = only_item(*lines)
        assert (found["frequency"], found["limits"]["upper"], found["flags"]) == ("1/month", "5", [])
        assert sorted(found["requirements"]) == ["r2", "r3"]
    assert only_item(DUST, strict)["frequency_wording"] == "1次/季；1次/月"


def test_E12_lines_that_cannot_be_compared_are_left_to_the_clerk() -> None:
    odd = {**DUST, "key": "r3", "frequency": "unknown#按需", "frequency_wording": "按需", "limit_unit": "kg/h"}
    for lines in ([DUST, odd], [odd, DUST]):
        found = only_item(*lines)
        assert found["frequency"] == ""
        assert flagged(found) == ["frequency", "limits.text", "frequency"]
    other = {**odd, "key": "r4", "frequency": "unknown#另定", "frequency_wording": "另定"}
    assert only_item(odd, other)["frequency_wording"] == "按需；另定"


def test_E12_manual_and_automatic_monitoring_of_a_pollutant_stay_two_items() -> None:
    (found,) = proposed(SULPHUR, {**SULPHUR, "key": "r2", "facility": "manual", "frequency": "1/month"})
    assert [(one["method"], one["frequency"]) for one in found["items"]] == [("automatic", "continuous"), ("manual", "1/month")]


def test_E9_a_matched_point_is_proposed_only_what_no_item_covers() -> None:
    pair = Pair(permit_point="DA001", point_id="p1")
    covered, bare = own("A", "甲", item("a21026"), item()), own("A", "甲", item("a21026"))
    assert proposed(SULPHUR, DUST, owned=[covered], pairs=[pair]) == []
    (found,) = proposed(SULPHUR, DUST, owned=[bare], pairs=[pair])
    assert (found["own_point_id"], found["point"]["code"]) == ("p1", "A")
    assert [one["pollutant_code"] for one in found["items"]] == ["a34013"]


def test_E5_a_deactivated_point_answers_for_nothing() -> None:
    (found,) = proposed(DUST, owned=[own(state=INACTIVE)], pairs=[Pair(permit_point="DA001", point_id="p1")])
    assert (found["own_point_id"], found["point"]["code"]) == (None, "FQ-002")


def test_E5_a_take_over_that_broke_off_goes_on_where_it_stopped() -> None:
    for left in (own("FQ-001", "改过名"), own("DA001", "改过名"), own("X-9", "1#锅炉排放口")):
        (found,) = proposed(SULPHUR, DUST, owned=[own("Z", "无关", point_id="p9"), left])
        assert (found["own_point_id"], found["point"]["code"]) == ("p1", left.form.code if left.form else "")
    (found,) = proposed(SULPHUR, DUST, owned=[own("FQ-001", "甲", item("a21026", "automatic"))])
    assert [one["pollutant_code"] for one in found["items"]] == ["a34013"]
    (found,) = proposed(DUST, owned=[own("FQ-001", "甲", item())])
    assert found["items"] == []


def test_E5_an_own_point_is_taken_for_one_permit_point_alone() -> None:
    twin = {**STACK, "key": "DA002", "code": "DA002"}
    first, second = proposed(points=[STACK, twin], owned=[own("FQ-002")])
    assert (first["own_point_id"], second["own_point_id"]) == (None, "p1")
    first, second = proposed(points=[STACK, twin], owned=[own("X-1")])
    assert (first["own_point_id"], second["own_point_id"]) == (None, None)
    alike = {"key": "exhaust 排口", "code": None, "name": "排口", "category": "exhaust"}
    (found,) = proposed(points=[alike], owned=[own("X-1", "排口")])
    assert found["own_point_id"] == "p1"


# --- on the service's store


def proposals(enterprise: ServiceUnderTest, actor: Any = FIRM) -> Any:
    return enterprise.query("proposals", {"discharger_id": SITE}, actor)


def test_E5_E6_a_proposal_is_taken_over_by_the_usual_commands(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit(requirements=[SULPHUR, DUST, NOISE_LINE]))
    stack, noise = proposals(enterprise)
    period = {name: stack["point"][name] for name in ("valid_from", "valid_to")}
    point_id = add_point(enterprise, **stack["point"])
    fields = ("pollutant_code", "method", "frequency", "limits")
    automatic, manual = ({name: one[name] for name in fields} | period for one in stack["items"])
    add_item(enterprise, point_id, automatic | {"device_name": "分析仪", "device_model": "示例"})
    (left, _) = proposals(enterprise)
    assert (left["own_point_id"], [one["pollutant_code"] for one in left["items"]]) == (point_id, ["a34013"])
    add_item(enterprise, point_id, manual | {"monitoring_method": "重量法", "method_source": "HJ 836-2017"})
    enterprise.command("match-points", {"discharger_id": SITE, "permit_point": "DA001", "point_id": point_id}, FIRM)
    assert [one["permit_point"]["key"] for one in proposals(enterprise)] == ["noise 厂界"]
    assert noise["point"]["code"] == "ZS-001"


def test_N4_without_a_permit_nothing_is_proposed(enterprise: ServiceUnderTest) -> None:
    site = enterprise.command("open-site", {"name": "江苏示例热电有限公司", "region": "320102"}, FIRM)["id"]
    assert enterprise.query("proposals", {"discharger_id": site}, FIRM) == []
    with pytest.raises(NotFound):
        enterprise.query("proposals", {"discharger_id": site}, STRANGER)


def test_E12_own_points_beyond_the_permit_change_no_proposal(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit(requirements=[SULPHUR]))
    before = proposals(enterprise)
    add_item(enterprise, add_point(enterprise, code="许可证外", name="自设", kind=POINT["kind"]), AUTOMATIC)
    assert proposals(enterprise) == before
