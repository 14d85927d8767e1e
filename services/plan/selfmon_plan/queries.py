"""Plan's questions and look-ups."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from selfmon_plan.domain import flow
from selfmon_plan.domain.coverage import warnings
from selfmon_plan.domain.plan import CHECKING, RENDERING, UNDER_WAY, moves
from selfmon_plan.facts import Coverage, Overview, Point
from selfmon_plan.handlers import CHECK_SCAN, RENDER_PLAN
from selfmon_plan.tables import contents, dischargers, loggers, overviews, plans, points
from selfmon_shared.contracts import steps
from selfmon_shared.contracts.errors import ErrorCatalogue
from selfmon_shared.contracts.plan import ERRORS
from selfmon_shared.eventstore.taskstore import latest
from selfmon_shared.kernel.actor import Actor, require_sight
from selfmon_shared.kernel.codec import from_data, to_data
from selfmon_shared.kernel.errors import NotFound, Refusal

WHOLE_PROVINCE = "320000"
_CATALOGUE = ErrorCatalogue(ERRORS)
VOID_WORDS = {"approved": "审核通过", "returned": "退回", "withdrawn": "撤回"}


class SqlReads:
    """Look-ups on one connection: the adapter of ``handlers.Reads``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def active_points(self, discharger_id: str) -> tuple[Point, ...]:
        """See the port."""
        query = select(points.c.point).where(points.c.discharger_id == discharger_id, points.c.active)
        found = (json.loads(row.point) for row in self.connection.execute(query.order_by(points.c.code, points.c.point_id)))
        return tuple(from_data(Point, data) for data in found)

    def loggers(self, discharger_id: str) -> Mapping[str, Sequence[str]]:
        """See the port."""
        query = select(loggers).where(loggers.c.discharger_id == discharger_id, loggers.c.point_id.is_not(None)).order_by(loggers.c.mn)
        standing: dict[str, list[str]] = {}
        for row in self.connection.execute(query):
            standing.setdefault(row.point_id, []).append(row.mn)
        return standing

    def frozen_content(self, plan_id: str) -> tuple[dict[str, Any], str | None]:
        """The frozen content of an export, and the address of its diagram."""
        row = self.connection.execute(select(contents).where(contents.c.plan_id == plan_id)).one()
        return json.loads(row.content), row.diagram

    def require_sight(self, actor: Actor, discharger_id: str) -> None:
        """Let the own enterprise and the officers above go on; before its record has arrived, only the province's.

        Raises:
            NotFound, Forbidden.
        """
        query = select(dischargers.c.region).where(dischargers.c.discharger_id == discharger_id)
        require_sight(actor, discharger_id, self.connection.execute(query).scalar() or WHOLE_PROVINCE)


