"""The append-only log, its idempotent commands and its outbox, on both stores."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from selfmon_shared.application.application import Application, Call
from selfmon_shared.eventstore import rebuilding, revisions, store, tables
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from selfmon_shared.testing.tally import PACKAGE, tallies

OPERATOR = Actor("operator-1", Realm.OPERATOR)


def count(application: Application, tally: str, amount: int, key: str, **more: Any) -> Any:
    return application.execute("count", {"tally": tally, "amount": amount, **more}, Call(OPERATOR, "c-1", key))


def test_the_migrated_store_is_at_the_newest_revision(application: Application) -> None:
    assert revisions.present_revision(application.database) == revisions.newest_revision(PACKAGE) == "0002"


def test_an_event_is_stored_with_gapless_position_origin_and_digest(application: Application) -> None:
    count(application, "a", 3, "k1")
    count(application, "a", 4, "k2")
    with application.database.reading() as connection:
        rows = connection.execute(select(tables.events).order_by(tables.events.c.position)).all()
    assert [(row.position, row.stream, row.version, row.type) for row in rows] == [
        (1, "tally-a", 1, "tally.counted"),
        (2, "tally-a", 2, "tally.counted"),
    ]
    assert json.loads(rows[0].metadata)["actor"] == "operator-1"
    assert json.loads(rows[0].metadata)["correlation"] == "c-1"
    assert rows[0].digest == store.digest_of(dict(rows[0]._mapping))


def test_many_writers_leave_no_gap_and_no_reader_misses_an_event(application: Application) -> None:
    writers, each = 6, 15
    seen: list[int] = []
    done = threading.Event()

    def tail() -> None:
        position = 0
        while True:
            finished = done.is_set()
            with application.database.reading() as connection:
                found = [e.position for e in store.read_all(connection, application.model, after=position)]
            seen.extend(p for p in found if p is not None)
            position = seen[-1] if seen else 0
            if finished:
                return

    reader = threading.Thread(target=tail)
    reader.start()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda n: count(application, f"t{n % writers}", 1, f"k{n}"), range(writers * each)))
    done.set()
    reader.join(30)
    assert seen == list(range(1, writers * each + 1))


def test_a_repeated_key_answers_the_first_result_and_does_nothing_more(application: Application) -> None:
    first = count(application, "a", 5, "same")
    assert count(application, "a", 5, "same") == first
    assert count(application, "a", 5, "other")["total"] == 10


def test_two_at_once_with_one_key_have_one_effect(application: Application) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: count(application, "a", 1, "same"), range(8)))
    assert {answer["total"] for answer in answers} == {1}


def test_the_same_key_with_another_body_is_refused(application: Application) -> None:
    count(application, "a", 5, "same")
    with pytest.raises(Invalid) as refused:
        count(application, "a", 6, "same")
    assert refused.value.code == "command.key-reused"


def test_a_refused_command_leaves_nothing_and_may_be_sent_again(application: Application) -> None:
    for _ in range(2):
        with pytest.raises(Conflict):
            count(application, "a", 1, "k", expected_version=7)
    with application.database.reading() as connection:
        assert store.heads(connection) == (0, 0)
        assert connection.execute(select(tables.commands)).all() == []
    assert count(application, "a", 1, "k")["total"] == 1


def test_bad_input_names_the_field(application: Application) -> None:
    with pytest.raises(Invalid) as refused:
        count(application, "a", 5000, "k")
    assert refused.value.fields == {"amount": ["应在 0 与 1000 之间"]}
    with pytest.raises(NotFound):
        application.execute("no-such", {}, Call(OPERATOR, "c", "k"))
    with pytest.raises(Invalid) as missing:
        application.execute("count", {}, Call(OPERATOR, "c"))
    assert missing.value.code == "command.key-missing"


def test_a_stale_version_is_a_conflict_that_names_the_current_one(application: Application) -> None:
    count(application, "a", 1, "k1")
    count(application, "a", 1, "k2")
    with pytest.raises(Conflict) as refused:
        count(application, "a", 1, "k3", expected_version=1)
    assert refused.value.params == {"expected": 1, "current": 2}


def test_commands_without_expected_version_survive_a_race(application: Application) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: count(application, "a", 1, f"k{n}"), range(24)))
    answer = application.ask("total", {"tally": "tally-a"}, Call(OPERATOR, "c"))
    assert (answer["total"], answer["counts"]) == (24, 24)


def test_the_outbox_holds_the_full_public_state_in_commit_order(application: Application) -> None:
    count(application, "a", 2, "k1")
    count(application, "a", 3, "k2")
    page = application.feed("tally", 0, None, 10)
    assert [(m["position"], m["key"], m["payload"]["total"]) for m in page["messages"]] == [(1, "a", 2), (2, "a", 5)]
    assert application.feed_head("tally") == (2, page["messages"][1]["event_id"])
    assert application.feed_head("nothing") == (0, None)


@pytest.mark.parametrize("table", ["events", "outbox", "seals"])
def test_nobody_changes_or_deletes_what_is_append_only(application: Application, owner: Database, table: str) -> None:
    count(application, "a", 1, "k")
    with application.database.writing() as connection:
        from selfmon_shared.eventstore import sealing

        assert sealing.seal(connection, application.clock()) is not None
    for database in (application.database, owner):
        for statement in (f"UPDATE {table} SET position = 9", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError), database.writing() as connection:
                connection.execute(text(statement))


def test_maintenance_refuses_commands_and_keeps_nothing_of_them(application: Application) -> None:
    rebuilding.set_maintenance(application.database, True)
    with pytest.raises(Unavailable) as refused:
        count(application, "a", 1, "k")
    assert refused.value.code == "service.maintenance"
    rebuilding.set_maintenance(application.database, False)
    assert count(application, "a", 1, "k")["total"] == 1


def test_read_tables_are_rebuilt_and_differences_found(application: Application) -> None:
    for n in range(5):
        count(application, f"t{n % 2}", n, f"k{n}")
    assert rebuilding.check(application.database, application.model) == []
    with application.database.writing() as connection:
        connection.execute(update(tallies).where(tallies.c.tally == "tally-t0").values(total=99))
    (difference,) = rebuilding.check(application.database, application.model)
    assert "tallies ('tally-t0',)" in difference
    assert rebuilding.rebuild(application.database, application.model) == 5
    assert rebuilding.check(application.database, application.model) == []


def test_personal_data_are_kept_apart_and_can_be_erased(application: Application) -> None:
    def remember(uow: Any) -> dict[str, str]:
        uow.remember_person("p1", {"name": "示例用户"})
        return dict(uow.person("p1"))

    assert application.decide(remember, key="k1") == {"name": "示例用户"}
    with application.database.writing() as connection:
        connection.execute(update(tables.persons).values(erased_at=application.clock()))
    assert application.decide(lambda uow: dict(uow.person("p1")), key="k2") == {}
    assert application.decide(lambda uow: dict(uow.person("nobody")), key="k3") == {}


def test_a_store_that_is_away_says_so(tmp_path: Any) -> None:
    away = Database("postgresql+psycopg2://x:y@127.0.0.1:1/none")
    with pytest.raises(Unavailable) as refused, away.reading() as connection:
        connection.execute(text("SELECT 1"))
    assert refused.value.code == "database.away"
