"""One version of a plan (P2, P3). It has one named state; its moves are one table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from selfmon_plan import events as e
from selfmon_plan.commands import CancelExport, ImportPlan, WithdrawPlan
from selfmon_plan.facts import Coverage, Point
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound

NONE, DRAFT, RENDERING, EXPORTED, CHECKING, SUBMITTED = "none", "draft", "rendering", "exported", "checking", "submitted"
WITHDRAWN, RETURNED, IN_FORCE, SUPERSEDED = "withdrawn", "returned", "in-force", "superseded"
FAILED, CANCELLED = "failed", "cancelled"

MOVES: Mapping[str, frozenset[str]] = {
    NONE: frozenset({DRAFT}),
    # A draft that stays one is a document of another origin, which is never rendered.
    DRAFT: frozenset({RENDERING, CHECKING}),
    RENDERING: frozenset({EXPORTED, FAILED, CANCELLED}),
    EXPORTED: frozenset({CHECKING}),
    # Back from a refused scan to where it was, or on to review.
    CHECKING: frozenset({SUBMITTED, DRAFT, EXPORTED, WITHDRAWN, RETURNED}),
    SUBMITTED: frozenset({IN_FORCE, WITHDRAWN, RETURNED}),
    WITHDRAWN: frozenset({CHECKING}),
    RETURNED: frozenset({CHECKING}),
    IN_FORCE: frozenset({SUPERSEDED}),
    SUPERSEDED: frozenset(),
    FAILED: frozenset(),
    CANCELLED: frozenset(),
}

LEADS_TO: Mapping[type, str] = {
    e.PlanDrafted: DRAFT,
    e.PlanExportRequested: RENDERING,
    e.PlanExported: EXPORTED,
    e.PlanExportFailed: FAILED,
    e.PlanExportCancelled: CANCELLED,
    e.PlanImportOffered: CHECKING,
    e.PlanSubmitted: SUBMITTED,
    e.PlanWithdrawn: WITHDRAWN,
    e.PlanReturned: RETURNED,
    e.PlanPutInForce: IN_FORCE,
    e.PlanSuperseded: SUPERSEDED,
}


@dataclass(frozen=True)
class PlanState:
    """One version of a plan. ``resting`` is where it goes back to if its scan is refused; ``digest`` is None for a foreign document."""

    state: str = NONE
    discharger_id: str = ""
    version: int = 0
    title: str = ""
    digest: str | None = None
    points: tuple[Point, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    resting: str = DRAFT
    submission_id: str | None = None
    submission_digest: str | None = None
    document: str | None = None
    exported_pages: int | None = None
    document_pages: int = 0
    platform_export: bool | None = None
    seal_found: bool | None = None
    weaker_reason: str = ""
    withdrawal_asked: bool = False

    @property
    def is_foreign(self) -> bool:
        """Whether its document is of another origin than our export."""
        return self.digest is None


def _evolve_plan(plan: PlanState, event: Any) -> PlanState:
    match event:
        case e.PlanDrafted():
            plan = PlanState(DRAFT, event.discharger_id, event.version, event.title, event.digest, event.points, event.coverage)
        case e.PlanExported():
            plan = replace(plan, state=EXPORTED, exported_pages=event.pages)
        case e.CoverageRecomputed():
            plan = replace(plan, coverage=event.coverage)
        case e.PlanImportOffered():
            plan = _offered(plan, event)
        case e.PlanImportRefused():
            plan = replace(plan, state=event.back_to)
        case e.PlanSubmitted():
            plan = replace(
                plan,
                state=SUBMITTED,
                submission_digest=event.digest,
                document=event.document,
                document_pages=event.pages,
                platform_export=event.platform_export,
                seal_found=event.seal_found,
            )
        case e.WithdrawalAsked():
            plan = replace(plan, withdrawal_asked=True)
        case _:
            plan = replace(plan, state=LEADS_TO.get(type(event), plan.state))
    return plan


def _offered(plan: PlanState, event: e.PlanImportOffered) -> PlanState:
    return replace(
        plan,
        state=CHECKING,
        resting=plan.state,
        title=event.title,
        points=plan.points if event.points is None else event.points,
        coverage=event.coverage,
        weaker_reason=event.weaker_reason,
        submission_id=event.submission_id,
        withdrawal_asked=False,
    )


PLAN = Aggregate("plan", PlanState(), _evolve_plan)


_GIVEN: Mapping[str, str] = {"cancel-export": CANCELLED, "import-plan": CHECKING, "withdraw-plan": IN_FORCE}
"""Where a command leads to, in the end; what is submitted can be asked back as long as it can still come in force."""
UNDER_WAY = frozenset({CHECKING, SUBMITTED})


def moves(state: str, *, another_under_way: bool) -> list[str]:
    """P2, P3: the commands that the enterprise may give a version now; one version at a time is handed in."""
    allowed = [command for command, target in _GIVEN.items() if target in MOVES[state]]
    return [command for command in allowed if not (command == "import-plan" and another_under_way)]


def draft(drafted: e.PlanDrafted) -> list[Any]:
    """P2: a new version, to be rendered."""
    return [drafted, e.PlanExportRequested()]


def cancel_export(plan: PlanState, _command: CancelExport) -> list[Any]:
    """P2: stop the rendering.

    Raises:
        NotFound, Conflict.
    """
    _movable(plan, CANCELLED, "plan.not-rendering")
    return [e.PlanExportCancelled()]


def end_rendering(plan: PlanState, outcome: e.PlanExported | e.PlanExportFailed) -> list[Any]:
    """P2: the document is there, or could not be made; nothing if the export was cancelled meanwhile."""
    target = EXPORTED if isinstance(outcome, e.PlanExported) else FAILED
    return [outcome] if target in MOVES[plan.state] else []


def offer(plan: PlanState, command: ImportPlan, points: tuple[Point, ...] | None, coverage: Coverage) -> list[Any]:
    """P3: bring the stamped scan of a version that is not under way. What falls short of the permit needs a reason, and only that (E12).

    Raises:
        NotFound, Conflict, Invalid.
    """
    if not command.free_of_personal_data:
        raise Invalid("plan.personal-data", fields={"free_of_personal_data": ["plan.personal-data"]})
    _movable(plan, CHECKING, "plan.not-exported")
    if coverage.falls_short and not command.weaker_reason:
        raise Invalid("plan.weaker-reason-required", fields={"weaker_reason": ["plan.weaker-reason-required"]})
    offered = e.PlanImportOffered(
        command.command_id, command.title, command.upload, command.filename, command.weaker_reason, coverage, points
    )
    return [offered]


@dataclass(frozen=True)
class Scan:
    """What the check of a scan has found. ``codes``: plan id and first digits of the content digest on its pages, in capitals."""

    document: str
    original: str
    pages: int
    platform_export: bool | None
    seal_found: bool | None
    codes: tuple[tuple[str, str], ...] = ()


def submit(plan: PlanState, plan_id: str, submission_id: str, scan: Scan) -> list[Any]:
    """P3: the scan that was brought is good. What is odd about it is told, and decides nothing.

    The reviewer decides on the frozen content's digest, or on the scan's own where that is not our export of this version.
    """
    if not _is_checking(plan, submission_id):
        return []
    ours = plan.digest is not None and scan.platform_export is not False and _codes_fit(plan, plan_id, scan)
    submitted = e.PlanSubmitted(
        submission_id=submission_id,
        digest=plan.digest if ours and plan.digest else scan.document,
        document=scan.document,
        original=scan.original,
        pages=scan.pages,
        platform_export=scan.platform_export,
        seal_found=scan.seal_found,
        warnings=tuple(_oddities(plan, plan_id, scan)),
    )
    return [submitted]


def _codes_fit(plan: PlanState, plan_id: str, scan: Scan) -> bool:
    digest = (plan.digest or "").upper()
    return all(named == plan_id.upper() and bool(digest) and digest.startswith(start) for named, start in scan.codes)


def _oddities(plan: PlanState, plan_id: str, scan: Scan) -> Iterator[str]:
    if scan.platform_export is False:
        yield "非平台导出：文件上没有平台导出的页码标识"
    if scan.platform_export is None:
        yield "扫描件不够清晰，无法确认是否为平台导出的方案"
    if not _codes_fit(plan, plan_id, scan):
        yield "文件上的页码标识属于另一份或另一版方案，请核对"
    if plan.exported_pages is not None and scan.pages < plan.exported_pages:
        yield f"盖章件共 {scan.pages} 页，少于导出的 {plan.exported_pages} 页"
    if scan.seal_found is False:
        yield "未识别到红色印章（仅提示，不影响提交）"


def refuse(plan: PlanState, submission_id: str, code: str, params: dict[str, Any]) -> list[Any]:
    """P3: the scan that was brought is not; the version is back where it was."""
    return [e.PlanImportRefused(submission_id, code, params, plan.resting)] if _is_checking(plan, submission_id) else []


def _is_checking(plan: PlanState, submission_id: str) -> bool:
    return SUBMITTED in MOVES[plan.state] and plan.submission_id == submission_id


def withdraw(plan: PlanState, _command: WithdrawPlan) -> list[Any]:
    """P3: ask review for the submission; once is enough.

    Raises:
        NotFound, Conflict.
    """
    _movable(plan, IN_FORCE, "plan.not-submitted")
    return [] if plan.withdrawal_asked else [e.WithdrawalAsked(plan.submission_id or "")]


def _movable(plan: PlanState, target: str, refusal: str) -> None:
    if plan.state == NONE:
        raise NotFound("plan.unknown")
    if target not in MOVES[plan.state]:
        raise Conflict(refusal)


@dataclass(frozen=True)
class Decision:
    """What review has decided on a submission. ``what`` is approved, returned or withdrawn; a withdrawal names no digest."""

    what: str
    submission_id: str
    decided_at: datetime
    digest: str | None = None
    officer_id: str = ""
    reason: str = ""


def decide(plan: PlanState, decision: Decision) -> list[Any]:
    """Follow a decision on the open submission; record any other one as without effect."""
    fits = (
        IN_FORCE in MOVES[plan.state] and plan.submission_id == decision.submission_id and decision.digest in (None, plan.submission_digest)
    )
    if not fits:
        return [e.DecisionVoid(decision.submission_id, decision.what)]
    match decision.what:
        case "approved":
            return [e.PlanPutInForce(decision.submission_id, decision.officer_id, decision.decided_at)]
        case "returned":
            return [e.PlanReturned(decision.submission_id, decision.reason, decision.officer_id, decision.decided_at)]
        case _:
            return [e.PlanWithdrawn(decision.submission_id)]


def supersede(plan: PlanState, by: str) -> list[Any]:
    """The plan in force gives way to a later one."""
    return [e.PlanSuperseded(by)] if SUPERSEDED in MOVES[plan.state] else []


def recompute(plan: PlanState, coverage: Coverage) -> list[Any]:
    """P4: the proof of an open submission after the permit has changed."""
    return [] if coverage == plan.coverage else [e.CoverageRecomputed(coverage)]
