"""Merkle trees over SM3: one root for a batch, and a short proof that a value was in it (DESIGN 5).

Leaves and nodes are digested with different prefixes, so that a node can never pass for a value. A node without a neighbour moves up
unchanged, so that no two batches share a root.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from selfmon_shared.kernel.digests import sm3


@dataclass(frozen=True)
class Step:
    """One neighbour on the way from a leaf to the root, and on which side it stands."""

    digest: str
    is_left: bool


def root(lines: Sequence[str]) -> str:
    """The root of a batch of canonical lines, in their order.

    Raises:
        ValueError: there are no lines.
    """
    return _levels(lines)[-1][0]


def proof(lines: Sequence[str], index: int) -> tuple[Step, ...]:
    """The proof that ``lines[index]`` is in the batch.

    Raises:
        ValueError: there are no lines.
        IndexError: there is no such line.
    """
    if not 0 <= index < max(len(lines), 1):
        raise IndexError(index)
    steps = []
    for level in _levels(lines)[:-1]:
        neighbour = index ^ 1
        if neighbour < len(level):
            steps.append(Step(level[neighbour], neighbour < index))
        index //= 2
    return tuple(steps)


def verify(line: str, steps: Sequence[Step], expected_root: str) -> bool:
    """Whether the proof leads from the line to the root."""
    digest = _leaf(line)
    for step in steps:
        digest = _node(step.digest, digest) if step.is_left else _node(digest, step.digest)
    return digest == expected_root


def _levels(lines: Sequence[str]) -> list[list[str]]:
    if not lines:
        raise ValueError("a tree needs a line")
    levels = [[_leaf(line) for line in lines]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [_node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
        levels.append(pairs + below[2 * len(pairs) :])
    return levels


def _leaf(line: str) -> str:
    return sm3("value:" + line)


def _node(left: str, right: str) -> str:
    return sm3("node:" + left + right)
