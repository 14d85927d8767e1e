"""Following in runs: many messages in one transaction, and one that fails is found without harm to the others."""

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from selfmon_shared.application.application import Application, Call
from selfmon_shared.eventstore import following, rebuilding, store
from selfmon_shared.eventstore.tables import outbox
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.contract import Message
from selfmon_shared.kernel.errors import Conflict, Unavailable
from selfmon_shared.testing import tally

ASK = Call(Actor("operator-1", Realm.OPERATOR), "c")


@pytest.fixture(autouse=True)
def poison() -> Iterator[None]:
    tally.POISONED.add(tally.POISON)
    yield
    tally.POISONED.add(tally.POISON)


class Run:
    """Messages of another service, applied run by run."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.follow = application.definition.follows[0]
        self.positions = itertools.count(1)

    def message(self, key: str, amount: int = 1, name: str = "TallyCounted", version: int = 1) -> Message:
        payload = {"tally": key, "total": amount, "counts": 1, "amount": amount}
        return Message("other", next(self.positions), str(uuid.uuid4()), name, version, key, payload, self.application.clock(), "c-7")

    def apply(self, *messages: Message, cursor: following.Cursor | None = None) -> following.Cursor | None:
        return self.application.apply_run(self.follow, cursor or self.application.cursor(self.follow), messages)

    def noted(self, key: str) -> int:
        return int(self.application.ask("total", {"tally": f"noted-{key}"}, ASK)["counts"])

    def parked(self) -> list[int]:
        with self.application.database.reading() as connection:
            return [p.message.position for p in following.list_parked(connection, "tally", "other")]

    def journal(self) -> list[int]:
        with self.application.database.reading() as connection:
            return [row.position for row in reversed(following.journal(connection, "tally", "other"))]


@pytest.fixture
def run(application: Application) -> Run:
    return Run(application)


def test_a_run_has_all_its_effects_and_moves_the_cursor_to_its_end(run: Run) -> None:
    messages = [run.message(key) for key in ("a", "b", "a")]
    cursor = run.apply(*messages)
    assert cursor == run.application.cursor(run.follow)
    assert cursor is not None
    assert (cursor.position, cursor.event_id) == (3, messages[-1].event_id)
    assert (run.noted("a"), run.noted("b"), run.journal(), run.parked()) == (2, 1, [1, 2, 3], [])


def test_what_a_run_causes_names_the_message_that_caused_it(run: Run) -> None:
    run.apply(run.message("a"), run.message("b"))
    with run.application.database.reading() as connection:
        (event,) = store.load_stream(connection, "noted-b", run.application.model)
    assert (event.origin.causation, event.origin.actor) == ("other:2", "system:tally")


def test_one_that_always_fails_is_parked_and_the_rest_of_the_run_is_applied(run: Run) -> None:
    run.apply(run.message("a"), run.message("bad", tally.POISON), run.message("bad"), run.message("b"))
    assert (run.noted("a"), run.noted("b"), run.noted("bad")) == (1, 1, 0)
    assert (run.parked(), run.journal()) == ([2, 3], [1, 2, 3, 4])


def test_a_parked_key_and_a_newer_version_are_taken_care_of_within_a_run(run: Run) -> None:
    run.apply(run.message("new", version=2), run.message("a"))
    assert run.parked() == [1]
    run.apply(run.message("a"), run.message("new"), run.message("a"))
    assert (run.parked(), run.noted("a"), run.noted("new")) == ([1, 4], 3, 0)


def test_types_that_nobody_cares_for_are_passed_over_in_a_run(run: Run) -> None:
    run.apply(run.message("a", name="Unheard", version=9), run.message("a"))
    assert (run.noted("a"), run.journal(), run.parked()) == (1, [1, 2], [])


def test_who_comes_second_applies_nothing_of_a_run(run: Run) -> None:
    before = run.application.cursor(run.follow)
    messages = [run.message("a"), run.message("bad", tally.POISON)]
    run.apply(*messages)
    assert run.apply(*messages, cursor=before) is None
    assert (run.noted("a"), run.parked()) == (1, [2])
    assert run.apply(messages[0], cursor=before) is None


def test_an_outage_leaves_the_run_for_later(run: Run) -> None:
    def away(_message: Message, _uow: Any) -> None:
        raise Unavailable("database.away")

    working = run.follow.handlers["TallyCounted"]
    run.follow.handlers["TallyCounted"] = away  # type: ignore[index]
    message = run.message("a")
    for apply in (run.apply, lambda m: run.application.apply(run.follow, run.application.cursor(run.follow), m)):
        with pytest.raises(Unavailable):
            apply(message)
    run.follow.handlers["TallyCounted"] = working  # type: ignore[index]
    assert (run.journal(), run.parked()) == ([], [])
    run.apply(message)
    assert run.noted("a") == 1


def test_a_conflict_with_another_writer_is_tried_again_but_one_of_the_rules_is_parked(run: Run) -> None:
    refusals = [Conflict("record.changed", expected=1, current=2)]

    def refuses(_message: Message, _uow: Any) -> None:
        raise refusals[0]

    run.follow.handlers["TallyCounted"] = refuses  # type: ignore[index]
    message = run.message("a")
    with pytest.raises(Conflict):
        run.apply(message)
    assert run.journal() == []
    refusals[0] = Conflict("tally.full")
    run.apply(message)
    assert (run.parked(), run.journal()) == ([1], [1])


def test_while_the_store_is_rebuilt_a_run_waits(run: Run) -> None:
    rebuilding.set_maintenance(run.application.database, True)
    message = run.message("a")
    with pytest.raises(Unavailable, match=r"service\.maintenance"):
        run.apply(message)
    assert (run.journal(), run.parked()) == ([], [])
    rebuilding.set_maintenance(run.application.database, False)
    run.apply(message)
    assert run.noted("a") == 1


def test_a_replay_that_publishes_wakes_the_relay(run: Run) -> None:
    woken: list[bool] = []
    run.application.on_commit = lambda: woken.append(True)
    run.apply(run.message("bad", tally.POISON), run.message("other"))
    tally.POISONED.clear()
    assert run.application.replay_parked("nobody") == (0, None)
    assert run.application.replay_parked() == (1, None)
    assert run.noted("bad") == 1
    with run.application.database.reading() as connection:
        assert connection.execute(outbox.select()).all() == []
    assert woken == [], "what was noted is not published"
