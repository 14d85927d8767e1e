"""The audit trail: who did what when, from where, and with which result. Commands, sign-on and sign-off, files, refused access.

One insert per act, into a table that lets nobody change or delete a row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import Response, g, request
from sqlalchemy import Row, Select, func, insert, select

from selfmon_gateway.auth.people import Person
from selfmon_gateway.tables import audit_trail
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.clock import Clock

log = structlog.get_logger()

DONE, REFUSED = "done", "refused"
"""Results of acts; ``refused`` finds all that were not done, whose result is the error's code."""
_PORTION = 1000
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

    def read(self, wanted: "Wanted", *, page: int, page_size: int) -> Mapping[str, Any]:
        """A page of the trail, newest first."""
        query = wanted.narrow(select(audit_trail))
        with self._database.reading() as connection:
            total = connection.execute(select(func.count()).select_from(query.subquery())).scalar()
            chosen = query.order_by(audit_trail.c.id.desc()).limit(page_size).offset((page - 1) * page_size)
            rows = [{str(name): value for name, value in row._mapping.items()} for row in connection.execute(chosen)]
        return {"total": total, "rows": rows}

    def everything(self, wanted: "Wanted") -> Iterator[Row[Any]]:
        """All that is wanted, newest first, read in portions: no transaction is held while somebody reads slowly."""
        query = wanted.narrow(select(audit_trail)).order_by(audit_trail.c.id.desc()).limit(_PORTION)
        before: int | None = None
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(query if before is None else query.where(audit_trail.c.id < before)).all()
            yield from rows
            if len(rows) < _PORTION:
                return
            before = rows[-1].id


@dataclass(frozen=True)
class Wanted:
    """Which acts are looked for: of a time, of a person (one id in two realms is two persons), by how their name begins, by result."""

    since: datetime | None = None
    until: datetime | None = None
    realm: str | None = None
    person_id: str | None = None
    act: str | None = None
    result: str | None = None

    def narrow(self, query: Select[Any]) -> Select[Any]:
        """The query for these alone."""
        at, trail = audit_trail.c.at, audit_trail.c
        if self.since is not None:
            query = query.where(at >= self.since)
        if self.until is not None:
            query = query.where(at < self.until)
        for column, value in ((trail.realm, self.realm), (trail.person_id, self.person_id)):
            if value is not None:
                query = query.where(column == value)
        if self.act is not None:
            query = query.where(trail.what.startswith(self.act, autoescape=True))
        if self.result is not None:
            query = query.where(trail.result != DONE if self.result == REFUSED else trail.result == self.result)
        return query


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
