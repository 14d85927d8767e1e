"""Review's questions and look-ups."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, select

from selfmon_review import domain
from selfmon_review.handlers import APPLICANT, WHOLE_PROVINCE, require_epb
from selfmon_review.tables import account_applications, dischargers, officers, tasks_read
from selfmon_shared.contracts import steps
from selfmon_shared.eventstore.tables import persons
from selfmon_shared.kernel.actor import Actor, Realm, require_sight
from selfmon_shared.kernel.errors import Forbidden, Invalid, NotFound
from selfmon_shared.kernel.regions import region_covers, region_stem
from selfmon_shared.reference.regions import full_name, regions

_WITH_DISCHARGER = tasks_read.outerjoin(dischargers, tasks_read.c.discharger_id == dischargers.c.discharger_id)
_COLUMNS = (tasks_read, dischargers.c.name.label("discharger_name"), dischargers.c.region, dischargers.c.bureau)


class SqlReads:
    """Look-ups on one connection: the adapter of ``handlers.Reads``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


def tasks(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """R4, R5: the tasks in the officer's region, oldest first."""
    scope = _officer_region(actor, reads)
    wanted = arguments["region"] or scope
    if wanted not in regions():
        raise Invalid("region.unknown", fields={"region": ["region.unknown"]})
    if not region_covers(scope, wanted):
        raise Forbidden("actor.outside-region")
    query = _of_region(select(*_COLUMNS).select_from(_WITH_DISCHARGER), wanted)
    if arguments["state"]:
        query = query.where(tasks_read.c.state == arguments["state"])
    if arguments["subject"]:
        query = query.where(tasks_read.c.subject == arguments["subject"])
    if arguments["name"]:
        query = query.where(dischargers.c.name.contains(arguments["name"], autoescape=True))
    return _page(query, arguments, reads)


def _of_region(query: Select[Any], region: str) -> Select[Any]:
    return query if region == WHOLE_PROVINCE else query.where(dischargers.c.region.startswith(region_stem(region), autoescape=True))


def _page(query: Select[Any], arguments: Mapping[str, Any], reads: SqlReads) -> Mapping[str, Any]:
    total = reads.connection.execute(select(func.count()).select_from(query.subquery())).scalar()
    size = arguments["page_size"]
    page = query.order_by(tasks_read.c.submitted_at, tasks_read.c.submission_id).limit(size).offset((arguments["page"] - 1) * size)
    return {"total": total, "rows": [_row(row) for row in reads.connection.execute(page)]}


def task(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """R4, R5: one task with what was submitted; the enterprise sees its own too."""
    row = task_in_sight(arguments["submission_id"], actor, reads)
    region = row.region or WHOLE_PROVINCE
    deciding = _region_of_officer(actor, reads)
    return {
        **_row(row),
        "digest": row.digest,
        "submission": json.loads(row.submission),
        "officer_id": row.officer_id,
        "comment": row.comment,
        "reason": row.reason,
        "void_decisions": json.loads(row.void_decisions),
        "in_charge": deciding == region,
        "moves": domain.moves(row.state, row.subject) if deciding is not None and region_covers(deciding, region) else [],
    }


def task_in_sight(submission_id: str, actor: Actor, reads: SqlReads) -> Row[Any]:
    """One task, if the actor may see it.

    Raises:
        NotFound: no such task, or another enterprise's.
        Forbidden: it lies outside the officer's region.
    """
    query = select(*_COLUMNS).select_from(_WITH_DISCHARGER).where(tasks_read.c.submission_id == submission_id)
    row = reads.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("task.unknown")
    require_sight(actor, row.discharger_id, row.region or WHOLE_PROVINCE)
    return row


def _region_of_officer(actor: Actor, reads: SqlReads) -> str | None:
    """Where an officer of this application decides; None for everybody else (R1)."""
    if actor.realm is not Realm.EPB:
        return None
    row = reads.connection.execute(select(officers).where(officers.c.officer_id == actor.id)).one_or_none()
    known = None if row is None else domain.OfficerState(row.region, tuple(json.loads(row.applications)))
    return known.region if known is not None and domain.may_work(known) else None


def officer(_arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """R1: the officer who asks, as review knows him."""
    require_epb(actor)
    row = reads.connection.execute(select(officers).where(officers.c.officer_id == actor.id)).one_or_none()
    if row is None:
        raise Forbidden("officer.unknown")
    person = reads.connection.execute(select(persons.c["values"]).where(persons.c.person_id == actor.id)).scalar()
    return {
        "officer_id": row.officer_id,
        "region": row.region,
        "region_name": full_name(row.region),
        "applications": json.loads(row.applications),
        "name": json.loads(person)["name"] if person else "",
    }


def next_steps(_arguments: Mapping[str, Any], actor: Actor, reads: SqlReads, *, now: datetime) -> Sequence[Mapping[str, Any]]:
    """R4, R5, R7: what the officer has to review, and what lower bureaus have."""
    scope = _officer_region(actor, reads)
    mine = func.sum(case((dischargers.c.region == scope, 1), else_=0))
    columns = (tasks_read.c.subject, func.count().label("tasks"), mine.label("mine"), func.min(tasks_read.c.submitted_at).label("oldest"))
    query = _of_region(select(*columns).select_from(_WITH_DISCHARGER), scope).where(tasks_read.c.state == domain.OPEN)
    rows = reads.connection.execute(query.group_by(tasks_read.c.subject))
    waiting = {row.subject: domain.Waiting(row.tasks, row.mine, row.oldest) for row in rows}
    return steps.views(domain.next_steps(waiting, now))


def account_application(_arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """R1: the account application of the one who asks."""
    require_epb(actor)
    row = reads.connection.execute(select(account_applications).where(account_applications.c.officer_id == actor.id)).one_or_none()
    if row is None:
        raise NotFound("account-application.unknown")
    person = reads.connection.execute(select(persons.c["values"]).where(persons.c.person_id == row.person_id)).scalar()
    said = json.loads(person) if person else {}
    return {
        "officer_id": row.officer_id,
        "state": row.state,
        "applied_at": row.applied_at,
        "region": row.region,
        "region_name": full_name(row.region),
        "applications": json.loads(row.applications),
        **{name: said.get(name, "") for name in APPLICANT},
    }


def _officer_region(actor: Actor, reads: SqlReads) -> str:
    if actor.is_internal:
        return WHOLE_PROVINCE
    if actor.realm is not Realm.EPB:
        raise Forbidden("actor.officer-only")
    region = reads.connection.execute(select(officers.c.region).where(officers.c.officer_id == actor.id)).scalar()
    if region is None:
        raise Forbidden("officer.unknown")
    return str(region)


def _row(row: Row[Any]) -> dict[str, Any]:
    return {
        "submission_id": row.submission_id,
        "subject": row.subject,
        "subject_id": row.subject_id,
        "discharger_id": row.discharger_id,
        "discharger_name": row.discharger_name or row.discharger_id,
        "region": row.region or "",
        "region_name": full_name(row.region) if row.region else "",
        "bureau": row.bureau or "",
        "title": row.title,
        "state": row.state,
        "submitted_at": row.submitted_at,
        "decided_at": row.decided_at,
    }
