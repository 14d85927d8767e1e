"""A discharger: its basic information (E4), the permit tied to it, and whether the enterprise has confirmed that permit (E2, N4)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any

from selfmon_enterprise.commands import ConfirmPermit, OpenSite, ReviseProfile
from selfmon_enterprise.domain.permit import PermitState
from selfmon_enterprise.domain.problems import refuse
from selfmon_enterprise.events import PermitConfirmed, PermitDisowned, PermitLapsed, PermitTied, ProfileRevised, SiteOpened
from selfmon_enterprise.forms import Profile, form_of
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Conflict, NotFound
from selfmon_shared.kernel.regions import RegionLevel, level_of, same_city
from selfmon_shared.reference.industries import industry
from selfmon_shared.reference.regions import PROVINCE, bureau_in_charge, region, regions
from selfmon_shared.reference.tables import UnknownCode

OPEN, CONFIRMED, WRONG = "open", "confirmed", "wrong-enterprise"
NO_PERMIT, VALID, ENDED = "none", "valid", "ended"

MOVES: Mapping[str, frozenset[str]] = {
    OPEN: frozenset({CONFIRMED, WRONG}),
    CONFIRMED: frozenset({WRONG, OPEN}),
    WRONG: frozenset({CONFIRMED, OPEN}),
}
"""What the permit check may become; only a new revision opens it again."""


@dataclass(frozen=True)
class DischargerState:
    """A site as it stands; ``complete`` once the enterprise itself has given the basic information."""

    discharger_id: str = ""
    uscc: str = ""
    profile: Profile = field(default_factory=Profile)
    bureau: str = ""
    industry_name: str = ""
    complete: bool = False
    permit_number: str | None = None
    permit_state: str = NO_PERMIT
    permit_check: str = OPEN


def evolve_discharger(site: DischargerState, event: Any) -> DischargerState:  # noqa: PLR0911  (one case an event)
    """A discharger after an event."""
    match event:
        case SiteOpened():
            profile = Profile(name=event.name, region=event.region)
            return DischargerState(event.discharger_id, event.uscc, profile, event.bureau)
        case PermitTied():
            check = OPEN if event.check_open else site.permit_check
            tied = replace(
                site,
                discharger_id=event.discharger_id,
                uscc=event.uscc,
                permit_number=event.permit_number,
                permit_state=VALID,
                permit_check=check,
            )
            if event.prefill is None:
                return tied
            return replace(tied, profile=event.prefill, bureau=event.bureau, industry_name=event.industry_name)
        case PermitLapsed():
            return replace(site, permit_state=ENDED)
        case PermitConfirmed():
            return replace(site, permit_check=CONFIRMED)
        case PermitDisowned():
            return replace(site, permit_check=WRONG)
        case ProfileRevised():
            return replace(site, profile=event.profile, bureau=event.bureau, industry_name=event.industry_name, complete=True)
        case _:
            return site


DISCHARGER = Aggregate("discharger", DischargerState(), evolve_discharger)


def public_state(site: DischargerState, version: int) -> dict[str, Any]:
    """The contract ``EnterpriseRevised``."""
    return {
        **asdict(site.profile),
        "discharger_id": site.discharger_id,
        "version": version,
        "uscc": site.uscc,
        "permit_number": site.permit_number,
        "permit_state": site.permit_state,
        "permit_check": site.permit_check,
        "bureau": site.bureau,
        "industry_name": site.industry_name,
        "complete": site.complete,
    }


def open_site(site: DischargerState, command: OpenSite, discharger_id: str) -> list[Any]:
    """N4: the record of a site for which no permit was received.

    Raises:
        Invalid: the region is no county of the province.
        Conflict: there is such a discharger.
    """
    if site.discharger_id:
        raise Conflict("discharger.exists", discharger_id=discharger_id)
    refuse({"region": _county_problem(command.region)})
    return [SiteOpened(discharger_id, discharger_id[:18], command.name, command.region, bureau_in_charge(command.region).name)]


def tie_permit(site: DischargerState, permit: PermitState, *, changed: bool) -> list[Any]:
    """N1, N5: a revision belongs to this discharger; ``changed``: it says other things of points or requirements than the last one.

    The permit's basic information fills the form until the enterprise has saved its own; afterwards a difference only shows (E12).
    """
    said = permit.content
    where = known_region(said["region"])
    code, industry_name = _industry_or_blank(said.get("industry_code"))
    prefill = replace(
        site.profile,
        name=said["enterprise_name"],
        region=where,
        address=said.get("address") or site.profile.address,
        longitude=_degrees(said.get("longitude")) or site.profile.longitude,
        latitude=_degrees(said.get("latitude")) or site.profile.latitude,
        industry_code=code or site.profile.industry_code,
    )
    check_open = site.permit_number != permit.permit_number or site.permit_check == WRONG or changed
    return [
        PermitTied(
            discharger_id=permit.discharger_id,
            uscc=permit.discharger_id[:18],
            permit_number=permit.permit_number,
            revision=permit.revision,
            check_open=check_open,
            prefill=None if site.complete else prefill,
            bureau=bureau_in_charge(where).name,
            industry_name=industry_name or site.industry_name,
        )
    ]


def lapse_permit(site: DischargerState, permit_number: str) -> list[Any]:
    """N1: its permit has ended; the end of one that another has followed changes nothing."""
    return [PermitLapsed(permit_number)] if site.permit_number == permit_number and site.permit_state == VALID else []


def confirm_permit(site: DischargerState, command: ConfirmPermit) -> list[Any]:
    """E2: yes, it is ours; or no, the platform has matched the wrong enterprise.

    Raises:
        NotFound: there is no permit to check (N4).
    """
    if site.permit_number is None:
        raise NotFound("discharger.no-permit")
    target = CONFIRMED if command.is_mine else WRONG
    if target not in MOVES[site.permit_check]:
        return []
    return [PermitConfirmed(site.permit_number) if command.is_mine else PermitDisowned(site.permit_number)]


def revise_profile(site: DischargerState, command: ReviseProfile) -> list[Any]:
    """E4, E12: the basic information, whole; what differs from the permit is no reason to refuse.

    Raises:
        Invalid: region or industry are unknown, or the region lies in another prefecture-level city; with messages per field.
    """
    code, industry_name = _industry_or_blank(command.industry_code)
    refuse({"region": _move_problem(site, command.region), "industry_code": None if code else "industry.unknown"})
    profile = replace(form_of(Profile, command), industry_code=code)
    revised = ProfileRevised(profile, bureau_in_charge(command.region).name, industry_name)
    return [] if evolve_discharger(site, revised) == site else [revised]


def known_region(code: str) -> str:
    """The region of a permit as the reference data know it: its county, else its city, else the province, whose officers then see it."""
    return next((known for known in (code[:6], f"{code[:4]}00") if known in regions()), PROVINCE)


def _degrees(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _move_problem(site: DischargerState, county: str) -> str | None:
    if problem := _county_problem(county):
        return problem
    # A permit whose region was not understood lies in no city; then any county corrects it.
    somewhere = level_of(site.profile.region) is RegionLevel.PROVINCE
    return None if somewhere or same_city(site.profile.region, county) else "region.other-city"


def _county_problem(code: str) -> str | None:
    try:
        level = region(code).level
    except UnknownCode:
        return "region.unknown"
    return None if level is RegionLevel.COUNTY else "region.not-county"


def _industry_or_blank(code: str | None) -> tuple[str, str]:
    """Code without the section's letter, as permits print it, and name; blanks where it is unknown."""
    try:
        found = industry(code or "")
    except UnknownCode:
        return "", ""
    return found.short_code, found.name
