"""What the enterprise has to do next in its part of the flow (E2–E10)."""

from typing import Any

import pytest
from enterprise_cases import (
    AUTOMATIC,
    COUNTY,
    ELSEWHERE,
    FIRM,
    MANUAL,
    PROFILE,
    SITE,
    STRANGER,
    SULPHUR,
    USCC,
    add_item,
    add_point,
    permit,
    receive,
)

from selfmon_enterprise.domain import flow
from selfmon_enterprise.domain.diagram import DiagramState
from selfmon_enterprise.domain.discharger import DischargerState
from selfmon_enterprise.domain.matching import MatchingState
from selfmon_enterprise.forms import Mark
from selfmon_shared.kernel.errors import Forbidden, NotFound
from selfmon_shared.testing.service import ServiceUnderTest

DUST = {**SULPHUR, "key": "r2", "pollutant": "颗粒物", "pollutant_code": "a34013", "facility": "manual", "limit_text": "10"}


@pytest.fixture
def site(enterprise: ServiceUnderTest) -> ServiceUnderTest:
    receive(enterprise, permit(requirements=[SULPHUR, DUST]))
    return enterprise


def steps(enterprise: ServiceUnderTest, actor: Any = FIRM) -> dict[str, dict[str, Any]]:
    return {step["step"]: step for step in enterprise.query("next-steps", {"discharger_id": SITE}, actor)}


def states(enterprise: ServiceUnderTest) -> dict[str, str]:
    return {name: step["state"] for name, step in steps(enterprise).items()}


def confirm(enterprise: ServiceUnderTest, *, is_mine: bool = True) -> None:
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": is_mine}, FIRM)


def match(enterprise: ServiceUnderTest, point_id: str) -> None:
    enterprise.command("match-points", {"discharger_id": SITE, "permit_point": "DA001", "point_id": point_id}, FIRM)


def test_E2_a_newcomer_begins_with_the_permit_and_goes_on_in_the_order_of_the_flow(site: ServiceUnderTest) -> None:
    found = site.query("next-steps", {"discharger_id": SITE}, FIRM)
    assert [(step["step"], step["state"], step["count"]) for step in found] == [
        ("permit-check", "open", None),
        ("profile", "open", None),
        ("points", "open", None),
        ("diagram", "open", None),
        ("matching", "blocked", 1),
        ("item-check", "blocked", 2),
    ]
    assert found[0]["title"] == "核对许可信息"
    assert found[0]["why"].startswith("请确认是否为本企业的排污许可证")
    assert [step["screen"] for step in found] == ["permit-check", "profile", "points", "diagram", "matching", "item-check"]


def test_E2_E10_everything_done_is_shown_as_done(site: ServiceUnderTest) -> None:
    confirm(site)
    site.command("revise-profile", PROFILE, FIRM)
    point_id = add_point(site)
    assert steps(site)["points"]["why"] == "有 1 个监测点没有监测项目：FQ-01"
    add_item(site, point_id, AUTOMATIC)
    assert steps(site)["matching"]["why"] == "有 1 个许可证点位尚未匹配监测点"
    match(site, point_id)
    check = steps(site)["item-check"]
    assert (check["state"], check["count"], check["why"]) == ("open", 1, "许可证要求 2 项，尚有 1 项没有监测项目对应")
    add_item(site, point_id, {**MANUAL, "limits": {"upper": "20", "unit": "mg/m³"}})
    site.command("assign-logger", {"mn": "32010200000001", "point_id": point_id, "access_password": "123456"}, FIRM)
    assert {name: state for name, state in states(site).items() if name != "diagram"} == dict.fromkeys(
        ("permit-check", "profile", "points", "loggers", "matching", "item-check"), "done"
    )
    assert steps(site)["item-check"]["why"] == "有 1 项低于许可证要求，不影响提交，审核时会显示"


