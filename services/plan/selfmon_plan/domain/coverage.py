"""The coverage proof (P4): does the plan cover the permit's points, items, methods and frequencies?

Pure. It never blocks anything (E12) and never lowers a duty: what the permit says in words that are not understood is ``unclear``.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from selfmon_plan.facts import Coverage, CoverageRow, Item, Pair, Permit, PermitPoint, Point, Requirement
from selfmon_shared.kernel.frequency import Frequency, FrequencyComparison, FrequencyInvalid, FrequencyKind
from selfmon_shared.reference.pollutants import Medium, find_code

COVERED, STRICTER, WEAKER, MISSING, UNCLEAR = "covered", "stricter", "weaker", "missing", "unclear"
VERDICT_WORDS: Mapping[str, str] = {
    COVERED: "符合",
    STRICTER: "严于要求",
    WEAKER: "低于要求",
    MISSING: "未覆盖",
    UNCLEAR: "待核对",
}
_BEST_FIRST = (STRICTER, COVERED, UNCLEAR, WEAKER)
_LONGEST = 500  # what the contract allows for a text
_FACILITY_WORDS = {"manual": "手工", "automatic": "自动"}
_METHOD_WORDS = {"manual": "手动监测", "automatic": "自动监测"}
_MEDIA = {
    "exhaust": Medium.AIR,
    "fugitive": Medium.AIR,
    "wastewater": Medium.WATER,
    "rainwater": Medium.WATER,
    "noise": Medium.NOISE,
}

_AS_ASKED = "与许可证一致"
_BY_FREQUENCY: Mapping[FrequencyComparison, tuple[str, str]] = {
    FrequencyComparison.EQUAL: (COVERED, _AS_ASKED),
    FrequencyComparison.STRICTER: (STRICTER, "监测频次高于许可证（许可证{asked}，方案{planned}）"),
    FrequencyComparison.WEAKER: (WEAKER, "监测频次低于许可证（许可证{asked}，方案{planned}）"),
    FrequencyComparison.UNKNOWN: (UNCLEAR, "监测频次无法比较，请人工核对（许可证{asked}，方案{planned}）"),
}


@dataclass(frozen=True)
class _Answer:
    """One item of the plan that answers a requirement."""

    point: Point
    item: Item
    verdict: str
    reason: str


def cover(permit: Permit | None, pairs: Sequence[Pair], points: Sequence[Point]) -> Coverage:
    """The proof for a plan's points and their active items, by the pairs of the matching (E9).

    A requirement is answered by the best of the items that match it. Without a permit there is nothing to compare (N4).
    """
    if permit is None:
        return Coverage()
    places = {place.key: place for place in permit.points}
    own = {point.point_id: point for point in points}
    rows = tuple(_row(requirement, places.get(requirement.point), pairs, own) for requirement in permit.requirements)
    return Coverage(permit.permit_number, permit.revision, **Counter(row.verdict for row in rows), rows=rows)


def _row(requirement: Requirement, place: PermitPoint | None, pairs: Sequence[Pair], own: Mapping[str, Point]) -> CoverageRow:
    tied = [pair for pair in pairs if pair.permit_point == requirement.point]
    present = [(own[pair.point_id], pair) for pair in tied if pair.point_id in own]
    candidates = [(point, item) for point, pair in present for item in _items(point, pair)]
    if not tied:
        return _line(requirement, place, MISSING, "许可证点位尚未匹配监测点")
    if not present:
        return _line(requirement, place, MISSING, "所匹配的监测点未列入方案（已停用）")
    medium = _MEDIA.get(place.category) if place else None
    answers = [_judge(requirement, point, item) for point, item in candidates if _same_pollutant(requirement, item, medium)]
    if answers:
        return _best(requirement, place, answers)
    names = "、".join(dict.fromkeys(point.code for point, _ in present))
    if candidates and not (requirement.pollutant_code or find_code(requirement.pollutant, medium)):
        return _line(requirement, place, UNCLEAR, f"许可证污染物“{requirement.pollutant}”无法识别，请人工核对")
    return _line(requirement, place, MISSING, f"监测点 {names} 没有该监测项目")


def _items(point: Point, pair: Pair) -> Iterable[Item]:
    return (item for item in point.items if item.active and (not pair.item_ids or item.item_id in pair.item_ids))


def _same_pollutant(requirement: Requirement, item: Item, medium: Medium | None) -> bool:
    codes = {requirement.pollutant_code, find_code(requirement.pollutant, medium)} - {None}
    return item.pollutant_code in codes or _plain(item.pollutant_name) == _plain(requirement.pollutant)


def _plain(wording: str) -> str:
    return "".join(unicodedata.normalize("NFKC", wording).split()).casefold()


def _judge(requirement: Requirement, point: Point, item: Item) -> _Answer:
    verdict, reason = _verdict(requirement, item)
    if not item.able:
        reason += f"；不具备监测条件：{item.unable_reason or '未说明原因'}"
    return _Answer(point, item, verdict, reason)


def _verdict(requirement: Requirement, item: Item) -> tuple[str, str]:
    if requirement.facility == "automatic" and item.method == "manual":
        return WEAKER, "许可证要求自动监测，方案为手工监测"
    asked = _frequency(requirement.frequency)
    if not asked.is_understood:
        return UNCLEAR, f"许可证监测频次“{requirement.frequency_wording}”无法识别，按许可证原文执行，请人工核对"
    if requirement.facility == "manual" and item.method == "automatic":
        return STRICTER, "许可证要求手工监测，方案为自动监测"
    if item.method == "automatic" and not asked.is_continuous:
        # The frequency of an automatic line is that of its manual fallback (DOMAIN "monitoring requirement").
        return COVERED, _AS_ASKED
    verdict, reason = _BY_FREQUENCY[_frequency(item.frequency).compare(asked)]
    return verdict, reason.format(asked=requirement.frequency_wording, planned=item.frequency_wording)


def _frequency(text: str) -> Frequency:
    try:
        return Frequency.from_code(text)
    except FrequencyInvalid:
        return Frequency.parse(text) if text.strip() else Frequency(FrequencyKind.UNKNOWN, text="未填写")


def _best(requirement: Requirement, place: PermitPoint | None, answers: Sequence[_Answer]) -> CoverageRow:
    best = min(answers, key=lambda answer: _BEST_FIRST.index(answer.verdict))
    others = "、".join(f"{answer.point.code} {answer.item.pollutant_name}" for answer in answers if answer is not best)
    reason = best.reason + (f"；另有监测项目对应此要求：{others}" if others else "")
    return _line(requirement, place, best.verdict, reason, best)


def _line(requirement: Requirement, place: PermitPoint | None, verdict: str, reason: str, answer: _Answer | None = None) -> CoverageRow:
    name = requirement.point if place is None else place.name if place.code in (None, place.name) else f"{place.code} {place.name}"
    return CoverageRow(
        requirement=requirement.key,
        point=name[:_LONGEST],
        pollutant=requirement.pollutant,
        permit_facility=_FACILITY_WORDS.get(requirement.facility, requirement.facility),
        permit_frequency=requirement.frequency_wording,
        own_point=None if answer is None else f"{answer.point.code} {answer.point.name}"[:_LONGEST],
        own_method=None if answer is None else _METHOD_WORDS.get(answer.item.method, answer.item.method),
        own_frequency=None if answer is None else answer.item.frequency_wording,
        verdict=verdict,
        reason=reason[:_LONGEST],
    )


def warnings(coverage: Coverage) -> tuple[str, ...]:
    """What to tell the enterprise and the reviewer of a proof, in Chinese; nothing if all is covered."""
    told = (
        (coverage.missing, "许可证要求有 {} 项未覆盖"),
        (coverage.weaker, "有 {} 项低于许可证要求"),
        (coverage.unclear, "有 {} 项许可证要求需人工核对"),
    )
    return tuple(text.format(count) for count, text in told if count)
