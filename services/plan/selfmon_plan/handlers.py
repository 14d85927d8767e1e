"""Plan's command handlers, what its tasks report, and its policies."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from selfmon_plan import events as e
from selfmon_plan.commands import CancelExport, ExportPlan, ImportPlan, ReviseOverview, WithdrawPlan
from selfmon_plan.document import content as document
from selfmon_plan.domain import drafting, noted, numbering, overview, plan
from selfmon_plan.domain.coverage import cover
from selfmon_plan.domain.noted import DIAGRAM, DISCHARGER, LOGGER, MATCHING, PERMIT, POINT
from selfmon_plan.domain.numbering import VERSIONS
from selfmon_plan.domain.overview import OVERVIEW
from selfmon_plan.domain.plan import PLAN, Decision, PlanState, Scan
from selfmon_plan.facts import Coverage, Mark, Pair, Permit, Point, Profile
from selfmon_shared.kernel.actor import require_enterprise
from selfmon_shared.kernel.aggregate import Loaded
from selfmon_shared.kernel.codec import from_data
from selfmon_shared.kernel.contract import Message
from selfmon_shared.kernel.errors import Conflict, NotFound
from selfmon_shared.kernel.work import UnitOfWork

RENDER_PLAN, CHECK_SCAN = "render-plan", "check-scan"


class Reads(Protocol):
    """Look-ups in plan's read tables."""

    def active_points(self, discharger_id: str) -> tuple[Point, ...]:
        """The discharger's active points with all their items, by code."""
        ...

    def loggers(self, discharger_id: str) -> Mapping[str, Sequence[str]]:
        """The MN numbers at each point."""
        ...


Work = UnitOfWork[Reads]


def revise_overview(command: ReviseOverview, uow: Work) -> Mapping[str, Any]:
    """P1."""
    require_enterprise(uow.actor, command.discharger_id)
    known = uow.load(OVERVIEW, command.discharger_id)
    revised = uow.append(known, overview.revise_overview(known.state, command), expected_version=command.expected_version)
    return {"version": revised.version, "complete": not revised.state.overview.missing}


def export_plan(command: ExportPlan, uow: Work) -> Mapping[str, Any]:
    """P2, P4: freeze everything, and have it rendered."""
    discharger_id, plan_id = command.discharger_id, command.command_id
    require_enterprise(uow.actor, discharger_id)
    profile = uow.load(DISCHARGER, discharger_id).state.profile
    if profile is None or not profile.complete:
        raise Conflict("plan.no-profile")
    frozen = _freeze(uow, discharger_id, profile)
    versions = uow.load(VERSIONS, discharger_id)
    versions = uow.append(versions, numbering.begin_rendering(versions.state, plan_id))
    content = drafting.content_of(frozen, plan_id, versions.state.count, command.at)
    drafted = e.PlanDrafted(
        plan_id=plan_id,
        discharger_id=discharger_id,
        version=versions.state.count,
        title=drafting.title_of(profile),
        points=frozen.points,
        coverage=frozen.coverage,
        content=document.to_json(content),
        digest=drafting.digest_of(content, frozen.diagram),
        diagram=frozen.diagram,
        warnings=drafting.warnings_of(frozen),
    )
    uow.schedule(RENDER_PLAN, plan_id)
    return _answer(uow.append(uow.load(PLAN, plan_id), plan.draft(drafted)))


def cancel_export(command: CancelExport, uow: Work) -> Mapping[str, Any]:
    """P2."""
    known = _in_scope(command.plan_id, uow)
    cancelled = uow.append(known, plan.cancel_export(known.state, command))
    _end_rendering(cancelled, uow)
    uow.cancel(RENDER_PLAN, command.plan_id)
    return _answer(cancelled)


def import_plan(command: ImportPlan, uow: Work) -> Mapping[str, Any]:
    """P3, P4: take a scan in, and have it checked."""
    discharger_id = command.discharger_id
    require_enterprise(uow.actor, discharger_id)
    is_new = command.plan_id is None
    known = uow.load(PLAN, command.plan_id or command.command_id)
    if not is_new and known.state.discharger_id != discharger_id:
        raise NotFound("plan.unknown")
    versions = uow.load(VERSIONS, discharger_id)
    versions = uow.append(versions, numbering.open_submission(versions.state, known.key, is_new=is_new))
    points = _active_points(uow, discharger_id) if known.state.is_foreign else None
    coverage = _coverage(uow, discharger_id, known.state.points if points is None else points)
    if is_new:
        drafted = e.PlanDrafted(known.key, discharger_id, versions.state.count, command.title, points or (), coverage)
        known = uow.append(known, [drafted])
    offered = uow.append(known, plan.offer(known.state, command, points, coverage))
    payload = {"plan_id": known.key, "upload": command.upload, "filename": command.filename}
    uow.schedule(CHECK_SCAN, offered.state.submission_id or "", payload=payload)
    return _answer(offered)


