"""What happens in plan. Stored types are ``plan.<name>``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfmon_plan.facts import Coverage, Mark, Overview, Pair, Permit, Point, Profile
from selfmon_shared.kernel.events import EventTypes

types = EventTypes("plan")

# --- facts of others, as plan has learnt them


@types.event("discharger-noted")
@dataclass(frozen=True)
class DischargerNoted:
    """Basic information of a discharger, in enterprise's version."""

    discharger_id: str
    version: int
    profile: Profile


@types.event("point-noted")
@dataclass(frozen=True)
class PointNoted:
    """A monitoring point with its items, in enterprise's version."""

    discharger_id: str
    version: int
    active: bool
    point: Point


@types.event("logger-noted")
@dataclass(frozen=True)
class LoggerNoted:
    """Which point a data logger stands at; None: it was taken away. Its password is none of a plan's business."""

    mn: str
    discharger_id: str
    version: int
    point_id: str | None


@types.event("diagram-noted")
@dataclass(frozen=True)
class DiagramNoted:
    """The monitoring diagram in force, by the digest of its picture in the blob store."""

    discharger_id: str
    version: int
    digest: str
    marks: tuple[Mark, ...]


@types.event("matching-noted")
@dataclass(frozen=True)
class MatchingNoted:
    """How a permit's points are tied to own points."""

    permit_number: str
    discharger_id: str
    version: int
    pairs: tuple[Pair, ...]


@types.event("permit-noted")
@dataclass(frozen=True)
class PermitNoted:
    """One revision of a permit."""

    permit: Permit


# --- overview


@types.event("overview-revised")
@dataclass(frozen=True)
class OverviewRevised:
    """The overview, whole (P1)."""

    discharger_id: str
    overview: Overview


# --- which versions a discharger's plan has, and which of them is under way or in force


@types.event("version-numbered")
@dataclass(frozen=True)
class VersionNumbered:
    """A new version of the plan was begun."""

    plan_id: str
    version: int


@types.event("rendering-begun")
@dataclass(frozen=True)
class RenderingBegun:
    """A version is being rendered; no other one can be meanwhile."""

    plan_id: str


@types.event("rendering-ended")
@dataclass(frozen=True)
class RenderingEnded:
    """The rendering is over, whatever came of it."""

    plan_id: str


@types.event("submission-opened")
@dataclass(frozen=True)
class SubmissionOpened:
    """A version was handed in; no other one can be meanwhile."""

    plan_id: str


@types.event("submission-closed")
@dataclass(frozen=True)
class SubmissionClosed:
    """The submission is over: decided, withdrawn, or refused before it reached review."""

    plan_id: str


@types.event("version-in-force")
@dataclass(frozen=True)
class VersionInForce:
    """Another version is in force from now on."""

    plan_id: str


# --- one version


@types.event("plan-drafted")
@dataclass(frozen=True)
class PlanDrafted:
    """A version with all that it freezes (P2, P4).

    ``content`` is the document's content as plain data and ``digest`` the SM3 over it and the diagram; both are None for a document of
    another origin. ``warnings`` are in Chinese; those of the coverage follow from it.
    """

    plan_id: str
    discharger_id: str
    version: int
    title: str
    points: tuple[Point, ...]
    coverage: Coverage
    content: dict[str, Any] | None = None
    digest: str | None = None
    diagram: str | None = None
    warnings: tuple[str, ...] = ()


@types.event("plan-export-requested")
@dataclass(frozen=True)
class PlanExportRequested:
    """The document is to be rendered (P2)."""


@types.event("plan-exported")
@dataclass(frozen=True)
class PlanExported:
    """The document is there: the digest of the PDF in the blob store, and its pages."""

    pdf: str
    pages: int


@types.event("plan-export-failed")
@dataclass(frozen=True)
class PlanExportFailed:
    """The document could not be made; ``code`` is one of the catalogue."""

    code: str
    params: dict[str, Any]


@types.event("plan-export-cancelled")
@dataclass(frozen=True)
class PlanExportCancelled:
    """The enterprise has stopped the rendering."""


@types.event("plan-import-offered")
@dataclass(frozen=True)
class PlanImportOffered:
    """A stamped scan was brought (P3); it is checked before it counts as submitted.

    ``points`` are frozen anew for a document of another origin, else None; ``coverage`` is today's.
    """

    submission_id: str
    title: str
    upload: str
    filename: str
    weaker_reason: str
    coverage: Coverage
    points: tuple[Point, ...] | None = None


@types.event("plan-import-refused")
@dataclass(frozen=True)
class PlanImportRefused:
    """The scan cannot be used; the version is back where it was. ``code`` is one of the catalogue."""

    submission_id: str
    code: str
    params: dict[str, Any]
    back_to: str


@types.event("plan-submitted")
@dataclass(frozen=True)
class PlanSubmitted:
    """The scan is good and waits for review (P3).

    ``digest`` is what the reviewer decides on; ``document`` the address of the sanitised scan, ``original`` the digest of what was brought.
    ``warnings`` are in Chinese.
    """

    submission_id: str
    digest: str
    document: str
    original: str
    pages: int
    platform_export: bool | None
    seal_found: bool | None
    warnings: tuple[str, ...]


@types.event("coverage-recomputed")
@dataclass(frozen=True)
class CoverageRecomputed:
    """A permit's revision has arrived while a submission was open (P4)."""

    coverage: Coverage


@types.event("withdrawal-asked")
@dataclass(frozen=True)
class WithdrawalAsked:
    """The enterprise asks its submission back; review is the arbiter."""

    submission_id: str


@types.event("plan-withdrawn")
@dataclass(frozen=True)
class PlanWithdrawn:
    """Review has given it back, undecided."""

    submission_id: str


@types.event("plan-returned")
@dataclass(frozen=True)
class PlanReturned:
    """Review has returned it with a reason."""

    submission_id: str
    reason: str
    officer_id: str
    decided_at: datetime


@types.event("plan-put-in-force")
@dataclass(frozen=True)
class PlanPutInForce:
    """Review has approved it, and so it is in force."""

    submission_id: str
    officer_id: str
    in_force_from: datetime


@types.event("plan-superseded")
@dataclass(frozen=True)
class PlanSuperseded:
    """A later version is in force."""

    by: str


@types.event("decision-void")
@dataclass(frozen=True)
class DecisionVoid:
    """A decision that fits no open submission: without effect, shown."""

    submission_id: str
    what: str


@types.event("upload-noted")
@dataclass(frozen=True)
class UploadNoted:
    """What the national platform says of the plan's upload (N2): ``acknowledged`` with a receipt, or ``refused`` with a reason."""

    upload_id: str
    state: str
    receipt: str | None
    reason: str | None
