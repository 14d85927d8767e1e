"""Services that talk: calls, following, outages, stops, on both set-ups."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text, update

from selfmon_shared.eventstore import following, tables
from selfmon_shared.eventstore.database import Database
from selfmon_shared.testing.postgres import PrivatePostgres
from selfmon_shared.testing.rabbitmq import PrivateRabbitMQ
from selfmon_shared.testing.tally import TALLY, Counted
from selfmon_shared.testing.waiting import DeadlinePassed, eventually

Pair = Any


def refused(answer: dict[str, Any]) -> str:
    return str(answer["refused"]["code"])


def test_a_command_reaches_its_service_and_the_other_notes_it(running_pair: Pair) -> None:
    pair = running_pair
    assert pair.count("left", "first", 5)["answer"]["total"] == 5
    assert pair.count("left", "first", 6)["answer"]["total"] == 11
    eventually(lambda: pair.noted("right", "first") == 2, deadline=20, what="noted by right")


def test_refusals_arrive_with_code_fields_and_params(running_pair: Pair) -> None:
    pair = running_pair
    bad = pair.count("left", "a", 5000)
    assert bad["refused"] == {
        "status": 422,
        "code": "input.invalid",
        "params": {},
        "fields": {"amount": ["应在 0 与 1000 之间"]},
    }
    conflict = pair.ask("left", "command", "count", {"tally": "fresh", "amount": 1, "expected_version": 4}, "k")
    assert conflict["refused"]["params"] == {"expected": 4, "current": 0}
    assert refused(pair.ask("left", "command", "nothing", {}, "k2")) == "command.unknown"
    assert refused(pair.ask("left", "no-such-kind", "x", {})) == "command.unknown"


def test_a_service_that_is_not_running_is_away_at_once(running_pair: Pair) -> None:
    pair = running_pair
    started = time.monotonic()
    assert refused(pair.send("nobody", {"kind": "query"}, through="left")) == "service.away"
    assert time.monotonic() - started < 5  # not the deadline of ten seconds


def test_a_request_past_its_deadline_is_not_carried_out(running_pair: Pair) -> None:
    pair = running_pair
    late = {"kind": "command", "name": "count", "payload": {}, "actor": "", "correlation": "x", "deadline": time.time() - 1}
    assert refused(pair.send("left", late)) == "command.expired"


def test_only_a_signed_actor_is_believed(running_pair: Pair) -> None:
    pair = running_pair
    forged = {"kind": "command", "name": "count", "payload": {"tally": "a", "amount": 1}, "actor": "e30.e30.x", "correlation": "x"}
    assert refused(pair.send("left", forged)) == "actor.unknown"


def test_look_ups_are_answered_beside_the_feed(running_pair: Pair) -> None:
    pair = running_pair
    pair.count("left", "looked-up", 5)
    assert pair.send("left-feed", {"kind": "lookup", "name": "total", "payload": {"tally": "tally-looked-up"}})["answer"] == [5, 1]
    assert refused(pair.send("left-feed", {"kind": "lookup", "name": "x", "payload": {}})) == "command.unknown"


def test_a_request_that_makes_no_sense_is_answered(running_pair: Pair) -> None:
    pair = running_pair
    assert refused(pair.send("left", {"kind": "feed"})) == "service.failed"
    assert pair.count("left", "after-nonsense", 5)["answer"]["total"] == 5


def test_two_that_follow_each_other_catch_up_without_waiting_for_each_other(pair: Pair) -> None:
    """400 events behind each way: both catch up, and no call times out. How fast stands in docs/benchmarks.md."""
    for service, tally_ in (("left", "a"), ("right", "b")):
        application = pair.application(service)
        for n in range(20):
            application.decide(partial(_count_twenty, f"{tally_}{n}"), key=f"k{n}")
        application.close()
    pair.start()
    for n in range(20):
        eventually(lambda n=n: (pair.noted("right", f"a{n}"), pair.noted("left", f"b{n}")) == (20, 20), deadline=30, what="caught up")
    assert "service.timeout" not in "".join(process.log_path.read_text() for process in pair.processes.values())


def _count_twenty(tally_: str, uow: Any) -> None:
    uow.append(uow.load(TALLY, tally_), [Counted(1)] * 20)


def test_what_is_killed_goes_on_where_it_was(pair: Pair) -> None:
    pair.start()
    for n in range(20):
        pair.count("left", "a", 1, key=f"before-{n}")
    pair.kill9()
    pair.start()
    for n in range(20):
        pair.count("left", "a", 1, key=f"before-{n}")  # the browser asks again: done already
        pair.count("left", "a", 1, key=f"after-{n}")
    eventually(lambda: pair.noted("right", "a") == 40, deadline=20, what="noted once each")


def test_with_the_pull_off_nothing_arrives(pair: Pair) -> None:
    """The negative control: wake-ups carry nothing, so it is the pull that makes the tests above pass."""
    pair.start(SELFMON_PULL="0")
    pair.count("left", "a")
    with pytest.raises(DeadlinePassed):
        eventually(lambda: pair.noted("right", "a") == 1, deadline=5, what="noted without the pull")
    pair.kill9()
    pair.start(SELFMON_PULL="1")
    eventually(lambda: pair.noted("right", "a") == 1, deadline=20, what="noted with the pull")


def stops_within(pair: Pair, seconds: float) -> Callable[[str], None]:
    def check(service: str) -> None:
        process = pair.process_of(service)
        started = time.monotonic()
        process.stop()
        assert process.exit_code == 0, process.log_tail()
        assert time.monotonic() - started < seconds

    return check


def test_sigterm_ends_a_process_within_ten_seconds(pair: Pair) -> None:
    pair.start()
    stops_within(pair, 10)("left")


def test_sigterm_ends_a_process_during_an_outage_of_the_broker(pair: Pair, broker: PrivateRabbitMQ | None) -> None:
    pair.start()
    if broker is not None:
        broker.kill()
    try:
        stops_within(pair, 10)("left")
    finally:
        if broker is not None:
            broker.start()


def test_the_broker_may_die_and_come_back(pair: Pair, broker: PrivateRabbitMQ | None) -> None:
    pair.start()
    pair.count("left", "a")
    if broker is not None:
        broker.kill()
        assert refused(pair.count("left", "a", timeout=3)) in ("service.away", "service.timeout")
        broker.start()
    eventually(lambda: "answer" in pair.count("left", "a", key="again", timeout=3), deadline=30, what="left answers again")
    eventually(lambda: pair.noted("right", "a") >= 2, deadline=30, what="right notes again")


def test_the_database_may_die_and_come_back(pair: Pair, database_server: PrivatePostgres | None) -> None:
    pair.start()
    pair.count("left", "a")
    if database_server is not None:
        database_server.kill()
        assert refused(pair.count("left", "a", timeout=3)) in ("database.away", "service.timeout")
        database_server.start()
    later = {"tally": "a", "amount": 1, "later": True}
    eventually(lambda: "answer" in pair.ask("left", "command", "count", later, "later", timeout=3), deadline=30, what="left answers again")
    eventually(lambda: pair.noted("right", "a") >= 2, deadline=30, what="the task was done, and right has noted it")


def test_a_service_alone_waits_for_the_others(pair: Pair) -> None:
    pair.start("left")
    assert pair.count("left", "a")["answer"]["total"] == 1
    pair.start("right")
    eventually(lambda: pair.noted("right", "a") == 1, deadline=20, what="noted by right, which came later")


def test_a_restored_source_is_noticed_and_nothing_is_dropped_silently(pair: Pair) -> None:
    """The fork drill in small: left loses its last events and goes on with others at the same positions."""
    pair.start()
    for n in range(6):
        pair.count("left", "a", n)
    eventually(lambda: pair.noted("right", "a") == 6, deadline=20, what="noted by right")
    pair.process_of("left").stop()
    _cut_outbox(pair, keep=4)
    pair.start()
    for n in range(3):
        pair.count("left", "a", n)
    application = pair.application("right")
    eventually(lambda: application.cursor(application.definition.follows[0]).forked_at is not None, deadline=20, what="fork noticed")
    assert pair.noted("right", "a") == 6
    with application.database.reading() as connection:
        assert following.read_cursor(connection, "right", "left").position == 6
    assert "log-forked" in pair.process_of("right").log_path.read_text()


def _cut_outbox(pair: Pair, keep: int) -> None:
    """What restoring an older backup of left's store does to its published log."""
    database = Database(pair.settings("left").owner_database_url)
    with database.writing() as connection:
        for table in ("outbox", "events"):
            if database.is_sqlite:
                connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
            else:
                connection.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))
        for log in (tables.outbox, tables.events):
            connection.execute(log.delete().where(log.c.position > keep))
        connection.execute(update(tables.log_head).values(events=keep, outbox=keep))
    database.dispose()
