"""What review is asked to do."""

from dataclasses import dataclass, field

from selfmon_shared.kernel.aggregate import Command


@dataclass(frozen=True, kw_only=True)
class EnrolOfficer(Command):
    """R1."""

    officer_id: str
    region: str
    applications: tuple[str, ...]
    name: str


@dataclass(frozen=True, kw_only=True)
class ApplyForAccount(Command):
    """R1: all but region and applications are personal data, kept outside all events."""

    name: str
    mobile: str
    email: str
    county: str
    township: str
    region: str
    unit: str
    department: str
    account: str
    applications: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Approve(Command):
    """R4, R5."""

    submission_id: str
    digest: str
    comment: str = ""


@dataclass(frozen=True, kw_only=True)
class Return(Command):
    """R4, R5."""

    submission_id: str
    digest: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Revoke(Command):
    """A2."""

    submission_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command):
    """P3: the enterprise asks its submission back."""

    submission_id: str


@dataclass(frozen=True, kw_only=True)
class OpenTask(Command):
    """A provider has announced a submission."""

    submission_id: str
    subject: str
    subject_id: str
    discharger_id: str
    title: str
    digest: str
    submission: dict[str, object] = field(default_factory=dict)
