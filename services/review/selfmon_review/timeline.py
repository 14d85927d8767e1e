"""Review's events in words, and the timeline of a task (R4, R5): who decided is told as his bureau."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from selfmon_review import events
from selfmon_review.queries import SqlReads, task_in_sight
from selfmon_review.tables import officers
from selfmon_shared.eventstore.timeline import AUTHORITY, ENTERPRISE, Told, Wording, Wordings, rows, tell
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.reference.regions import bureau_in_charge

WORDINGS: Wordings = {
    "review.officer-enrolled": Wording("登记审核人员"),
    "review.account-applied-for": Wording("提交账号申请表", AUTHORITY),
    "review.discharger-noted": Wording("排污单位信息更新"),
    "review.task-opened": Wording("提交审核", ENTERPRISE, always=True),
    "review.submission-approved": Wording("审核通过", AUTHORITY, lambda event: event.comment),
    "review.submission-returned": Wording("审核退回", AUTHORITY, lambda event: event.reason),
    "review.submission-withdrawn": Wording("撤回", ENTERPRISE, always=True),
    "review.approval-revoked": Wording("撤销审核通过", AUTHORITY, lambda event: event.reason),
    "review.decision-void": Wording("一项撤回未生效", note=lambda _: "该任务已处理"),
}


def task_timeline(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """R4, R5: the way of one submission, for whoever may see the task."""
    task = task_in_sight(arguments["submission_id"], actor, reads)
    told = tell(reads.connection, events.types, WORDINGS, [f"review-task-{task.submission_id}"])
    bureaus = _bureaus({one.actor for one in told if one.who == AUTHORITY}, reads)
    return rows([_by_bureau(one, bureaus) for one in told])


def _bureaus(officer_ids: set[str], reads: SqlReads) -> Mapping[str, str]:
    query = select(officers.c.officer_id, officers.c.region).where(officers.c.officer_id.in_(officer_ids))
    return {row.officer_id: bureau_in_charge(row.region).name for row in reads.connection.execute(query)}


def _by_bureau(told: Told, bureaus: Mapping[str, str]) -> Told:
    return replace(told, who=bureaus.get(told.actor, told.who)) if told.who == AUTHORITY else told