def withdraw_plan(command: WithdrawPlan, uow: Work) -> Mapping[str, Any]:
    """P3: ask the submission back."""
    known = _in_scope(command.plan_id, uow)
    return _answer(uow.append(known, plan.withdraw(known.state, command)))


def _answer(known: Loaded[PlanState]) -> Mapping[str, Any]:
    return {"plan_id": known.key, "version": known.state.version, "state": known.state.state}


def _in_scope(plan_id: str, uow: Work) -> Loaded[PlanState]:
    known = uow.load(PLAN, plan_id)
    if known.state.state == plan.NONE:
        raise NotFound("plan.unknown")
    require_enterprise(uow.actor, known.state.discharger_id)
    return known


def _freeze(uow: Work, discharger_id: str, profile: Profile) -> drafting.Frozen:
    points = _active_points(uow, discharger_id)
    diagram = uow.load(DIAGRAM, discharger_id).state
    return drafting.Frozen(
        profile=profile,
        points=points,
        overview=uow.load(OVERVIEW, discharger_id).state.overview,
        coverage=_coverage(uow, discharger_id, points),
        permit=_permit(uow, discharger_id),
        loggers=uow.reads.loggers(discharger_id),
        diagram=diagram.digest,
        marks=diagram.marks,
    )


def _active_points(uow: Work, discharger_id: str) -> tuple[Point, ...]:
    points = drafting.with_active_items(uow.reads.active_points(discharger_id))
    if not points:
        raise Conflict("plan.no-points")
    return points


def _permit(uow: Work, discharger_id: str) -> Permit | None:
    profile = uow.load(DISCHARGER, discharger_id).state.profile
    return uow.load(PERMIT, profile.own_permit).state.permit if profile and profile.own_permit else None


def _coverage(uow: Work, discharger_id: str, points: Sequence[Point]) -> Coverage:
    permit = _permit(uow, discharger_id)
    pairs = uow.load(MATCHING, permit.permit_number).state.pairs if permit else ()
    return cover(permit, pairs, points)


def _end_rendering(known: Loaded[PlanState], uow: Work) -> None:
    versions = uow.load(VERSIONS, known.state.discharger_id)
    uow.append(versions, numbering.end_rendering(versions.state, known.key))


def _close_submission(known: Loaded[PlanState], uow: Work) -> None:
    versions = uow.load(VERSIONS, known.state.discharger_id)
    uow.append(versions, numbering.close_submission(versions.state, known.key))


# --- what the tasks report


def end_rendering(plan_id: str, outcome: e.PlanExported | e.PlanExportFailed, uow: Work) -> Mapping[str, Any]:
    """P2: the document is there, or could not be made."""
    known = uow.load(PLAN, plan_id)
    ended = uow.append(known, plan.end_rendering(known.state, outcome))
    _end_rendering(ended, uow)
    return _answer(ended)


def accept_scan(plan_id: str, submission_id: str, scan: Scan, uow: Work) -> Mapping[str, Any]:
    """P3: the scan is good; review is told."""
    known = uow.load(PLAN, plan_id)
    return _answer(uow.append(known, plan.submit(known.state, plan_id, submission_id, scan)))


def refuse_scan(plan_id: str, submission_id: str, code: str, params: dict[str, Any], uow: Work) -> Mapping[str, Any]:
    """P3: the scan cannot be used."""
    known = uow.load(PLAN, plan_id)
    refusal = plan.refuse(known.state, submission_id, code, params)
    refused = uow.append(known, refusal)
    if refusal:
        _close_submission(refused, uow)
    return _answer(refused)


# --- policies: what other services' messages lead to


