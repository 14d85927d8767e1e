"""Data's questions."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select

from selfmon_data.domain import flow
from selfmon_data.domain.entries import HOUR
from selfmon_data.domain.ledger import Facts, LedgerRow, count_month, manual_values_from
from selfmon_data.domain.registrations import Registration, label, moves, withheld
from selfmon_data.domain.rules import Rules
from selfmon_data.duties import month_period
from selfmon_data.queries.reads import SqlReads
from selfmon_data.tables import batches, explanations, registrations, results
from selfmon_shared.contracts import steps
from selfmon_shared.eventstore.columns import named
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.errors import Invalid
from selfmon_shared.kernel.periods import day_start

LONGEST_SPAN = 366
_EXPLAINED = (explanations.c.item_id == results.c.item_id) & (explanations.c.hour == results.c.time) & (results.c.period_kind == HOUR)
_WITH_ALL = results.join(batches, batches.c.batch_id == results.c.batch_id).outerjoin(explanations, _EXPLAINED)
_COLUMNS = (
    results, batches.c.upload_state, batches.c.receipt, batches.c.upload_reason, batches.c.refused_lines, batches.c.monitoring,
    explanations.c.reason.label("explanation"),
)  # fmt: skip


def results_of(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """D4: the values of some days, newest first; earlier revisions only where they are asked for.

    Raises:
        Invalid: more than 366 days (``results.too-long``).
    """
    discharger_id = arguments["discharger_id"]
    reads.require_sight(actor, discharger_id)
    first, last = arguments["from_day"], arguments["to_day"]
    if (last - first).days >= LONGEST_SPAN:
        raise Invalid("results.too-long", fields={"to_day": ["results.too-long"]}, days=LONGEST_SPAN)
    query = select(*_COLUMNS).select_from(_WITH_ALL).where(results.c.discharger_id == discharger_id)
    query = query.where(results.c.time >= day_start(first), results.c.time < day_start(last + timedelta(days=1)))
    if not arguments["revisions"]:
        query = query.where(results.c.current)
    if arguments["item_id"]:
        query = query.where(results.c.item_id == arguments["item_id"])
    if arguments["period_kind"]:
        query = query.where(results.c.period_kind == arguments["period_kind"])
    ids = query.with_only_columns(results.c.item_id).order_by(None)
    total = reads.connection.execute(select(func.count()).select_from(ids.subquery())).scalar()
    order = (results.c.time.desc(), results.c.item_id, results.c.period_kind, results.c.revision.desc())
    size = arguments["page_size"]
    page = reads.connection.execute(query.order_by(*order).limit(size).offset((arguments["page"] - 1) * size))
    filed = reads.registrations(discharger_id)
    return {"total": total, "rows": [_result(row, filed) for row in page]}


def _result(row: Row[Any], filed: Sequence[Registration]) -> dict[str, Any]:
    kept_back = withheld(filed, row.point_id, row.item_id, row.time)
    return {
        "item_id": row.item_id,
        "point_id": row.point_id,
        "pollutant_name": row.pollutant_name,
        "period_kind": row.period_kind,
        "time": row.time,
        "revision": row.revision,
        "value": row.value,
        "converted": row.converted,
        "unit": row.unit,
        "flag": row.flag,
        "source": row.source,
        "limit_text": row.limit_text,
        "exceeds": row.exceeds,
        "multiple": row.multiple,
        "reason": row.explanation,
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
        "published_at": None if kept_back else row.recorded_at,
        "withheld": kept_back,
        "late": row.late,
        "labelled": label(filed, row.point_id, row.item_id, row.time),
        **_upload(row),
        "monitoring": None if row.monitoring is None else json.loads(row.monitoring),
    }


def _upload(row: Row[Any]) -> dict[str, Any]:
    """N2: a value that was refused by itself is refused, whatever became of its batch; permit-sync names its line ``<item> <time>``."""
    reason = json.loads(row.refused_lines or "{}").get(f"{row.item_id} {to_data(row.time)}")
    if reason is None:
        return {"upload_state": row.upload_state, "receipt": row.receipt, "upload_reason": row.upload_reason}
    return {"upload_state": "refused", "receipt": None, "upload_reason": reason}


def ledger_of(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads, *, now: datetime, rules: Rules) -> Mapping[str, Any]:
    """D6: the ledger of a month, live."""
    discharger_id, month = arguments["discharger_id"], month_period(arguments["month"])
    reads.require_sight(actor, discharger_id)
    plan = reads.plans(discharger_id)
    values = reads.stored(discharger_id, month, manual_values_from(plan, month))
    facts = Facts(plan, reads.discharger(discharger_id), reads.registrations(discharger_id), values)
    counted = count_month(facts, month, arguments["until"] or now, rules)
    rows = [_ledger_row(row) for row in counted.rows]
    return {"discharger_id": discharger_id, "month": arguments["month"], "plan_id": counted.plan_id, "rows": rows}


def _ledger_row(row: LedgerRow) -> dict[str, Any]:
    point, item = row.planned
    return {
        "point_id": point.point_id,
        "point_name": point.name,
        "item_id": item.item_id,
        "pollutant_name": item.pollutant_name,
        "method": item.method,
        "frequency_wording": item.frequency_wording,
        "owed": row.count.owed,
        "monitored": row.count.monitored,
        "valid": row.count.valid,
        "waived": row.count.waived,
        "missing": row.count.missing,
        "published": row.count.published,
        "late": row.count.late,
    }


def registrations_of(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Sequence[Mapping[str, Any]]:
    """A1: the registrations of a discharger, newest first."""
    discharger_id = arguments["discharger_id"]
    reads.require_sight(actor, discharger_id)
    query = select(registrations).where(registrations.c.discharger_id == discharger_id)
    rows = reads.connection.execute(query.order_by(registrations.c.submitted_at.desc(), registrations.c.registration_id))
    return [_registration(row, actor) for row in rows]


def _registration(row: Row[Any], actor: Actor) -> dict[str, Any]:
    lists = {"point_ids": json.loads(row.point_ids), "item_ids": json.loads(row.item_ids)}
    allowed = moves(row.state) if actor.acts_for(row.discharger_id) else []
    return {**named(row), **lists, "submission_id": row.registration_id, "moves": allowed}


def next_steps(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads, *, now: datetime, rules: Rules) -> Sequence[Mapping[str, Any]]:
    """D1, D1b, D3, A1: what the enterprise has to enter next, and what became of its registrations."""
    discharger_id = arguments["discharger_id"]
    reads.require_sight(actor, discharger_id)
    plan = reads.plans(discharger_id)
    days, manual_from = flow.entry_span(plan, now, rules)
    values = reads.stored(discharger_id, days, manual_from)
    facts = Facts(plan, reads.discharger(discharger_id), reads.registrations(discharger_id), values)
    columns = [registrations.c[name] for name in ("state", "kind", "submitted_at", "decided_at", "returned_reason")]
    query = select(*columns).where(registrations.c.discharger_id == discharger_id).order_by(registrations.c.submitted_at.desc())
    filed = [flow.Filed(*row) for row in reads.connection.execute(query)]
    return steps.views(flow.next_steps(facts, filed, now, rules))
