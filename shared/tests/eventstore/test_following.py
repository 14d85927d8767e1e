"""Following: exactly-once effect, parking, forks, on both stores."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from selfmon_shared.application.application import Application, Call
from selfmon_shared.eventstore import feed, following
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.contract import Message
from selfmon_shared.testing import tally

ASK = Call(Actor("operator-1", Realm.OPERATOR), "c")


@pytest.fixture(autouse=True)
def poison() -> Iterator[None]:
    tally.POISONED.add(tally.POISON)
    yield
    tally.POISONED.add(tally.POISON)


class Source:
    """Another service's log, message by message."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.follow = application.definition.follows[0]
        self.positions = itertools.count(1)

    def message(self, key: str, amount: int, name: str = "TallyCounted", version: int = 1) -> Message:
        payload = {"tally": key, "total": amount, "counts": 1, "amount": amount}
        now = self.application.clock()
        return Message("other", next(self.positions), str(uuid.uuid4()), name, version, key, payload, now, "c-7")

    def deliver(self, message: Message) -> following.Cursor | None:
        return self.application.apply(self.follow, self.application.cursor(self.follow), message)

    def noted(self, key: str) -> int:
        return int(self.application.ask("total", {"tally": f"noted-{key}"}, ASK)["counts"])

    def parked(self) -> list[tuple[int, str]]:
        with self.application.database.reading() as connection:
            return [(p.message.position, p.error) for p in following.list_parked(connection, "tally", "other")]


@pytest.fixture
def source(application: Application) -> Source:
    return Source(application)


def test_a_message_moves_the_cursor_with_its_effect(source: Source) -> None:
    message = source.message("a", 1)
    cursor = source.deliver(message)
    assert cursor is not None
    assert (cursor.position, cursor.event_id) == (1, message.event_id)
    assert source.application.cursor(source.follow) == cursor
    assert source.noted("a") == 1


def test_what_a_message_causes_names_it(source: Source) -> None:
    source.deliver(source.message("a", 1))
    from selfmon_shared.eventstore import store

    with source.application.database.reading() as connection:
        (recorded,) = store.load_stream(connection, "noted-a", source.application.model)
    assert recorded.origin.causation == "other:1"
    assert recorded.origin.correlation == "c-7"


def test_a_second_instance_does_not_apply_what_the_first_has(source: Source) -> None:
    stale = source.application.cursor(source.follow)
    message = source.message("a", 1)
    assert source.application.apply(source.follow, stale, message) is not None
    assert source.application.apply(source.follow, stale, message) is None
    assert source.noted("a") == 1


def test_an_unknown_type_is_passed_over(source: Source) -> None:
    source.deliver(source.message("a", 1, name="SomethingElse"))
    assert source.application.cursor(source.follow).position == 1
    assert source.parked() == []


def test_a_newer_version_is_parked(source: Source) -> None:
    source.deliver(source.message("a", 1, version=2))
    assert "version 2 of TallyCounted is newer" in source.parked()[0][1]
    assert source.application.replay_parked() == (0, "ValueError: version 2 of TallyCounted is newer than this service understands")


def test_poison_parks_its_key_alone_and_replay_drains_in_order(source: Source) -> None:
    source.deliver(source.message("a", tally.POISON))
    source.deliver(source.message("a", 2))
    source.deliver(source.message("b", 3))
    assert [(position, bool(error)) for position, error in source.parked()] == [(1, True), (2, False)]
    assert (source.noted("a"), source.noted("b")) == (0, 1)
    applied, failure = source.application.replay_parked("other", "a")
    assert applied == 0
    assert failure == "ValueError: 13 cannot be noted"
    tally.POISONED.clear()
    assert source.application.replay_parked() == (2, None)
    assert source.parked() == []
    assert source.noted("a") == 2


def test_a_parked_message_can_be_given_up(source: Source) -> None:
    source.deliver(source.message("a", tally.POISON))
    source.deliver(source.message("a", 2))
    assert source.application.discard_parked("other", 1)
    assert not source.application.discard_parked("other", 1)
    assert not source.application.discard_parked("nowhere", 1)
    assert source.application.replay_parked("nowhere") == (0, None)
    assert source.application.replay_parked() == (1, None)
    assert source.noted("a") == 1


def test_a_fork_stops_the_follower_until_it_is_resumed(source: Source) -> None:
    first = source.deliver(source.message("a", 1))
    second = source.deliver(source.message("a", 2))
    assert first is not None
    assert second is not None
    source.application.fork_noticed(second)
    assert source.application.cursor(source.follow).forked_at is not None
    assert source.deliver(source.message("a", 3)) is None
    with source.application.database.writing() as connection:
        seen = following.journal(connection, "tally", "other")
        assert [row.position for row in seen] == [2, 1]
        following.rewind(connection, second, first.position, first.event_id, source.application.clock())
    assert source.application.cursor(source.follow) == replace(first, forked_at=None)
    assert source.deliver(source.message("a", 4)) is not None


def test_the_feed_notices_that_it_does_not_continue_what_was_seen(application: Application) -> None:
    for n in range(3):
        application.execute("count", {"tally": "a", "amount": n}, Call(ASK.actor, "c", f"k{n}"))
    with application.database.reading() as connection:
        whole = feed.read_page(connection, "tally", 0, None)
        second = whole.messages[1]
        assert [m.position for m in feed.read_page(connection, "tally", 2, second.event_id).messages] == [3]
        assert feed.read_page(connection, "tally", 2, "another").forked
        assert feed.read_page(connection, "tally", 9, "beyond").forked
        assert feed.holds(connection, "tally", 2, second.event_id)
        assert not feed.holds(connection, "tally", 2, "another")
        assert feed.page_of_data(feed.page_to_data(whole)) == whole


def test_pages_are_capped_by_count_and_size(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(6):
        application.execute("count", {"tally": "a", "amount": n}, Call(ASK.actor, "c", f"k{n}"))
    with application.database.reading() as connection:
        assert len(feed.read_page(connection, "tally", 0, None, 4).messages) == 4
        monkeypatch.setattr(feed, "PAGE_BYTES", 100)
        assert len(feed.read_page(connection, "tally", 0, None).messages) < 4


def test_a_follower_can_begin_at_the_head(source: Source) -> None:
    cursor = source.application.cursor(source.follow)
    source.application.start_from(cursor, 41, "e-41")
    assert source.application.cursor(source.follow).position == 41
