"""Commands, events and states as canonical JSON text, and back.

Decimals, times and dates are strings; floats are refused, since a value judged against a limit must not pass through one.
The text is canonical (sorted keys, no white space), because digests are taken over it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from cattrs import Converter

T = TypeVar("T")


def _utc(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value!r}")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _datetime(value: Any, _: type) -> datetime:
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    if parsed.tzinfo is None:
        raise ValueError(f"a time without a zone: {value!r}")
    return parsed.astimezone(UTC)


def _decimal(value: Any, _: type) -> Decimal:
    if isinstance(value, float):
        raise ValueError(f"a float is no exact number: {value!r}")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {value!r}") from error
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    return number


def _exact(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ValueError(f"expected {kind.__name__}, got {value!r}")
    return value


converter = Converter(forbid_extra_keys=False, detailed_validation=False)
converter.register_unstructure_hook(datetime, _utc)
converter.register_structure_hook(datetime, _datetime)
converter.register_unstructure_hook(date, date.isoformat)
converter.register_structure_hook(date, lambda value, _: value if type(value) is date else date.fromisoformat(value))
converter.register_unstructure_hook(Decimal, str)
converter.register_structure_hook(Decimal, _decimal)
for _kind in (str, int, bool):
    converter.register_structure_hook(_kind, _exact)
# More exact than the hook of str, which would otherwise be taken for every StrEnum.
converter.register_structure_hook(StrEnum, lambda value, kind: kind(value))
converter.register_unstructure_hook(StrEnum, lambda member: member.value)


def canonical_json(value: Any) -> str:
    """Canonical text of plain data (str, int, bool, None, lists, string-keyed mappings).

    Raises:
        TypeError: the data holds a float or another object.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError(f"a float is no exact number: {value!r}")
    if isinstance(value, Mapping):
        for inner in value.values():
            _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)


def to_data(value: Any) -> Any:
    """Plain data of a dataclass (or of anything built from the field's values)."""
    return converter.unstructure(value)


def from_data(kind: type[T], data: Any) -> T:
    """The dataclass that :func:`to_data` made this plain data of.

    Raises:
        ValueError, TypeError, KeyError: the data do not fit.
    """
    return converter.structure(data, kind)