def test_E2_a_wrong_enterprise_match_stops_the_flow(site: ServiceUnderTest) -> None:
    confirm(site, is_mine=False)
    found = steps(site)
    assert (found["permit-check"]["state"], found["matching"]["state"]) == ("blocked", "blocked")
    assert found["permit-check"]["why"] == found["matching"]["why"] == "已反馈许可证信息不是本企业，须先处理后再继续"


def test_N4_without_a_permit_matching_is_hidden_and_both_causes_are_told(enterprise: ServiceUnderTest) -> None:
    enterprise.command("open-site", {"name": "江苏示例化工有限公司", "region": "320104"}, FIRM)
    listed = enterprise.query("dischargers", {}, FIRM)["rows"][0]["discharger_id"]
    found = enterprise.query("next-steps", {"discharger_id": listed}, FIRM)
    assert [step["step"] for step in found] == ["permit-check", "profile", "points", "diagram"]
    assert found[0]["state"] == "waiting"
    assert "也可能国家平台尚未下发" in found[0]["why"]


def test_N5_a_new_revision_is_to_be_confirmed_with_what_it_changes(site: ServiceUnderTest) -> None:
    confirm(site)
    receive(site, permit(2, requirements=[SULPHUR]))
    check = steps(site)["permit-check"]
    assert (check["state"], check["count"]) == ("open", 1)
    assert check["why"] == "排污许可证有新版本，与上次确认相比有 1 处变化，请核对"


def test_N1_an_ended_permit_is_told(site: ServiceUnderTest) -> None:
    confirm(site)
    ended = {"permit_number": f"{SITE}P", "discharger_id": SITE, "kind": "cancelled", "ended_at": site.clock.now()}
    site.receive("permit-sync", "PermitEnded", f"{SITE}P", ended)
    check = steps(site)["permit-check"]
    assert (check["state"], check["why"]) == ("done", "该排污许可证已注销、撤销或吊销")


def test_E7_D1b_an_automatic_point_without_a_logger_is_told_and_may_stay_so(site: ServiceUnderTest) -> None:
    add_item(site, add_point(site), AUTOMATIC)
    logger = steps(site)["loggers"]
    assert (logger["state"], logger["count"], logger["optional"], logger["screen"]) == ("open", 1, True, "points")
    assert "须每日录入昨日数据" in logger["why"]


def facts(**changes: Any) -> flow.SiteFacts:
    none: dict[str, Any] = {"permit": None, "confirmed": None, "points": (), "logged_points": frozenset(), "matching": MatchingState()}
    return flow.SiteFacts(**{"site": DischargerState(SITE, USCC), "diagram": DiagramState(), **none, **changes})


def diagram_step(diagram: DiagramState, points: Any = ()) -> tuple[str, str | None]:
    step = next(step for step in flow.next_steps(facts(diagram=diagram, points=points)) if step.step == "diagram")
    return step.state, step.why


def test_E8_the_diagram_is_checked_refused_in_force_or_lacks_a_mark(site: ServiceUnderTest) -> None:
    assert diagram_step(DiagramState(upload_state="checking")) == ("waiting", "正在检查上传的示意图")
    assert diagram_step(DiagramState(upload_state="refused", upload_problem="示意图须为 jpg、bmp 或 png 图片"))[0] == "returned"
    point_id = add_point(site)
    with site.application.reading() as reads:
        points = [point for point, _ in reads.point_states(SITE)]
    in_force = DiagramState(digest="d", upload_state="in-force")
    assert diagram_step(in_force, points) == ("open", "有 1 个监测点未在示意图上标注：FQ-01")
    marked = DiagramState(digest="d", upload_state="in-force", marks=(Mark(point_id=point_id, x=1, y=1),))
    assert diagram_step(marked, points) == ("done", None)


def test_E1_R7_only_who_may_see_the_discharger_sees_its_steps(site: ServiceUnderTest) -> None:
    assert steps(site, COUNTY)["profile"]["state"] == "open"
    with pytest.raises(NotFound):
        steps(site, STRANGER)
    with pytest.raises(Forbidden):
        steps(site, ELSEWHERE)
