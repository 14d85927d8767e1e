"""Data's events in words, and the timeline of an abnormal registration (A1, A2, N2)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from selfmon_data import events
from selfmon_data.queries.reads import SqlReads
from selfmon_data.tables import registrations
from selfmon_shared.eventstore.timeline import AUTHORITY, ENTERPRISE, NATIONAL, Wording, Wordings, rows, tell
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.periods import SHANGHAI

WORDINGS: Wordings = {
    "data.discharger-noted": Wording("排污单位信息更新"),
    "data.logger-noted": Wording("数采仪信息更新"),
    "data.permit-end-noted": Wording("排污许可证终止"),
    "data.plan-noted": Wording("监测方案生效"),
    "data.upload-noted": Wording(
        lambda event: "接收上传，已出具回执" if event.state == "acknowledged" else "退回上传",
        NATIONAL,
        lambda event: event.receipt or event.reason,
        always=True,
    ),
    "data.values-recorded": Wording(lambda event: f"录入 {len(event.values)} 个监测数据", ENTERPRISE),
    "data.value-explained": Wording("说明异常原因", ENTERPRISE, lambda event: event.reason),
    "data.abnormal-submitted": Wording(
        lambda event: "补登记，提交审核" if event.afterwards else "登记，提交审核", ENTERPRISE, lambda event: event.reason
    ),
    "data.abnormal-took-effect": Wording("审核通过，登记生效", AUTHORITY, always=True),
    "data.abnormal-returned": Wording("审核退回", AUTHORITY, lambda event: event.reason, always=True),
    "data.abnormal-ended": Wording("登记结束时间", ENTERPRISE, lambda event: f"{event.ends_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
    "data.abnormal-revoked": Wording("撤销审核通过，恢复监测要求", AUTHORITY, lambda event: event.reason, always=True),
    "data.publication-reviewed": Wording(lambda event: f"更新 {event.first} 至 {event.last} 的公开信息"),
    "data.month-counted": Wording(lambda event: f"统计 {event.month}"),
}


def registration_timeline(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """A1, A2: the way of one registration, for whoever may see it."""
    registration_id = arguments["registration_id"]
    whose = select(registrations.c.discharger_id).where(registrations.c.registration_id == registration_id)
    discharger_id = reads.connection.execute(whose).scalar()
    if discharger_id is None:
        raise NotFound("abnormal.unknown")
    reads.require_sight(actor, discharger_id)
    return rows(tell(reads.connection, events.types, WORDINGS, [f"registration-{registration_id}"]))
