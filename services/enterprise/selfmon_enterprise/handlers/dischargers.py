"""Sites, permits, basic information, discrepancies (E2–E4, N4, N5)."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from selfmon_enterprise.commands import ConfirmPermit, OpenSite, ReportDiscrepancy, ReviseProfile
from selfmon_enterprise.domain import discharger, discrepancy, matching, permit
from selfmon_enterprise.domain.discharger import DISCHARGER
from selfmon_enterprise.domain.discrepancy import DISCREPANCY
from selfmon_enterprise.domain.matching import MATCHING
from selfmon_enterprise.domain.permit import PERMIT
from selfmon_enterprise.handlers.scope import Work, done, own_discharger
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.codec import from_data
from selfmon_shared.kernel.contract import Message
from selfmon_shared.kernel.errors import Conflict, Forbidden


def open_site(command: OpenSite, uow: Work) -> Mapping[str, Any]:
    """N4: a firm without a received permit opens a site of its own; the next free sequence of its USCC is its id."""
    uscc = uow.actor.uscc
    if uscc is None or uow.actor.realm is not Realm.ENTERPRISE:
        raise Forbidden("actor.enterprise-only")
    sites = uow.reads.sites_of(uscc)
    for site in sites:
        # The same form sent twice must not leave two sites behind; one that was filled in, or has a permit, is a site of its own.
        if (site.name, site.region) == (command.name, command.region) and site.permit_number is None and not site.complete:
            raise Conflict("discharger.exists", discharger_id=site.discharger_id)
    taken = {site.discharger_id for site in sites}
    discharger_id = next(free for number in range(1, 1000) if (free := f"{uscc}{number:03}") not in taken)
    loaded = uow.load(DISCHARGER, discharger_id)
    return done(uow.append(loaded, discharger.open_site(loaded.state, command, discharger_id)))


def confirm_permit(command: ConfirmPermit, uow: Work) -> Mapping[str, Any]:
    """E2."""
    site = own_discharger(command.discharger_id, uow)
    return done(uow.append(site, discharger.confirm_permit(site.state, command)))


def revise_profile(command: ReviseProfile, uow: Work) -> Mapping[str, Any]:
    """E4, E12; the legal person is kept apart from events."""
    site = own_discharger(command.discharger_id, uow)
    revised = uow.append(site, discharger.revise_profile(site.state, command), expected_version=command.expected_version)
    uow.remember_person(legal_person_id(command.discharger_id), {"name": command.legal_person})
    return done(revised)


def legal_person_id(discharger_id: str) -> str:
    """Under which id the legal person is kept."""
    return f"legal-person:{discharger_id}"


def report_discrepancy(command: ReportDiscrepancy, uow: Work) -> Mapping[str, Any]:
    """E3; the contact is kept apart from events."""
    site = own_discharger(command.discharger_id, uow)
    contact_id = f"contact:{command.command_id}"
    uow.remember_person(contact_id, asdict(command.contact))
    report = uow.load(DISCREPANCY, command.command_id)
    return done(uow.append(report, discrepancy.report(site.state, command, contact_id)))


# --- policies


def note_permit(message: Message, uow: Work) -> None:
    """``PermitReceived``: keep the revision, tie it to its discharger, keep the matching that still holds (N1, N5)."""
    before = uow.load(PERMIT, message.payload["permit_number"])
    after = uow.append(before, permit.note(before.state, message.payload))
    if after.version == before.version:
        return
    site = uow.load(DISCHARGER, after.state.discharger_id)
    changed = bool(permit.changes(before.state.content, after.state.content))
    uow.append(site, discharger.tie_permit(site.state, after.state, changed=changed))
    own = uow.load(MATCHING, after.key)
    follows = site.state.permit_number
    former = uow.load(MATCHING, follows).state if follows not in (None, after.key) and not own.exists else None
    uow.append(own, matching.fit(own.state, after.state, former))


def end_permit(message: Message, uow: Work) -> None:
    """``PermitEnded``: points, plan and data stay; the permit no longer counts."""
    number, discharger_id = message.payload["permit_number"], message.payload["discharger_id"]
    ended_at = from_data(datetime, message.payload["ended_at"])
    loaded = uow.load(PERMIT, number)
    uow.append(loaded, permit.end(loaded.state, number, discharger_id, message.payload["kind"], ended_at))
    site = uow.load(DISCHARGER, discharger_id)
    uow.append(site, discharger.lapse_permit(site.state, number))
