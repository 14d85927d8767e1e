"""Look-ups in the public tables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, or_, select

from selfmon_gateway.disclosure.tables import changes, dischargers, plans, points, reasons, values
from selfmon_shared.eventstore.tables import cursors
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.regions import RegionCodeInvalid, region_stem
from selfmon_shared.reference.regions import full_name
from selfmon_shared.reference.tables import UnknownCode

View = dict[str, Any]
CONSUMER = "gateway"
_RESULTS_SOURCE = "data"


def as_of(connection: Connection) -> datetime | None:
    """When the public tables last followed a service."""
    moment: datetime | None = connection.execute(select(func.max(cursors.c.updated_at)).where(cursors.c.consumer == CONSUMER)).scalar()
    return moment


def changed_by(connection: Connection, discharger_id: str) -> str:
    """What last changed the pages of a discharger (or of the list, ``EVERYBODY``): another text after every change."""
    query = select(changes.c.event_id).where(changes.c.discharger_id == discharger_id).order_by(changes.c.source)
    return " ".join(connection.execute(query).scalars())


@dataclass(frozen=True)
class Search:
    """What a visitor looks for. ``text`` is part of the name, or the beginning of a USCC or permit number; empty fields say nothing."""

    text: str = ""
    region: str = ""
    industry: str = ""


def search(connection: Connection, wanted: Search, offset: int, limit: int) -> tuple[int, list[View]]:
    """How many dischargers fit, and some of them, newest activity first; each with ``newest_day`` and ``has_plan``."""
    fitting = _fitting(wanted)
    total = connection.execute(select(func.count()).select_from(dischargers).where(*fitting)).scalar() or 0
    of_results = (changes.c.discharger_id == dischargers.c.discharger_id) & (changes.c.source == _RESULTS_SOURCE)
    query = (
        select(dischargers.c.view, changes.c.newest_day, plans.c.discharger_id.is_not(None).label("has_plan"))
        .select_from(
            dischargers.outerjoin(changes, of_results).outerjoin(plans, plans.c.discharger_id == dischargers.c.discharger_id),
        )
        .where(*fitting)
        .order_by(changes.c.newest_day.desc().nulls_last(), dischargers.c.name, dischargers.c.discharger_id)
    )
    rows = connection.execute(query.limit(limit).offset(offset))
    return total, [_named(json.loads(row.view)) | {"newest_day": row.newest_day, "has_plan": bool(row.has_plan)} for row in rows]


def _fitting(wanted: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.region:
        found.append(dischargers.c.region.startswith(_stem(wanted.region), autoescape=True))
    if wanted.industry:
        found.append(dischargers.c.industry_code.startswith(wanted.industry, autoescape=True))
    if wanted.text:
        number = wanted.text.upper()
        found.append(
            or_(
                dischargers.c.name.contains(wanted.text, autoescape=True),
                dischargers.c.uscc.startswith(number, autoescape=True),
                dischargers.c.permit_number.startswith(number, autoescape=True),
            )
        )
    return found


def counts(connection: Connection) -> tuple[dict[str, int], dict[str, int], int]:
    """Dischargers by region code, dischargers by industry code, and plans in force."""
    by_region = connection.execute(select(dischargers.c.region, func.count()).group_by(dischargers.c.region))
    by_industry = connection.execute(select(dischargers.c.industry_code, func.count()).group_by(dischargers.c.industry_code))
    in_force = connection.execute(select(func.count()).select_from(plans)).scalar() or 0
    return {row[0]: row[1] for row in by_region}, {row[0]: row[1] for row in by_industry}, in_force


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
    found = present(connection, table, discharger_id)
    if found is None:
        raise NotFound(code)
    return found


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


def days_around(connection: Connection, discharger_id: str, day: date) -> tuple[date | None, date | None]:
    """The last day before and the first day after with something published, None where there is none."""
    of_discharger = values.c.discharger_id == discharger_id
    before = connection.execute(select(func.max(values.c.day)).where(of_discharger, values.c.day < day)).scalar()
    after = connection.execute(select(func.min(values.c.day)).where(of_discharger, values.c.day > day)).scalar()
    return before, after


def newest_day(connection: Connection, discharger_id: str, item_id: str | None = None) -> date | None:
    """The newest day of which something of a discharger, or of one of its items, is published."""
    query = select(func.max(values.c.day)).where(values.c.discharger_id == discharger_id)
    if item_id is not None:
        query = query.where(values.c.item_id == item_id)
    newest: date | None = connection.execute(query).scalar()
    return newest


def values_of_item(connection: Connection, discharger_id: str, item_id: str, first: date, last: date) -> list[View]:
    """The published values of an item from one day to another, both included: a view for each day and period kind, in day order."""
    of_item = (values.c.discharger_id == discharger_id) & (values.c.item_id == item_id)
    query = select(values.c.view).where(of_item, values.c.day >= first, values.c.day <= last)
    return _views(connection, query.order_by(values.c.day, values.c.period_kind))


def present(connection: Connection, table: Table, discharger_id: str) -> View | None:
    """The one row that a discharger has in a table, None if it has none."""
    found = _views(connection, select(table.c.view).where(table.c.discharger_id == discharger_id))
    return found[0] if found else None


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
