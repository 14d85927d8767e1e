"""How often something is to be monitored (监测频次), as permits word it (DOMAIN "cycle", REGIME 3.4)."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Self


class FrequencyInvalid(ValueError):
    """A frequency that contradicts itself, or a code that was never given out."""


class FrequencyKind(StrEnum):
    """What sort of duty the wording speaks of."""

    CONTINUOUS = "continuous"
    PERIODIC = "periodic"
    ONCE = "once"
    IRREGULAR = "irregular"
    UNKNOWN = "unknown"


class CycleUnit(StrEnum):
    """The calendar unit that a periodic duty is counted in; hours only for continuous monitoring."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALFYEAR = "halfyear"
    YEAR = "year"


class FrequencyComparison(StrEnum):
    """How the own frequency stands to the permit's (E10, P4)."""

    EQUAL = "equal"
    STRICTER = "stricter"
    WEAKER = "weaker"
    UNKNOWN = "unknown"


CONTINUOUS_HOURS = (1, 2, 4)
"""Intervals that count as continuous monitoring: hourly by logger, else every 1, 2 or 4 hours (DOMAIN "cycle")."""

MOST_A_DAY = 1440
"""Nobody samples more than once a minute: such a count is a slip of the pen."""

_PER_YEAR: Mapping[CycleUnit, int] = {
    CycleUnit.DAY: 365,
    CycleUnit.WEEK: 52,
    CycleUnit.MONTH: 12,
    CycleUnit.QUARTER: 4,
    CycleUnit.HALFYEAR: 2,
    CycleUnit.YEAR: 1,
}
# Days that are counted inside a month: so many periods has each month, the last one taking what is left of it.
DAYS_WITHIN_MONTH: Mapping[int, int] = {5: 6, 10: 3, 15: 2}
_UNIT_WORDING: Mapping[CycleUnit, str] = {
    CycleUnit.DAY: "日",
    CycleUnit.WEEK: "周",
    CycleUnit.MONTH: "月",
    CycleUnit.QUARTER: "季",
    CycleUnit.HALFYEAR: "半年",
    CycleUnit.YEAR: "年",
}
_SAME_CYCLE: Mapping[tuple[int, CycleUnit], tuple[int, CycleUnit]] = {
    (7, CycleUnit.DAY): (1, CycleUnit.WEEK),
    (3, CycleUnit.MONTH): (1, CycleUnit.QUARTER),
    (6, CycleUnit.MONTH): (1, CycleUnit.HALFYEAR),
    (12, CycleUnit.MONTH): (1, CycleUnit.YEAR),
    (24, CycleUnit.MONTH): (2, CycleUnit.YEAR),
    (2, CycleUnit.QUARTER): (1, CycleUnit.HALFYEAR),
    (4, CycleUnit.QUARTER): (1, CycleUnit.YEAR),
    (2, CycleUnit.HALFYEAR): (1, CycleUnit.YEAR),
    (4, CycleUnit.HALFYEAR): (2, CycleUnit.YEAR),
}
_SPELT_KINDS = {FrequencyKind.ONCE: "单次", FrequencyKind.IRREGULAR: "无固定频次"}


