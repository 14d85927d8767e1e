"""Enterprise's events in words, and the timelines of dischargers, points and loggers (E2–E9)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from selfmon_enterprise import events
from selfmon_enterprise.domain.point import PointState
from selfmon_enterprise.queries import SqlReads, in_sight
from selfmon_enterprise.tables import loggers, points
from selfmon_shared.eventstore.timeline import ENTERPRISE, NATIONAL, Wording, Wordings, rows, tell
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import NotFound

WORDINGS: Wordings = {
    "enterprise.site-opened": Wording("建立排污单位档案", ENTERPRISE),
    "enterprise.permit-tied": Wording(lambda event: f"收到排污许可证第 {event.revision} 版", note=lambda event: event.permit_number),
    "enterprise.permit-lapsed": Wording("排污许可证终止", note=lambda event: event.permit_number),
    "enterprise.permit-confirmed": Wording("确认许可信息", ENTERPRISE, lambda event: event.permit_number),
    "enterprise.permit-disowned": Wording("反馈不是本企业的排污许可证", ENTERPRISE, lambda event: event.permit_number),
    "enterprise.profile-revised": Wording("修改企业信息", ENTERPRISE),
    "enterprise.permit-noted": Wording(lambda event: f"下发排污许可证第 {event.revision} 版", NATIONAL, always=True),
    "enterprise.permit-ended": Wording("排污许可证终止", NATIONAL, always=True),
    "enterprise.discrepancy-reported": Wording(
        lambda event: f"反馈 {len(event.lines)} 处许可信息错误", ENTERPRISE, lambda event: "；".join(line.place for line in event.lines)
    ),
    "enterprise.point-added": Wording("新增监测点", ENTERPRISE, lambda event: _point(event.form)),
    "enterprise.point-revised": Wording("修改监测点", ENTERPRISE, lambda event: _point(event.form)),
    "enterprise.point-deactivated": Wording("停用监测点", ENTERPRISE, lambda event: event.reason),
    "enterprise.item-added": Wording("新增监测项目", ENTERPRISE, lambda event: _item(event.item)),
    "enterprise.item-revised": Wording("修改监测项目", ENTERPRISE, lambda event: _item(event.item)),
    "enterprise.item-deactivated": Wording("停用监测项目", ENTERPRISE, lambda event: event.reason),
    "enterprise.logger-assigned": Wording("填写数采仪", ENTERPRISE, lambda event: f"MN号 {event.mn}"),
    "enterprise.diagram-offered": Wording("上传监测示意图", ENTERPRISE, lambda event: event.filename),
    "enterprise.diagram-accepted": Wording("监测示意图通过检查，已启用"),
    "enterprise.diagram-refused": Wording("监测示意图未通过检查", note=lambda event: event.problem),
    "enterprise.points-matched": Wording("匹配许可证点位", ENTERPRISE, lambda event: event.permit_point),
    "enterprise.match-cleared": Wording("取消匹配", ENTERPRISE, lambda event: event.permit_point),
    "enterprise.match-lapsed": Wording("许可证新版本没有该点位，匹配失效", note=lambda event: event.permit_point),
}
_METHODS = {"automatic": "自动", "manual": "手工"}


def discharger_timeline(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """E2, E4, E8, E9: what happened to a discharger's record, with its diagram and the matching of its permit."""
    site, _ = in_sight(arguments, actor, reads)
    streams = [f"discharger-{site.discharger_id}", f"diagram-{site.discharger_id}"]
    if site.permit_number is not None:
        streams.append(f"matching-{site.permit_number}")
    return _told(streams, reads)


def point_timeline(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """E5, E6: what happened to a point and its items."""
    found = reads.state(points, PointState, arguments["point_id"])
    if found is None:
        raise NotFound("point.unknown")
    in_sight({"discharger_id": found[0].discharger_id}, actor, reads)
    return _told([f"point-{found[0].point_id}"], reads)


def logger_timeline(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """E7: where a logger was placed; it may have come from another point."""
    discharger_id = reads.connection.execute(select(loggers.c.discharger_id).where(loggers.c.mn == arguments["mn"])).scalar()
    if discharger_id is None:
        raise NotFound("logger.unknown")
    in_sight({"discharger_id": discharger_id}, actor, reads)
    return _told([f"logger-{arguments['mn']}"], reads)


def _told(streams: list[str], reads: SqlReads) -> list[dict[str, Any]]:
    return rows(tell(reads.connection, events.types, WORDINGS, streams))


def _point(form: Any) -> str:
    return f"{form.code} {form.name}"


def _item(item: Any) -> str:
    return f"{item.pollutant_name}（{_METHODS.get(item.method, item.method)}，{item.frequency_wording}）"
