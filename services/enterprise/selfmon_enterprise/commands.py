"""What enterprise is asked to do."""

from dataclasses import dataclass

from selfmon_enterprise.forms import DiscrepancyLine, ItemForm, Mark, Pair, PointForm, Profile
from selfmon_shared.kernel.aggregate import Command


@dataclass(frozen=True, kw_only=True)
class OpenSite(Command):
    """N4."""

    name: str
    region: str


@dataclass(frozen=True, kw_only=True)
class ConfirmPermit(Command):
    """E2."""

    discharger_id: str
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Who can be asked (E3); personal data, kept outside all events."""

    company: str
    person: str
    telephone: str


@dataclass(frozen=True, kw_only=True)
class ReportDiscrepancy(Command):
    """E3."""

    discharger_id: str
    lines: tuple[DiscrepancyLine, ...]
    contact: Contact


@dataclass(frozen=True, kw_only=True)
class ReviseProfile(Profile, Command):
    """E4; ``legal_person`` is personal data, kept outside all events."""

    discharger_id: str
    legal_person: str
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddPoint(PointForm, Command):
    """E5."""

    discharger_id: str


@dataclass(frozen=True, kw_only=True)
class RevisePoint(PointForm, Command):
    """E5."""

    point_id: str
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class DeactivatePoint(Command):
    """E5."""

    point_id: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddItem(ItemForm, Command):
    """E6."""

    point_id: str
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReviseItem(ItemForm, Command):
    """E6."""

    point_id: str
    item_id: str
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class DeactivateItem(Command):
    """E6."""

    point_id: str
    item_id: str
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class AssignLogger(Command):
    """E7."""

    point_id: str
    mn: str
    access_password: str


@dataclass(frozen=True, kw_only=True)
class ReviseDiagram(Command):
    """E8; ``upload`` is the staged picture's sha256."""

    discharger_id: str
    upload: str
    filename: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MatchPoints(Pair, Command):
    """E9."""

    discharger_id: str
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ClearMatch(Command):
    """E9: one own point, or the whole permit point."""

    discharger_id: str
    permit_point: str
    point_id: str | None = None
    expected_version: int | None = None
