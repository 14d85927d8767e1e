"""Judging values against the limits of their time (D3b, D4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from selfmon_data.commands import Sample
from selfmon_data.domain.plan import Planned, limit_of
from selfmon_shared.kernel.errors import Invalid
from selfmon_shared.kernel.limits import Limit, Measured, MeasurementInvalid, mean

PH = "w01001"
TEMPERATURES = frozenset({"w01010", "a01012"})
"""The only pollutants whose values may be negative."""
FUGITIVE_KINDS = frozenset({"fugitive-boundary", "fugitive-site"})
WASTEWATER_KINDS = frozenset({"wastewater-outlet", "workshop-outlet", "inflow", "rainwater"})
NORMAL = "N"
AIR_OXYGEN = Decimal(21)
_LARGEST_POWER = 18
_NOTHING = (None, None)


@dataclass(frozen=True)
class Judged:
    """The value that stands for an entry, its converted value, and what the comparison found (None: not judged)."""

    value: str
    converted: str | None
    exceeds: bool | None
    multiple: Decimal | None


def read_value(text: str, pollutant_code: str) -> Measured:
    """A value as written: ``12.3`` or ``0.025L``.

    Raises:
        Invalid: ``results.value-invalid`` or ``results.negative``.
    """
    try:
        measured = Measured.parse(text)
    except MeasurementInvalid as error:
        raise Invalid("results.value-invalid") from error
    if abs(measured.value.adjusted()) > _LARGEST_POWER or len(text) > 30:
        raise Invalid("results.value-invalid")
    if measured.value < 0 and pollutant_code not in TEMPERATURES:
        raise Invalid("results.negative")
    return measured


def judge_hourly(planned: Planned, measured: Measured, converted: Measured | None, flag: str) -> Judged:
    """D4: an hourly value; the converted value counts where there is one.

    Only normal values (flag N) are judged, and of wastewater only pH: the rest is judged on the daily mean.
    """
    on_daily_mean = planned.point.kind in WASTEWATER_KINDS and planned.item.pollutant_code != PH
    judged = flag == NORMAL and not on_daily_mean
    exceeds, multiple = _compare(limit_of(planned.item), converted or measured) if judged else _NOTHING
    return Judged(str(measured), None if converted is None else str(converted), exceeds, multiple)


def judge_samples(planned: Planned, samples: Sequence[Sample], measured: Sequence[Measured]) -> Judged:
    """D3b: on the mean; pH on each sample (the most critical one is shown); fugitive on the maximum.

    Where the item has a reference oxygen content and every sample's oxygen is known, the converted values are judged
    (基准氧含量折算: measured × (21 − reference) / (21 − oxygen)).
    """
    limit = limit_of(planned.item)
    shown = _representative(planned, measured, limit)
    converted = _converted(planned.item.reference_oxygen, samples, measured)
    counts = shown if converted is None else _representative(planned, converted, limit)
    exceeds, multiple = _compare(limit, counts)
    return Judged(_shown(shown, measured, limit), None if converted is None else _shown(counts, measured, limit), exceeds, multiple)


def judge_day(planned: Planned, hours: Sequence[Measured]) -> Judged:
    """D4: wastewater on the daily mean of its valid hours."""
    limit = limit_of(planned.item)
    average = mean(hours)
    exceeds, multiple = _compare(limit, average)
    return Judged(_shown(average, hours, limit), None, exceeds, multiple)


def _representative(planned: Planned, values: Sequence[Measured], limit: Limit) -> Measured:
    if planned.item.pollutant_code == PH:
        return min(values, key=lambda one: _margin(one.value, limit))
    if planned.point.kind in FUGITIVE_KINDS:
        return max(values, key=lambda one: (one.for_average, one.value))
    return mean(values)


def _margin(value: Decimal, limit: Limit) -> Decimal:
    """How far a value is from the nearer bound; negative beyond it."""
    above = [] if limit.lower is None else [value - limit.lower]
    below = [] if limit.upper is None else [limit.upper - value]
    return min(above + below, default=Decimal(0))


def _converted(reference: Decimal | None, samples: Sequence[Sample], measured: Sequence[Measured]) -> list[Measured] | None:
    if reference is None:
        return None
    converted = []
    for sample, one in zip(samples, measured, strict=True):
        if sample.oxygen is None or sample.oxygen >= AIR_OXYGEN:
            return None
        converted.append(Measured(one.value * (AIR_OXYGEN - reference) / (AIR_OXYGEN - sample.oxygen), one.below_detection))
    return converted


def _compare(limit: Limit, value: Measured) -> tuple[bool | None, Decimal | None]:
    judgement = limit.judge(value)
    return (judgement.exceeds, judgement.multiple) if judgement.judged else _NOTHING


def _shown(value: Measured, of: Sequence[Measured], limit: Limit) -> str:
    """A sample as written; else with as many decimals as the samples or the limit have, whichever are more: it was judged unrounded."""
    if value in of:
        return str(value)
    numbers = [one.value for one in of] + [bound for bound in (limit.lower, limit.upper) if bound is not None]
    places = min(0, *(_exponent(number) for number in numbers))
    rounded = value.value.quantize(Decimal(1).scaleb(places), ROUND_HALF_EVEN, Context(prec=60))
    return str(Measured(rounded, value.below_detection))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
