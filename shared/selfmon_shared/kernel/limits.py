"""Emission limits (执行标准限值) and the judgement of measured values against them (REGIME 5, D3b, D4)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from enum import StrEnum
from typing import Self


class MeasurementInvalid(ValueError):
    """A measured value that cannot be read. ``reason`` is a stable code, ``text`` the input as it came."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(f"{reason}: {text!r}")
        self.reason = reason
        self.text = text


class UnitMismatch(ValueError):
    """Two units between which nothing can be converted."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(f"no conversion from {source!r} to {target!r}")
        self.source = source
        self.target = target


class LimitComparison(StrEnum):
    """How the own limit stands to the permit's (E10)."""

    EQUAL = "equal"
    STRICTER = "stricter"
    WEAKER = "weaker"
    INCOMPARABLE = "incomparable"


class AveragingPeriod(StrEnum):
    """What the limit speaks of: a mean over some time, each single value, or unstated."""

    UNSTATED = ""
    INSTANT = "instant"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    ASSAY = "assay"


_UNIT_SPELLING = str.maketrans({"\u00b5": "\u03bc", "／": "/", "（": "(", "）": ")", "^": None})
_MASS = {"pg": -12, "ng": -9, "μg": -6, "mg": -3, "g": 0, "kg": 3}
_PER = {"L": 0, "m³": -3}
_MASS_UNIT = re.compile(r"(?P<mass>pg|ng|μg|mg|kg|g)(?P<teq>-TEQ)?/(?P<per>L|m³)")


def normalise_unit(unit: str) -> str:
    """One spelling of a unit: ``ug/m3``, ``µg/m³`` and ``μg/m^3`` are ``μg/m³``; ``ng TEQ/m3`` is ``ng-TEQ/m³``."""
    # NFKC would go too far here: it turns ℃ into two characters.
    text = unit.strip().translate(_UNIT_SPELLING)
    text = re.sub(r"\bu(?=g/)", "μ", re.sub(r"[\s-]*TEQ", "-TEQ", text))
    text = re.sub(r"/l$", "/L", text)
    return re.sub(r"(?<=m)3$|(?<=m)3(?=/)", "³", text)


def can_be_negative(unit: str) -> bool:
    """Whether a quantity in this unit may lie below zero: temperatures, gauge pressures, potentials; concentrations and rates never do."""
    return normalise_unit(unit) in _SIGNED_UNITS


