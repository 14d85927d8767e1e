"""What plan offers: overview, plan versions and documents (P1–P4). Annual reports come later."""

from collections.abc import Mapping
from typing import Any

from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.enterprise import ItemState, OfDischarger, PointFields
from selfmon_shared.contracts.fields import Choice, Flag, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.contracts.notices import Notice, about
from selfmon_shared.contracts.steps import next_steps
from selfmon_shared.contracts.timeline import timeline_of

SERVICE = "plan"
PLAN_STATES = (
    "draft",
    "rendering",
    "exported",
    "checking",
    "submitted",
    "withdrawn",
    "returned",
    "in-force",
    "superseded",
    "failed",
    "cancelled",
)
COVERAGE = ("covered", "stricter", "weaker", "missing", "unclear")


class Qualification(Record):
    """One of the monitoring personnel as the public sees it: a number and what qualifies, no name (P1)."""

    number = Text(required=True, max_length=50)
    qualification = Text(required=True, max_length=200)


class OverviewFields(Record):
    """Self-monitoring overview (P1); incomplete is warned of and never blocks."""

    introduction = Text(load_default="", max_length=5000)
    personnel = Many(One(Qualification), load_default=list, at_most=500)
    management_rules = Text(load_default="", max_length=20000)
    training_records = Text(load_default="", max_length=20000)
    quality_control = Text(load_default="", max_length=20000)


class CoverageRow(Record):
    """One requirement of the permit and how the plan answers it (P4), with the permit's words."""

    requirement = Text(required=True, metadata={"description": "key of the permit's requirement"})
    point = Text(required=True)
    pollutant = Text(required=True)
    permit_facility = Text(required=True)
    permit_frequency = Text(required=True)
    own_point = Text(allow_none=True, required=True)
    own_method = Text(allow_none=True, required=True)
    own_frequency = Text(allow_none=True, required=True)
    verdict = Choice(COVERAGE, required=True)
    reason = Text(required=True, blank=True, metadata={"description": "in Chinese, for enterprise and reviewer"})


class Coverage(Record):
    """The coverage proof: counts per verdict and every row. ``permit_number`` None: no permit received, nothing to compare."""

    permit_number = Text(allow_none=True, required=True)
    permit_revision = Whole(allow_none=True, required=True)
    covered = Whole(required=True)
    stricter = Whole(required=True)
    weaker = Whole(required=True)
    missing = Whole(required=True)
    unclear = Whole(required=True)
    rows = Many(One(CoverageRow), required=True)


class PlanPoint(PointFields):
    """A point with its items as the plan froze them: their limits are the limits of that time (D4)."""

    point_id = Id(required=True)
    items = Many(One(ItemState), required=True)


# --- contract events


class OverviewRevised(OverviewFields):
    """The overview, whole; public by P1."""

    discharger_id = Id(required=True)
    version = Whole(required=True)
    complete = Flag(required=True)


class PlanSubmitted(Record):
    """A stamped plan was handed in for review (P3)."""

    submission_id = Id(required=True)
    plan_id = Id(required=True)
    discharger_id = Id(required=True)
    version = Whole(required=True)
    title = Text(required=True)
    digest = Text(required=True, metadata={"description": "SM3 of the frozen content or, for a document of another origin, of the scan"})
    document = Text(required=True, metadata={"description": "blob digest of the sanitised scan"})
    pages = Whole(required=True)
    platform_export = Flag(allow_none=True, required=True, metadata={"description": "False: 非平台导出; None: could not be told"})
    seal_found = Flag(allow_none=True, required=True, metadata={"description": "a hint only"})
    coverage = One(Coverage, required=True)
    weaker_reason = Text(required=True, blank=True)
    submitted_at = Moment(required=True)


class PlanWithdrawalAsked(Record):
    """The enterprise asks its submission back; review is the arbiter."""

    submission_id = Id(required=True)
    plan_id = Id(required=True)
    discharger_id = Id(required=True)
    asked_at = Moment(required=True)


class PlanTookEffect(Record):
    """A plan is in force, with all that is owed and judged by it."""

    plan_id = Id(required=True)
    discharger_id = Id(required=True)
    version = Whole(required=True)
    title = Text(required=True)
    digest = Text(required=True)
    document = Text(required=True, metadata={"description": "blob digest of the public copy"})
    in_force_from = Moment(required=True)
    points = Many(One(PlanPoint), required=True)


# --- commands and their answers


class PlanDone(Record):
    """The plan, its version number and its state after the command."""

    plan_id = Id()
    version = Whole()
    state = Choice(PLAN_STATES)


class OverviewDone(Record):
    """The overview's new version, and whether it is complete."""

    version = Whole()
    complete = Flag()


class ReviseOverview(OverviewFields):
    """P1."""

    discharger_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class ExportPlan(Record):
    """P2: freeze the content and render it; a task with progress."""

    discharger_id = Id(required=True)


class CancelExport(Record):
    """Stop a rendering that is under way."""

    plan_id = Id(required=True)


class ImportPlan(Record):
    """P3: saving submits it. ``plan_id`` None: the document is not our export; it becomes a version of its own."""

    discharger_id = Id(required=True)
    plan_id = Id(allow_none=True, load_default=None)
    title = Text(required=True, max_length=200)
    upload = Text(required=True, pattern=r"^[0-9a-f]{64}$", hint="请先上传盖章后的扫描件")
    filename = Text(required=True, max_length=200)
    free_of_personal_data = Flag(required=True)
    weaker_reason = Text(load_default="", max_length=1000)


class WithdrawPlan(Record):
    """Ask a submission back before it is decided."""

    plan_id = Id(required=True)


# --- queries and their views


