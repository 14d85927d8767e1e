"""How the public tables follow the services. Only :meth:`ContractEvent.public_view` is kept: the owner decides what is public."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from selfmon_gateway.disclosure import tables
from selfmon_shared.contracts.providers import event_named
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.contract import Message

NOT_PUBLIC = "依法不予公开"

View = dict[str, Any]


def keep_discharger(message: Message, uow: Any) -> None:
    """O1: basic information."""
    view = _public(message)
    found_by = {name: view[name] for name in ("name", "region", "industry_code", "uscc", "permit_number")}
    _keep(uow.connection, tables.dischargers, "discharger_id", view, **found_by)
    _note(message, uow.connection, view["discharger_id"], tables.EVERYBODY)


def keep_point(message: Message, uow: Any) -> None:
    """O1: a monitoring point."""
    view = _public(message)
    _keep(uow.connection, tables.points, "point_id", view, discharger_id=view["discharger_id"])
    _note(message, uow.connection, view["discharger_id"])


def keep_diagram(message: Message, uow: Any) -> None:
    """O1: the monitoring diagram in force."""
    view = _public(message)
    _keep(uow.connection, tables.diagrams, "discharger_id", view)
    _note(message, uow.connection, view["discharger_id"])


def keep_overview(message: Message, uow: Any) -> None:
    """P1: the overview is public."""
    view = _public(message)
    _keep(uow.connection, tables.overviews, "discharger_id", view)
    _note(message, uow.connection, view["discharger_id"])


def keep_plan(message: Message, uow: Any) -> None:
    """O1: the plan in force."""
    view = _public(message)
    _keep(uow.connection, tables.plans, "discharger_id", view)
    _note(message, uow.connection, view["discharger_id"], tables.EVERYBODY)


def keep_values(message: Message, uow: Any) -> None:
    """O1: published values of an item and day; O2: none of them while they are withheld."""
    view = _public(message)
    if view["withheld"]:
        view |= {"values": [], "notice": NOT_PUBLIC}
    day = date.fromisoformat(view["day"])
    found_by = {name: view[name] for name in ("discharger_id", "item_id", "period_kind")}
    _keep(uow.connection, tables.values, "publication_id", view, day=day, **found_by)
    newest = _newest_day(uow.connection, view["discharger_id"], message.source)
    if view["values"] and (newest is None or day > newest):
        _note(message, uow.connection, view["discharger_id"], tables.EVERYBODY, newest_day=day)
    else:
        _note(message, uow.connection, view["discharger_id"])


def keep_reason(message: Message, uow: Any) -> None:
    """O1: why nothing is monitored; O2: of what is not public by law, only that and the period."""
    view = _public(message)
    if view["kind"] == "not-public":
        view |= {"point_ids": [], "item_ids": [], "reason": NOT_PUBLIC}
    found_by = {"discharger_id": view["discharger_id"], "starts_at": datetime.fromisoformat(view["starts_at"])}
    _keep(uow.connection, tables.reasons, "registration_id", view, **found_by)
    _note(message, uow.connection, view["discharger_id"])


def end_reason(message: Message, uow: Any) -> None:
    """A1: a registration has its end; one that never took effect is not shown."""
    view = _public(message)
    of_registration = tables.reasons.c.registration_id == view["registration_id"]
    present = uow.connection.execute(select(tables.reasons.c.view).where(of_registration)).scalar()
    if present is not None:
        ended = canonical_json({**json.loads(present), "ends_at": view["ends_at"]})
        uow.connection.execute(update(tables.reasons).where(of_registration).values(view=ended))
        _note(message, uow.connection, view["discharger_id"])


def drop_reason(message: Message, uow: Any) -> None:
    """A2: a revoked registration is no reason any more."""
    view = _public(message)
    uow.connection.execute(delete(tables.reasons).where(tables.reasons.c.registration_id == view["registration_id"]))
    _note(message, uow.connection, view["discharger_id"])


HANDLERS: Mapping[str, Callable[[Message, Any], None]] = {
    "EnterpriseRevised": keep_discharger,
    "PointRevised": keep_point,
    "DiagramRevised": keep_diagram,
    "OverviewRevised": keep_overview,
    "PlanTookEffect": keep_plan,
    "PublicationChanged": keep_values,
    "AbnormalTookEffect": keep_reason,
    "AbnormalEnded": end_reason,
    "AbnormalRevoked": drop_reason,
}


def _public(message: Message) -> View:
    return event_named(message.type).public_view(message.payload)


def _keep(connection: Connection, table: Table, key: str, view: View, **found_by: Any) -> None:
    upsert(connection, table, [key], [{key: view[key], "view": canonical_json(view), **found_by}])


def _note(message: Message, connection: Connection, *changed: str, newest_day: date | None = None) -> None:
    """Pages of what has changed are made anew; ``newest_day`` is the new one, where it is the data service that speaks."""
    for discharger_id in changed:
        row = {"discharger_id": discharger_id, "source": message.source, "event_id": message.event_id, "newest_day": newest_day}
        upsert(connection, tables.changes, ["discharger_id", "source"], [row], keep=() if newest_day else ("newest_day",))


def _newest_day(connection: Connection, discharger_id: str, source: str) -> date | None:
    of_source = (tables.changes.c.discharger_id == discharger_id) & (tables.changes.c.source == source)
    newest: date | None = connection.execute(select(tables.changes.c.newest_day).where(of_source)).scalar()
    return newest
