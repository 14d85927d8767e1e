"""Pollutants and other monitored factors: codes of HJ 212 and HJ 525, their units, and the wordings of permits (DOMAIN "pollutant")."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from selfmon_shared.kernel.limits import convert
from selfmon_shared.reference.tables import UnknownCode, by_code, rows

LOCAL_LIST = "平台本地编码"


class Medium(StrEnum):
    """What the pollutant is measured in."""

    WATER = "water"
    AIR = "air"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Pollutant:
    """One factor.

    ``unit`` is what loggers send (HJ 212), ``permit_unit`` what permits and limits are in; ``unit_inferred``: no source states the unit.
    ``is_category`` marks a heading that nothing is measured under. ``source_list`` names the list that the code is from.
    """

    code: str
    name: str
    medium: Medium
    unit: str
    permit_unit: str
    unit_inferred: bool
    is_category: bool
    hj2005_code: str | None
    aliases: tuple[str, ...]
    source_list: str

    @property
    def is_local(self) -> bool:
        """Whether the code is the platform's own, unknown to the national lists."""
        return self.source_list == LOCAL_LIST

    def to_permit_unit(self, value: Decimal) -> Decimal:
        """A logger's value in the unit of permits and limits, exact (``μg/L`` → ``mg/L``)."""
        return convert(value, self.unit, self.permit_unit)


@cache
def pollutants() -> Mapping[str, Pollutant]:
    """All factors by code, the local ones last."""
    return by_code((found.code, found) for found in (*_national(), *_local()))


def _national() -> Iterator[Pollutant]:
    for row in rows("pollutants.csv"):
        yield Pollutant(
            code=row["code"],
            name=row["name"],
            medium=Medium(row["medium"]),
            unit=row["unit"],
            permit_unit=row["permit_unit"],
            unit_inferred=row["unit_inferred"] == "1",
            is_category=row["is_category"] == "1",
            hj2005_code=row["hj2005_code"] or None,
            aliases=_aliases(row["aliases"]),
            source_list=row["list"],
        )


def _local() -> Iterator[Pollutant]:
    for row in rows("pollutants_local.csv"):
        aliases = _aliases(row["aliases"])
        yield Pollutant(row["code"], row["name"], Medium(row["medium"]), row["unit"], row["unit"], False, False, None, aliases, LOCAL_LIST)


def _aliases(text: str) -> tuple[str, ...]:
    return tuple(alias for alias in text.split("|") if alias)


def pollutant(code: str) -> Pollutant:
    """The factor of this code.

    Raises:
        UnknownCode: there is none.
    """
    try:
        return pollutants()[code]
    except KeyError:
        raise UnknownCode("pollutant", code) from None


@cache
def _by_2005_code() -> Mapping[str, str]:
    return {found.hj2005_code: code for code, found in pollutants().items() if found.hj2005_code}


def code_of_2005(hj2005_code: str) -> str | None:
    """Today's code of a factor that a logger names by its HJ/T 212-2005 code (``011`` → ``w01018``), or None."""
    return _by_2005_code().get(hj2005_code)


def find_code(wording: str, medium: Medium | None = None) -> str | None:
    """The code that a permit's or laboratory's wording stands for, or None where it isn't understood.

    The wordings of real permits come first, then names, aliases, and the abbreviations of laboratories; what a value is counted as
    (``总氮(以N计)``) makes no difference. Without a medium, a wording that stands for different codes in water and air (苯) is not
    guessed. 颗粒物, 烟尘 and 粉尘 are one factor, as loggers know it.
    """
    for spelling in (_normalise(wording), _without_basis(_normalise(wording))):
        media = [medium] if medium else list(Medium)
        found = {code for each in media if (code := _by_wording().get((each, spelling)))}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


@cache
def _by_wording() -> Mapping[tuple[Medium, str], str]:
    wordings: dict[tuple[Medium, str], str] = {}
    for row in rows("permit_item_aliases.csv"):
        # First, since loggers send all dust as 烟尘: the permit's 颗粒物 must not lead to a code that none of them sends.
        if row["code"]:
            wordings[Medium(row["medium"]), _normalise(row["permit_item_name"])] = row["code"]
    measured = [found for found in pollutants().values() if not found.is_category]
    for found in measured:
        wordings.setdefault((found.medium, _normalise(found.name)), found.code)
    for found in measured:
        for alias in found.aliases:
            wordings.setdefault((found.medium, _normalise(alias)), found.code)
    for row in rows("pollutant_wordings.csv"):
        wordings.setdefault((Medium(row["medium"]), _normalise(row["wording"])), row["code"])
    return wordings


def search(text: str, medium: Medium | None = None) -> tuple[Pollutant, ...]:
    """The measured factors whose code begins with the text, or whose name or alias holds it (all, for an empty one), of one medium where it
    is given: exact ones first, then by where the text stands, then in the table's order.
    """
    wanted = _normalise(text)
    ranked = [
        (rank, found)
        for found in pollutants().values()
        if not found.is_category and medium in (None, found.medium) and (rank := _rank(found, wanted)) is not None
    ]
    ranked.sort(key=lambda one: one[0])
    return tuple(found for _, found in ranked)


def _rank(found: Pollutant, wanted: str) -> int | None:
    spellings = [found.code, *map(_normalise, (found.name, *found.aliases))]
    if wanted in spellings:
        return 0
    if any(spelling.startswith(wanted) for spelling in spellings):
        return 1
    return 2 if any(wanted in spelling for spelling in spellings[1:]) else None


def medium_at(point_kind: str) -> Medium | None:
    """What is measured at a kind of point (E5); None where it may be either, as in the surroundings."""
    return _MEDIUM_AT.get(point_kind)


_MEDIUM_AT: Mapping[str, Medium] = {
    "organised-exhaust": Medium.AIR,
    "fugitive-boundary": Medium.AIR,
    "fugitive-site": Medium.AIR,
    "wastewater-outlet": Medium.WATER,
    "workshop-outlet": Medium.WATER,
    "inflow": Medium.WATER,
    "rainwater": Medium.WATER,
    "boundary-noise": Medium.NOISE,
}


def _normalise(wording: str) -> str:
    text = unicodedata.normalize("NFKC", wording).translate(_SEPARATORS)
    return re.sub(r"\s+", "", text).casefold()


_SEPARATORS = str.maketrans({"、": ",", "，": ",", "；": ";", "−": "-", "〔": "(", "〕": ")"})


def _without_basis(spelling: str) -> str:
    """Without what the value is counted as: ``总氮(以n计)`` is ``总氮``."""
    return re.sub(r"\(以[^()]*计\)$", "", spelling)
