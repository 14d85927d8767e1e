"""Merkle trees: every line is proved, nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfmon_data import merkle

LINES = st.lists(st.text(max_size=8), min_size=1, max_size=40)


@given(LINES, st.data())
def test_D4_every_line_of_a_batch_is_proved(lines: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(lines) - 1))
    assert merkle.verify(lines[index], merkle.proof(lines, index), merkle.root(lines))


@given(LINES, st.text(max_size=8), st.data())
def test_D4_a_changed_line_is_not_proved(lines: list[str], other: str, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(lines) - 1))
    assert merkle.verify(other, merkle.proof(lines, index), merkle.root(lines)) == (other == lines[index])


@given(LINES, LINES)
def test_D4_two_batches_share_a_root_only_if_they_are_the_same(one: list[str], other: list[str]) -> None:
    assert (merkle.root(one) == merkle.root(other)) == (one == other)


def test_D4_a_doubled_last_line_gives_another_root() -> None:
    assert merkle.root(["a", "b", "c"]) != merkle.root(["a", "b", "c", "c"])


def test_D4_there_is_no_root_of_nothing_and_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="needs a line"):
        merkle.root([])
    with pytest.raises(ValueError, match="needs a line"):
        merkle.proof([], 0)
    for index in (-1, 2):
        with pytest.raises(IndexError):
            merkle.proof(["a", "b"], index)
