"""Review's read tables, event by event."""

import json
from typing import Any

from sqlalchemy import Connection, select, update

from selfmon_review import domain
from selfmon_review.events import (
    AccountAppliedFor,
    ApprovalRevoked,
    DecisionVoid,
    DischargerNoted,
    OfficerEnrolled,
    SubmissionApproved,
    SubmissionReturned,
    SubmissionWithdrawn,
    TaskOpened,
)
from selfmon_review.tables import account_applications, dischargers, officers, tasks_read
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.events import Recorded


def project(recorded: Recorded, connection: Connection) -> None:
    """Bring the read tables up to an event."""
    match recorded.data:
        case OfficerEnrolled() as event:
            row = {"officer_id": event.officer_id, "region": event.region, "applications": canonical_json(list(event.applications))}
            upsert(connection, officers, ["officer_id"], [row])
        case AccountAppliedFor() as event:
            written = {
                "applications": canonical_json(list(event.applications)),
                "state": domain.RECEIVED,
                "applied_at": recorded.recorded_at,
            }
            upsert(connection, account_applications, ["officer_id"], [{**vars(event), **written}])
        case DischargerNoted() as event:
            upsert(connection, dischargers, ["discharger_id"], [dict(vars(event))])
        case TaskOpened() as event:
            row = {**vars(event), "submission": canonical_json(event.submission), "state": domain.OPEN, "void_decisions": "[]"}
            connection.execute(tasks_read.insert(), row)
        case SubmissionApproved() as event:
            _decide(recorded, connection, state=domain.APPROVED, officer_id=event.officer_id, comment=event.comment)
        case SubmissionReturned() as event:
            _decide(recorded, connection, state=domain.RETURNED, officer_id=event.officer_id, reason=event.reason)
        case SubmissionWithdrawn():
            _decide(recorded, connection, state=domain.WITHDRAWN)
        case ApprovalRevoked() as event:
            _decide(recorded, connection, state=domain.REVOKED, officer_id=event.officer_id, reason=event.reason)
        case DecisionVoid() as event:
            _note_void(recorded, connection, event.what)


def _submission_of(recorded: Recorded) -> str:
    return recorded.stream.removeprefix("review-task-")


def _decide(recorded: Recorded, connection: Connection, **values: Any) -> None:
    of_task = tasks_read.c.submission_id == _submission_of(recorded)
    connection.execute(update(tasks_read).where(of_task).values(decided_at=recorded.recorded_at, **values))


def _note_void(recorded: Recorded, connection: Connection, what: str) -> None:
    of_task = tasks_read.c.submission_id == _submission_of(recorded)
    present = connection.execute(select(tasks_read.c.void_decisions).where(of_task)).scalar()
    if present is not None:
        noted = [*json.loads(present), f"{what} {recorded.recorded_at.isoformat()}"]
        connection.execute(update(tasks_read).where(of_task).values(void_decisions=canonical_json(noted)))