_SIGNED_UNITS = frozenset({"", "℃", "°C", "Pa", "kPa", "MPa", "mV", "V"})


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """The value in the target unit; exact, since only powers of ten are between them (``μg/L`` → ``mg/L``).

    Raises:
        UnitMismatch: the units are neither the same nor mass concentrations of the same kind.
    """
    source, target = normalise_unit(source), normalise_unit(target)
    if source == target:
        return value
    one, other = _MASS_UNIT.fullmatch(source), _MASS_UNIT.fullmatch(target)
    if not one or not other or one["teq"] != other["teq"]:
        raise UnitMismatch(source, target)
    power = _MASS[one["mass"]] + _PER[one["per"]] - _MASS[other["mass"]] - _PER[other["per"]]
    return value.scaleb(power)


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured concentration. ``below_detection``: not detected, and ``value`` is the detection limit (``0.025L``)."""

    value: Decimal
    below_detection: bool = False

    @classmethod
    def parse(cls, text: str, *, detection_limit: Decimal | None = None) -> Self:
        """Reads ``12.3``, ``0.025L``, ``<0.025``; ``未检出`` and ``ND`` where the detection limit is known.

        Raises:
            MeasurementInvalid: ``measured.not-a-number`` or ``measured.no-detection-limit``.
        """
        plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
        if plain in ("未检出", "ND"):
            if detection_limit is None:
                raise MeasurementInvalid("measured.no-detection-limit", text)
            return cls(detection_limit, below_detection=True)
        below = plain.startswith("<") != plain.endswith("L")
        number = plain.removeprefix("<").removesuffix("L") if below else plain
        try:
            value = Decimal(number)
        except InvalidOperation:
            raise MeasurementInvalid("measured.not-a-number", text) from None
        if not value.is_finite() or (below and value < 0) or "_" in number:
            raise MeasurementInvalid("measured.not-a-number", text)
        return cls(value, below)

    def __str__(self) -> str:
        return f"{self.value:f}L" if self.below_detection else f"{self.value:f}"

    @property
    def for_average(self) -> Decimal:
        """What counts in an average: the value, or half the detection limit."""
        return self.value / 2 if self.below_detection else self.value


def mean(values: Sequence[Measured]) -> Measured:
    """The arithmetic mean, half the detection limit standing for what was not detected; not rounded, since it is rounded once, when judged.

    When nothing was detected at all, the mean is below the (largest) detection limit.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values to average")
    if all(value.below_detection for value in values):
        return max(values, key=lambda measured: measured.value)
    return Measured(sum((value.for_average for value in values), Decimal(0)) / len(values))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison with a limit found.

    ``multiple`` is 超标倍数 (C − S)/S, to three digits, only where a single upper bound above zero is exceeded. ``compared_value`` is the
    value as compared, rounded to the limit's decimals. ``judged`` is False where nothing could be said: there is no bound, or the method
    cannot see as low as the limit.
    """

    exceeds: bool
    multiple: Decimal | None
    compared_value: Decimal
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: what is above ``upper`` or below ``lower`` exceeds it.

    ``bracketed`` is the second upper bound of ``5(8)``, in force where the standard's note says so (for ammonia at a water temperature of
    12 °C or less). ``not_detectable`` is 不得检出. ``condition`` is the standard's note, ``text`` the limit as written: a limit that is not
    understood has nothing but its text.

    Raises:
        ValueError: the bounds contradict each other.
    """

    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    averaging: AveragingPeriod = AveragingPeriod.UNSTATED
    condition: str = ""
    bracketed: Decimal | None = None
    not_detectable: bool = False
    text: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        bounds = [bound for bound in (self.lower, self.upper, self.bracketed) if bound is not None]
        if not all(bound.is_finite() for bound in bounds):
            raise ValueError("a bound is a finite number")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"the lower bound {self.lower} lies above the upper bound {self.upper}")
        if self.bracketed is not None and (self.upper is None or self.lower is not None):
            raise ValueError("a bracketed bound stands beside a single upper bound")
        if self.not_detectable and bounds:
            raise ValueError("what must not be detected has no bound")

    @classmethod
    def parse(cls, text: str, *, unit: str = "", averaging: AveragingPeriod = AveragingPeriod.UNSTATED, condition: str = "") -> Self:
        """The limit that a wording states: ``50``, ``6~9``, ``5(8)``, ``≤10``, ``≥95%``, ``不得检出``, or nothing (``/``, ``—``, empty).

        A wording that is not understood is kept in ``text`` (``is_understood`` is False); no bound is guessed.
        """
        plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
        written = text.strip()
        unit = normalise_unit(unit)
        if plain == "不得检出":
            return cls(None, None, unit, averaging, condition, None, True, written)
        if found := _RANGE.fullmatch(plain):
            lower, upper = Decimal(found[1]), Decimal(found[2])
            if lower <= upper:
                return cls(lower, upper, unit, averaging, condition, text=written)
        elif found := _BRACKETED.fullmatch(plain):
            return cls(None, Decimal(found[1]), unit, averaging, condition, Decimal(found[2]), text=written)
        elif found := _ONE_BOUND.fullmatch(plain):
            bound = Decimal(found["bound"])
            unit = unit or ("%" if found["percent"] else "")
            is_lower = found["sign"] in ("≥", ">", ">=")
            return cls(bound if is_lower else None, None if is_lower else bound, unit, averaging, condition, text=written)
        return cls(None, None, unit, averaging, condition, text=written)

    @property
    def has_bounds(self) -> bool:
        """Whether there is anything to compare with."""
        return self.not_detectable or self.lower is not None or self.upper is not None

    @property
    def is_understood(self) -> bool:
        """False where a wording was kept that could not be read; what states no limit is understood."""
        return self.has_bounds or unicodedata.normalize("NFKC", self.text).strip() in _NO_LIMIT

    @property
    def wording(self) -> str:
        """The limit as shown: as written, else from its bounds."""
        if self.text:
            return self.text
        if self.not_detectable:
            return "不得检出"
        if self.upper is None:
            return "—" if self.lower is None else f"≥{self.lower:f}"
        if self.lower is not None:
            return f"{self.lower:f}~{self.upper:f}"
        return f"{self.upper:f}" + ("" if self.bracketed is None else f"({self.bracketed:f})")

    def judge(self, value: Measured | Decimal, *, bracketed: bool = False) -> Judgement:
        """Compares a value in the limit's unit.

        The value is rounded half-even to the bound's decimals first (GB/T 8170), and the multiple is that of the rounded value.
        ``bracketed``: the bound in brackets is in force, if there is one. A value below detection never exceeds an upper bound; where the
        detection limit itself lies above the bound, or above a lower bound, nothing is judged.
        """
        measured = value if isinstance(value, Measured) else Measured(value)
        upper = self.bracketed if bracketed and self.bracketed is not None else self.upper
        if self.not_detectable:
            return Judgement(not measured.below_detection, None, measured.value)
        if measured.below_detection:
            return self._judge_undetected(measured, upper)
        if upper is not None and (compared := round_to(measured.value, upper)) > upper:
            return Judgement(True, _multiple(compared, upper) if self.lower is None else None, compared)
        if self.lower is not None and (compared := round_to(measured.value, self.lower)) < self.lower:
            return Judgement(True, None, compared)
        bound = upper if upper is not None else self.lower
        if bound is None:
            return Judgement(False, None, measured.value, judged=False)
        return Judgement(False, None, round_to(measured.value, bound))

    def _judge_undetected(self, measured: Measured, upper: Decimal | None) -> Judgement:
        seen = measured.value
        if self.lower is not None and self.lower > 0:
            return Judgement(seen <= self.lower, None, seen, judged=seen <= self.lower)
        return Judgement(False, None, seen, judged=upper is not None and seen <= upper)

    def compare(self, permit: "Limit") -> LimitComparison:
        """How this, the own limit, stands to the permit's.

        Units are converted where they can be. Limits over different averaging periods, under different conditions, or of which one side is
        stricter below and weaker above, are not comparable; nor is one that was not understood, unless both say the same.
        """
        own = self
        if not (own.is_understood and permit.is_understood):
            same = own == permit and own.text == permit.text
            return LimitComparison.EQUAL if same else LimitComparison.INCOMPARABLE
        if _differ(own.averaging, permit.averaging) or _differ(own.condition, permit.condition):
            return LimitComparison.INCOMPARABLE
        try:
            uppers = zip(own._uppers(permit.unit or own.unit), permit._uppers(permit.unit), strict=True)
            lowers = own._in(own.lower, permit.unit or own.unit), permit.lower
        except UnitMismatch:
            return LimitComparison.INCOMPARABLE
        signs = {_sign(a, b) for a, b in uppers} | {-_sign(*lowers, missing=Decimal("-Infinity"))}
        signs.discard(0)
        if len(signs) > 1:
            return LimitComparison.INCOMPARABLE
        return {-1: LimitComparison.STRICTER, 1: LimitComparison.WEAKER}[signs.pop()] if signs else LimitComparison.EQUAL

    def _uppers(self, unit: str) -> tuple[Decimal | None, Decimal | None]:
        if self.not_detectable:
            return Decimal("-Infinity"), Decimal("-Infinity")
        upper = self._in(self.upper, unit)
        return upper, upper if self.bracketed is None else self._in(self.bracketed, unit)

    def _in(self, bound: Decimal | None, unit: str) -> Decimal | None:
        return bound if bound is None or not self.unit else convert(bound, self.unit, unit)


