import itertools

import pytest

from selfmon_shared.testing.waiting import DeadlinePassed, eventually


def test_the_first_true_answer_is_returned() -> None:
    answers = itertools.chain([0, "", None], itertools.repeat("there"))
    assert eventually(lambda: next(answers), every=0.001) == "there"


def test_a_failed_assert_counts_as_not_yet() -> None:
    rounds = itertools.count()

    def condition() -> bool:
        assert next(rounds) >= 3
        return True

    assert eventually(condition, every=0.001)


def test_a_passed_deadline_says_what_was_awaited_and_the_last_answer() -> None:
    with pytest.raises(DeadlinePassed, match=r"two rows: not within 0.01 s; last answer: \[\]"):
        eventually(list, deadline=0.01, what="two rows", every=0.001)


def test_a_passed_deadline_repeats_the_last_failed_assert() -> None:
    def condition() -> bool:
        raise AssertionError("one of two rows")

    with pytest.raises(DeadlinePassed, match="condition: not within 0.01 s; last failure: one of two rows"):
        eventually(condition, deadline=0.01, every=0.001)


def test_an_error_that_is_no_assert_ends_the_waiting_at_once() -> None:
    def condition() -> bool:
        raise LookupError("no such table")

    with pytest.raises(LookupError, match="no such table"):
        eventually(condition)
