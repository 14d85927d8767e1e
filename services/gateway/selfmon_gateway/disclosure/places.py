"""Regions and industries as the list offers them, with how many dischargers each has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selfmon_shared.kernel.regions import RegionCodeInvalid, region_stem
from selfmon_shared.reference import industries, regions
from selfmon_shared.reference.tables import UnknownCode


@dataclass(frozen=True)
class Place:
    """A region with the dischargers in it and all below. ``below`` is filled where the visitor has chosen the region, or one in it."""

    code: str
    name: str
    count: int
    chosen: bool
    below: Sequence["Place"] = ()


@dataclass(frozen=True)
class IndustryChoice:
    """A division of GB/T 4754 that dischargers belong to."""

    code: str
    name: str
    count: int


def region_tree(counts: Mapping[str, int], chosen: str) -> Place:
    """The province with its cities; of the chosen city, or the chosen county's, the counties too."""
    return _place(regions.region(regions.PROVINCE), counts, chosen)


def _place(region: regions.Region, counts: Mapping[str, int], chosen: str) -> Place:
    stem = region_stem(region.code)
    count = sum(number for code, number in counts.items() if code.startswith(stem))
    is_open = region.parent is None or _lies_in(chosen, stem)
    below = [_place(child, counts, chosen) for child in regions.children(region.code)] if is_open else []
    return Place(region.code, region.name, count, region.code == chosen, below)


def _lies_in(code: str, stem: str) -> bool:
    try:
        return bool(code) and region_stem(code).startswith(stem)
    except RegionCodeInvalid:
        return False


def region_name(code: str) -> str:
    """The whole name of a region; the code itself where it is none."""
    try:
        return regions.full_name(code)
    except UnknownCode:
        return code


def industry_choices(counts: Mapping[str, int]) -> list[IndustryChoice]:
    """The divisions that there are dischargers of, in code order; codes of no industry are left out."""
    found: dict[str, int] = {}
    for code, number in counts.items():
        division = code[:3] if code[:1].isalpha() else code[:2]
        found[division] = found.get(division, 0) + number
    return [IndustryChoice(code, name, found[code]) for code in sorted(found) if (name := industry_name(code))]


def industry_name(code: str) -> str:
    """The name of an industry, empty where there is none of this code."""
    try:
        return industries.industry(code).name if code else ""
    except UnknownCode:
        return ""
