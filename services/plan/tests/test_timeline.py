"""The way of a plan's version in words, and what may be done with it next (P2, P3, N2)."""

import pytest
from plan_bench import COUNTY, ELSEWHERE, FIRM, OF_FIRM, OTHER, Bench

from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import Forbidden, NotFound, Refusal


def told(bench: Bench, plan_id: str, actor: Actor = FIRM) -> list[tuple[str, str, str | None]]:
    return [(row["who"], row["what"], row["note"]) for row in bench.service.query("plan-timeline", {"plan_id": plan_id}, actor)]


def test_P3_a_version_tells_its_way_from_import_to_return(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    bench.decide("PlanReturned", plan_id)
    way = told(bench, plan_id)
    assert way == told(bench, plan_id, COUNTY)
    assert [row[:2] for row in way] == [("企业", "建立第 1 版"), ("企业", "导入盖章件"), ("企业", "提交审核"), ("生态环境部门", "审核退回")]
    assert [row[2] for row in way][1::2] == ["盖章件.pdf", "缺少噪声监测点"]


def test_P3_a_refused_scan_is_told_with_its_reason(bench: Bench) -> None:
    plan_id = bench.bring(None, b"%PDF-1.4 broken")
    assert told(bench, plan_id)[-1] == ("平台", "盖章件未通过检查", "文件无法读取，请检查后重新上传")


def test_N2_the_national_platforms_answer_is_told(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    bench.decide("PlanApproved", plan_id)
    upload = {"upload_id": "u1", "kind": "plan", "subject_id": plan_id, **OF_FIRM, "receipt": "R1"}
    at = {"acknowledged_at": bench.service.clock.now(), "lines": []}
    bench.service.receive("permit-sync", "UploadAcknowledged", "u1", {**upload, **at})
    assert told(bench, plan_id)[-2:] == [("生态环境部门", "审核通过，方案生效并公开", None), ("国家平台", "接收上传，已出具回执", "R1")]


@pytest.mark.parametrize(("actor", "refusal"), [(OTHER, NotFound), (ELSEWHERE, Forbidden)])
def test_E1_a_timeline_is_for_those_who_may_see_the_plan(bench: Bench, foreign: bytes, actor: Actor, refusal: type[Refusal]) -> None:
    plan_id = bench.bring(None, foreign)
    with pytest.raises(refusal):
        told(bench, plan_id, actor)
    with pytest.raises(NotFound):
        told(bench, "none", actor)


def moves(bench: Bench, plan_id: str, actor: Actor = FIRM) -> list[str]:
    (listed,) = (row["moves"] for row in bench.service.query("plans", OF_FIRM, actor) if row["plan_id"] == plan_id)
    shown: list[str] = bench.service.query("plan", {"plan_id": plan_id}, actor)["moves"]
    assert shown == listed
    return shown


def test_P3_a_version_says_what_its_enterprise_may_do_with_it_now(bench: Bench, foreign: bytes) -> None:
    rendering = bench.export(render=False)
    assert moves(bench, rendering) == ["cancel-export"]
    assert moves(bench, rendering, COUNTY) == []
    bench.service.command("cancel-export", {"plan_id": rendering}, FIRM)
    assert moves(bench, rendering) == []
    first = bench.bring(None, foreign)
    assert moves(bench, first) == ["withdraw-plan"]
    bench.decide("PlanReturned", first)
    assert moves(bench, first) == ["import-plan"]
    bench.bring(None, foreign)
    assert moves(bench, first) == [], "one version at a time is handed in"