@dataclass(frozen=True, slots=True)
class Frequency:
    """One monitoring frequency.

    ``count`` times in each calendar period of ``every`` ``unit``; continuous monitoring is one value every ``every`` hours.
    ``on_discharge``: only while something is discharged (``1次/日(排放时)``). ``fallback``: the manual frequency while an automatic
    device is out (``4次/日(自动)``). ``text``: the wording as written, where it says more than the fields, or where it was not understood.

    Raises:
        FrequencyInvalid: the fields contradict each other.
    """

    kind: FrequencyKind
    count: int = 1
    every: int = 1
    unit: CycleUnit | None = None
    on_discharge: bool = False
    fallback: "Frequency | None" = None
    text: str = ""

    def __post_init__(self) -> None:
        if self.count < 1 or self.every < 1:
            raise FrequencyInvalid("count and every are at least 1")
        if self.kind is FrequencyKind.CONTINUOUS:
            fits = self.unit is CycleUnit.HOUR and self.every in CONTINUOUS_HOURS and self.count == 1
        elif self.kind is FrequencyKind.PERIODIC:
            fits = self.unit not in (None, CycleUnit.HOUR)
        else:
            fits = self.unit is None and not self.on_discharge
        if not fits:
            raise FrequencyInvalid(f"{self.kind}: {self.count} per {self.every} {self.unit}")
        if self.kind is FrequencyKind.PERIODIC and self._rate is not None and self._rate > MOST_A_DAY * 365:
            raise FrequencyInvalid(f"more than {MOST_A_DAY} times a day")
        if self.fallback is not None and not (
            self.is_continuous and self.fallback.kind is FrequencyKind.PERIODIC and not self.fallback.text
        ):
            raise FrequencyInvalid("only continuous monitoring has a fallback, and only a plainly periodic one")
        if self.kind is FrequencyKind.UNKNOWN and not self.text:
            raise FrequencyInvalid("an unknown frequency keeps its wording")

    @classmethod
    def periodic(cls, count: int, every: int, unit: CycleUnit, *, on_discharge: bool = False, text: str = "") -> Self:
        """``count`` times every ``every`` units, with equal cycles brought to one form (three months are a quarter)."""
        every, unit = _SAME_CYCLE.get((every, unit), (every, unit))
        return cls(FrequencyKind.PERIODIC, count, every, unit, on_discharge, None, text)

    @classmethod
    def parse(cls, wording: str) -> "Frequency":
        """The frequency that a permit's wording speaks of.

        A wording that is not understood is kept as written under the kind ``unknown``; it never becomes a lower duty.

        Raises:
            FrequencyInvalid: the wording is empty.
        """
        if not wording.strip():
            raise FrequencyInvalid("no wording")
        return _parse(wording) or cls(FrequencyKind.UNKNOWN, text=wording.strip())

    @property
    def is_continuous(self) -> bool:
        """Whether this is 连续监测, be it hourly or every 2 or 4 hours."""
        return self.kind is FrequencyKind.CONTINUOUS

    @property
    def is_understood(self) -> bool:
        """Whether the wording was understood; if not, it is flagged where it is shown."""
        return self.kind is not FrequencyKind.UNKNOWN

    @property
    def per_period(self) -> int | None:
        """How many values one calendar period owes (a day, for continuous monitoring); None where no period is known."""
        if self.is_continuous:
            return 24 // self.every
        return self.count if self.kind is FrequencyKind.PERIODIC else None

    @property
    def per_year(self) -> Decimal | None:
        """How many values a year owes; None where that cannot be said (once, irregular, on discharge, not understood)."""
        return None if self.on_discharge else self._rate

    @property
    def _rate(self) -> Decimal | None:
        if self.is_continuous:
            return Decimal(365 * 24) / self.every
        if self.unit is None:
            return None
        if self.unit is CycleUnit.DAY and self.every in DAYS_WITHIN_MONTH:
            return Decimal(self.count * 12 * DAYS_WITHIN_MONTH[self.every])
        return Decimal(self.count * _PER_YEAR[self.unit]) / self.every

    @property
    def wording(self) -> str:
        """The canonical Chinese wording; what was written, where that says more."""
        if self.text:
            return self.text
        if self.is_continuous:
            return f"{self.fallback.wording}(自动)" if self.fallback else "连续监测"
        if self.unit is None:
            return _SPELT_KINDS[self.kind]
        unit = _UNIT_WORDING[self.unit]
        if self.every == 2 and self.unit is CycleUnit.YEAR:
            unit = "两年"
        elif self.every > 1:
            unit = f"{self.every}{'天' if self.unit is CycleUnit.DAY else unit}"
        return f"{self.count}次/{unit}{'(排放时)' if self.on_discharge else ''}"

    @property
    def code(self) -> str:
        """The stable text for storage and JSON; :meth:`from_code` gives the same frequency back.

        ``continuous`` (then ``/2h`` or ``/4h``, and ``+4/day`` for a fallback), ``1/quarter``, ``1/10day``, ``once``, ``irregular``,
        ``unknown``; ``@discharge`` and ``#wording`` follow where there are such.
        """
        if self.is_continuous:
            code = "continuous" if self.every == 1 else f"continuous/{self.every}h"
        elif self.unit is None:
            code = self.kind.value
        else:
            code = f"{self.count}/{self.every if self.every > 1 else ''}{self.unit}"
        code += "@discharge" if self.on_discharge else ""
        code += f"+{self.fallback.code}" if self.fallback else ""
        return f"{code}#{self.text}" if self.text else code

    @classmethod
    def from_code(cls, code: str) -> Self:
        """The frequency of a stored code.

        Raises:
            FrequencyInvalid: no such code was ever given out.
        """
        found = _CODE.fullmatch(code)
        if not found:
            raise FrequencyInvalid(f"no frequency code: {code!r}")
        fallback, text, on_discharge = found["fallback"], found["text"] or "", bool(found["discharge"])
        if found["spelt"]:
            return cls(FrequencyKind(found["spelt"]), text=text, on_discharge=on_discharge)
        if found["continuous"]:
            every = int(found["hours"] or 1)
            unit = CycleUnit.HOUR
            return cls(FrequencyKind.CONTINUOUS, 1, every, unit, on_discharge, cls.from_code(fallback) if fallback else None, text)
        if fallback:
            raise FrequencyInvalid(f"no frequency code: {code!r}")
        return cls.periodic(int(found["count"]), int(found["every"] or 1), CycleUnit(found["unit"]), on_discharge=on_discharge, text=text)

    def compare(self, permit: "Frequency") -> FrequencyComparison:
        """How this, the own frequency, stands to the permit's: equal, stricter, weaker, or not comparable (``unknown``).

        All continuous variants are equal, and stricter than any periodic one. At the same number a year the shorter period is
        stricter: three times a quarter may all fall into one month. ``irregular`` is weaker than anything, then ``once``.
        """
        own = self
        if own == permit:
            return FrequencyComparison.EQUAL
        if not (own.is_understood and permit.is_understood):
            return FrequencyComparison.UNKNOWN
        by_rank = _order(own._rank, permit._rank)
        if own.on_discharge == permit.on_discharge or FrequencyKind.IRREGULAR in (own.kind, permit.kind):
            return by_rank
        conditional = FrequencyComparison.WEAKER if own.on_discharge else FrequencyComparison.STRICTER
        return conditional if by_rank in (conditional, FrequencyComparison.EQUAL) else FrequencyComparison.UNKNOWN

    @property
    def _rank(self) -> tuple[int, Decimal, Decimal]:
        if self.kind in _SPELT_KINDS:
            return (0 if self.kind is FrequencyKind.IRREGULAR else 1, Decimal(0), Decimal(0))
        if self.is_continuous:
            fallback = self.fallback._rank if self.fallback else (0, Decimal(0), Decimal(0))
            return (3, fallback[1], fallback[2])
        rate = self._rate or Decimal(0)
        return (2, rate, rate / self.count)


