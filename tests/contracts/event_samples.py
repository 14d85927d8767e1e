"""An example of any event dataclass, made from its type hints: always the same one, every optional value present."""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any


def sample(kind: Any, name: str = "") -> Any:
    """The example; ``name`` is the field that it is for."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    match origin:
        case types.UnionType | typing.Union:
            return sample(next(one for one in inner if one is not type(None)), name)
        case typing.Literal:
            return inner[0]
        case builtins if builtins is tuple:
            return (sample(inner[0], name.removesuffix("s")),) if inner[1:] in ((), (...,)) else tuple(sample(one, name) for one in inner)
        case builtins if builtins is list:
            return [sample(inner[0], name.removesuffix("s"))]
        case builtins if isinstance(builtins, type) and issubclass(builtins, typing.Mapping):
            return {"key": sample(inner[1], name)}
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return typing.cast("Any", kind)(**{field.name: sample(hints[field.name], field.name) for field in dataclasses.fields(kind)})
    return _plain(kind, name)


def _plain(kind: Any, name: str) -> Any:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain = {
        str: f"示例 {name}",
        bool: True,
        int: 1,
        Decimal: Decimal("12.50"),
        date: date(2026, 3, 1),
        datetime: datetime(2026, 3, 1, 2, tzinfo=UTC),
        Any: "示例",
        object: "示例",
    }
    return plain[kind]
