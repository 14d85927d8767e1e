"""Running tasks: claim, work, finish; put off after a failure, handed back when the process stops."""

import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from selfmon_shared.application.application import Application
from selfmon_shared.application.definition import TaskSpec
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import taskstore
from selfmon_shared.eventstore.taskstore import Task, TaskCancelled
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.observability.metrics import TASKS

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(minutes=10)


class TaskHandedBack(Exception):
    """The process is stopping; the task will be begun again elsewhere."""


@dataclass(frozen=True)
class TaskContext:
    """What a task's work may use."""

    task: Task
    application: Application
    stopping: Callable[[], bool]

    @property
    def settings(self) -> Settings:
        """The service's settings."""
        return self.application.settings

    @property
    def ports(self) -> Any:
        """The service's adapters to the outside."""
        return self.application.ports

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.application.clock()

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The service's look-ups; hold no I/O inside."""
        with self.application.reading() as reads:
            yield reads

    def ask(self, service: str, name: str, arguments: Mapping[str, Any]) -> Any:
        """Ask another service's look-up; never inside a unit of work.

        Raises:
            Unavailable: the service is away; let the task be put off.
        """
        if self.application.client is None:
            raise Unavailable("service.away")
        return self.application.client.call(f"{service}-feed", {"kind": "lookup", "name": name, "payload": dict(arguments)})

    def decide(self, work: Callable[[Any], Mapping[str, Any] | None], step: str = "") -> Mapping[str, Any]:
        """Run ``work(unit_of_work)`` in one transaction, once for this task and step, however often the task is begun."""
        key = self.task.idempotency_key + (f":{step}" if step else "")
        return self.application.decide(work, key=key, causation=f"task:{self.task.idempotency_key}")

    def report(self, progress: int, note: str) -> None:
        """Say how far the work has come, 0–100, in words for the user; lengthens the lease.

        Raises:
            TaskCancelled: the task was cancelled.
            TaskHandedBack: the process is stopping.
        """
        if self.stopping():
            raise TaskHandedBack(self.task.kind)
        spec = self.application.tasks[self.task.kind]
        with self.application.database.writing() as connection:
            taskstore.report(connection, self.task, progress, note, self.now + spec.lease)


def ensure_recurring(application: Application) -> None:
    """Make sure that every recurring task has a next run."""
    now = application.clock()
    with application.database.writing() as connection:
        for spec in application.tasks.values():
            newest = None if spec.next_run is None else taskstore.latest(connection, spec.kind, "recurring")
            if spec.next_run is not None and (newest is None or newest.state not in (taskstore.WAITING, taskstore.RUNNING)):
                taskstore.schedule(connection, spec.kind, "recurring", spec.next_run(now, application.settings), {})


def run_one(application: Application, kinds: list[str], stopping: Callable[[], bool]) -> bool:
    """Claim and do one due task of the given kinds; answers whether there was one."""
    claimed = application.claim_task(kinds, application.clock())
    if claimed is None:
        return False
    spec, task = claimed
    context = TaskContext(task, application, stopping)
    try:
        with TASKS.labels(application.definition.name, task.kind).time():
            result = spec.work(context)
        with application.database.writing() as connection:
            taskstore.finish(connection, task, application.clock(), result)
            _schedule_next(application, spec, task, connection)
    except TaskCancelled:
        log.info("task-cancelled", kind=task.kind, key=task.key)
    except TaskHandedBack:
        with application.database.writing() as connection:
            taskstore.hand_back(connection, task)
        log.info("task-handed-back", kind=task.kind, key=task.key)
    except Exception as error:
        _failed(application, spec, task, context, error)
    return True


def _failed(application: Application, spec: TaskSpec, task: Task, context: TaskContext, error: Exception) -> None:
    note = f"{type(error).__name__}: {error}"[:500]
    gives_up = spec.max_attempts is not None and task.attempts >= spec.max_attempts
    log.warning(
        "task-failed",
        kind=task.kind,
        key=task.key,
        attempt=task.attempts,
        gives_up=gives_up,
        error="".join(traceback.format_exception(error)),
    )
    if gives_up and spec.on_given_up is not None:
        spec.on_given_up(context, error)
    with application.database.writing() as connection:
        if gives_up:
            taskstore.give_up(connection, task, application.clock(), note)
            _schedule_next(application, spec, task, connection)
        else:
            taskstore.put_off(connection, task, application.clock() + pause_after(task.attempts), note)


def pause_after(attempts: int) -> timedelta:
    """How long a failed task waits: 1 s, doubling, at most 10 minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 12)), LONGEST_PAUSE)


def _schedule_next(application: Application, spec: TaskSpec, task: Task, connection: Any) -> None:
    if spec.next_run is not None and task.key == "recurring":
        taskstore.schedule(connection, spec.kind, "recurring", spec.next_run(application.clock(), application.settings), {})


def state_of(application: Application, kind: str, key: str) -> Mapping[str, Any] | None:
    """The newest task of a kind and key for users: state, progress, note, result."""
    with application.database.reading() as connection:
        row = taskstore.latest(connection, kind, key)
    if row is None:
        return None
    return {
        "state": row.state,
        "progress": row.progress,
        "note": row.note,
        "result": None if row.result is None else json.loads(row.result),
    }
