"""What the enterprise has to do next about overview and plan (P1–P3)."""

from typing import Any

import pytest
from plan_bench import COUNTY, ELSEWHERE, FIRM, OF_FIRM, OTHER, OVERVIEW, Bench
from plan_facts import point

from selfmon_plan.domain import flow
from selfmon_plan.facts import Overview
from selfmon_shared.kernel.errors import Forbidden, NotFound

COMPLETE: dict[str, Any] = {"overview": Overview(), "has_profile": True, "has_points": True}


def steps(bench: Bench, actor: Any = FIRM) -> dict[str, dict[str, Any]]:
    return {step["step"]: step for step in bench.service.query("next-steps", OF_FIRM, actor)}


def told(step: dict[str, Any]) -> tuple[str, str | None]:
    return step["state"], step["why"]


def of_versions(*versions: flow.Version) -> dict[str, tuple[str, str | None]]:
    return {step.step: (step.state, step.why) for step in flow.next_steps(flow.PlanFacts(**COMPLETE, versions=versions))}


def test_P2_without_basic_information_or_points_nothing_can_be_exported(bare: Bench) -> None:
    found = steps(bare)
    assert list(found) == ["overview", "plan-export", "plan-import", "plan-in-force"]
    assert told(found["plan-export"]) == ("blocked", "请先维护基础信息，再导出监测方案")
    bare.profile(complete=False)
    assert told(steps(bare)["plan-export"])[0] == "blocked"
    bare.profile()
    assert told(steps(bare)["plan-export"]) == ("blocked", "请先维护监测点信息，再导出或导入监测方案")
    assert told(steps(bare)["plan-import"]) == ("blocked", "请先维护监测点信息，再导出或导入监测方案")
    bare.point(point())
    assert (steps(bare)["plan-export"]["state"], steps(bare)["plan-export"]["screen"]) == ("open", "plans")
    assert bare.service.rebuild_differences() == []


def test_P1_an_incomplete_overview_is_told_and_may_stay_so(bench: Bench) -> None:
    overview = steps(bench)["overview"]
    assert (*told(overview), overview["optional"]) == ("open", "自测概况不完整，缺少：企业简介、监测人员、管理制度、培训记录", True)
    bench.service.command("revise-overview", OVERVIEW, FIRM)
    assert told(steps(bench)["overview"]) == ("done", None)


def test_P2_P3_the_steps_go_with_the_plan_from_import_to_review_and_into_force(bench: Bench, foreign: bytes) -> None:
    assert told(steps(bench)["plan-in-force"]) == ("blocked", "监测方案尚未提交")
    plan_id = bench.bring(None, foreign, check=False)
    assert told(steps(bench)["plan-import"]) == ("waiting", "正在检查导入的文件")
    bench.service.run_tasks()
    found = steps(bench)
    assert [found[name]["state"] for name in ("plan-export", "plan-import", "plan-in-force")] == ["done", "done", "waiting"]
    bench.decide("PlanReturned", plan_id)
    found = steps(bench)
    assert told(found["plan-in-force"]) == ("returned", "缺少噪声监测点")
    assert told(found["plan-import"]) == ("open", "监测方案被退回，请按退回原因修改后重新导入")
    bench.bring(plan_id, foreign)
    bench.decide("PlanApproved", plan_id)
    found = steps(bench)
    assert [found[name]["state"] for name in ("plan-export", "plan-import", "plan-in-force")] == ["done", "done", "done"]
    assert found["plan-in-force"]["why"] == "第 1 版已生效并公开"


def test_P3_a_withdrawn_plan_is_to_be_imported_anew(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    bench.decide("PlanWithdrawn", plan_id)
    found = steps(bench)
    assert told(found["plan-import"]) == ("open", "监测方案已撤回，修改后可重新导入")
    assert told(found["plan-in-force"]) == ("blocked", "监测方案已撤回，尚未重新提交")


def test_P2_an_export_under_way_or_failed_is_told() -> None:
    assert of_versions(flow.Version(1, "rendering"))["plan-export"] == ("waiting", "监测方案正在生成，请稍候")
    failed = of_versions(flow.Version(1, "failed", problem="监测方案生成失败，请重新导出"))
    assert failed["plan-export"] == ("returned", "监测方案生成失败，请重新导出")
    assert of_versions(flow.Version(1, "cancelled"))["plan-export"][0] == "open"
    exported = of_versions(flow.Version(1, "exported"))
    assert (exported["plan-export"][0], exported["plan-import"]) == ("done", ("open", "请扫描盖章后的监测方案，上传并保存，即提交审核"))


def test_P3_a_scan_that_could_not_be_used_says_why() -> None:
    refused = of_versions(flow.Version(1, "exported", problem="文件已加密，请上传未加密的版本"))
    assert refused["plan-import"] == ("returned", "文件已加密，请上传未加密的版本")


def test_P3_while_a_new_version_is_under_way_the_one_in_force_stays_so() -> None:
    found = of_versions(flow.Version(2, "exported"), flow.Version(1, "in-force"))
    assert (found["plan-import"][0], found["plan-in-force"]) == ("open", ("done", "第 1 版已生效并公开"))


def test_E1_R7_only_who_may_see_the_discharger_sees_its_steps(bench: Bench) -> None:
    assert steps(bench, COUNTY)["plan-export"]["state"] == "open"
    with pytest.raises(NotFound):
        steps(bench, OTHER)
    with pytest.raises(Forbidden):
        steps(bench, ELSEWHERE)
