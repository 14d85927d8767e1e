"""Overview, export and scope on the store: what users see and what is announced."""

import io
import uuid
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from plan_bench import CITY, COUNTY, ELSEWHERE, FIRM, OF_FIRM, OTHER, OVERVIEW, Bench, picture
from plan_facts import item, permit, point, requirement

from selfmon_plan.document.content import content_digest, from_json
from selfmon_plan.document.scan import inspect_scan
from selfmon_plan.events import PlanDrafted
from selfmon_shared.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from selfmon_shared.testing.service import officer_actor

# --- P1


def test_P1_the_overview_is_public_and_warned_of_while_incomplete(bench: Bench) -> None:
    empty = bench.service.query("overview", OF_FIRM, FIRM)
    assert (empty["version"], empty["complete"]) == (0, False)
    assert empty["missing"] == ["企业简介", "监测人员", "管理制度", "培训记录"]
    assert bench.service.command("revise-overview", {**OVERVIEW, "training_records": ""}, FIRM) == {"version": 1, "complete": False}
    assert bench.service.query("overview", OF_FIRM, COUNTY)["missing"] == ["培训记录"]
    assert bench.service.command("revise-overview", OVERVIEW, FIRM) == {"version": 2, "complete": True}
    announced = bench.service.announced("OverviewRevised")[-1]
    assert announced["complete"]
    assert announced["personnel"] == OVERVIEW["personnel"]


def test_P1_personal_data_are_refused_at_the_field(bench: Bench) -> None:
    with pytest.raises(Invalid) as refused:
        bench.service.command("revise-overview", {**OVERVIEW, "management_rules": "值班电话 13800000000"}, FIRM)
    assert refused.value.fields == {"management_rules": ["overview.personal-data"]}
    with pytest.raises(Invalid) as refused:
        bench.service.command("revise-overview", {**OVERVIEW, "personnel": [{"number": "1", "qualification": "上岗证", "name": "x"}]}, FIRM)
    assert refused.value.fields == {"personnel.0.name": ["没有这一项"]}


def test_P1_two_clerks_do_not_overwrite_each_other(bench: Bench) -> None:
    bench.service.command("revise-overview", {**OVERVIEW, "expected_version": 0}, FIRM)
    with pytest.raises(Conflict) as refused:
        bench.service.command("revise-overview", {**OVERVIEW, "introduction": "另一稿", "expected_version": 0}, FIRM)
    assert refused.value.params["current"] == 1


# --- P2


@pytest.mark.pdf
def test_P2_an_export_freezes_everything_and_gives_the_same_bytes_again(bench: Bench) -> None:
    diagram = bench.diagram(picture(), "p1")
    bench.service.command("revise-overview", OVERVIEW, FIRM)
    logger = {"mn": "32010000000001", **OF_FIRM, "point_id": "p1", "version": 1, "access_password": "123456"}
    bench.service.receive("enterprise", "LoggerAssigned", logger["mn"], logger)
    plan_id = bench.export(render=False)
    assert bench.view(plan_id)["state"] == "rendering"
    bench.profile(name="改名后的示例企业")
    bench.service.run_tasks()
    seen = bench.view(plan_id)
    assert (seen["state"], seen["version"], seen["title"]) == ("exported", 1, "江苏示例热电有限公司自行监测方案")
    assert (seen["progress"], seen["warnings"], seen["problem"]) == (100, [], None)
    blobs = bench.service.application.ports.blobs
    pdf = blobs.read(seen["pdf"])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == seen["pages"]
    drafted = bench.service.events(f"plan-{plan_id}")[0]
    assert isinstance(drafted, PlanDrafted)
    assert drafted.content is not None
    content = from_json(drafted.content)
    assert seen["digest"] == content_digest(content, blobs.read(diagram))
    assert content.points[0].loggers == ("32010000000001",)
    assert [(entry.qualification, entry.number) for entry in content.overview.personnel] == [("上岗证", 2)]
    assert inspect_scan(pdf, "plan.pdf").codes[0].plan_id == plan_id.upper()
    assert bench.service.rebuild_differences() == []


def test_P2_what_is_incomplete_is_warned_of_and_never_blocks(bench: Bench) -> None:
    bench.point(point("p2", "FQ-002", item("i9", active=False)))
    bench.point(point("p3", "FQ-003"), active=False)
    bench.permit(permit(requirement(), requirement("r2", frequency="1/month"), requirement("r3", point="DA002"), revision=2))
    first = bench.export(render=False)
    assert bench.view(first)["warnings"] == [
        "自测概况不完整，缺少：企业简介、监测人员、管理制度、培训记录",
        "尚未上传监测示意图",
        "以下监测点没有监测项目：FQ-002",
        "许可证要求有 1 项未覆盖",
        "有 1 项低于许可证要求",
    ]
    assert [row["verdict"] for row in bench.view(first)["coverage"]["rows"]] == ["covered", "weaker", "missing"]
    bench.service.command("cancel-export", {"plan_id": first}, FIRM)
    bench.diagram(picture(), "p1")
    assert "以下监测点未在监测示意图上标注：FQ-002" in bench.view(bench.export(render=False))["warnings"]


def test_P2_nothing_to_export_is_said_plainly(bare: Bench) -> None:
    def refused() -> str:
        with pytest.raises(Conflict) as conflict:
            bare.export()
        return conflict.value.code

    assert refused() == "plan.no-profile"
    bare.profile(complete=False)
    assert refused() == "plan.no-profile"
    bare.profile()
    assert refused() == "plan.no-points"
    bare.point(point(), active=False)
    assert refused() == "plan.no-points"


