"""Look-ups in the public tables."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from selfmon_gateway.disclosure.tables import dischargers, points, reasons, values
from selfmon_shared.eventstore.tables import cursors
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.regions import RegionCodeInvalid, region_stem
from selfmon_shared.reference.regions import full_name
from selfmon_shared.reference.tables import UnknownCode

View = dict[str, Any]
CONSUMER = "gateway"


def as_of(connection: Connection) -> datetime | None:
    """When the public tables last followed a service."""
    moment: datetime | None = connection.execute(select(func.max(cursors.c.updated_at)).where(cursors.c.consumer == CONSUMER)).scalar()
    return moment


def list_dischargers(connection: Connection, wanted: Mapping[str, Any]) -> tuple[int, list[View]]:
    """How many fit, and a page of them by name."""
    query = select(dischargers.c.view)
    if wanted["region"]:
        query = query.where(dischargers.c.region.startswith(_stem(wanted["region"]), autoescape=True))
    if wanted["industry"]:
        query = query.where(dischargers.c.industry_code.startswith(wanted["industry"], autoescape=True))
    if wanted["name"]:
        query = query.where(dischargers.c.name.contains(wanted["name"], autoescape=True))
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar() or 0
    size = wanted["page_size"]
    page = query.order_by(dischargers.c.name, dischargers.c.discharger_id).limit(size).offset((wanted["page"] - 1) * size)
    return total, [_named(view) for view in _views(connection, page)]


def discharger(connection: Connection, discharger_id: str) -> View:
    """One discharger.

    Raises:
        NotFound: there is none (``discharger.unknown``).
    """
    found = _views(connection, select(dischargers.c.view).where(dischargers.c.discharger_id == discharger_id))
    if not found:
        raise NotFound("discharger.unknown")
    return _named(found[0])


def only(connection: Connection, table: Table, discharger_id: str, code: str) -> View:
    """The one row that a discharger has in a table.

    Raises:
        NotFound: there is no such discharger, or it has none (``code``).
    """
    discharger(connection, discharger_id)
    found = _views(connection, select(table.c.view).where(table.c.discharger_id == discharger_id))
    if not found:
        raise NotFound(code)
    return found[0]


def points_of(connection: Connection, discharger_id: str) -> list[View]:
    """A discharger's points, by code.

    Raises:
        NotFound: there is no such discharger.
    """
    discharger(connection, discharger_id)
    found = _views(connection, select(points.c.view).where(points.c.discharger_id == discharger_id))
    return sorted(found, key=lambda view: str(view["code"]))


def values_of(connection: Connection, discharger_id: str, day: date, period_kind: str | None) -> list[View]:
    """The values of a day that a discharger has published, by point and pollutant.

    Raises:
        NotFound: there is no such discharger.
    """
    discharger(connection, discharger_id)
    found = _views(connection, select(values.c.view).where(values.c.discharger_id == discharger_id, values.c.day == day))
    chosen = [view for view in found if period_kind in (None, view["period_kind"])]
    return sorted(chosen, key=lambda view: (view["point_name"], view["pollutant_name"], view["period_kind"], view["publication_id"]))


def reasons_of(connection: Connection, discharger_id: str) -> list[View]:
    """Why a discharger does not monitor or publish, newest first.

    Raises:
        NotFound: there is no such discharger.
    """
    discharger(connection, discharger_id)
    query = select(reasons.c.view).where(reasons.c.discharger_id == discharger_id)
    return _views(connection, query.order_by(reasons.c.starts_at.desc(), reasons.c.registration_id))


def _views(connection: Connection, query: Select[Any]) -> list[View]:
    return [json.loads(row.view) for row in connection.execute(query)]


def _named(view: View) -> View:
    try:
        return {**view, "region_name": full_name(view["region"])}
    except UnknownCode:
        return {**view, "region_name": ""}


def _stem(code: str) -> str:
    try:
        return region_stem(code)
    except RegionCodeInvalid:
        return code
