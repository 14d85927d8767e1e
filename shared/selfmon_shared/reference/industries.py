"""The industry tree of GB/T 4754-2017 (行业类别): sections, divisions, groups, classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from selfmon_shared.reference.tables import UnknownCode, by_code, rows


class IndustryLevel(StrEnum):
    """门类, 大类, 中类, 小类."""

    SECTION = "section"
    DIVISION = "division"
    GROUP = "group"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Industry:
    """One node of the tree.

    ``code`` begins with the section's letter (``C1713``), ``short_code`` has none, as permits print it (``1713``).
    """

    code: str
    short_code: str
    name: str
    parent: str | None
    level: IndustryLevel


@cache
def industries() -> Mapping[str, Industry]:
    """All nodes by code, in code order: every node stands before what is below it."""
    found = (
        Industry(row["code"], row["short_code"], row["name"], row["parent"] or None, IndustryLevel(row["level"]))
        for row in rows("industries.csv")
    )
    return by_code((node.code, node) for node in sorted(found, key=lambda node: node.code))


@cache
def _by_short_code() -> Mapping[str, Industry]:
    return by_code((node.short_code, node) for node in industries().values())


def industry(code: str) -> Industry:
    """The node of a code with or without the section's letter, in either case.

    Raises:
        UnknownCode: there is none.
    """
    wanted = code.strip().upper()
    found = industries().get(wanted) or _by_short_code().get(wanted)
    if found is None:
        raise UnknownCode("industry", code)
    return found


def sections() -> tuple[Industry, ...]:
    """The tree's first level."""
    return _children_by_parent()[None]


def children(code: str) -> tuple[Industry, ...]:
    """The nodes right below, in code order; none below a class.

    Raises:
        UnknownCode: there is no such node.
    """
    return _children_by_parent().get(industry(code).code, ())


@cache
def _children_by_parent() -> Mapping[str | None, tuple[Industry, ...]]:
    below: dict[str | None, list[Industry]] = {}
    for node in industries().values():
        below.setdefault(node.parent, []).append(node)
    return {parent: tuple(nodes) for parent, nodes in below.items()}


def path(code: str) -> tuple[Industry, ...]:
    """The node with all above it, section first.

    Raises:
        UnknownCode: there is no such node.
    """
    node = industry(code)
    return (*path(node.parent), node) if node.parent else (node,)


def search(text: str, *, limit: int = 50) -> tuple[Industry, ...]:
    """The nodes whose code begins with the text or whose name holds it; the code's matches first, then whole names, then code order."""
    wanted = text.strip()
    if not wanted:
        return ()
    code = wanted.upper()
    found = [
        node for node in industries().values() if node.code.startswith(code) or node.short_code.startswith(code) or wanted in node.name
    ]
    found.sort(key=lambda node: (wanted in node.name, node.name != wanted, node.code))
    return tuple(found[:limit])
