"""Permit-sync's events in words, and the timeline of an upload (N2)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from selfmon_permit_sync import events
from selfmon_permit_sync.queries import SqlReads
from selfmon_permit_sync.tables import uploads
from selfmon_shared.eventstore.timeline import ENTERPRISE, NATIONAL, Wording, Wordings, rows, tell
from selfmon_shared.kernel.actor import Actor, require_sight
from selfmon_shared.kernel.errors import NotFound


def _receipt(event: events.UploadAcknowledged) -> str:
    refused = f"，其中 {len(event.lines)} 条被退回" if event.lines else ""
    return f"回执 {event.receipt}{refused}"


WORDINGS: Wordings = {
    "permit-sync.permit-received": Wording(lambda event: f"下发排污许可证第 {event.revision} 版", NATIONAL, always=True),
    "permit-sync.permit-ended": Wording("排污许可证终止", NATIONAL, always=True),
    "permit-sync.page-taken": Wording("接收一页许可证清单"),
    "permit-sync.intake-interrupted": Wording("许可证清单接收中断", note=lambda event: event.reason),
    "permit-sync.record-malformed": Wording("一条许可证记录无法读取", note=lambda event: "；".join(event.problems)),
    "permit-sync.record-mended": Wording("许可证记录已能读取"),
    "permit-sync.resync-requested": Wording("要求重新获取许可证"),
    "permit-sync.resync-answered": Wording("已重新获取许可证"),
    "permit-sync.upload-requested": Wording("准备上传"),
    "permit-sync.upload-acknowledged": Wording("接收上传，已出具回执", NATIONAL, _receipt, always=True),
    "permit-sync.upload-refused": Wording("退回上传", NATIONAL, lambda event: event.reason, always=True),
    "permit-sync.upload-retried": Wording(lambda event: f"重新上传（第 {event.attempt} 次）", ENTERPRISE),
    "permit-sync.discharger-noted": Wording("排污单位信息更新"),
}


def upload_timeline(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """N2: the way of one upload, for whoever may see the discharger's."""
    upload_id = arguments["upload_id"]
    discharger_id = reads.connection.execute(select(uploads.c.discharger_id).where(uploads.c.upload_id == upload_id)).scalar()
    if discharger_id is None:
        raise NotFound("upload.unknown")
    require_sight(actor, discharger_id, reads.region_of(discharger_id))
    return rows(tell(reads.connection, events.types, WORDINGS, [f"upload-{upload_id}"]))
