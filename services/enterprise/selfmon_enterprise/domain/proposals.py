"""What the permit suggests for points and items, so that a clerk confirms instead of typing (E5, E6, E12). It binds nobody.

What is not understood is kept as written and flagged; nothing is proposed below what the permit asks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selfmon_enterprise.domain import item_check
from selfmon_enterprise.domain.matching import MatchingState
from selfmon_enterprise.domain.permit import PermitState
from selfmon_enterprise.domain.point import AUTOMATIC, PointState
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.frequency import CONTINUOUS, Frequency, FrequencyComparison, FrequencyInvalid
from selfmon_shared.kernel.limits import Limit, LimitComparison
from selfmon_shared.reference.pollutants import find_code, medium_at, pollutant

Requirement = Mapping[str, Any]
PermitPoint = Mapping[str, Any]

KINDS: Mapping[str, str] = {
    "exhaust": "organised-exhaust",
    "wastewater": "wastewater-outlet",
    "rainwater": "rainwater",
    "fugitive": "fugitive-boundary",
    "noise": "boundary-noise",
    "surroundings": "surroundings",
    "other": "surroundings",
}
"""The usual kind of point for a category of permit points."""

PREFIXES: Mapping[str, str] = {
    "exhaust": "FQ",
    "wastewater": "FS",
    "rainwater": "YS",
    "fugitive": "WZ",
    "noise": "ZS",
    "surroundings": "HJ",
    "other": "QT",
}
"""How a suggested code begins: the manual's FQ and FS, and the like for the rest."""

NO_STANDARD = "暂无"
LONGEST: Mapping[str, int] = {"name": 100, "emission_standard": 100, "frequency": 60, "limits.text": 100, "limits.unit": 30}
"""What the forms of E5 and E6 take, in characters; a permit may say more."""


@dataclass(frozen=True)
class Flag:
    """A field that the clerk must see to, and why."""

    field: str
    text: str


def propose(permit: PermitState, matching: MatchingState, points: Sequence[PointState]) -> list[dict[str, Any]]:
    """One proposal for each permit point that has no own point, or whose own point lacks items; in the permit's order.

    ``own_point_id`` is the own point that is matched already, or that was plainly made for this permit point (same kind, and the suggested
    code or the same name): items are then added to it, and the rest of the form is only for show.
    """
    active = {own.point_id: own for own in points if own.is_active}
    matched = _matched(matching, active)
    free = [own for own in active.values() if own.point_id not in {pair.point_id for pair in matching.pairs}]
    missing = {
        line["requirement"]["key"]
        for line in item_check.check_items(permit.content["requirements"], matching, active)
        if line["item_id"] is None
    }
    codes = _Codes(own.form.code for own in points if own.form is not None)
    names = [place["name"] for place in permit.content["points"]]
    proposals = {}
    for place in sorted(permit.content["points"], key=lambda place: (place.get("code") is None, place["key"])):
        asked = [line for line in permit.content["requirements"] if line["point"] == place["key"]]
        own = matched.get(place["key"])
        if own is not None:
            asked = [line for line in asked if line["key"] in missing]
            if not asked:
                continue
        else:
            own = _made_for(place, free, unique=names.count(place["name"]) == 1)
            if own is not None:
                free.remove(own)
        proposals[place["key"]] = _proposal(permit, place, asked, own, codes)
    return [proposals[place["key"]] for place in permit.content["points"] if place["key"] in proposals]


def _matched(matching: MatchingState, active: Mapping[str, PointState]) -> dict[str, PointState]:
    found: dict[str, PointState] = {}
    for pair in matching.pairs:
        if pair.point_id in active:
            found.setdefault(pair.permit_point, active[pair.point_id])
    return found


def _made_for(place: PermitPoint, free: Iterable[PointState], *, unique: bool) -> PointState | None:
    """The unmatched own point that a take-over which broke off has left, or that the clerk has typed for this place."""
    fitting = [own for own in free if own.form is not None and own.form.kind == KINDS[place["category"]]]
    known = {place.get("code"), _usual_code(place)} - {None}
    by_code = next((own for own in fitting if own.form is not None and own.form.code in known), None)
    if by_code is not None or not unique:
        return by_code
    return next((own for own in fitting if own.form is not None and own.form.name == place["name"]), None)


def _proposal(
    permit: PermitState, place: PermitPoint, asked: Sequence[Requirement], own: PointState | None, codes: "_Codes"
) -> dict[str, Any]:
    kind = KINDS[place["category"]]
    flags: list[Flag] = []
    if place["category"] == "other":
        flags.append(Flag("kind", "许可证的点位类别无法对应，请核对点位类型"))
    standard = _main_standard(asked)
    form = {
        "code": codes.give(place) if own is None or own.form is None else own.form.code,
        "name": _short("name", place["name"], flags, "点位名称"),
        "kind": kind,
        "emission_standard": _short("emission_standard", standard, flags, "排放标准"),
        "valid_from": permit.content["valid_from"],
        "valid_to": permit.content["valid_to"],
    }
    present = () if own is None else own.active_items
    items = [item for item in _items(asked, kind) if not any(_is_there(item, other.pollutant_code, other.method) for other in present)]
    return {
        "permit_point": place,
        "own_point_id": None if own is None else own.point_id,
        "point": form,
        "items": items,
        "flags": to_data(flags),
    }


def _is_there(item: Mapping[str, Any], pollutant_code: str, method: str) -> bool:
    return (item["pollutant_code"], item["method"]) == (pollutant_code, method)


def _main_standard(asked: Sequence[Requirement]) -> str:
    """E5: the main one is filled in: here, the one that most requirements name."""
    named = [line["standard"] for line in asked if line.get("standard")]
    return max(named, key=named.count) if named else NO_STANDARD


