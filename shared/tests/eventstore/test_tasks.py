"""Tasks: claimed once, handed back, put off, given up, cancelled, recurring, on both stores."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from selfmon_shared.application import tasks as running
from selfmon_shared.application.application import Application, Call
from selfmon_shared.application.definition import TaskSpec
from selfmon_shared.application.tasks import TaskContext, ensure_recurring, pause_after, run_one, state_of
from selfmon_shared.eventstore import idempotency, tables, taskstore
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.testing.clock import MovableClock

CALL = Call(Actor("operator-1", Realm.OPERATOR), "c", "k1")
KIND = "count-later"


def never() -> bool:
    return False


def later(application: Application, amount: int = 5, key: str = "k1") -> str:
    application.execute("count", {"tally": "a", "amount": amount, "later": True}, replace(CALL, idempotency_key=key))
    with application.database.reading() as connection:
        row = connection.execute(select(tables.tasks).order_by(tables.tasks.c.id.desc()).limit(1)).one()
    return str(row.key)


def with_work(application: Application, work: Any, **more: Any) -> list[Mapping[str, Any]]:
    """Replace what the task does."""
    application.tasks[KIND] = TaskSpec(KIND, work, **more)
    return []


def test_a_task_has_its_effect_and_its_result(application: Application) -> None:
    key = later(application)
    assert run_one(application, [KIND], never)
    assert not run_one(application, [KIND], never)
    assert not run_one(application, [], never)
    assert state_of(application, KIND, key) == {"state": "done", "progress": 100, "note": "halfway", "result": {"amount": 5}}
    assert application.ask("total", {"tally": "tally-a"}, CALL)["total"] == 5
    assert state_of(application, KIND, "none") is None


def test_a_task_that_died_after_its_effect_has_it_once(application: Application, clock: MovableClock) -> None:
    later(application)

    class Killed(BaseException):
        """Stands for kill -9: nothing of ours runs after it."""

    work = application.tasks[KIND].work

    def dies(context: TaskContext) -> None:
        work(context)
        raise Killed

    with_work(application, dies)
    with pytest.raises(Killed):
        run_one(application, [KIND], never)
    with_work(application, work)
    assert not run_one(application, [KIND], never)  # the lease holds
    clock.move(timedelta(minutes=5))
    assert run_one(application, [KIND], never)
    assert application.ask("total", {"tally": "tally-a"}, CALL)["total"] == 5


def test_a_failed_task_is_put_off_longer_each_time_and_given_up_at_last(application: Application, clock: MovableClock) -> None:
    key = later(application)
    given_up: list[str] = []

    def fails(_context: TaskContext) -> None:
        raise RuntimeError("no luck")

    with_work(application, fails, max_attempts=2, on_given_up=lambda _context, error: given_up.append(str(error)))
    assert run_one(application, [KIND], never)
    assert not run_one(application, [KIND], never)
    assert state_of(application, KIND, key) == {"state": "waiting", "progress": 0, "note": "RuntimeError: no luck", "result": None}
    clock.move(timedelta(seconds=5))
    assert run_one(application, [KIND], never)
    assert state_of(application, KIND, key)["state"] == "failed"  # type: ignore[index]
    assert given_up == ["no luck"]
    assert pause_after(1) < pause_after(2) < pause_after(30) == running.LONGEST_PAUSE


def test_a_task_without_limit_is_never_given_up(application: Application, clock: MovableClock) -> None:
    key = later(application)

    def fails(_context: TaskContext) -> None:
        raise Unavailable("service.away")

    with_work(application, fails, max_attempts=None)
    for _ in range(8):
        assert run_one(application, [KIND], never)
        clock.move(timedelta(minutes=30))
    assert state_of(application, KIND, key)["state"] == "waiting"  # type: ignore[index]


def test_a_stopping_process_hands_its_task_back_at_once(application: Application) -> None:
    key = later(application)
    assert run_one(application, [KIND], lambda: True)
    state = state_of(application, KIND, key)
    assert state is not None
    assert state["state"] == "waiting"
    assert run_one(application, [KIND], never)
    with application.database.reading() as connection:
        assert connection.execute(select(tables.tasks.c.attempts)).scalar() == 1


def test_a_cancelled_task_notices_at_its_next_report(application: Application) -> None:
    key = later(application)
    reached: list[str] = []

    def work(context: TaskContext) -> None:
        with application.database.writing() as connection:
            assert taskstore.cancel(connection, KIND, key, application.clock())
        context.report(10, "still at it")
        reached.append("past the report")

    with_work(application, work)
    assert run_one(application, [KIND], never)
    assert reached == []
    assert state_of(application, KIND, key)["state"] == "cancelled"  # type: ignore[index]
    with application.database.writing() as connection:
        assert not taskstore.cancel(connection, KIND, key, application.clock())


def test_who_lost_the_lease_leaves_no_trace(application: Application, clock: MovableClock) -> None:
    key = later(application)
    work = application.tasks[KIND].work

    def slow(context: TaskContext) -> Mapping[str, Any] | None:
        clock.move(timedelta(minutes=5))
        with_work(application, work)
        assert run_one(application, [KIND], never)  # another worker takes over and finishes
        return {"amount": -1}

    with_work(application, slow)
    assert run_one(application, [KIND], never)
    assert state_of(application, KIND, key)["result"] == {"amount": 5}  # type: ignore[index]


def test_a_recurring_task_always_has_a_next_run(application: Application, clock: MovableClock) -> None:
    runs: list[datetime] = []
    outcomes = iter([None, RuntimeError("first night failed"), None])

    def work(context: TaskContext) -> None:
        runs.append(context.now)
        if (failure := next(outcomes)) is not None:
            raise failure

    application.tasks["nightly"] = TaskSpec("nightly", work, max_attempts=1, next_run=lambda after, _settings: after + timedelta(hours=24))
    ensure_recurring(application)
    ensure_recurring(application)
    assert not run_one(application, ["nightly"], never)
    for _ in range(3):
        clock.move(timedelta(hours=25))
        assert run_one(application, ["nightly"], never)
        assert not run_one(application, ["nightly"], never)
    assert len(runs) == 3


def test_a_task_may_look_things_up(application: Application) -> None:
    later(application)
    found: list[Any] = []

    def work(context: TaskContext) -> None:
        with context.reading() as reads:
            found.append(reads.total("tally-a"))
        assert context.ports is None
        assert context.settings.service == "tally"
        with pytest.raises(Unavailable):
            context.ask("other", "total", {"tally": "x"})
        application.client = application_client
        found.append(context.ask("other", "total", {"tally": "x"}))

    class Client:
        """Answers as the other service's container would."""

        def call(self, container: str, request: Mapping[str, Any]) -> Any:
            return [container, request["kind"], request["name"]]

    application_client = Client()
    with_work(application, work)
    assert run_one(application, [KIND], never)
    assert found == [(0, 0), ["other-feed", "lookup", "total"]]


def test_old_answers_are_forgotten_after_thirty_days(application: Application, clock: MovableClock) -> None:
    application.execute("count", {"tally": "a", "amount": 1}, CALL)
    clock.move(timedelta(days=31))
    with application.database.writing() as connection:
        assert idempotency.forget_old(connection, application.clock()) == 1