def note_discharger(message: Message, uow: Work) -> None:
    """``EnterpriseRevised``."""
    payload = message.payload
    profile = from_data(Profile, dict(payload))
    known = uow.load(DISCHARGER, payload["discharger_id"])
    uow.append(known, noted.note(known.state, payload["version"], e.DischargerNoted(known.key, payload["version"], profile)))


def note_point(message: Message, uow: Work) -> None:
    """``PointRevised``."""
    payload = message.payload
    known = uow.load(POINT, payload["point_id"])
    event = e.PointNoted(payload["discharger_id"], payload["version"], payload["active"], from_data(Point, dict(payload)))
    uow.append(known, noted.note(known.state, payload["version"], event))


def note_logger(message: Message, uow: Work) -> None:
    """``LoggerAssigned``."""
    payload = message.payload
    known = uow.load(LOGGER, payload["mn"])
    event = e.LoggerNoted(payload["mn"], payload["discharger_id"], payload["version"], payload["point_id"])
    uow.append(known, noted.note(known.state, payload["version"], event))


def note_diagram(message: Message, uow: Work) -> None:
    """``DiagramRevised``."""
    payload = message.payload
    known = uow.load(DIAGRAM, payload["discharger_id"])
    event = e.DiagramNoted(known.key, payload["version"], payload["digest"], from_data(tuple[Mark, ...], payload["marks"]))
    uow.append(known, noted.note(known.state, payload["version"], event))


def note_matching(message: Message, uow: Work) -> None:
    """``MatchingChanged``."""
    payload = message.payload
    known = uow.load(MATCHING, payload["permit_number"])
    pairs = from_data(tuple[Pair, ...], payload["pairs"])
    event = e.MatchingNoted(known.key, payload["discharger_id"], payload["version"], pairs)
    uow.append(known, noted.note(known.state, payload["version"], event))


def note_permit(message: Message, uow: Work) -> None:
    """``PermitReceived``: keep the newest revision, and prove an open submission anew (P4)."""
    permit = from_data(Permit, dict(message.payload))
    known = uow.load(PERMIT, permit.permit_number)
    uow.append(known, noted.note(known.state, permit.revision, e.PermitNoted(permit)))
    open_plan = uow.load(VERSIONS, permit.discharger_id).state.open
    if open_plan is not None:
        submitted = uow.load(PLAN, open_plan)
        coverage = _coverage(uow, permit.discharger_id, submitted.state.points)
        uow.append(submitted, plan.recompute(submitted.state, coverage))


def follow_approval(message: Message, uow: Work) -> None:
    """``PlanApproved`` (R4): in force, and the one before is superseded."""
    approved = _decide(message, uow, "approved")
    if approved is None:
        return
    versions = uow.load(VERSIONS, approved.state.discharger_id)
    if versions.state.in_force is not None:
        before = uow.load(PLAN, versions.state.in_force)
        uow.append(before, plan.supersede(before.state, approved.key))
    uow.append(versions, [e.VersionInForce(approved.key)])


def follow_return(message: Message, uow: Work) -> None:
    """``PlanReturned`` (R4)."""
    _decide(message, uow, "returned")


def follow_withdrawal(message: Message, uow: Work) -> None:
    """``PlanWithdrawn`` (P3)."""
    _decide(message, uow, "withdrawn")


def _decide(message: Message, uow: Work, what: str) -> Loaded[PlanState] | None:
    """Follow a decision; answers the plan as it is now, None where the decision is without effect."""
    payload = message.payload
    decision = Decision(
        what=what,
        submission_id=payload["submission_id"],
        decided_at=from_data(datetime, payload.get("decided_at") or payload["withdrawn_at"]),
        digest=payload.get("digest"),
        officer_id=payload.get("officer_id", ""),
        reason=payload.get("reason", ""),
    )
    known = uow.load(PLAN, payload["subject_id"])
    decided = uow.append(known, plan.decide(known.state, decision))
    if decided.state.state == known.state.state:
        return None
    _close_submission(decided, uow)
    return decided


def note_upload(message: Message, uow: Work) -> None:
    """``UploadAcknowledged``, ``UploadRefused`` of plans (N2)."""
    payload = message.payload
    known = uow.load(PLAN, payload["subject_id"])
    if payload["kind"] != "plan" or not known.exists:
        return
    state = "acknowledged" if "receipt" in payload else "refused"
    uow.append(known, [e.UploadNoted(payload["upload_id"], state, payload.get("receipt"), payload.get("reason"))])
