"""Where the enterprise stands in its part of the main flow: permit check, basic information, points, diagram, matching (E2–E10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selfmon_enterprise.domain import discharger, item_check
from selfmon_enterprise.domain.diagram import CHECKING, REFUSED, DiagramState
from selfmon_enterprise.domain.discharger import DischargerState
from selfmon_enterprise.domain.matching import MatchingState
from selfmon_enterprise.domain.permit import PermitState, changes
from selfmon_enterprise.domain.point import AUTOMATIC, PointState
from selfmon_shared.contracts.enterprise import ERRORS
from selfmon_shared.kernel.steps import BLOCKED, DONE, OPEN, RETURNED, WAITING, NextStep


@dataclass(frozen=True)
class SiteFacts:
    """What the steps follow from. ``confirmed`` is the permit's revision that the enterprise has confirmed last; ``logged_points`` those
    with a data logger.
    """

    site: DischargerState
    permit: PermitState | None
    confirmed: PermitState | None
    points: Sequence[PointState]
    logged_points: frozenset[str]
    diagram: DiagramState
    matching: MatchingState

    @property
    def active_points(self) -> list[PointState]:
        """The points that are in use."""
        return [point for point in self.points if point.is_active]


def next_steps(facts: SiteFacts) -> list[NextStep]:
    """The steps in the order of the flow. Without a permit, matching and its check do not exist (N4)."""
    steps = [_permit_check(facts), _profile(facts.site), _points(facts), *_loggers(facts), _diagram(facts)]
    if facts.permit is not None:
        lines = item_check.check_items(facts.permit.content["requirements"], facts.matching, {p.point_id: p for p in facts.points})
        steps += [_matching(facts, facts.permit), _item_check(facts, lines)]
    return steps


def _permit_check(facts: SiteFacts) -> NextStep:
    def step(state: str, why: str | None, count: int | None = None) -> NextStep:
        return NextStep("permit-check", "核对许可信息", state, ("E2", "N4", "N5"), why, count=count)

    if facts.permit is None:
        return step(WAITING, ERRORS["discharger.no-permit"])
    if facts.site.permit_check == discharger.WRONG:
        return step(BLOCKED, ERRORS["permit.wrong-enterprise"])
    if facts.site.permit_check == discharger.CONFIRMED:
        return step(DONE, "该排污许可证已注销、撤销或吊销" if facts.site.permit_state == discharger.ENDED else None)
    if facts.confirmed is None:
        return step(OPEN, "请确认是否为本企业的排污许可证，并核对点位、监测项目、监测方式和频次")
    changed = len(changes(facts.confirmed.content, facts.permit.content))
    return step(OPEN, f"排污许可证有新版本，与上次确认相比有 {changed} 处变化，请核对", changed)


def _profile(site: DischargerState) -> NextStep:
    why = None if site.complete else "请核对已预填的内容，补全带 * 的各项后保存"
    return NextStep("profile", "维护企业信息", DONE if site.complete else OPEN, ("E4",), why)


def _points(facts: SiteFacts) -> NextStep:
    def step(state: str, why: str | None = None, count: int | None = None) -> NextStep:
        return NextStep("points", "维护监测点和监测项目", state, ("E5", "E6"), why, count=count)

    if not facts.active_points:
        return step(OPEN, "尚未新增监测点")
    bare = [point for point in facts.active_points if not point.active_items]
    if bare:
        return step(OPEN, f"有 {len(bare)} 个监测点没有监测项目：{_codes(bare)}", len(bare))
    return step(DONE)


def _loggers(facts: SiteFacts) -> list[NextStep]:
    """E7: only where there are automatic items; one may do without a logger, then its values are entered by hand (D1b)."""
    automatic = [point for point in facts.active_points if any(item.method == AUTOMATIC for item in point.active_items)]
    bare = [point for point in automatic if point.point_id not in facts.logged_points]
    if not automatic:
        return []
    why = f"有 {len(bare)} 个自动监测点未填写数采仪：{_codes(bare)}；没有数采仪的，须每日录入昨日数据" if bare else None
    state, count = (OPEN, len(bare)) if bare else (DONE, None)
    return [NextStep("loggers", "填写数采仪信息", state, ("E7", "D1b"), why, count=count, optional=True)]


def _diagram(facts: SiteFacts) -> NextStep:
    def step(state: str, why: str | None = None, count: int | None = None, *, optional: bool = False) -> NextStep:
        return NextStep("diagram", "上传监测示意图", state, ("E8",), why, count=count, optional=optional)

    diagram = facts.diagram
    if diagram.upload_state == CHECKING:
        return step(WAITING, "正在检查上传的示意图")
    if diagram.upload_state == REFUSED:
        return step(RETURNED, diagram.upload_problem)
    if diagram.digest is None:
        return step(OPEN, "尚未上传监测示意图")
    marked = {mark.point_id for mark in diagram.marks}
    unmarked = [point for point in facts.active_points if point.point_id not in marked]
    if unmarked:
        return step(OPEN, f"有 {len(unmarked)} 个监测点未在示意图上标注：{_codes(unmarked)}", len(unmarked), optional=True)
    return step(DONE)


def _matching(facts: SiteFacts, permit: PermitState) -> NextStep:
    def step(state: str, why: str | None = None, count: int | None = None) -> NextStep:
        return NextStep("matching", "匹配许可信息", state, ("E9", "N5"), why, count=count)

    if facts.site.permit_check == discharger.WRONG:
        return step(BLOCKED, ERRORS["permit.wrong-enterprise"])
    own = {point.point_id for point in facts.active_points}
    tied = {pair.permit_point for pair in facts.matching.pairs if pair.point_id in own}
    asked = dict.fromkeys(requirement["point"] for requirement in permit.content["requirements"])
    left = [place for place in asked if place not in tied]
    if not left:
        return step(DONE)
    if not own:
        return step(BLOCKED, "请先维护监测点，再与许可证点位匹配", len(left))
    return step(OPEN, f"有 {len(left)} 个许可证点位尚未匹配监测点", len(left))


def _item_check(facts: SiteFacts, lines: Sequence[Mapping[str, Any]]) -> NextStep:
    """E10, E12: what is not covered or weaker is shown; it blocks nothing, and may stay so."""

    def step(state: str, why: str | None = None, count: int | None = None) -> NextStep:
        return NextStep("item-check", "核对监测项目", state, ("E10", "E12"), why, count=count, optional=state == OPEN)

    total = len({line["requirement"]["key"] for line in lines})
    left = total - item_check.covered(lines)
    if left and not facts.matching.pairs:
        return step(BLOCKED, "请先匹配许可信息", left)
    if left:
        return step(OPEN, f"许可证要求 {total} 项，尚有 {left} 项没有监测项目对应", left)
    weaker = sum(any(one["comparison"] == item_check.WEAKER for one in line["differences"]) for line in lines)
    return step(DONE, f"有 {weaker} 项低于许可证要求，不影响提交，审核时会显示" if weaker else None, weaker or None)


def _codes(points: Iterable[PointState]) -> str:
    named = [point.form.code for point in points if point.form is not None]
    return "、".join(named[:10]) + ("等" if len(named) > 10 else "")
