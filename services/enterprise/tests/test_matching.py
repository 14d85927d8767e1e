"""Permit matching and item check on the service's store (E9, E10, N5)."""

from typing import Any

import pytest
from enterprise_cases import (
    AUTOMATIC,
    FIRM,
    MANUAL,
    PERMIT,
    POINTS,
    SITE,
    SULPHUR,
    USCC,
    add_item,
    add_point,
    permit,
    receive,
)

from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound
from selfmon_shared.testing.service import ServiceUnderTest

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
NOISE = {
    **DUST,
    "key": "r3",
    "point": "noise 厂界",
    "content": "等效连续A声级",
    "pollutant": "厂界噪声",
    "limit_text": None,
    "limit_unit": None,
}


@pytest.fixture
def point_id(enterprise: ServiceUnderTest) -> str:
    receive(enterprise, permit(requirements=[SULPHUR, DUST, NOISE]))
    return add_point(enterprise)


def match(enterprise: ServiceUnderTest, point_id: str, permit_point: str = "DA001", **more: Any) -> Any:
    return enterprise.command("match-points", {"discharger_id": SITE, "permit_point": permit_point, "point_id": point_id, **more}, FIRM)


def clear(enterprise: ServiceUnderTest, permit_point: str = "DA001", **more: Any) -> Any:
    return enterprise.command("clear-match", {"discharger_id": SITE, "permit_point": permit_point, **more}, FIRM)


def matching(enterprise: ServiceUnderTest) -> Any:
    return enterprise.query("matching", {"discharger_id": SITE}, FIRM)


def differences(enterprise: ServiceUnderTest) -> list[dict[str, str]]:
    checks = matching(enterprise)["checks"]
    return [{line["field"]: line["comparison"] for line in check["differences"]} for check in checks]


def test_E9_a_permit_point_may_have_several_own_points_and_an_own_point_several_permit_points(
    enterprise: ServiceUnderTest, point_id: str
) -> None:
    second = add_point(enterprise, code="FQ-02")
    assert match(enterprise, point_id) == {"id": PERMIT, "version": 1}
    match(enterprise, second)
    match(enterprise, second, "noise 厂界")
    pairs = enterprise.announced("MatchingChanged")[-1]["pairs"]
    assert pairs == [
        {"permit_point": "DA001", "point_id": point_id, "item_ids": []},
        {"permit_point": "DA001", "point_id": second, "item_ids": []},
        {"permit_point": "noise 厂界", "point_id": second, "item_ids": []},
    ]
    assert matching(enterprise)["pairs"] == pairs


def test_E9_wrong_matches_are_cleared_and_matched_again(enterprise: ServiceUnderTest, point_id: str) -> None:
    second = add_point(enterprise, code="FQ-02")
    match(enterprise, point_id)
    match(enterprise, second)
    with pytest.raises(Conflict) as refused:
        match(enterprise, point_id)
    assert refused.value.code == "matching.already-there"
    clear(enterprise, point_id=point_id)
    assert [pair["point_id"] for pair in matching(enterprise)["pairs"]] == [second]
    clear(enterprise)
    assert matching(enterprise)["pairs"] == []
    for more in ({}, {"point_id": point_id}):
        with pytest.raises(NotFound) as missing:
            clear(enterprise, **more)
        assert missing.value.code == "matching.not-there"
    match(enterprise, point_id)


def test_E9_only_what_is_there_can_be_matched(enterprise: ServiceUnderTest, point_id: str) -> None:
    item_id = add_item(enterprise, point_id, MANUAL)
    with pytest.raises(Invalid) as refused:
        match(enterprise, point_id, "DA009")
    assert refused.value.fields == {"permit_point": ["matching.point-unknown"]}
    with pytest.raises(NotFound) as missing:
        match(enterprise, point_id, item_ids=["none"])
    assert missing.value.code == "item.unknown"
    other = f"{USCC}002"
    receive(enterprise, permit(permit_number=f"{other}P", discharger_id=other))
    with pytest.raises(NotFound) as missing:
        match(enterprise, add_point(enterprise, discharger_id=other))
    assert missing.value.code == "point.unknown"
    enterprise.command("deactivate-item", {"point_id": point_id, "item_id": item_id, "reason": "停用"}, FIRM)
    with pytest.raises(Invalid) as refused:
        match(enterprise, point_id, item_ids=[item_id])
    assert refused.value.fields == {"item_ids.0": ["item.inactive"]}
    enterprise.command("deactivate-point", {"point_id": point_id, "reason": "停用"}, FIRM)
    with pytest.raises(Conflict) as stopped:
        match(enterprise, point_id)
    assert stopped.value.code == "point.inactive"


