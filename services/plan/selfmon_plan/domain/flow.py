"""Where the enterprise stands with overview and plan (P1–P3): exported, stamped and imported, reviewed, in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from selfmon_plan.domain.plan import CANCELLED, CHECKING, FAILED, IN_FORCE, RENDERING, RETURNED, SUBMITTED, SUPERSEDED, WITHDRAWN
from selfmon_plan.facts import Overview
from selfmon_shared.contracts.plan import ERRORS
from selfmon_shared.kernel import steps as at
from selfmon_shared.kernel.steps import NextStep

_IMPORT_AT: Mapping[str, tuple[str, str | None]] = {
    RENDERING: (at.OPEN, "监测方案生成后，打印盖章并扫描导入"),
    CHECKING: (at.WAITING, "正在检查导入的文件"),
    SUBMITTED: (at.DONE, None),
    IN_FORCE: (at.DONE, None),
    WITHDRAWN: (at.OPEN, "监测方案已撤回，修改后可重新导入"),
    RETURNED: (at.OPEN, "监测方案被退回，请按退回原因修改后重新导入"),
}
"""The import of the newest version by that version's state."""


@dataclass(frozen=True)
class Version:
    """One version of the plan, as far as the steps ask; ``problem`` says why its rendering or its scan failed."""

    number: int
    state: str
    returned_reason: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class PlanFacts:
    """What the steps follow from; ``versions`` newest first."""

    overview: Overview
    has_profile: bool
    has_points: bool
    versions: Sequence[Version]

    @property
    def newest(self) -> Version | None:
        """The newest version that is under way or in force: none that was cancelled, failed or followed by another."""
        return next((one for one in self.versions if one.state not in (CANCELLED, FAILED, SUPERSEDED)), None)

    @property
    def in_force(self) -> Version | None:
        """The version in force."""
        return next((one for one in self.versions if one.state == IN_FORCE), None)

    @property
    def missing(self) -> str | None:
        """Why the service would refuse an export, in Chinese; None where it would not."""
        return self.missing_points if self.has_profile else ERRORS["plan.no-profile"]

    @property
    def missing_points(self) -> str | None:
        """Why it would refuse even a document of another origin; None where it would not."""
        return None if self.has_points else ERRORS["plan.no-points"]


def next_steps(facts: PlanFacts) -> list[NextStep]:
    """The steps in the order of the flow."""
    return [_overview(facts.overview), _export(facts), _import(facts), _in_force(facts)]


def _overview(overview: Overview) -> NextStep:
    """P1: incomplete is warned of, and never blocks."""
    missing = overview.missing
    state, why = (at.OPEN, f"自测概况不完整，缺少：{'、'.join(missing)}") if missing else (at.DONE, None)
    return NextStep("overview", "完善自测概况", state, ("P1",), why, optional=True)


def _export(facts: PlanFacts) -> NextStep:
    def step(state: str, why: str | None = None) -> NextStep:
        return NextStep("plan-export", "导出监测方案", state, ("P2",), why)

    last = facts.versions[0] if facts.versions else None
    if last is not None and last.state == RENDERING:
        return step(at.WAITING, "监测方案正在生成，请稍候")
    if last is not None and last.state == FAILED:
        return step(at.RETURNED, last.problem)
    if facts.newest is not None:
        return step(at.DONE)
    if facts.missing is not None:
        return step(at.BLOCKED, facts.missing)
    return step(at.OPEN, "导出 PDF 后打印，加盖企业公章，再扫描")


def _import(facts: PlanFacts) -> NextStep:
    def step(state: str, why: str | None = None) -> NextStep:
        return NextStep("plan-import", "导入盖章的监测方案", state, ("P3",), why)

    newest = facts.newest
    if newest is None:
        if facts.missing_points is not None:
            return step(at.BLOCKED, facts.missing_points)
        return step(at.OPEN, "请先导出监测方案并盖章；已有其他方式编制的监测方案，也可直接导入")
    if newest.problem is not None and newest.state not in (SUBMITTED, IN_FORCE, CHECKING):
        return step(at.RETURNED, newest.problem)
    return step(*_IMPORT_AT.get(newest.state, (at.OPEN, "请扫描盖章后的监测方案，上传并保存，即提交审核")))


def _in_force(facts: PlanFacts) -> NextStep:
    """P3, R4: what review made of it; while a new version is under way, the one in force stays so."""

    def step(state: str, why: str | None = None) -> NextStep:
        return NextStep("plan-in-force", "监测方案审核生效", state, ("P3", "R4"), why)

    newest = facts.newest
    if newest is not None and newest.state == RETURNED:
        return step(at.RETURNED, newest.returned_reason)
    if newest is not None and newest.state == SUBMITTED:
        return step(at.WAITING, "已提交，等待管辖生态环境部门审核")
    if facts.in_force is not None:
        return step(at.DONE, f"第 {facts.in_force.number} 版已生效并公开")
    if newest is not None and newest.state == WITHDRAWN:
        return step(at.BLOCKED, "监测方案已撤回，尚未重新提交")
    return step(at.BLOCKED, "监测方案尚未提交")
