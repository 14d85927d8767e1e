"""What happened to dischargers, points and loggers, in words (E2–E9)."""

from typing import Any

import pytest
from enterprise_cases import AUTOMATIC, CITY, COUNTY, ELSEWHERE, FIRM, PROFILE, SITE, STRANGER, add_item, add_point, permit, points, receive

from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import Forbidden, NotFound
from selfmon_shared.testing.service import ServiceUnderTest

MN = "32010200000001"


@pytest.fixture(autouse=True)
def site(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())


def told(enterprise: ServiceUnderTest, thing: str, actor: Actor = FIRM, **about: Any) -> list[tuple[str, str, str | None]]:
    return [(row["who"], row["what"], row["note"]) for row in enterprise.query(f"{thing}-timeline", about, actor)]


def test_E2_E4_E9_a_discharger_tells_its_permit_its_profile_and_its_matching(enterprise: ServiceUnderTest) -> None:
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    enterprise.command("revise-profile", PROFILE, FIRM)
    pair = {"discharger_id": SITE, "permit_point": "DA001", "point_id": add_point(enterprise)}
    enterprise.command("match-points", pair, FIRM)
    way = told(enterprise, "discharger", discharger_id=SITE)
    assert way == told(enterprise, "discharger", CITY, discharger_id=SITE)
    assert [row[:2] for row in way] == [
        ("平台", "收到排污许可证第 1 版"),
        ("企业", "确认许可信息"),
        ("企业", "修改企业信息"),
        ("企业", "匹配许可证点位"),
    ]
    assert "示例甲" not in str(way)


def test_E5_E6_a_point_tells_what_became_of_it_and_its_items(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    item_id = add_item(enterprise, point_id, AUTOMATIC)
    enterprise.command("deactivate-item", {"point_id": point_id, "item_id": item_id, "reason": "设备拆除"}, FIRM)
    assert told(enterprise, "point", point_id=point_id) == [
        ("企业", "新增监测点", "FQ-01 1#锅炉排放口"),
        ("企业", "新增监测项目", "二氧化硫（自动，连续监测）"),
        ("企业", "停用监测项目", "设备拆除"),
    ]
    (shown,) = points(enterprise)
    assert (shown["moves"] != [], shown["items"][0]["moves"]) == (True, [])
    (seen,) = enterprise.query("points", {"discharger_id": SITE}, COUNTY)
    assert (seen["moves"], seen["items"][0]["moves"]) == ([], [])


def test_E7_a_logger_tells_where_it_was_placed_and_no_password(enterprise: ServiceUnderTest) -> None:
    enterprise.command("assign-logger", {"point_id": add_point(enterprise), "mn": MN, "access_password": "654321"}, FIRM)
    assert told(enterprise, "logger", mn=MN) == [("企业", "填写数采仪", f"MN号 {MN}")]


def test_E1_timelines_are_for_those_who_may_see_the_thing(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    enterprise.command("assign-logger", {"point_id": point_id, "mn": MN}, FIRM)
    for thing, about in (("discharger", {"discharger_id": SITE}), ("point", {"point_id": point_id}), ("logger", {"mn": MN})):
        with pytest.raises(NotFound):
            told(enterprise, thing, STRANGER, **about)
        with pytest.raises(Forbidden):
            told(enterprise, thing, ELSEWHERE, **about)
        with pytest.raises(NotFound):
            told(enterprise, thing, **dict.fromkeys(about, "none"))