def test_E10_requirements_stand_beside_the_items_that_cover_them(enterprise: ServiceUnderTest, point_id: str) -> None:
    sulphur = add_item(enterprise, point_id, AUTOMATIC)
    dust = add_item(enterprise, point_id, {**MANUAL, "frequency": "1次/月"})
    assert (matching(enterprise)["requirements"], matching(enterprise)["covered"]) == (3, 0)
    match(enterprise, point_id)
    view = matching(enterprise)
    assert [(check["requirement"]["key"], check["item_id"]) for check in view["checks"]] == [("r1", sulphur), ("r2", dust), ("r3", None)]
    assert (view["requirements"], view["covered"]) == (3, 2)
    assert view["checks"][0]["differences"] == [
        {"field": "method", "own": "自动监测", "permit": "自动监测", "comparison": "equal"},
        {"field": "frequency", "own": "连续监测", "permit": "4次/日(自动)", "comparison": "equal"},
        {"field": "upper", "own": "35", "permit": "50", "comparison": "stricter"},
        {"field": "lower", "own": "—", "permit": "—", "comparison": "equal"},
    ]
    assert differences(enterprise)[1] == {"method": "equal", "frequency": "stricter", "upper": "weaker", "lower": "equal"}


def test_E10_automatic_for_manual_is_stricter_and_manual_for_automatic_weaker(enterprise: ServiceUnderTest, point_id: str) -> None:
    add_item(enterprise, point_id, {**MANUAL, "pollutant_code": "a21026", "limits": {}})
    add_item(enterprise, point_id, {**AUTOMATIC, "pollutant_code": "a34013", "limits": {"text": "5(8)"}})
    match(enterprise, point_id)
    by_hand, by_device, _ = differences(enterprise)
    assert (by_hand["method"], by_hand["frequency"], by_hand["upper"]) == ("weaker", "weaker", "weaker")
    assert (by_device["method"], by_device["frequency"], by_device["upper"]) == ("stricter", "stricter", "stricter")


def test_E10_of_two_items_the_one_monitored_in_the_same_way_covers(enterprise: ServiceUnderTest, point_id: str) -> None:
    by_hand = add_item(enterprise, point_id, {**MANUAL, "pollutant_code": "a21026"})
    automatic = add_item(enterprise, point_id, AUTOMATIC)
    match(enterprise, point_id)
    assert matching(enterprise)["checks"][0]["item_id"] == automatic
    match(enterprise, point_id, item_ids=[by_hand])
    assert matching(enterprise)["checks"][0]["item_id"] == by_hand
    enterprise.command("deactivate-item", {"point_id": point_id, "item_id": by_hand, "reason": "停用"}, FIRM)
    assert matching(enterprise)["checks"][0]["item_id"] is None


def test_E10_each_own_point_of_a_boundary_has_its_line_and_counts_once(enterprise: ServiceUnderTest, point_id: str) -> None:
    second = add_point(enterprise, code="FQ-02")
    for each in (point_id, second):
        add_item(enterprise, each, AUTOMATIC)
        match(enterprise, each)
    view = matching(enterprise)
    assert [check["point_id"] for check in view["checks"]] == [point_id, second, None, None]
    assert view["covered"] == 1
    enterprise.command("deactivate-point", {"point_id": second, "reason": "停用"}, FIRM)
    assert [check["point_id"] for check in matching(enterprise)["checks"]] == [point_id, None, None]


def test_N5_a_new_revision_keeps_the_matching_that_still_holds(enterprise: ServiceUnderTest, point_id: str) -> None:
    match(enterprise, point_id)
    match(enterprise, point_id, "noise 厂界")
    announced = len(enterprise.announced("MatchingChanged"))
    receive(enterprise, permit(2, requirements=[SULPHUR]))
    assert len(enterprise.announced("MatchingChanged")) == announced
    receive(enterprise, permit(3, points=POINTS[:1]))
    assert [pair["permit_point"] for pair in matching(enterprise)["pairs"]] == ["DA001"]
    assert enterprise.announced("MatchingChanged")[-1]["pairs"][0]["point_id"] == point_id


def test_N5_the_next_permit_of_the_site_takes_over_the_matching_that_holds(enterprise: ServiceUnderTest, point_id: str) -> None:
    match(enterprise, point_id)
    match(enterprise, point_id, "noise 厂界")
    receive(enterprise, permit(permit_number=f"{SITE}V", points=POINTS[:1]))
    view = matching(enterprise)
    assert (view["permit_number"], [pair["permit_point"] for pair in view["pairs"]]) == (f"{SITE}V", ["DA001"])
    assert len(enterprise.events(f"matching-{PERMIT}")) == 2


def test_E9_two_editors_do_not_overwrite_each_other(enterprise: ServiceUnderTest, point_id: str) -> None:
    match(enterprise, point_id, expected_version=0)
    with pytest.raises(Conflict) as refused:
        clear(enterprise, expected_version=0)
    assert refused.value.code == "record.changed"


def test_read_tables_are_rebuilt_from_events_alone(enterprise: ServiceUnderTest, point_id: str) -> None:
    match(enterprise, point_id)
    match(enterprise, point_id, "noise 厂界")
    clear(enterprise)
    receive(enterprise, permit(2, points=[]))
    assert enterprise.rebuild_differences() == []
