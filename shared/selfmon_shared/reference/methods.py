"""Monitoring methods (监测方法) with their source standards and detection limits."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

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
