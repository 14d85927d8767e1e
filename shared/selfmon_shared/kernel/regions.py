"""Scope by administrative code (GB/T 2260): who sees what lies in which region (R7)."""

from enum import StrEnum


class RegionCodeInvalid(ValueError):
    """Not the code of a province, city, county, township or village; carries the text as it came."""

    def __init__(self, code: str) -> None:
        super().__init__(f"not a region code: {code!r}")
        self.code = code


class RegionLevel(StrEnum):
    """The level that a code stands for. A development zone with a code of its own counts as a county."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


_LEVEL_BY_DIGITS = {2: RegionLevel.PROVINCE, 4: RegionLevel.CITY, 6: RegionLevel.COUNTY, 9: RegionLevel.TOWN, 12: RegionLevel.VILLAGE}


def region_stem(code: str) -> str:
    """The digits that say something, and with which the codes of all regions below begin: ``321000`` → ``3210``, ``320102`` → ``320102``.

    Raises:
        RegionCodeInvalid: not a region code.
    """
    if len(code) not in (6, 9, 12) or not (code.isascii() and code.isdigit()) or code.startswith("00"):
        raise RegionCodeInvalid(code)
    for digits in (2, 4, 6, 9):
        if not code[digits:].strip("0"):
            return code[:digits]
    return code


def level_of(code: str) -> RegionLevel:
    """The level of a 6-, 9- or 12-digit code: ``320000`` province, ``320100`` city, ``320102`` county.

    Raises:
        RegionCodeInvalid: not such a code.
    """
    return _LEVEL_BY_DIGITS[len(region_stem(code))]


def region_covers(officer_region: str, region: str) -> bool:
    """Whether the officer's region is that region, or one that holds it.

    Raises:
        RegionCodeInvalid: either is not a region code; a scope is never guessed.
    """
    return region_stem(region).startswith(region_stem(officer_region))


def same_city(one: str, other: str) -> bool:
    """Whether both lie in the same prefecture-level city (E4); a whole province lies in none.

    Raises:
        RegionCodeInvalid: either is not a region code.
    """
    stems = (region_stem(one), region_stem(other))
    return min(map(len, stems)) >= 4 and stems[0][:4] == stems[1][:4]
