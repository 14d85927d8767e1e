"""Jiangsu's regions (GB/T 2260), its development zones, and the bureau in charge of each (DOMAIN "环保部门")."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from selfmon_shared.kernel.regions import RegionLevel, level_of
from selfmon_shared.reference.tables import UnknownCode, by_code, rows

PROVINCE = "320000"


@dataclass(frozen=True, slots=True)
class Region:
    """A province, city, county, or development zone. ``parent`` is the code of the region above, None for the province."""

    code: str
    name: str
    parent: str | None
    is_zone: bool = False

    @property
    def level(self) -> RegionLevel:
        """The level of the code; a zone counts as a county."""
        return level_of(self.code)


@dataclass(frozen=True, slots=True)
class Bureau:
    """The environmental authority in charge: its name, and the region whose officers review for it."""

    name: str
    region: str


@cache
def regions() -> Mapping[str, Region]:
    """All regions by code, zones included: the province, its cities, their counties, the zones."""
    return by_code(
        (row["code"], Region(row["code"], row["name"], row["parent_code"] or None, row["level"] == "zone"))
        for file_name in ("regions.csv", "regions_zones.csv")
        for row in rows(file_name)
    )


def region(code: str) -> Region:
    """The region of this six-digit code.

    Raises:
        UnknownCode: there is none in Jiangsu.
    """
    try:
        return regions()[code]
    except KeyError:
        raise UnknownCode("region", code) from None


@cache
def children(code: str) -> tuple[Region, ...]:
    """The regions right below, in code order; a city's zones are among its counties.

    Raises:
        UnknownCode: there is no such region.
    """
    region(code)
    return tuple(sorted((below for below in regions().values() if below.parent == code), key=lambda below: below.code))


def full_name(code: str) -> str:
    """The name with all above it, ``江苏省南京市玄武区``: 鼓楼区 alone is in two cities.

    Raises:
        UnknownCode: there is no such region.
    """
    found = region(code)
    return (full_name(found.parent) if found.parent else "") + found.name


def bureau_in_charge(code: str, overrides: Mapping[str, Bureau] | None = None) -> Bureau:
    """The bureau that reviews for this region.

    ``overrides`` is the table that cities keep, by region code; where it says nothing, the bureau is the region's own, and its name
    is built from the region: 江苏省生态环境厅, 南京市生态环境局, 南京市玄武生态环境局, 苏州工业园区生态环境局.

    Raises:
        UnknownCode: there is no such region.
    """
    found = region(code)
    if overrides and code in overrides:
        return overrides[code]
    return Bureau(_default_bureau_name(found), code)


def _default_bureau_name(found: Region) -> str:
    if found.parent is None:
        return f"{found.name}生态环境厅"
    if found.is_zone or found.level is RegionLevel.CITY:
        return f"{found.name}生态环境局"
    # A county's bureau is an office of its city's; a county of a single character keeps the word (丰县).
    short = found.name[:-1] if len(found.name) > 2 else found.name
    return f"{region(found.parent).name}{short}生态环境局"
