"""Tasks: everything that happens later, long, or outside the transaction. They survive kill -9.

A task is named by kind, key and the time it was made for. It is claimed with a lease; who dies loses the lease, and another takes over.
The work must therefore be safe to begin again: it ends in an ordinary command whose idempotency key is the task's name.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from selfmon_shared.eventstore.tables import tasks
from selfmon_shared.eventstore.upserts import insert_new
from selfmon_shared.kernel.codec import canonical_json

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"


class TaskCancelled(Exception):
    """Someone has cancelled the task, or it now belongs to another worker; stop and leave no trace."""


@dataclass(frozen=True)
class Task:
    """A claimed task."""

    id: int
    kind: str
    key: str
    run_at: datetime
    payload: Mapping[str, Any]
    attempts: int
    claim: str

    @property
    def idempotency_key(self) -> str:
        """Under this key the task's command has its effect once, however often the task is begun."""
        return f"{self.kind}:{self.key}:{self.run_at.isoformat()}"


def schedule(connection: Connection, kind: str, key: str, run_at: datetime, payload: Mapping[str, Any]) -> bool:
    """Note a task; the same kind, key and time once only."""
    row = {"kind": kind, "key": key, "run_at": run_at, "due_at": run_at, "payload": canonical_json(dict(payload)), "state": WAITING}
    return insert_new(connection, tasks, {**row, "attempts": 0, "progress": 0, "note": ""})


def _due(kinds: Sequence[str], now: datetime) -> ColumnElement[bool]:
    open_ones = tasks.c.kind.in_(kinds) & (tasks.c.due_at <= now) & tasks.c.state.in_((WAITING, RUNNING))
    return open_ones & ((tasks.c.state == WAITING) | (tasks.c.claimed_until < now))


def any_due(connection: Connection, kinds: Sequence[str], now: datetime) -> bool:
    """Whether there is a task to claim; costs no lock."""
    return connection.execute(select(tasks.c.id).where(_due(kinds, now)).limit(1)).first() is not None


def claim(connection: Connection, kinds: Sequence[str], now: datetime, lease: timedelta) -> Task | None:
    """Take the task that has been due longest, of the given kinds, for the length of the lease."""
    due = select(tasks).where(_due(kinds, now)).order_by(tasks.c.due_at, tasks.c.id).limit(1).with_for_update(skip_locked=True)
    row = connection.execute(due).one_or_none()
    if row is None:
        return None
    token = str(uuid.uuid4())
    changes = {"state": RUNNING, "claim": token, "claimed_until": now + lease, "attempts": row.attempts + 1}
    connection.execute(update(tasks).where(tasks.c.id == row.id).values(**changes))
    return Task(row.id, row.kind, row.key, row.run_at, json.loads(row.payload), row.attempts + 1, token)


def _change(connection: Connection, task: Task, **values: Any) -> None:
    held = update(tasks).where(tasks.c.id == task.id, tasks.c.claim == task.claim, tasks.c.state == RUNNING)
    if connection.execute(held.values(**values)).rowcount == 0:
        raise TaskCancelled(task.idempotency_key)


def report(connection: Connection, task: Task, progress: int, note: str, claimed_until: datetime) -> None:
    """Say how far a claimed task has come (0–100) and lengthen its lease.

    Raises:
        TaskCancelled: the task was cancelled or is no longer ours.
    """
    _change(connection, task, progress=progress, note=note, claimed_until=claimed_until)


def finish(connection: Connection, task: Task, now: datetime, result: Mapping[str, Any] | None = None) -> None:
    """The task is done.

    Raises:
        TaskCancelled: the task was cancelled or is no longer ours.
    """
    text = None if result is None else canonical_json(dict(result))
    _change(connection, task, state=DONE, progress=100, claimed_until=None, finished_at=now, result=text)


def put_off(connection: Connection, task: Task, due_at: datetime, note: str) -> None:
    """The attempt failed; the task is due again later."""
    _change(connection, task, state=WAITING, claim=None, claimed_until=None, due_at=due_at, note=note)


def give_up(connection: Connection, task: Task, now: datetime, note: str) -> None:
    """The task cannot be done; it stays as failed, to be seen."""
    _change(connection, task, state=FAILED, claimed_until=None, finished_at=now, note=note)


def hand_back(connection: Connection, task: Task) -> None:
    """The worker is stopping: the task is free at once, and this attempt does not count."""
    _change(connection, task, state=WAITING, claim=None, claimed_until=None, attempts=task.attempts - 1)


def cancel(connection: Connection, kind: str, key: str, now: datetime) -> bool:
    """Cancel the unfinished tasks of this kind and key; who works on one notices at its next report."""
    open_ones = update(tasks).where(tasks.c.kind == kind, tasks.c.key == key, tasks.c.state.in_((WAITING, RUNNING)))
    return connection.execute(open_ones.values(state=CANCELLED, finished_at=now)).rowcount > 0


def latest(connection: Connection, kind: str, key: str) -> Row[Any] | None:
    """The newest task of this kind and key: state, progress, note, result (text)."""
    return connection.execute(
        select(tasks).where(tasks.c.kind == kind, tasks.c.key == key).order_by(tasks.c.id.desc()).limit(1)
    ).one_or_none()
