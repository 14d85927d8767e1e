"""The item check (E10): each requirement of the permit beside the items that cover it, difference by difference."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from selfmon_enterprise.domain.matching import MatchingState
from selfmon_enterprise.domain.point import AUTOMATIC, PointState
from selfmon_enterprise.forms import Item, LimitForm, Pair
from selfmon_shared.kernel.frequency import Frequency, FrequencyInvalid
from selfmon_shared.kernel.limits import Limit, LimitComparison
from selfmon_shared.reference.pollutants import find_code, pollutant

Requirement = Mapping[str, Any]

EQUAL, STRICTER, WEAKER, UNKNOWN = "equal", "stricter", "weaker", "unknown"
METHOD_WORDS: Mapping[str, str] = {"manual": "手动监测", "automatic": "自动监测"}


def check_items(requirements: Sequence[Requirement], matching: MatchingState, points: Mapping[str, PointState]) -> list[dict[str, Any]]:
    """One line for each requirement and own point that covers it, in the permit's order; one without an item where nothing does."""
    lines: list[dict[str, Any]] = []
    for requirement in requirements:
        covering = [found for pair in matching.pairs if (found := _covering(requirement, pair, points.get(pair.point_id)))]
        lines.extend(
            {"requirement": requirement, "point_id": point_id, "item_id": item.item_id, "differences": compare(item, requirement)}
            for point_id, item in covering
        )
        if not covering:
            lines.append({"requirement": requirement, "point_id": None, "item_id": None, "differences": []})
    return lines


def covered(lines: Iterable[Mapping[str, Any]]) -> int:
    """How many requirements at least one item covers."""
    return len({line["requirement"]["key"] for line in lines if line["item_id"] is not None})


def _covering(requirement: Requirement, pair: Pair, point: PointState | None) -> tuple[str, Item] | None:
    """The item of that pair which answers for the requirement; of two, the one that is monitored in the same way."""
    if point is None or pair.permit_point != requirement["point"]:
        return None
    named = [item for item in point.active_items if not pair.item_ids or item.item_id in pair.item_ids]
    fitting = [item for item in named if _same_pollutant(item, requirement)]
    fitting.sort(key=lambda item: item.method != requirement["facility"])
    return (point.point_id, fitting[0]) if fitting else None


def _same_pollutant(item: Item, requirement: Requirement) -> bool:
    code = requirement.get("pollutant_code") or find_code(requirement["pollutant"], pollutant(item.pollutant_code).medium)
    return item.pollutant_code == code if code else item.pollutant_name == requirement["pollutant"]


def compare(item: Item, requirement: Requirement) -> list[dict[str, str]]:
    """Method, frequency, upper and lower limit: own value, the permit's, and how the own one stands to it."""
    return [
        _line("method", METHOD_WORDS[item.method], METHOD_WORDS[requirement["facility"]], _methods(item.method, requirement["facility"])),
        _frequency_line(item, requirement),
        *_limit_lines(item.limits, requirement),
    ]


def _line(field: str, own: str, permit: str, comparison: str) -> dict[str, str]:
    return {"field": field, "own": own, "permit": permit, "comparison": comparison}


def _methods(own: str, permit: str) -> str:
    if own == permit:
        return EQUAL
    return STRICTER if own == AUTOMATIC else WEAKER


def _frequency_line(item: Item, requirement: Requirement) -> dict[str, str]:
    try:
        permit = Frequency.from_code(requirement["frequency"])
    except FrequencyInvalid:
        permit = Frequency.parse(requirement["frequency_wording"])
    comparison = Frequency.from_code(item.frequency).compare(permit).value
    return _line("frequency", item.frequency_wording, requirement["frequency_wording"], comparison)


def _limit_lines(form: LimitForm, requirement: Requirement) -> list[dict[str, str]]:
    own = _own_limit(form)
    permit = Limit.parse(requirement.get("limit_text") or "", unit=_unit(requirement.get("limit_unit") or ""))
    stated = requirement.get("limit_text") is not None
    return [
        _line("upper", _upper_words(own), _upper_words(permit), _limits(_upper(own), _upper(permit), stated=stated)),
        _line("lower", _lower_words(own), _lower_words(permit), _limits(_lower(own), _lower(permit), stated=stated)),
    ]


def _unit(written: str) -> str:
    """Permits often print mg/Nm3: limits of exhaust gas always speak of the standard state, whether the unit says so or not."""
    return written.replace("/Nm", "/m")


def _own_limit(form: LimitForm) -> Limit:
    """The item's limit; what only its text says (a bound in brackets, 不得检出) counts where it does not contradict the bounds."""
    written = Limit.parse(form.text, unit=_unit(form.unit))
    if (written.lower, written.upper) == (form.lower, form.upper):
        return written
    return Limit(form.lower, form.upper, written.unit)


def _limits(own: Limit, permit: Limit, *, stated: bool) -> str:
    if not stated and own.has_bounds:
        return UNKNOWN  # the permit's limits are joined from its outlet tables, and may be absent there
    comparison = own.compare(permit)
    return UNKNOWN if comparison is LimitComparison.INCOMPARABLE else comparison.value


def _upper(limit: Limit) -> Limit:
    text = "" if limit.is_understood else limit.text
    return Limit(None, limit.upper, limit.unit, bracketed=limit.bracketed, not_detectable=limit.not_detectable, text=text)


def _lower(limit: Limit) -> Limit:
    return Limit(limit.lower, None, limit.unit, text="" if limit.is_understood else limit.text)


def _upper_words(limit: Limit) -> str:
    return limit.text if not limit.is_understood else _upper(limit).wording


def _lower_words(limit: Limit) -> str:
    return limit.text if not limit.is_understood else "—" if limit.lower is None else f"{limit.lower:f}"