_DECIMAL = r"[0-9]+(?:\.[0-9]+)?"
_RANGE = re.compile(rf"({_DECIMAL})[~—–至-]({_DECIMAL})")
_BRACKETED = re.compile(rf"({_DECIMAL})\(({_DECIMAL})\)")
_ONE_BOUND = re.compile(rf"(?P<sign>≤|≥|<=|>=|<|>)?(?P<bound>{_DECIMAL})(?P<percent>%)?")
_NO_LIMIT = ("", "/", "-", "—", "--", "——", "无", "不限")


def round_to(value: Decimal, bound: Decimal) -> Decimal:
    """The value rounded half-even to the decimals with which the bound is written (GB/T 8170)."""
    exponent = bound.as_tuple().exponent
    places = exponent if isinstance(exponent, int) and exponent < 0 else 0
    digits = Context(prec=max(28, value.adjusted() - places + 2))
    return value.quantize(Decimal(1).scaleb(places), ROUND_HALF_EVEN, digits)


def _multiple(value: Decimal, limit: Decimal) -> Decimal | None:
    if limit <= 0:
        return None
    multiple = Context(prec=3, rounding=ROUND_HALF_EVEN).divide(value - limit, limit)
    return Decimal(f"{multiple:f}")


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and "".join(one.split()) != "".join(other.split())


def _sign(own: Decimal | None, permit: Decimal | None, *, missing: Decimal = Decimal("Infinity")) -> int:
    a, b = own if own is not None else missing, permit if permit is not None else missing
    return (a > b) - (a < b)