class OfPlan(Record):
    """Of one plan."""

    plan_id = Id(required=True)


class OverviewView(OverviewRevised):
    """The overview as it stands; ``missing`` lists what makes it incomplete."""

    missing = Many(Text())


class PlanRow(Record):
    """One version of a discharger's plan."""

    plan_id = Id()
    discharger_id = Id()
    version = Whole()
    title = Text()
    state = Choice(PLAN_STATES)
    digest = Text(allow_none=True)
    exported_at = Moment(allow_none=True)
    submitted_at = Moment(allow_none=True)
    decided_at = Moment(allow_none=True)
    returned_reason = Text(allow_none=True)
    problem = Text(allow_none=True, metadata={"description": "why a rendering or an import failed, in Chinese"})
    upload_state = Text(allow_none=True, metadata={"description": "waiting, acknowledged, refused (N2)"})
    receipt = Text(allow_none=True)
    moves = Many(Text(), metadata={"description": "the commands that the actor may give it now"})


class PlanView(PlanRow):
    """One plan with its documents and proof."""

    progress = Whole()
    progress_note = Text()
    pages = Whole(allow_none=True)
    pdf = Text(allow_none=True, metadata={"description": "blob digest of the exported PDF"})
    document = Text(allow_none=True, metadata={"description": "blob digest of the imported scan"})
    platform_export = Flag(allow_none=True)
    seal_found = Flag(allow_none=True)
    submission_id = Id(allow_none=True)
    warnings = Many(Text())
    coverage = One(Coverage, allow_none=True)
    weaker_reason = Text()


# --- notices


def _submitted(payload: Mapping[str, Any]) -> Notice:
    text = f"企业提交了监测方案《{payload['title']}》（第 {payload['version']} 版），请审核。"
    return about(payload, "plan-submitted", text, "plan-reviews", "submission_id")


def _in_force(payload: Mapping[str, Any]) -> Notice:
    text = f"监测方案《{payload['title']}》（第 {payload['version']} 版）已生效并公开，请按方案录入监测数据。"
    return about(payload, "plan-in-force", text, "plans", "plan_id")


PROVIDER = Provider(
    service=SERVICE,
    commands=(
        CommandContract("revise-overview", ReviseOverview, OverviewDone, ("P1",)),
        CommandContract("export-plan", ExportPlan, PlanDone, ("P2", "P4")),
        CommandContract("cancel-export", CancelExport, PlanDone, ("P2",)),
        CommandContract("import-plan", ImportPlan, PlanDone, ("P3", "P4")),
        CommandContract("withdraw-plan", WithdrawPlan, PlanDone, ("P3",)),
    ),
    queries=(
        QueryContract("overview", OfDischarger, OverviewView, rules=("P1",)),
        QueryContract("plans", OfDischarger, PlanRow, many=True, rules=("P2", "P3")),
        QueryContract("plan", OfPlan, PlanView, rules=("P2", "P3", "P4")),
        timeline_of("plan", OfPlan, "P2", "P3", "N2"),
        next_steps(OfDischarger, "P1", "P2", "P3"),
    ),
    events=(
        ContractEvent(
            "OverviewRevised", 1, OverviewRevised, "discharger_id", SERVICE,
            frozenset({"discharger_id", "introduction", "personnel", "management_rules", "training_records", "quality_control"}), ("P1",),
        ),
        ContractEvent("PlanSubmitted", 1, PlanSubmitted, "submission_id", SERVICE, rules=("P3",), notice=_submitted),
        ContractEvent("PlanWithdrawalAsked", 1, PlanWithdrawalAsked, "submission_id", SERVICE, rules=("P3",)),
        ContractEvent(
            "PlanTookEffect", 1, PlanTookEffect, "discharger_id", SERVICE,
            frozenset({"plan_id", "discharger_id", "version", "title", "digest", "document", "in_force_from", "points"}),
            ("P3", "O1", "N2"), _in_force,
        ),
    ),
)  # fmt: skip

ERRORS = {
    "plan.unknown": "没有找到该监测方案",
    "plan.no-profile": "请先维护基础信息，再导出监测方案",
    "plan.no-points": "请先维护监测点信息，再导出或导入监测方案",
    "plan.busy": "有一份监测方案正在生成，请稍候",
    "plan.not-rendering": "该监测方案不在生成中",
    "plan.not-exported": "该监测方案尚未导出，不能导入盖章件",
    "plan.open-submission": "已有一份监测方案正在审核，请先撤回或等待审核结果",
    "plan.not-submitted": "该监测方案不在审核中",
    "plan.personal-data": "请确认文件不含个人信息，或上传已隐去个人信息的版本",
    "plan.weaker-reason-required": "监测方案未达到排污许可证要求，请说明理由",
    "plan.render-failed": "监测方案生成失败，请重新导出",
    "plan.check-failed": "盖章件检查失败，请重新导入",
    "plan.upload-refused": "国家平台退回：{reason}",
    "overview.personal-data": "此项对社会公开，请勿填写手机号码、身份证号码等个人信息",
    "document.render-failed": "监测方案生成失败，请重新导出",
    "document.render-timeout": "监测方案生成超时，请重新导出",
    "document.renderer-missing": "服务器缺少文档生成组件，请联系平台运维人员",
    "document.diagram-unreadable": "监测示意图无法读取，请重新上传示意图后再导出",
    "file.image-too-large": "图片像素过大，请降低扫描分辨率后重新上传",
    "file.unreadable": "文件无法读取，请检查后重新上传",
    "file.type-not-allowed": "只接受 pdf、jpg、png、bmp 格式的文件",
    "file.encrypted": "文件已加密，请上传未加密的版本",
    "file.too-many-pages": "文件页数过多",
}
