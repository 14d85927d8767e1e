"""Enterprise's questions and look-ups."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, func, select

from selfmon_enterprise.domain import discharger as site_rules
from selfmon_enterprise.domain import flow, item_check, logger, matching, permit, point, proposals
from selfmon_enterprise.domain.diagram import DiagramState
from selfmon_enterprise.domain.discharger import DischargerState
from selfmon_enterprise.domain.matching import MatchingState
from selfmon_enterprise.domain.permit import PermitState
from selfmon_enterprise.domain.point import PointState
from selfmon_enterprise.handlers.dischargers import legal_person_id
from selfmon_enterprise.handlers.scope import Site
from selfmon_enterprise.tables import diagrams, dischargers, loggers, matchings, permits, points
from selfmon_shared.application.settings import Settings
from selfmon_shared.contracts import steps
from selfmon_shared.contracts.enterprise import ERRORS
from selfmon_shared.eventstore.tables import persons
from selfmon_shared.kernel.actor import Actor, Realm, require_sight
from selfmon_shared.kernel.codec import from_data, to_data
from selfmon_shared.kernel.errors import Forbidden, Invalid, NotFound
from selfmon_shared.kernel.regions import region_covers, region_stem
from selfmon_shared.reference.regions import full_name, regions

S = TypeVar("S")

_PERSON = select(persons.c["values"]).where(persons.c.person_id == bindparam("person_id"), persons.c.erased_at.is_(None))


@cache  # building a statement takes as long as running it
def _row_of(table: Table) -> Select[Any]:
    """The row of a table by its key."""
    (column,) = table.primary_key.columns
    return select(table).where(column == bindparam("key"))


class SqlReads:
    """Look-ups on one connection: the adapter of ``handlers.scope.Reads``, and what the queries read."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def sites_of(self, uscc: str) -> Sequence[Site]:
        """See the port."""
        query = select(dischargers.c.state).where(dischargers.c.uscc == uscc).order_by(dischargers.c.discharger_id)
        states = (from_data(DischargerState, json.loads(text)) for text in self.connection.execute(query).scalars())
        return [Site(s.discharger_id, s.profile.name, s.profile.region, s.permit_number, s.complete) for s in states]

    def point_with_code(self, discharger_id: str, code: str) -> str | None:
        """See the port."""
        query = select(points.c.point_id).where(points.c.discharger_id == discharger_id, points.c.code == code)
        found: str | None = self.connection.execute(query).scalar()
        return found

    def active_points(self, discharger_id: str) -> frozenset[str]:
        """See the port."""
        query = select(points.c.point_id).where(points.c.discharger_id == discharger_id, points.c.active)
        return frozenset(self.connection.execute(query).scalars())

    def state(self, table: Table, kind: type[S], key: str) -> tuple[S, int] | None:
        """The state in one row of a table, and its version (0 where the table keeps none)."""
        row = self.connection.execute(_row_of(table), {"key": key}).one_or_none()
        return None if row is None else (from_data(kind, json.loads(row.state)), row._mapping.get("version", 0))

    def point_states(self, discharger_id: str) -> list[tuple[PointState, int]]:
        """The discharger's points with their versions, in the order of their codes."""
        query = select(points.c.state, points.c.version).where(points.c.discharger_id == discharger_id).order_by(points.c.code)
        return [(from_data(PointState, json.loads(row.state)), row.version) for row in self.connection.execute(query)]

    def confirmed_permit(self, permit_number: str) -> PermitState | None:
        """The revision that the enterprise has confirmed last."""
        text = self.connection.execute(select(permits.c.confirmed).where(permits.c.permit_number == permit_number)).scalar()
        return None if text is None else from_data(PermitState, json.loads(text))

    def person_name(self, person_id: str) -> str | None:
        """The name kept under an id; None when erased or never known."""
        text = self.connection.execute(_PERSON, {"person_id": person_id}).scalar()
        return None if text is None else json.loads(text)["name"]


