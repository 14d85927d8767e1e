"""What happens in review. Stored types are ``review.<name>``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfmon_shared.kernel.events import EventTypes

types = EventTypes("review")


@types.event("officer-enrolled")
@dataclass(frozen=True)
class OfficerEnrolled:
    """The province's portal knows this officer, or knows him anew."""

    officer_id: str
    region: str
    applications: tuple[str, ...]


@types.event("account-applied-for")
@dataclass(frozen=True)
class AccountAppliedFor:
    """Somebody whom the portal has signed on, but not as an officer, has filled in the account application form (R1), or filled it in
    anew. What he wrote of himself is kept under ``person_id``."""

    officer_id: str
    person_id: str
    region: str
    applications: tuple[str, ...]


@types.event("discharger-noted")
@dataclass(frozen=True)
class DischargerNoted:
    """What review must know of a discharger: its name and who is in charge (R7)."""

    discharger_id: str
    name: str
    region: str
    bureau: str


@types.event("task-opened")
@dataclass(frozen=True)
class TaskOpened:
    """Something was handed in for review; ``submission`` is what the provider announced."""

    submission_id: str
    subject: str
    subject_id: str
    discharger_id: str
    title: str
    digest: str
    submission: dict[str, Any]
    submitted_at: datetime


@types.event("submission-approved")
@dataclass(frozen=True)
class SubmissionApproved:
    """An officer has approved; ``comment`` is the reason where he took the task over (R7)."""

    officer_id: str
    comment: str


@types.event("submission-returned")
@dataclass(frozen=True)
class SubmissionReturned:
    """An officer has returned it with a reason."""

    officer_id: str
    reason: str


@types.event("submission-withdrawn")
@dataclass(frozen=True)
class SubmissionWithdrawn:
    """The enterprise has it back, undecided."""


@types.event("approval-revoked")
@dataclass(frozen=True)
class ApprovalRevoked:
    """An officer has taken his bureau's approval of a registration back."""

    officer_id: str
    reason: str


@types.event("decision-void")
@dataclass(frozen=True)
class DecisionVoid:
    """A withdrawal came after the decision, or spoke of nothing open: without effect, shown to both sides."""

    what: str