def _short(field: str, text: str, flags: list[Flag], word: str) -> str:
    """The text, if its field takes it; a longer one is not cut but shown in the flag."""
    if len(text) <= LONGEST[field]:
        return text
    flags.append(Flag(field, f"{word}超过 {LONGEST[field]} 个字，请按许可证概括填写：{text}"))
    return ""


class _Codes:
    """Gives out codes that no point of the discharger has, deactivated ones included."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def give(self, place: PermitPoint) -> str:
        """The code that the permit's suggests, else the next one that is free."""
        code, number = _usual_code(place), 1
        while code is None or code in self._taken:
            code = f"{PREFIXES[place['category']]}-{number:03d}"
            number += 1
        self._taken.add(code)
        return code


def _usual_code(place: PermitPoint) -> str | None:
    """E5: ``DA001`` of exhaust gas suggests ``FQ-001``; a code without a number suggests nothing."""
    number = re.search(r"(\d{1,20})$", place.get("code") or "")
    return f"{PREFIXES[place['category']]}-{number[1]}" if number else None


# --- items


def _items(asked: Iterable[Requirement], kind: str) -> list[dict[str, Any]]:
    """An item for each pollutant and method; where the permit has several lines of these, the one that asks more counts."""
    drafts: dict[tuple[str, str], _Draft] = {}
    for line in asked:
        draft = _draft(line, kind)
        key = (draft.pollutant_code or f"?{draft.pollutant}", draft.method)
        drafts[key] = _stricter(drafts[key], draft) if key in drafts else draft
    return [_said(draft) for draft in drafts.values()]


@dataclass(frozen=True)
class _Draft:
    """An item as proposed; ``limit_text`` and ``wordings`` are the permit's own."""

    requirements: tuple[str, ...]
    pollutant: str
    pollutant_code: str | None
    method: str
    frequency: Frequency
    wordings: tuple[str, ...]
    limit: Limit
    flags: tuple[Flag, ...] = ()


def _draft(line: Requirement, kind: str) -> _Draft:
    code = line.get("pollutant_code") or find_code(line["pollutant"], medium_at(kind))
    automatic = line["facility"] == AUTOMATIC
    return _Draft(
        requirements=(line["key"],),
        pollutant=line["pollutant"],
        pollutant_code=code,
        method=line["facility"],
        frequency=CONTINUOUS if automatic else _frequency(line),
        wordings=(line["frequency_wording"],),
        limit=Limit.parse(line.get("limit_text") or "", unit=line.get("limit_unit") or ""),
    )


def _frequency(line: Requirement) -> Frequency:
    try:
        return Frequency.from_code(line["frequency"])
    except FrequencyInvalid:
        return Frequency.parse(line["frequency_wording"])


def _stricter(one: _Draft, other: _Draft) -> _Draft:
    """Both lines in one item: the stricter frequency and limit, and a flag where it cannot be said which that is."""
    flags = list(one.flags)
    frequency, limit = one.frequency, one.limit
    by_frequency = other.frequency.compare(one.frequency)
    if by_frequency is FrequencyComparison.UNKNOWN:
        # What is not understood may ask more: the clerk decides.
        frequency = other.frequency if one.frequency.is_understood and not other.frequency.is_understood else one.frequency
        flags.append(Flag("frequency", "许可证对同一污染物有多条不同的频次要求，请按其中较严的填写"))
    elif by_frequency is FrequencyComparison.STRICTER:
        frequency = other.frequency
    by_limit = other.limit.compare(one.limit)
    if by_limit is LimitComparison.INCOMPARABLE:
        flags.append(Flag("limits.text", f"许可证对同一污染物有多条不同的限值，请核对；另一条为 {other.limit.wording}{other.limit.unit}"))
    elif by_limit is LimitComparison.STRICTER:
        limit = other.limit
    wordings = tuple(dict.fromkeys((*one.wordings, *other.wordings)))
    return replace(
        one,
        requirements=(*one.requirements, *other.requirements),
        frequency=frequency,
        limit=limit,
        wordings=wordings,
        flags=tuple(flags),
    )


def _said(draft: _Draft) -> dict[str, Any]:
    flags = list(draft.flags)
    if draft.pollutant_code is None:
        flags.insert(0, Flag("pollutant_code", f"许可证的污染物“{draft.pollutant}”无法识别，请从列表中选择"))
    wording = "；".join(draft.wordings)
    if not draft.frequency.is_understood:
        flags.append(Flag("frequency", f"许可证的频次“{wording}”无法识别，请从列表中选择，不得低于许可证要求"))
    limit = draft.limit
    if not limit.is_understood:
        flags.append(Flag("limits.upper", f"许可证的限值“{limit.text}”无法识别，请核对后填写标准上下限"))
    return {
        "requirements": list(draft.requirements),
        "pollutant": draft.pollutant,
        "pollutant_code": draft.pollutant_code,
        "pollutant_name": draft.pollutant if draft.pollutant_code is None else pollutant(draft.pollutant_code).name,
        "method": draft.method,
        "frequency": _code(draft.frequency),
        "frequency_wording": wording,
        "limits": {
            "lower": None if limit.lower is None else f"{limit.lower:f}",
            "upper": None if limit.upper is None else f"{limit.upper:f}",
            "unit": _short("limits.unit", limit.unit, flags, "单位"),
            "text": _short("limits.text", limit.text, flags, "限值"),
        },
        "flags": to_data(flags),
    }


def _code(frequency: Frequency) -> str:
    """The code that the form takes; empty where the clerk must choose. A long note (放宽 …) is left out: the duty stays the same."""
    if not frequency.is_understood:
        return ""
    return frequency.code if len(frequency.code) <= LONGEST["frequency"] else replace(frequency, text="").code
