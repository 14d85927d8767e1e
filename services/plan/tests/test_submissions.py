"""Import, review's decisions and the proof of an open submission, on the store (P3, P4, R4, N2)."""

import pytest
from plan_bench import COUNTY, FIRM, OF_FIRM, Bench
from plan_facts import permit, point, requirement

from selfmon_plan.events import DecisionVoid
from selfmon_shared.kernel.errors import Conflict, Invalid


@pytest.mark.pdf
def test_P3_the_stamped_export_goes_to_review_and_into_force(bench: Bench) -> None:
    plan_id = bench.export()
    pdf = bench.service.application.ports.blobs.read(bench.view(plan_id)["pdf"])
    bench.bring(plan_id, pdf, check=False)
    assert bench.view(plan_id)["state"] == "checking"
    bench.service.run_tasks()
    seen = bench.view(plan_id)
    (submitted,) = bench.service.announced("PlanSubmitted")
    drafted = bench.service.events(f"plan-{plan_id}")[0]
    assert seen["state"] == "submitted"
    assert submitted["digest"] == seen["digest"] == drafted.digest
    assert submitted["platform_export"] is True
    assert submitted["coverage"]["covered"] == 1
    bench.decide("PlanApproved", plan_id)
    (effect,) = bench.service.announced("PlanTookEffect")
    assert effect["title"] == "2026年自行监测方案"
    assert effect["document"] == submitted["document"]
    assert effect["points"][0]["items"][0]["limits"]["upper"] == "35"
    seen = bench.view(plan_id)
    assert (seen["state"], seen["upload_state"]) == ("in-force", "waiting")
    assert bench.service.rebuild_differences() == []


