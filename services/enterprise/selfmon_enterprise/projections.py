"""Enterprise's read tables, event by event: each aggregate's row holds its folded state."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select, update
from sqlalchemy.exc import IntegrityError

from selfmon_enterprise.domain.diagram import DIAGRAM
from selfmon_enterprise.domain.discharger import DISCHARGER
from selfmon_enterprise.domain.matching import MATCHING
from selfmon_enterprise.domain.permit import PERMIT
from selfmon_enterprise.domain.point import POINT
from selfmon_enterprise.domain.problems import refuse
from selfmon_enterprise.events import PermitConfirmed
from selfmon_enterprise.tables import diagrams, dischargers, loggers, matchings, permits, points
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.codec import canonical_json, from_data, to_data
from selfmon_shared.kernel.events import Recorded

S = TypeVar("S")


def project(recorded: Recorded, connection: Connection) -> None:
    """Bring the read tables up to an event.

    Raises:
        Invalid: another transaction has just taken the point's code (``point.code-taken``); never in a rebuild.
    """
    category, _, key = recorded.stream.partition("-")
    write = _WRITERS.get(category)
    if write is not None:
        write(recorded, key, connection)


def _after(aggregate: Aggregate[S], table: Table, key: str, recorded: Recorded, connection: Connection) -> S:
    """The state after the event, from the row's state before it."""
    (column,) = table.primary_key.columns
    text = connection.execute(select(table.c.state).where(column == key)).scalar()
    before = aggregate.initial if text is None else from_data(type(aggregate.initial), json.loads(text))
    return aggregate.evolve(before, recorded.data)


def _text(state: Any) -> str:
    return canonical_json(to_data(state))


def _discharger(recorded: Recorded, key: str, connection: Connection) -> None:
    state = _after(DISCHARGER, dischargers, key, recorded, connection)
    row = {
        "discharger_id": key,
        "uscc": state.uscc,
        "name": state.profile.name,
        "region": state.profile.region,
        "permit_state": state.permit_state,
        "version": recorded.version,
        "state": _text(state),
    }
    upsert(connection, dischargers, ["discharger_id"], [row])
    if isinstance(recorded.data, PermitConfirmed):
        confirmed = update(permits).where(permits.c.permit_number == recorded.data.permit_number)
        connection.execute(confirmed.values(confirmed=permits.c.state))


def _permit(recorded: Recorded, key: str, connection: Connection) -> None:
    state = _after(PERMIT, permits, key, recorded, connection)
    upsert(connection, permits, ["permit_number"], [{"permit_number": key, "state": _text(state)}])


def _point(recorded: Recorded, key: str, connection: Connection) -> None:
    state = _after(POINT, points, key, recorded, connection)
    assert state.form is not None, "a point begins with its form"
    row = {
        "point_id": key,
        "discharger_id": state.discharger_id,
        "code": state.form.code,
        "active": state.is_active,
        "version": recorded.version,
        "state": _text(state),
    }
    try:
        upsert(connection, points, ["point_id"], [row])
    except IntegrityError:
        refuse({"code": "point.code-taken"})


def _logger(recorded: Recorded, key: str, connection: Connection) -> None:
    event = recorded.data
    row = {"mn": key, "discharger_id": event.discharger_id, "point_id": event.point_id, "version": recorded.version}
    upsert(connection, loggers, ["mn"], [row])


def _diagram(recorded: Recorded, key: str, connection: Connection) -> None:
    state = _after(DIAGRAM, diagrams, key, recorded, connection)
    upsert(connection, diagrams, ["discharger_id"], [{"discharger_id": key, "version": recorded.version, "state": _text(state)}])


def _matching(recorded: Recorded, key: str, connection: Connection) -> None:
    state = _after(MATCHING, matchings, key, recorded, connection)
    upsert(connection, matchings, ["permit_number"], [{"permit_number": key, "version": recorded.version, "state": _text(state)}])


_WRITERS: Mapping[str, Callable[[Recorded, str, Connection], None]] = {
    DISCHARGER.category: _discharger,
    PERMIT.category: _permit,
    POINT.category: _point,
    "logger": _logger,
    DIAGRAM.category: _diagram,
    MATCHING.category: _matching,
}
