"""What happens in enterprise. Stored types are ``enterprise.<name>``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfmon_enterprise.forms import DiscrepancyLine, Item, Mark, PointForm, Profile
from selfmon_shared.kernel.events import EventTypes

types = EventTypes("enterprise")


# --- discharger-<discharger_id>


@types.event("site-opened")
@dataclass(frozen=True)
class SiteOpened:
    """A firm has opened the record of a site for which no permit was received (N4)."""

    discharger_id: str
    uscc: str
    name: str
    region: str
    bureau: str


@types.event("permit-tied")
@dataclass(frozen=True)
class PermitTied:
    """A revision of the permit belongs to this discharger.

    ``prefill`` is what the permit says of the basic information, as long as the enterprise has not given it itself (E4).
    ``check_open``: the enterprise must say (again) whether the permit is right (E2, N5).
    """

    discharger_id: str
    uscc: str
    permit_number: str
    revision: int
    check_open: bool
    prefill: Profile | None
    bureau: str
    industry_name: str


@types.event("permit-lapsed")
@dataclass(frozen=True)
class PermitLapsed:
    """The discharger's permit has ended."""

    permit_number: str


@types.event("permit-confirmed")
@dataclass(frozen=True)
class PermitConfirmed:
    """The enterprise says that the permit is its own (E2)."""

    permit_number: str


@types.event("permit-disowned")
@dataclass(frozen=True)
class PermitDisowned:
    """The enterprise says that the permit is another's: a wrong enterprise match (E2)."""

    permit_number: str


@types.event("profile-revised")
@dataclass(frozen=True)
class ProfileRevised:
    """The enterprise has given its basic information (E4); bureau and industry's name as the reference data had them."""

    profile: Profile
    bureau: str
    industry_name: str


# --- permit-<number>


@types.event("permit-noted")
@dataclass(frozen=True)
class PermitNoted:
    """One revision of a permit, whole, as permit-sync announced it."""

    permit_number: str
    discharger_id: str
    revision: int
    permit: dict[str, Any]


@types.event("permit-ended")
@dataclass(frozen=True)
class PermitEnded:
    """The permit is no longer in force: cancelled, withdrawn or revoked."""

    permit_number: str
    discharger_id: str
    kind: str
    ended_at: datetime


# --- discrepancy-<report_id>


@types.event("discrepancy-reported")
@dataclass(frozen=True)
class DiscrepancyReported:
    """The enterprise has found the permit as received to be wrong (E3)."""

    report_id: str
    discharger_id: str
    permit_number: str | None
    lines: tuple[DiscrepancyLine, ...]
    contact_id: str
    reported_at: datetime


# --- point-<point_id>


@types.event("point-added")
@dataclass(frozen=True)
class PointAdded:
    """A monitoring point (E5)."""

    point_id: str
    discharger_id: str
    form: PointForm


@types.event("point-revised")
@dataclass(frozen=True)
class PointRevised:
    """The point's fields, whole."""

    form: PointForm


@types.event("point-deactivated")
@dataclass(frozen=True)
class PointDeactivated:
    """The point is no longer used; it stays."""

    reason: str


@types.event("item-added")
@dataclass(frozen=True)
class ItemAdded:
    """A monitoring item at the point (E6)."""

    item: Item


@types.event("item-revised")
@dataclass(frozen=True)
class ItemRevised:
    """The item's fields, whole."""

    item: Item


@types.event("item-deactivated")
@dataclass(frozen=True)
class ItemDeactivated:
    """The item is no longer monitored; it stays."""

    item_id: str
    reason: str


# --- logger-<MN>


@types.event("logger-assigned")
@dataclass(frozen=True)
class LoggerAssigned:
    """A data logger stands at a point (E7)."""

    mn: str
    discharger_id: str
    point_id: str
    access_password: str


# --- diagram-<discharger_id>


@types.event("diagram-offered")
@dataclass(frozen=True)
class DiagramOffered:
    """A picture was uploaded; it waits for its check (E8). ``upload`` is its sha256."""

    discharger_id: str
    offer_id: str
    upload: str
    filename: str
    marks: tuple[Mark, ...]


@types.event("diagram-accepted")
@dataclass(frozen=True)
class DiagramAccepted:
    """The newest offer is a picture and is in force; ``digest`` names it in the blob store."""

    offer_id: str
    digest: str
    media_type: str
    accepted_at: datetime


@types.event("diagram-refused")
@dataclass(frozen=True)
class DiagramRefused:
    """The newest offer cannot be used; ``problem`` tells the user why."""

    offer_id: str
    problem: str


# --- matching-<permit number>


@types.event("points-matched")
@dataclass(frozen=True)
class PointsMatched:
    """An own point answers for a permit point, with these items (none listed: all) (E9)."""

    permit_number: str
    discharger_id: str
    permit_point: str
    point_id: str
    item_ids: tuple[str, ...]


@types.event("match-cleared")
@dataclass(frozen=True)
class MatchCleared:
    """The enterprise has taken pairs back (E9)."""

    permit_point: str
    point_ids: tuple[str, ...]


@types.event("match-lapsed")
@dataclass(frozen=True)
class MatchLapsed:
    """A new revision of the permit has this permit point no more (N5)."""

    permit_point: str
    revision: int