CONTINUOUS = Frequency(FrequencyKind.CONTINUOUS, unit=CycleUnit.HOUR)
USUAL = (
    CONTINUOUS,
    *(Frequency.periodic(count, 1, CycleUnit.DAY) for count in (24, 6, 4, 3, 2, 1)),
    *(Frequency.periodic(count, 1, CycleUnit.WEEK) for count in (3, 2, 1)),
    *(Frequency.periodic(1, every, CycleUnit.DAY) for every in (10, 15)),
    *(Frequency.periodic(count, 1, CycleUnit.MONTH) for count in (2, 1)),
    Frequency.periodic(1, 2, CycleUnit.MONTH),
    *(Frequency.periodic(count, 1, CycleUnit.QUARTER) for count in (2, 1)),
    *(Frequency.periodic(count, 1, CycleUnit.HALFYEAR) for count in (3, 1)),
    *(Frequency.periodic(count, 1, CycleUnit.YEAR) for count in (2, 1)),
    Frequency.periodic(1, 2, CycleUnit.YEAR),
    Frequency.periodic(1, 1, CycleUnit.DAY, on_discharge=True),
    Frequency.periodic(1, 1, CycleUnit.MONTH, on_discharge=True),
    Frequency.periodic(1, 1, CycleUnit.QUARTER, on_discharge=True),
    Frequency(FrequencyKind.ONCE),
    Frequency(FrequencyKind.IRREGULAR),
)
"""The frequencies that permits name (REGIME 3.4), the most frequent first: what a form offers (E6)."""


def _order(own: tuple[int, Decimal, Decimal], permit: tuple[int, Decimal, Decimal]) -> FrequencyComparison:
    if own[0] == permit[0] == 3 and 0 in (own[1], permit[1]):
        # A fallback that only one side states is no difference of the automatic monitoring itself.
        return FrequencyComparison.EQUAL
    if own == permit:
        return FrequencyComparison.EQUAL
    return FrequencyComparison.STRICTER if own > permit else FrequencyComparison.WEAKER


_CODE = re.compile(
    r"(?:(?P<spelt>once|irregular|unknown)"
    r"|(?P<continuous>continuous)(?:/(?P<hours>[124])h)?"
    r"|(?P<count>[1-9][0-9]*)/(?P<every>[1-9][0-9]*)?(?P<unit>day|week|month|quarter|halfyear|year))"
    r"(?P<discharge>@discharge)?(?:\+(?P<fallback>[^#]+))?(?:#(?P<text>.+))?",
    re.DOTALL,
)

