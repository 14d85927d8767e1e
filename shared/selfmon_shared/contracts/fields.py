"""Field types of the contracts. Each says in Chinese what is wrong with a value, and what the format is."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

REQUIRED = "必填项，无可填“暂无”"
MISSING = "此项必填"
"""Of what cannot be 暂无: numbers, codes, choices."""
_COMMON = {"required": MISSING, "null": "此项不能为空", "validator_failed": "格式不正确"}

# What a clerk may mean by a day or a moment. Without bounds, the first hour of year 1 is outside what UTC can tell.
FIRST_YEAR, LAST_YEAR = 1900, 2199
LARGEST = 2**53 - 1
_YEARS = f"应在 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间"


class Text(fields.String):
    """Text, trimmed; ``required`` text must not be blank, unless ``blank`` says that it may; ``none``: 暂无 is an answer."""

    default_error_messages = {**_COMMON, "invalid": "应为文字", "invalid_utf8": "文字编码不正确"}

    def __init__(
        self,
        *,
        max_length: int = 500,
        min_length: int | None = None,
        pattern: str | None = None,
        hint: str = "",
        blank: bool = False,
        none: bool = True,
        **kwargs: Any,
    ) -> None:
        checks: list[Any] = [validate.Length(max=max_length, error=f"不能超过 {max_length} 个字")]
        shortest = 1 if min_length is None and kwargs.get("required") and not blank else min_length
        if shortest:
            checks.append(
                validate.Length(
                    min=shortest, error=(REQUIRED if none and pattern is None else MISSING) if shortest == 1 else f"至少 {shortest} 个字"
                )
            )
        if pattern is not None:
            checks.append(validate.Regexp(pattern, error=hint or "格式不正确"))
        super().__init__(validate=[*checks, *_listed(kwargs.pop("validate", None))], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text:
            raise ValidationError("含有不允许的字符")
        return text.strip()


class Id(Text):
    """An opaque identifier."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=128, pattern=r"^[A-Za-z0-9._:\-]+$", hint="编号格式不正确", **kwargs)


class Choice(fields.String):
    """One of a few values; the message lists them."""

    default_error_messages = {**_COMMON, "invalid": "应为文字"}

    def __init__(self, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(list(choices), error="应为其中之一：" + "、".join(choices)), **kwargs)


class Exact(fields.Field[Decimal]):
    """An exact number, as a string on the wire; never a float. At most 30 digits, the first within 10 to the power of ±18."""

    default_error_messages = {
        **_COMMON,
        "invalid": "应为数字，如 12.5",
        "float": '数字须以文字传送，如 "12.5"',
        "range": "{bounds}",
    }

    def __init__(self, *, low: str | None = None, high: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = (None if bound is None else Decimal(bound) for bound in (low, high))

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal | float):
            raise self.make_error("invalid")
        if isinstance(value, float):
            raise self.make_error("float")
        if isinstance(value, str) and "_" in value:  # Python would read 1_5 as 15
            raise self.make_error("invalid")
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise self.make_error("invalid") from error
        if not number.is_finite():
            raise self.make_error("invalid")
        if not -18 <= number.adjusted() <= 18 or len(number.as_tuple().digits) > 30:
            raise self.make_error("invalid")
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise self.make_error("range", bounds=_bounds(self.low, self.high))
        return number


class Whole(fields.Integer):
    """A whole number, of at most 53 bits: what every reader of JSON keeps exact."""

    default_error_messages = {**_COMMON, "invalid": "应为整数", "too_large": "数字过大"}

    def __init__(self, *, low: int | None = None, high: int | None = None, **kwargs: Any) -> None:
        if low is not None or high is not None:
            kwargs["validate"] = validate.Range(low, high, error=_bounds(low, high))
        super().__init__(strict=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number: int = super()._deserialize(value, attr, data, **kwargs)
        if abs(number) > LARGEST:
            raise self.make_error("too_large")
        return number


class Flag(fields.Boolean):
    """Yes or no."""

    default_error_messages = {**_COMMON, "invalid": "应为是或否"}


class Day(fields.Date):
    """A calendar day of Asia/Shanghai, ``2026-01-31``."""

    default_error_messages = {**_COMMON, "invalid": "应为日期，如 2026-01-31", "format": "日期格式不正确", "years": _YEARS}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.make_error("years")
        return day


class Moment(fields.AwareDateTime):
    """A moment with its zone, ``2026-01-31T10:00:00+08:00``; kept as UTC."""

    default_error_messages = {
        **_COMMON,
        "invalid": "应为带时区的时间，如 2026-01-31T10:00:00+08:00",
        "awareness": "时间须带时区，如 +08:00",
        "invalid_awareness": "时间须带时区，如 +08:00",
        "years": _YEARS,
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            utc = moment.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("years") from error
        if not FIRST_YEAR <= utc.year <= LAST_YEAR:
            raise self.make_error("years")
        return utc


class Many(fields.List[Any]):
    """A list."""

    default_error_messages = {**_COMMON, "invalid": "应为列表"}

    def __init__(self, inner: fields.Field[Any], *, at_least: int = 0, at_most: int = 10_000, **kwargs: Any) -> None:
        checks = validate.Length(min=at_least or None, max=at_most, error=f"应有 {at_least} 至 {at_most} 项")
        super().__init__(inner, validate=checks, **kwargs)


class One(fields.Nested):
    """A nested record."""

    default_error_messages = {**_COMMON, "type": "结构不正确"}

    def __init__(self, schema: type[Schema], **kwargs: Any) -> None:
        super().__init__(schema, **kwargs)


class Free(fields.Dict):
    """A free record whose form the field's description tells."""

    default_error_messages = {**_COMMON, "invalid": "结构不正确"}


class Record(Schema):
    """What all schemas of the contracts are made from: unknown fields are refused, with a Chinese message."""

    error_messages = {"unknown": "没有这一项", "type": "结构不正确", "invalid": "结构不正确"}


def _bounds(low: Any, high: Any) -> str:
    if low is None:
        return f"不能大于 {high}"
    return f"不能小于 {low}" if high is None else f"应在 {low} 与 {high} 之间"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