def test_P3_a_laboratorys_document_becomes_a_version_of_its_own(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    seen = bench.view(plan_id)
    assert (seen["state"], seen["version"], seen["platform_export"], seen["pages"], seen["pdf"]) == ("submitted", 1, False, 1, None)
    assert "非平台导出：文件上没有平台导出的页码标识" in seen["warnings"]
    (submitted,) = bench.service.announced("PlanSubmitted")
    assert submitted["digest"] == submitted["document"] == seen["document"]
    bench.point(point("p1", "FQ-001-改"))
    bench.decide("PlanApproved", plan_id)
    (effect,) = bench.service.announced("PlanTookEffect")
    assert [frozen["code"] for frozen in effect["points"]] == ["FQ-001"]


def test_P3_a_document_without_any_point_is_refused(bare: Bench, foreign: bytes) -> None:
    with pytest.raises(Conflict) as refused:
        bare.bring(None, foreign)
    assert refused.value.code == "plan.no-points"


BAD_FILES = [
    (b"hello, this is a text", "只接受 pdf、jpg、png、bmp 格式的文件"),
    (b"%PDF-1.4 broken", "文件无法读取，请检查后重新上传"),
]


@pytest.mark.parametrize(("data", "problem"), BAD_FILES)
def test_P3_a_file_that_cannot_be_used_is_refused_and_another_can_be_brought(
    bench: Bench, foreign: bytes, data: bytes, problem: str
) -> None:
    plan_id = bench.bring(None, data)
    assert (bench.view(plan_id)["state"], bench.view(plan_id)["problem"]) == ("draft", problem)
    assert bench.service.announced("PlanSubmitted") == []
    bench.point(point("p2", "FQ-002"))
    bench.bring(plan_id, foreign)
    assert (bench.view(plan_id)["state"], bench.view(plan_id)["problem"]) == ("submitted", None)
    assert bench.service.rebuild_differences() == []


def test_P3_an_upload_that_is_not_there_is_refused(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign, upload="0" * 64)
    assert bench.view(plan_id)["problem"] == "没有找到上传的文件，请重新上传"


def test_P3_bad_input_is_told_at_the_field(bench: Bench) -> None:
    with pytest.raises(Invalid) as refused:
        bench.service.command("import-plan", {**OF_FIRM, "title": "", "upload": "x", "filename": "a.pdf"}, FIRM)
    assert refused.value.fields == {
        "title": ["必填项，无可填“暂无”"],
        "upload": ["请先上传盖章后的扫描件"],
        "free_of_personal_data": ["此项必填"],
    }
    with pytest.raises(Invalid) as refused:
        bench.bring(None, b"x", free_of_personal_data=False)
    assert refused.value.fields == {"free_of_personal_data": ["plan.personal-data"]}
    assert bench.service.query("plans", OF_FIRM, FIRM) == []


def test_P4_a_plan_that_falls_short_says_why(bench: Bench, foreign: bytes) -> None:
    bench.permit(permit(requirement(frequency="1/month"), revision=2))
    with pytest.raises(Invalid) as refused:
        bench.bring(None, foreign)
    assert refused.value.fields == {"weaker_reason": ["plan.weaker-reason-required"]}
    bench.bring(None, foreign, weaker_reason="设备检修期间")
    (submitted,) = bench.service.announced("PlanSubmitted")
    assert (submitted["weaker_reason"], submitted["coverage"]["weaker"]) == ("设备检修期间", 1)


def test_P4_a_new_permit_revision_is_compared_with_an_open_submission(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    bench.permit(permit(requirement(frequency="1/month", frequency_wording="1次/月"), revision=2))
    coverage = bench.service.query("plan", {"plan_id": plan_id}, COUNTY)["coverage"]
    assert (coverage["permit_revision"], coverage["weaker"]) == (2, 1)
    bench.permit(permit(revision=1))
    assert bench.view(plan_id)["coverage"]["permit_revision"] == 2
    bench.decide("PlanApproved", plan_id)
    bench.permit(permit(revision=3))
    assert bench.view(plan_id)["coverage"]["permit_revision"] == 2
    assert bench.service.rebuild_differences() == []


def test_P3_one_open_submission_at_a_time(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    for again in (None, plan_id):
        with pytest.raises(Conflict) as refused:
            bench.bring(again, foreign)
        assert refused.value.code == "plan.open-submission"


def test_P3_a_withdrawn_plan_can_be_brought_anew(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    for _ in range(2):
        assert bench.service.command("withdraw-plan", {"plan_id": plan_id}, FIRM)["state"] == "submitted"
    (asked,) = bench.service.announced("PlanWithdrawalAsked")
    assert asked["submission_id"] == bench.view(plan_id)["submission_id"]
    bench.decide("PlanWithdrawn", plan_id)
    assert bench.view(plan_id)["state"] == "withdrawn"
    with pytest.raises(Conflict) as refused:
        bench.service.command("withdraw-plan", {"plan_id": plan_id}, FIRM)
    assert refused.value.code == "plan.not-submitted"
    bench.bring(plan_id, foreign)
    submissions = [submitted["submission_id"] for submitted in bench.service.announced("PlanSubmitted")]
    assert len(set(submissions)) == 2


def test_P3_a_returned_plan_says_why_and_can_be_brought_anew(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    bench.decide("PlanReturned", plan_id)
    assert (bench.view(plan_id)["state"], bench.view(plan_id)["returned_reason"]) == ("returned", "缺少噪声监测点")
    bench.bring(plan_id, foreign)
    assert (bench.view(plan_id)["state"], bench.view(plan_id)["returned_reason"]) == ("submitted", None)
    bench.decide("PlanApproved", plan_id)
    assert bench.view(plan_id)["state"] == "in-force"
    assert bench.service.rebuild_differences() == []


def test_P3_a_later_plan_supersedes_the_one_in_force(bench: Bench, foreign: bytes) -> None:
    first = bench.bring(None, foreign)
    bench.decide("PlanApproved", first)
    second = bench.bring(None, foreign)
    assert bench.view(first)["state"] == "in-force"
    bench.decide("PlanApproved", second)
    assert [bench.view(plan_id)["state"] for plan_id in (first, second)] == ["superseded", "in-force"]
    assert [effect["version"] for effect in bench.service.announced("PlanTookEffect")] == [1, 2]
    with pytest.raises(Conflict) as refused:
        bench.bring(first, foreign)
    assert refused.value.code == "plan.not-exported"


def test_R4_a_decision_that_fits_nothing_is_recorded_without_effect(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    bench.decide("PlanApproved", plan_id, digest="of another scan")
    seen = bench.view(plan_id)
    assert seen["state"] == "submitted"
    assert "一项审核通过决定未生效：该次提交已不在审核中" in seen["warnings"]
    bench.decide("PlanApproved", plan_id, subject_id="unheard-of")
    (void,) = bench.service.events("plan-unheard-of")
    assert isinstance(void, DecisionVoid)
    assert bench.service.announced("PlanTookEffect") == []
    assert bench.service.rebuild_differences() == []


def test_N2_the_nations_receipt_and_refusal_are_shown(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign)
    bench.decide("PlanApproved", plan_id)
    upload = {"upload_id": "u1", "kind": "plan", "subject_id": plan_id, **OF_FIRM}
    refused = {**upload, "reason": "附件无法打开", "lines": [], "refused_at": bench.service.clock.now()}
    bench.service.receive("permit-sync", "UploadRefused", "u1", refused)
    assert (bench.view(plan_id)["upload_state"], bench.view(plan_id)["problem"]) == ("refused", "国家平台退回：附件无法打开")
    acknowledged = {**upload, "receipt": "HZ-1", "acknowledged_at": bench.service.clock.now()}
    bench.service.receive("permit-sync", "UploadAcknowledged", "u1", {**acknowledged, "kind": "results"})
    bench.service.receive("permit-sync", "UploadAcknowledged", "u1", {**acknowledged, "subject_id": "unheard-of"})
    bench.service.receive("permit-sync", "UploadAcknowledged", "u1", acknowledged)
    seen = bench.view(plan_id)
    assert (seen["upload_state"], seen["receipt"], seen["problem"]) == ("acknowledged", "HZ-1", None)
    assert bench.service.rebuild_differences() == []


def test_P3_a_check_that_fails_again_and_again_lets_the_scan_be_brought_anew(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign, check=False)
    in_the_way = bench.service.application.settings.data_dir / "blobs" / "kept"
    in_the_way.write_text("the store cannot make its folder")
    bench.run_out_of_attempts()
    assert (bench.view(plan_id)["state"], bench.view(plan_id)["problem"]) == ("draft", "盖章件检查失败，请重新导入")
    in_the_way.unlink()
    bench.bring(plan_id, foreign)
    assert bench.view(plan_id)["state"] == "submitted"


def test_P3_of_two_clerks_who_bring_a_scan_one_is_told(bench: Bench, foreign: bytes) -> None:
    plan_id = bench.bring(None, foreign, check=False)
    with pytest.raises(Conflict) as refused:
        bench.bring(None, foreign)
    assert refused.value.code == "plan.open-submission"
    bench.service.run_tasks()
    assert [row["plan_id"] for row in bench.service.query("plans", OF_FIRM, FIRM)] == [plan_id]