def in_sight(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> tuple[DischargerState, int]:
    """The discharger asked for, if the actor may see it.

    Raises:
        NotFound: no such discharger, or another enterprise's.
        Forbidden: it lies outside the officer's region.
    """
    discharger_id = arguments["discharger_id"]
    found = reads.state(dischargers, DischargerState, discharger_id)
    if found is None:
        raise NotFound("discharger.unknown", discharger_id=discharger_id)
    require_sight(actor, discharger_id, found[0].profile.region)
    return found


def all_dischargers(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """E1, R3: a company's own sites, or those in the officer's region, by name."""
    query = select(dischargers.c.state)
    if not actor.is_internal:
        query = query.where(dischargers.c.uscc == actor.uscc) if actor.realm is Realm.ENTERPRISE else _of_region(query, actor.region)
    if arguments["region"]:
        query = _narrowed(query, arguments["region"], actor)
    if arguments["name"]:
        query = query.where(dischargers.c.name.contains(arguments["name"], autoescape=True))
    if arguments["permit_holders"]:
        query = query.where(dischargers.c.permit_state == site_rules.VALID)
    total = reads.connection.execute(select(func.count()).select_from(query.subquery())).scalar()
    size = arguments["page_size"]
    page = query.order_by(dischargers.c.name, dischargers.c.discharger_id).limit(size).offset((arguments["page"] - 1) * size)
    return {
        "total": total,
        "rows": [_row(from_data(DischargerState, json.loads(text))) for text in reads.connection.execute(page).scalars()],
    }


def _narrowed(query: Select[Any], region: str, actor: Actor) -> Select[Any]:
    if region not in regions():
        raise Invalid("region.unknown", fields={"region": ["region.unknown"]})
    if actor.realm is Realm.EPB and not region_covers(actor.region or "", region):
        raise Forbidden("actor.outside-region")
    return _of_region(query, region)


def _of_region(query: Select[Any], region: str | None) -> Select[Any]:
    if region is None:
        raise Forbidden("actor.outside-region")
    return query.where(dischargers.c.region.startswith(region_stem(region), autoescape=True))


def _row(site: DischargerState) -> dict[str, Any]:
    return {
        "discharger_id": site.discharger_id,
        "name": site.profile.name,
        "uscc": site.uscc,
        "permit_number": site.permit_number,
        "region": site.profile.region,
        "region_name": full_name(site.profile.region),
        "permit_check": site.permit_check,
        "complete": site.complete,
    }


def one_discharger(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """E4, N4: the basic information; without a permit, why that may be."""
    site, version = in_sight(arguments, actor, reads)
    return {
        **site_rules.public_state(site, version),
        "region_name": full_name(site.profile.region),
        "legal_person": reads.person_name(legal_person_id(site.discharger_id)),
        "notice": ERRORS["discharger.no-permit"] if site.permit_number is None else None,
    }


def its_permit(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """E2, N5: the permit as received, and what has changed since the enterprise confirmed it.

    Raises:
        NotFound: there is none (``discharger.no-permit``, N4).
    """
    site, _ = in_sight(arguments, actor, reads)
    held = _permit_of(site, reads)
    if held is None:
        raise NotFound("discharger.no-permit")
    confirmed = reads.confirmed_permit(held.permit_number)
    return {
        "permit_number": held.permit_number,
        "revision": held.revision,
        "enterprise_name": held.content["enterprise_name"],
        "valid_from": held.content["valid_from"],
        "valid_to": held.content["valid_to"],
        "state": site.permit_state,
        "check": site.permit_check,
        "public_site": Settings.read("enterprise").text("PERMIT_PUBLIC_SITE"),
        "points": held.content["points"],
        "requirements": held.content["requirements"],
        "changes": [] if confirmed is None else permit.changes(confirmed.content, held.content),
    }


def _permit_of(site: DischargerState, reads: SqlReads) -> PermitState | None:
    found = None if site.permit_number is None else reads.state(permits, PermitState, site.permit_number)
    return None if found is None else found[0]


def its_points(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Sequence[Mapping[str, Any]]:
    """E5, E6: all monitoring points with their items, deactivated ones too."""
    site, _ = in_sight(arguments, actor, reads)
    own = actor.acts_for(site.discharger_id)
    return [_point(state, version, own=own) for state, version in reads.point_states(site.discharger_id)]


def _point(state: PointState, version: int, *, own: bool) -> dict[str, Any]:
    shown = point.public_state(state, version)
    items = [
        {**item, "moves": point.item_moves(state, held) if own else []} for item, held in zip(shown["items"], state.items, strict=True)
    ]
    return {**shown, "items": items, "moves": point.moves(state) if own else []}


def its_loggers(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Sequence[Mapping[str, Any]]:
    """E7: the data loggers; access passwords are not shown."""
    site, _ = in_sight(arguments, actor, reads)
    query = select(loggers).where(loggers.c.discharger_id == site.discharger_id).order_by(loggers.c.mn)
    return [
        {"mn": row.mn, "point_id": row.point_id, "version": row.version, "warning": logger.warning(row.mn)}
        for row in reads.connection.execute(query)
    ]


def its_diagram(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """E8: the diagram in force, and what became of the last upload."""
    site, _ = in_sight(arguments, actor, reads)
    state, version = reads.state(diagrams, DiagramState, site.discharger_id) or (DiagramState(), 0)
    return {
        "discharger_id": site.discharger_id,
        "digest": state.digest,
        "media_type": state.media_type,
        "marks": to_data(state.marks),
        "version": version,
        "upload_state": state.upload_state,
        "upload_problem": state.upload_problem,
    }


def its_matching(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Mapping[str, Any]:
    """E9, E10: pairs, item check and progress; empty without a permit (N4)."""
    site, _ = in_sight(arguments, actor, reads)
    held = _permit_of(site, reads)
    if held is None:
        return {"permit_number": None, "version": 0, "pairs": [], "checks": [], "requirements": 0, "covered": 0}
    state, version = reads.state(matchings, MatchingState, held.permit_number) or (MatchingState(), 0)
    own_points = {own.point_id: own for own, _ in reads.point_states(site.discharger_id)}
    requirements = held.content["requirements"]
    checks = item_check.check_items(requirements, state, own_points)
    return {
        "permit_number": held.permit_number,
        "version": version,
        "pairs": matching.public_state(state, version)["pairs"],
        "checks": checks,
        "requirements": len(requirements),
        "covered": item_check.covered(checks),
    }


def its_proposals(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Sequence[Mapping[str, Any]]:
    """E5, E6, E12: what the permit suggests for points and items that are not there yet; nothing without a permit (N4)."""
    site, _ = in_sight(arguments, actor, reads)
    held = _permit_of(site, reads)
    if held is None:
        return []
    state, _ = reads.state(matchings, MatchingState, held.permit_number) or (MatchingState(), 0)
    return proposals.propose(held, state, [own for own, _ in reads.point_states(site.discharger_id)])


def next_steps(arguments: Mapping[str, Any], actor: Actor, reads: SqlReads) -> Sequence[Mapping[str, Any]]:
    """E2–E10: what the enterprise has to do next in its part of the flow."""
    site, _ = in_sight(arguments, actor, reads)
    held = _permit_of(site, reads)
    number = site.permit_number or ""
    state, _ = reads.state(diagrams, DiagramState, site.discharger_id) or (DiagramState(), 0)
    tied, _ = reads.state(matchings, MatchingState, number) or (MatchingState(), 0)
    logged = reads.connection.execute(select(loggers.c.point_id).where(loggers.c.discharger_id == site.discharger_id)).scalars()
    facts = flow.SiteFacts(
        site=site,
        permit=held,
        confirmed=None if held is None else reads.confirmed_permit(number),
        points=[own for own, _ in reads.point_states(site.discharger_id)],
        logged_points=frozenset(logged),
        diagram=state,
        matching=tied,
    )
    return steps.views(flow.next_steps(facts))