def overview(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """P1: the overview as it stands, empty before it is first filled in."""
    discharger_id = arguments["discharger_id"]
    reads.require_sight(actor, discharger_id)
    known, version = _overview_of(discharger_id, reads)
    return {
        **to_data(known),
        "discharger_id": discharger_id,
        "version": version,
        "complete": not known.missing,
        "missing": list(known.missing),
    }


def _overview_of(discharger_id: str, reads: SqlReads) -> tuple[Overview, int]:
    row = reads.connection.execute(select(overviews).where(overviews.c.discharger_id == discharger_id)).one_or_none()
    return (Overview(), 0) if row is None else (from_data(Overview, json.loads(row.overview)), row.version)


def list_plans(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[Mapping[str, Any]]:
    """P2, P3: every version, the newest first."""
    discharger_id = arguments["discharger_id"]
    reads.require_sight(actor, discharger_id)
    query = select(plans).where(plans.c.discharger_id == discharger_id).order_by(plans.c.version.desc())
    rows = reads.connection.execute(query).all()
    under_way = {row.plan_id for row in rows if row.state in UNDER_WAY}
    return [_row(row, actor, another_under_way=bool(under_way - {row.plan_id})) for row in rows]


def plan(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """P2, P3, P4: one version with its documents, its proof, and how far its task has come."""
    row = reads.connection.execute(select(plans).where(plans.c.plan_id == arguments["plan_id"])).one_or_none()
    if row is None:
        raise NotFound("plan.unknown")
    reads.require_sight(actor, row.discharger_id)
    coverage = from_data(Coverage, json.loads(row.coverage))
    others = select(plans.c.plan_id).where(plans.c.discharger_id == row.discharger_id, plans.c.plan_id != row.plan_id)
    another = reads.connection.execute(others.where(plans.c.state.in_(UNDER_WAY)).limit(1)).first() is not None
    void = [f"一项{VOID_WORDS[what]}决定未生效：该次提交已不在审核中" for what in json.loads(row.void_decisions)]
    return {
        **_row(row, actor, another_under_way=another),
        **_progress(row, reads),
        "pages": row.document_pages if row.pages is None else row.pages,
        "pdf": row.pdf,
        "document": row.document,
        "platform_export": row.platform_export,
        "seal_found": row.seal_found,
        "submission_id": row.submission_id,
        "warnings": [*json.loads(row.warnings), *warnings(coverage), *json.loads(row.scan_warnings), *void],
        "coverage": to_data(coverage),
        "weaker_reason": row.weaker_reason,
    }


def next_steps(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Sequence[Mapping[str, Any]]:
    """P1–P3: what the enterprise has to do next about overview and plan."""
    discharger_id = arguments["discharger_id"]
    reads.require_sight(actor, discharger_id)
    known = select(dischargers.c.complete).where(dischargers.c.discharger_id == discharger_id)
    active = select(points.c.point_id).where(points.c.discharger_id == discharger_id, points.c.active).limit(1)
    columns = (plans.c.version, plans.c.state, plans.c.returned_reason, plans.c.problem)
    versions = select(*columns).where(plans.c.discharger_id == discharger_id).order_by(plans.c.version.desc())
    # Noted before the column was there: None, and nothing is held to be missing.
    profile = reads.connection.execute(known).one_or_none()
    facts = flow.PlanFacts(
        overview=_overview_of(discharger_id, reads)[0],
        has_profile=profile is not None and profile.complete is not False,
        has_points=reads.connection.execute(active).first() is not None,
        versions=[
            flow.Version(row.version, row.state, row.returned_reason, _problem(row.problem)) for row in reads.connection.execute(versions)
        ],
    )
    return steps.views(flow.next_steps(facts))


def _progress(row: Row[Any], reads: SqlReads) -> Mapping[str, Any]:
    tasks = {RENDERING: (RENDER_PLAN, row.plan_id), CHECKING: (CHECK_SCAN, row.submission_id)}
    if row.state not in tasks:
        return {"progress": 100, "progress_note": ""}
    task = latest(reads.connection, *tasks[row.state])
    return {"progress": 0, "progress_note": ""} if task is None else {"progress": task.progress, "progress_note": task.note}


def _row(row: Row[Any], actor: Actor, *, another_under_way: bool) -> dict[str, Any]:
    return {
        "plan_id": row.plan_id,
        "discharger_id": row.discharger_id,
        "version": row.version,
        "title": row.title,
        "state": row.state,
        "digest": row.digest,
        "exported_at": row.exported_at,
        "submitted_at": row.submitted_at,
        "decided_at": row.decided_at,
        "returned_reason": row.returned_reason,
        "problem": _problem(row.problem),
        "upload_state": row.upload_state,
        "receipt": row.receipt,
        "moves": moves(row.state, another_under_way=another_under_way) if actor.acts_for(row.discharger_id) else [],
    }


def _problem(text: str | None) -> str | None:
    if text is None:
        return None
    problem = json.loads(text)
    return in_words(problem["code"], problem["params"])


def in_words(code: str, params: Mapping[str, Any]) -> str:
    """What a refusal of the catalogue says."""
    # ``Refusal`` takes the parameters by name; a catalogue's message is what its code stands for.
    return _CATALOGUE.message(Refusal(code, **params))
