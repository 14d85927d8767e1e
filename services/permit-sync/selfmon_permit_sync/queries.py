"""Permit-sync's questions and look-ups."""

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from selfmon_permit_sync import domain
from selfmon_permit_sync.domain import ACKNOWLEDGED, IN_FORCE, REFUSED, WAITING, Progress
from selfmon_permit_sync.tables import dischargers, intake, permits, quarantine
from selfmon_permit_sync.tables import uploads as uploads_read
from selfmon_shared.contracts import steps
from selfmon_shared.kernel.actor import Actor, require_operator, require_sight
from selfmon_shared.reference.regions import PROVINCE

MOST_MALFORMED = 1000


@dataclass(frozen=True)
class Pending:
    """An upload that waits for its answer, as it is to be sent."""

    upload_id: str
    kind: str
    discharger_id: str
    permit_number: str | None
    content: Mapping[str, Any]
    document: str | None
    attempt: int


class SqlReads:
    """Look-ups on one connection: the adapter of ``handlers.Reads``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def progress(self) -> Progress:
        """See ``handlers.Reads``."""
        row = self.connection.execute(select(intake)).one_or_none()
        return Progress() if row is None else Progress(row.cursor, bool(row.in_step), row.problem)

    def set_aside(self) -> Set[str]:
        """See ``handlers.Reads``."""
        return set(self.connection.execute(select(quarantine.c.key)).scalars())

    def permit_of(self, discharger_id: str) -> str | None:
        """See ``handlers.Reads``."""
        of_discharger = select(permits.c.number).where(permits.c.discharger_id == discharger_id)
        newest_first = of_discharger.order_by((permits.c.state == IN_FORCE).desc(), permits.c.national_at.desc(), permits.c.number)
        return self.connection.execute(newest_first.limit(1)).scalar()

    def region_of(self, discharger_id: str) -> str:
        """Where a discharger lies: as enterprise says, else as its newest permit says; the whole province where neither is known (R7)."""
        noted = select(dischargers.c.region).where(dischargers.c.discharger_id == discharger_id)
        on_permit = select(permits.c.region).where(permits.c.number == self.permit_of(discharger_id))
        return self.connection.execute(noted).scalar() or self.connection.execute(on_permit).scalar() or PROVINCE

    def pending_upload(self, upload_id: str) -> Pending | None:
        """An upload that waits for its answer; None if it has one."""
        waiting = select(uploads_read).where(uploads_read.c.upload_id == upload_id, uploads_read.c.state == WAITING)
        row = self.connection.execute(waiting).one_or_none()
        if row is None:
            return None
        content = json.loads(row.content)
        return Pending(row.upload_id, row.kind, row.discharger_id, row.permit_number, content, row.document, row.attempt)


def uploads(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[Mapping[str, Any]]:
    """N2: what a discharger has sent up and where it stands, newest first."""
    discharger_id = arguments["discharger_id"]
    require_sight(actor, discharger_id, reads.region_of(discharger_id))
    of_discharger = select(uploads_read).where(uploads_read.c.discharger_id == discharger_id)
    rows = reads.connection.execute(of_discharger.order_by(uploads_read.c.requested_at.desc(), uploads_read.c.upload_id))
    return [
        {
            "upload_id": row.upload_id,
            "kind": row.kind,
            "subject_id": row.subject_id,
            "discharger_id": row.discharger_id,
            "state": row.state,
            "receipt": row.receipt,
            "reason": row.reason,
            "lines": json.loads(row.lines),
            "requested_at": row.requested_at,
            "settled_at": row.settled_at,
            "attempts": row.attempt,
            "moves": domain.moves(row.state) if actor.acts_for(discharger_id) else [],
        }
        for row in rows
    ]


def intake_state(_arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """N1: for operators: how far the permit list has come, and the records that could not be read, newest first."""
    require_operator(actor)
    progress = reads.progress()
    malformed = select(quarantine).order_by(quarantine.c.received_at.desc(), quarantine.c.key).limit(MOST_MALFORMED)
    return {
        "cursor": progress.cursor,
        "permits": reads.connection.execute(select(func.count()).select_from(permits)).scalar(),
        "malformed": [
            {
                "digest": row.digest,
                "permit_number": row.number,
                "problems": json.loads(row.problems),
                "received_at": row.received_at,
            }
            for row in reads.connection.execute(malformed)
        ],
        "in_step": progress.in_step,
        "problem": progress.problem,
    }


def next_steps(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> list[dict[str, Any]]:
    """N2: what the national platform has refused, or has still to answer."""
    discharger_id = arguments["discharger_id"]
    require_sight(actor, discharger_id, reads.region_of(discharger_id))
    of_discharger = uploads_read.c.discharger_id == discharger_id
    counted = select(uploads_read.c.state, func.count().label("uploads")).where(of_discharger).group_by(uploads_read.c.state)
    counts = {row.state: row.uploads for row in reads.connection.execute(counted)}
    newest = select(uploads_read.c.reason).where(of_discharger, uploads_read.c.state == REFUSED)
    reason = reads.connection.execute(newest.order_by(uploads_read.c.settled_at.desc()).limit(1)).scalar()
    found = domain.next_steps(counts.get(WAITING, 0), counts.get(ACKNOWLEDGED, 0), counts.get(REFUSED, 0), reason)
    return steps.views(found)
