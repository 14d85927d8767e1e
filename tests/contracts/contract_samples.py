"""A full example payload of a contract's schema, always the same one: every field is there, also the optional ones."""

from typing import Any

from marshmallow import Schema, fields, validate

from selfmon_shared.contracts.fields import Choice, Day, Exact, Flag, Id, Many, Moment, One, Text, Whole

NAMED: dict[str, Any] = {
    "enterprise_name": "江苏示例热电有限公司",
    "industry_code": "4411",
    "pollutant_code": "a21026",
    "pollutant_name": "二氧化硫",
    "point_name": "1#锅炉排气筒",
    "region": "320102",
    "uscc": "91320102MA1TESTX0G",
    "permit_number": "91320102MA1TESTX0G001P",
    "discharger_id": "91320102MA1TESTX0G001",
    "mn": "32010200000001",
    "month": "2026-03",
    "longitude": "118.796877",
    "latitude": "32.060255",
    "frequency": "continuous",
    "frequency_wording": "连续监测",
    "unit": "mg/m³",
}
"""Values that read as the field's do; the others follow from the kind of field."""


def sample(schema: Schema) -> dict[str, Any]:
    """The payload."""
    return {name: _value(name, field) for name, field in schema.fields.items()}


def _value(name: str, field: fields.Field[Any]) -> Any:
    if name in NAMED and isinstance(field, Text | Exact):
        return NAMED[name]
    match field:
        case Choice():
            (one_of,) = (check for check in field.validators if isinstance(check, validate.OneOf))
            return next(iter(one_of.choices))
        case Id():
            return name.replace("_", "-") + "-1"
        case Text():
            return f"示例 {name}"
        case Whole():
            return 1
        case Exact():
            return str(field.low if field.low is not None else "12.50")
        case Flag():
            return True
        case Day():
            return "2026-03-01"
        case Moment():
            return "2026-03-01T02:00:00Z"
        case Many():
            return [_value(name.removesuffix("s"), field.inner)]
        case One():
            return sample(field.schema)
    raise TypeError(f"{name}: no example for a {type(field).__name__}")