_DIGITS = {"一": "1", "二": "2", "两": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}
_NUMBER = r"[0-9]{1,4}|十[一二三四五六七八九]?|[一二两三四五六七八九]十?"
_UNIT = r"(?:个)?(?:小时|时|h|日|天|旬|周|星期|双月|月|季度|季|半年|年度|年)"
_UNIT_OF: Mapping[str, tuple[int, CycleUnit]] = {
    "小时": (1, CycleUnit.HOUR),
    "时": (1, CycleUnit.HOUR),
    "h": (1, CycleUnit.HOUR),
    "日": (1, CycleUnit.DAY),
    "天": (1, CycleUnit.DAY),
    "旬": (10, CycleUnit.DAY),
    "周": (1, CycleUnit.WEEK),
    "星期": (1, CycleUnit.WEEK),
    "双月": (2, CycleUnit.MONTH),
    "月": (1, CycleUnit.MONTH),
    "季度": (1, CycleUnit.QUARTER),
    "季": (1, CycleUnit.QUARTER),
    "半年": (1, CycleUnit.HALFYEAR),
    "年度": (1, CycleUnit.YEAR),
    "年": (1, CycleUnit.YEAR),
}
_PERIODIC_WORDINGS = (
    re.compile(rf"(?:至少)?(?P<count>{_NUMBER})次[/每](?P<every>{_NUMBER})?(?P<unit>{_UNIT})(?:\(双月\))?"),
    re.compile(rf"[每按](?P<every>{_NUMBER})?(?P<unit>{_UNIT})(?:至少)?(?:开展|监测)*(?P<count>{_NUMBER})次(?:监测)?"),
    re.compile(rf"[每按](?P<every>{_NUMBER})?(?P<unit>{_UNIT})(?:开展)?监测(?P<count>)"),
)
_CONTINUOUS_WORDING = re.compile(r"(?:自动|在线)?连续(?:自动|在线)?(?:监测)?|(?:自动|在线)监测")
_IRREGULAR_WORDING = re.compile(r"(?:无固定|不定期|不固定)(?:频次|监测)?")
_ONCE_WORDING = re.compile(r"单次(?:监测)?")
_DISCHARGE = re.compile(
    r"\(?(?:仅|在)?(?:雨水|废水|污水)?(?:排放口)?有?(?:流动水|雨水|水)?(?:排放|排水|外排|下雨|降雨|流动)(?:时|期间|期)\)?[,;:]?"
)
_RELAXATION = re.compile(r"[.…,;。(]*(?:如|若)?监测一年无异常(?:情况)?[,的]*(?:后)?可(?:放宽|降低)(?:至|为|到).+", re.DOTALL)
_AUTOMATIC = re.compile(r"\(自动(?:监测)?\)$")


def _parse(wording: str) -> Frequency | None:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", wording)).replace("、", ",").replace("／", "/")
    bare = _RELAXATION.sub("", text)
    kept = "" if bare == text else wording.strip()
    discharge = _DISCHARGE.search(bare)
    if discharge:
        bare = bare[: discharge.start()] + bare[discharge.end() :]
    if _AUTOMATIC.search(bare):
        fallback = _periodic(_AUTOMATIC.sub("", bare))
        if discharge or fallback is None:
            return None
        if fallback.is_continuous or fallback.text:
            fallback = Frequency.periodic(fallback.per_period or 1, 1, CycleUnit.DAY)
        return Frequency(FrequencyKind.CONTINUOUS, unit=CycleUnit.HOUR, fallback=fallback, text=kept)
    understood = _spelt(bare) or _periodic(bare)
    if understood is None or (discharge and understood.unit is None):
        return None
    return Frequency(
        understood.kind,
        understood.count,
        understood.every,
        understood.unit,
        discharge is not None,
        None,
        kept or (understood.text and wording.strip()),
    )


def _spelt(text: str) -> Frequency | None:
    if _CONTINUOUS_WORDING.fullmatch(text):
        return CONTINUOUS
    if _IRREGULAR_WORDING.fullmatch(text):
        return Frequency(FrequencyKind.IRREGULAR)
    return Frequency(FrequencyKind.ONCE) if _ONCE_WORDING.fullmatch(text) else None


def _periodic(text: str) -> Frequency | None:
    found = next((match for pattern in _PERIODIC_WORDINGS if (match := pattern.fullmatch(text))), None)
    if found is None:
        return None
    count, times = _number(found["count"]), _number(found["every"])
    size, unit = _UNIT_OF[found["unit"].removeprefix("个")]
    every = size * times
    if count < 1 or times < 1 or every > 60:
        return None
    try:
        return _hourly(count, every, text) if unit is CycleUnit.HOUR else Frequency.periodic(count, every, unit)
    except FrequencyInvalid:  # an absurd count
        return None


def _hourly(count: int, every: int, text: str) -> Frequency | None:
    """Up to every four hours is continuous monitoring; what is rarer is so many times a day, if it divides the day."""
    if count != 1 or 24 % every:
        return None
    if every in CONTINUOUS_HOURS:
        return Frequency(FrequencyKind.CONTINUOUS, every=every, unit=CycleUnit.HOUR)
    return Frequency.periodic(24 // every, 1, CycleUnit.DAY, text="" if every == 24 else text)


def _number(text: str | None) -> int:
    if not text:
        return 1
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int(_DIGITS[tens])
    return 10 * int(_DIGITS.get(tens, "1")) + int(_DIGITS.get(ones, "0"))
