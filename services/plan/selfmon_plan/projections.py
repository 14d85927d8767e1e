"""Plan's read tables, event by event."""

import json
from typing import Any

from sqlalchemy import Connection, select, update

from selfmon_plan import events as e
from selfmon_plan.domain.plan import LEADS_TO
from selfmon_plan.tables import contents, dischargers, loggers, overviews, plans, points
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.codec import canonical_json, to_data
from selfmon_shared.kernel.events import Recorded


def project(recorded: Recorded, connection: Connection) -> None:
    """Bring the read tables up to an event."""
    match recorded.data:
        case e.DischargerNoted() as event:
            row = {"discharger_id": event.discharger_id, "region": event.profile.region, "complete": event.profile.complete}
            upsert(connection, dischargers, ["discharger_id"], [row])
        case e.PointNoted() as event:
            row = {"point_id": event.point.point_id, "discharger_id": event.discharger_id, "code": event.point.code, "active": event.active}
            upsert(connection, points, ["point_id"], [{**row, "point": _json(event.point)}])
        case e.LoggerNoted() as event:
            row = {"mn": event.mn, "discharger_id": event.discharger_id, "point_id": event.point_id}
            upsert(connection, loggers, ["mn"], [row])
        case e.OverviewRevised() as event:
            row = {"discharger_id": event.discharger_id, "version": recorded.version, "overview": _json(event.overview)}
            upsert(connection, overviews, ["discharger_id"], [row])
        case e.PlanDrafted() as event:
            _insert(event, connection)
        case _:
            _change(recorded, connection)


def _json(value: Any) -> str:
    return canonical_json(to_data(value))


def _insert(event: e.PlanDrafted, connection: Connection) -> None:
    row = {
        "plan_id": event.plan_id,
        "discharger_id": event.discharger_id,
        "version": event.version,
        "title": event.title,
        "state": LEADS_TO[e.PlanDrafted],
        "digest": event.digest,
        "weaker_reason": "",
        "warnings": _json(event.warnings),
        "scan_warnings": "[]",
        "void_decisions": "[]",
        "coverage": _json(event.coverage),
    }
    connection.execute(plans.insert(), row)
    if event.content is not None:
        content = {"plan_id": event.plan_id, "content": _json(event.content), "diagram": event.diagram}
        connection.execute(contents.insert(), content)


def _change(recorded: Recorded, connection: Connection) -> None:
    of_plan = plans.c.plan_id == recorded.stream.removeprefix("plan-")
    changes = _changes(recorded)
    if isinstance(recorded.data, e.DecisionVoid):
        present = connection.execute(select(plans.c.void_decisions).where(of_plan)).scalar()
        changes["void_decisions"] = canonical_json([*json.loads(present or "[]"), recorded.data.what])
    if changes:
        connection.execute(update(plans).where(of_plan).values(**changes))


def _changes(recorded: Recorded) -> dict[str, Any]:
    """What an event changes in its plan's row."""
    state = LEADS_TO.get(type(recorded.data))
    changes: dict[str, Any] = {} if state is None else {"state": state}
    match recorded.data:
        case e.PlanExported() as event:
            changes |= {"pdf": event.pdf, "pages": event.pages, "exported_at": recorded.recorded_at}
        case e.PlanExportFailed() as event:
            changes |= {"problem": _problem(event.code, event.params)}
        case e.PlanImportOffered() as event:
            changes |= {"title": event.title, "submission_id": event.submission_id, "weaker_reason": event.weaker_reason}
            changes |= {"coverage": _json(event.coverage), "problem": None, "returned_reason": None, "decided_at": None}
        case e.PlanImportRefused() as event:
            changes |= {"state": event.back_to, "problem": _problem(event.code, event.params)}
        case e.PlanSubmitted() as event:
            changes |= {"document": event.document, "document_pages": event.pages, "submitted_at": recorded.recorded_at}
            changes |= {"digest": event.digest, "platform_export": event.platform_export, "seal_found": event.seal_found}
            changes |= {"scan_warnings": _json(event.warnings)}
        case e.CoverageRecomputed() as event:
            changes |= {"coverage": _json(event.coverage)}
        case e.PlanWithdrawn():
            changes |= {"decided_at": recorded.recorded_at}
        case e.PlanReturned() as event:
            changes |= {"decided_at": event.decided_at, "returned_reason": event.reason}
        case e.PlanPutInForce() as event:
            changes |= {"decided_at": event.in_force_from, "upload_state": "waiting"}
        case e.UploadNoted() as event:
            problem = None if event.reason is None else _problem("plan.upload-refused", {"reason": event.reason})
            changes |= {"upload_state": event.state, "receipt": event.receipt, "problem": problem}
    return changes


def _problem(code: str, params: dict[str, Any]) -> str:
    return canonical_json({"code": code, "params": params})
