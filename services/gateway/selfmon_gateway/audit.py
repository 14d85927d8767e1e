"""The audit trail: who did what when, from where, and with which result. Commands, sign-on and sign-off, files, refused access.

One insert per act, into a table that lets nobody change or delete a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import Response, g, request
from sqlalchemy import func, insert, select

from selfmon_gateway.auth.people import Person
from selfmon_gateway.tables import audit_trail
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.clock import Clock

log = structlog.get_logger()

DONE = "done"
_INSERT = insert(audit_trail)


@dataclass(frozen=True)
class Act:
    """What is written down of one request; ``result`` is ``done`` or the error's code."""

    what: str
    object: str
    result: str
    address: str
    correlation: str
    person: Person | None = None


class AuditTrail:
    """The trail of all gateway processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def write(self, act: Act) -> None:
        """Write one act down; where the store is away, the log holds it instead."""
        row = {
            "at": self._clock(),
            "person_id": None if act.person is None else act.person.id,
            "realm": None if act.person is None else act.person.realm.value,
            "address": act.address,
            "what": act.what,
            "object": act.object[:500],
            "result": act.result,
            "correlation": act.correlation,
        }
        try:
            with self._database.writing() as connection:
                connection.execute(_INSERT, row)
        except Exception as error:  # the act is done and must be answered; the trail's copy is then the log
            log.error("audit-not-stored", **{**row, "at": row["at"].isoformat()}, exc_info=error)  # type: ignore[union-attr]

    def read(
        self, *, since: datetime | None, until: datetime | None, person_id: str | None, page: int, page_size: int
    ) -> Mapping[str, Any]:
        """A page of the trail, newest first."""
        query = select(audit_trail)
        if since is not None:
            query = query.where(audit_trail.c.at >= since)
        if until is not None:
            query = query.where(audit_trail.c.at < until)
        if person_id is not None:
            query = query.where(audit_trail.c.person_id == person_id)
        with self._database.reading() as connection:
            total = connection.execute(select(func.count()).select_from(query.subquery())).scalar()
            chosen = query.order_by(audit_trail.c.id.desc()).limit(page_size).offset((page - 1) * page_size)
            rows = [dict(row._mapping) for row in connection.execute(chosen)]
        return {"total": total, "rows": rows}


def auditing(what: str, person: Person | None = None) -> None:
    """Have the present request written down as this, whatever becomes of it."""
    g.act = what
    if person is not None:
        g.acting = person


def after_request(trail: AuditTrail, response: Response, *, public: bool) -> Response:
    """Write the request down if it is one of those that are: a noted act, or a refused access to something that is not public."""
    what = g.get("act")
    refused = not public and response.status_code in (401, 403, 404)
    if what is None and (not refused or request.endpoint is None):
        return response
    person: Person | None = g.get("acting")
    trail.write(
        Act(
            what=what or f"{request.method} {request.endpoint}",
            object=request.path,
            result=g.get("result", DONE) if response.status_code >= 400 else DONE,
            address=request.remote_addr or "",
            correlation=g.correlation,
            person=person,
        )
    )
    return response