def test_N4_a_firm_without_a_permit_exports_without_a_proof(bare: Bench) -> None:
    bare.profile(permit_number=None)
    bare.point(point())
    seen = bare.view(bare.export(render=False))
    assert seen["coverage"]["permit_number"] is None
    assert "尚未收到排污许可证信息，未进行许可证对照" in seen["warnings"]


def test_E2_a_permit_that_is_not_mine_is_not_compared_with(bench: Bench) -> None:
    bench.profile(permit_check="wrong-enterprise")
    assert bench.view(bench.export(render=False))["coverage"]["permit_number"] is None


def test_P2_one_rendering_at_a_time_and_it_can_be_cancelled(bench: Bench) -> None:
    first = bench.export(render=False)
    with pytest.raises(Conflict) as refused:
        bench.export()
    assert refused.value.code == "plan.busy"
    assert bench.service.command("cancel-export", {"plan_id": first}, FIRM)["state"] == "cancelled"
    assert bench.service.run_tasks() == 0
    with pytest.raises(Conflict):
        bench.service.command("cancel-export", {"plan_id": first}, FIRM)
    second = bench.export(render=False)
    assert [(row["plan_id"], row["version"], row["state"]) for row in bench.service.query("plans", OF_FIRM, FIRM)] == [
        (second, 2, "rendering"),
        (first, 1, "cancelled"),
    ]
    assert bench.service.rebuild_differences() == []


def test_P2_of_several_exports_at_once_one_is_begun(bench: Bench) -> None:
    def export(_: int) -> str:
        try:
            return str(bench.service.command("export-plan", OF_FIRM, FIRM)["state"])
        except Conflict as conflict:
            return conflict.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(export, range(4)))
    assert sorted(outcomes) == ["plan.busy"] * 3 + ["rendering"]
    assert [row["version"] for row in bench.service.query("plans", OF_FIRM, FIRM)] == [1]


def test_P2_an_export_that_fails_says_why_and_can_be_done_anew(bench: Bench) -> None:
    bench.diagram(b"this is no picture", "p1")
    failed = bench.export()
    assert (bench.view(failed)["state"], bench.view(failed)["problem"]) == ("failed", "监测示意图无法读取，请重新上传示意图后再导出")
    bench.diagram(picture(), "p1")
    assert bench.service.command("export-plan", OF_FIRM, FIRM)["version"] == 2


def test_P2_a_repeated_request_exports_once(bench: Bench) -> None:
    key = str(uuid.uuid4())
    first = bench.service.command("export-plan", OF_FIRM, FIRM, key)
    assert bench.service.command("export-plan", OF_FIRM, FIRM, key) == first
    assert len(bench.service.query("plans", OF_FIRM, FIRM)) == 1


# --- scope


def test_E1_another_enterprise_neither_sees_nor_touches_a_plan(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    for name in ("plans", "overview"):
        with pytest.raises(NotFound):
            bench.service.query(name, OF_FIRM, OTHER)
    with pytest.raises(NotFound):
        bench.service.query("plan", {"plan_id": plan_id}, OTHER)
    brought = {**OF_FIRM, "title": "x", "upload": "0" * 64, "filename": "x.pdf", "free_of_personal_data": True}
    for name, payload in (
        ("revise-overview", OVERVIEW),
        ("export-plan", OF_FIRM),
        ("import-plan", brought),
        ("withdraw-plan", {"plan_id": plan_id}),
        ("cancel-export", {"plan_id": plan_id}),
    ):
        with pytest.raises(NotFound):
            bench.service.command(name, payload, OTHER)
        with pytest.raises(Forbidden):
            bench.service.command(name, payload, COUNTY)
    with pytest.raises(NotFound):
        bench.service.command("import-plan", {**brought, "discharger_id": "91320500MA0000000X001", "plan_id": plan_id}, OTHER)
    with pytest.raises(NotFound):
        bench.service.command("withdraw-plan", {"plan_id": "unheard-of"}, FIRM)
    with pytest.raises(NotFound):
        bench.service.query("plan", {"plan_id": "unheard-of"}, FIRM)


def test_R7_officers_see_the_plans_of_their_region(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    for officer in (COUNTY, CITY):
        assert bench.service.query("plan", {"plan_id": plan_id}, officer)["state"] == "submitted"
    for name, arguments in (("plan", {"plan_id": plan_id}), ("plans", OF_FIRM), ("overview", OF_FIRM)):
        with pytest.raises(Forbidden):
            bench.service.query(name, arguments, ELSEWHERE)


def test_R7_a_discharger_that_has_not_arrived_yet_is_the_provinces(bare: Bench) -> None:
    assert bare.service.query("plans", OF_FIRM, officer_actor("320000")) == []
    with pytest.raises(Refusal):
        bare.service.query("plans", OF_FIRM, COUNTY)


# --- what goes wrong outside


def test_P2_a_server_without_the_renderer_says_so_in_the_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = bench.export(render=False)
    monkeypatch.setenv("PATH", "")
    bench.run_out_of_attempts()
    assert (bench.view(plan_id)["state"], bench.view(plan_id)["problem"]) == ("failed", "服务器缺少文档生成组件，请联系平台运维人员")
    assert bench.service.command("export-plan", OF_FIRM, FIRM)["state"] == "rendering"
