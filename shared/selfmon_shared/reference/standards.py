"""Emission standards (排放标准) and limits that they are said to set.

No limit of this table is law: most were never compared with the standard's text. Every row carries its trust and source, and whoever
shows one says so. The limits that values are judged by are those of the plan in force.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from selfmon_shared.kernel.limits import Limit
from selfmon_shared.reference.tables import UnknownCode, by_code, rows


class Trust(StrEnum):
    """How far a row may be trusted: seen in a public document, or unverified."""

    DOCUMENTED = "documented"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class StandardLimit:
    """One limit as the table has it. ``scope`` is the standard's table and grade, ``pollutant`` its own wording."""

    standard: str
    scope: str
    pollutant: str
    limit: Limit
    note: str
    trust: Trust
    source: str


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard. ``media`` as the table groups them: ``air``, ``water``, ``noise``, ``air-fugitive``."""

    code: str
    name: str
    media: tuple[str, ...]
    limits: tuple[StandardLimit, ...]


@cache
def standards() -> Mapping[str, Standard]:
    """All standards by code, as printed (``GB 13223-2011``), in the table's order."""
    grouped: dict[str, list[Mapping[str, str]]] = {}
    for row in rows("standards.csv"):
        grouped.setdefault(row["code"], []).append(row)
    return by_code((code, _standard(code, found)) for code, found in grouped.items())


def _standard(code: str, found: list[Mapping[str, str]]) -> Standard:
    media = sorted({medium for row in found for medium in row["medium"].split("+")})
    return Standard(code, found[0]["name"], tuple(media), tuple(map(_limit, found)))


def _limit(row: Mapping[str, str]) -> StandardLimit:
    trust = Trust.DOCUMENTED if row["source"].startswith("public document") else Trust.UNVERIFIED
    limit = Limit.parse(row["limit"], unit=row["unit"], condition=row["note"])
    return StandardLimit(row["code"], row["table_scope"], row["pollutant"], limit, row["note"], trust, row["source"])


@cache
def _by_plain_code() -> Mapping[str, Standard]:
    return by_code((_plain(code), found) for code, found in standards().items())


def standard(code: str) -> Standard:
    """The standard of this code, however it is spaced: ``GB13223-2011``, ``DB32/4041-2021``, ``DB 32/ 4041—2021``.

    Raises:
        UnknownCode: the table has no such standard; that says nothing about whether one exists.
    """
    found = _by_plain_code().get(_plain(code))
    if found is None:
        raise UnknownCode("standard", code)
    return found


def search(text: str, medium: str | None = None) -> tuple[Standard, ...]:
    """The standards whose code or name holds the text (all, for an empty one), of one medium where it is given."""
    code, name = _plain(text), text.strip()
    return tuple(
        found
        for found in standards().values()
        if (name in found.name or (code and code in _plain(found.code))) and (medium is None or medium in found.media)
    )


def _plain(code: str) -> str:
    return re.sub(r"[\s/]", "", code).replace("—", "-").replace("－", "-").upper()
