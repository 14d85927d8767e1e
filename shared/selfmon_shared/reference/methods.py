"""Monitoring methods (监测方法) with their source standards and detection limits."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from selfmon_shared.reference.pollutants import Medium, find_code
from selfmon_shared.reference.standards import Trust
from selfmon_shared.reference.tables import UnknownCode, rows


@dataclass(frozen=True, slots=True)
class Method:
    """One method.

    ``code`` is its source standard (方法来源), ``pollutants`` are the wordings it is for; the detection limit is in ``unit``.
    """

    code: str
    name: str
    pollutants: tuple[str, ...]
    medium: str
    method: str
    detection_limit: Decimal | None
    unit: str
    trust: Trust
    source: str


@cache
def methods() -> tuple[Method, ...]:
    """All methods in the table's order; one standard may hold several."""
    return tuple(
        Method(
            code=row["code"],
            name=row["name"],
            pollutants=tuple(row["pollutants"].split(";")),
            medium=row["medium"],
            method=row["method"],
            detection_limit=Decimal(row["detection_limit"]) if row["detection_limit"] else None,
            unit=row["unit"],
            trust=Trust.UNVERIFIED if row["source"].startswith("from memory") else Trust.DOCUMENTED,
            source=row["source"],
        )
        for row in rows("methods.csv")
    )


def methods_of_standard(code: str) -> tuple[Method, ...]:
    """The methods that a standard holds, by its code as printed.

    Raises:
        UnknownCode: the table has none of this standard.
    """
    found = tuple(method for method in methods() if method.code == code)
    if not found:
        raise UnknownCode("method", code)
    return found


def methods_for(pollutant: str, medium: str | None = None) -> tuple[Method, ...]:
    """The methods that name this pollutant in its own words, of one medium where it is given."""
    return tuple(method for method in methods() if pollutant in method.pollutants and medium in (None, method.medium))


def methods_of_pollutant(code: str) -> tuple[Method, ...]:
    """The methods whose wordings stand for the pollutant of this code (E6)."""
    return tuple(method for method in methods() if code in _codes(method))


@cache
def _codes(method: Method) -> frozenset[str]:
    medium = Medium(method.medium.removesuffix("-auto"))
    return frozenset(code for wording in method.pollutants if (code := find_code(wording, medium)))


def search(text: str) -> tuple[Method, ...]:
    """The methods whose standard's code or name, or whose own name, holds the text (all, for an empty one)."""
    wanted, spaceless = text.strip(), "".join(text.split()).upper()
    return tuple(
        method
        for method in methods()
        if wanted in method.name or wanted in method.method or (spaceless and spaceless in "".join(method.code.split()).upper())
    )
