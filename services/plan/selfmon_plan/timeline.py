"""Plan's events in words, and the timeline of a version (P2, P3, N2)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from selfmon_plan import events as e
from selfmon_plan.queries import VOID_WORDS, SqlReads, in_words
from selfmon_plan.tables import plans
from selfmon_shared.eventstore.timeline import AUTHORITY, ENTERPRISE, NATIONAL, Wording, Wordings, rows, tell
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import NotFound

WORDINGS: Wordings = {
    "plan.discharger-noted": Wording("基础信息更新"),
    "plan.point-noted": Wording("监测点信息更新"),
    "plan.logger-noted": Wording("数采仪信息更新"),
    "plan.diagram-noted": Wording("监测示意图更新"),
    "plan.matching-noted": Wording("许可信息匹配更新"),
    "plan.permit-noted": Wording("收到排污许可证信息"),
    "plan.overview-revised": Wording("修改自测概况", ENTERPRISE),
    "plan.version-numbered": Wording(lambda event: f"建立第 {event.version} 版"),
    "plan.rendering-begun": Wording("开始生成文件"),
    "plan.rendering-ended": Wording("结束生成文件"),
    "plan.submission-opened": Wording("开始提交"),
    "plan.submission-closed": Wording("结束提交"),
    "plan.version-in-force": Wording("另一版生效"),
    "plan.plan-drafted": Wording(lambda event: f"建立第 {event.version} 版", ENTERPRISE),
    "plan.plan-export-requested": Wording("导出监测方案", ENTERPRISE),
    "plan.plan-exported": Wording(lambda event: f"生成 PDF 文件，共 {event.pages} 页"),
    "plan.plan-export-failed": Wording("生成失败", note=lambda event: in_words(event.code, event.params)),
    "plan.plan-export-cancelled": Wording("取消生成", ENTERPRISE),
    "plan.plan-import-offered": Wording("导入盖章件", ENTERPRISE, lambda event: event.filename),
    "plan.plan-import-refused": Wording("盖章件未通过检查", note=lambda event: in_words(event.code, event.params)),
    "plan.plan-submitted": Wording("提交审核", ENTERPRISE, lambda event: "；".join(event.warnings), always=True),
    "plan.coverage-recomputed": Wording("排污许可证有新版本，重新核对覆盖情况"),
    "plan.withdrawal-asked": Wording("申请撤回", ENTERPRISE),
    "plan.plan-withdrawn": Wording("撤回生效"),
    "plan.plan-returned": Wording("审核退回", AUTHORITY, lambda event: event.reason, always=True),
    "plan.plan-put-in-force": Wording("审核通过，方案生效并公开", AUTHORITY, always=True),
    "plan.plan-superseded": Wording("被后一版替代"),
    "plan.decision-void": Wording(lambda event: f"一项{VOID_WORDS.get(event.what, '')}决定未生效", note=lambda _: "该次提交已不在审核中"),
    "plan.upload-noted": Wording(
        lambda event: "接收上传，已出具回执" if event.state == "acknowledged" else "退回上传",
        NATIONAL,
        lambda event: event.receipt or event.reason,
        always=True,
    ),
}


def plan_timeline(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """P2, P3: the way of one version, for whoever may see the plan."""
    plan_id = arguments["plan_id"]
    discharger_id = reads.connection.execute(select(plans.c.discharger_id).where(plans.c.plan_id == plan_id)).scalar()
    if discharger_id is None:
        raise NotFound("plan.unknown")
    reads.require_sight(actor, discharger_id)
    return rows(tell(reads.connection, e.types, WORDINGS, [f"plan-{plan_id}"]))
