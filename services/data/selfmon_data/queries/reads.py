"""Look-ups in data's read tables."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from selfmon_data.domain.entries import HOUR, MANUAL, HourOfDay, Known
from selfmon_data.domain.ledger import StoredValue
from selfmon_data.domain.plan import DischargerState, PlanState, evolve_plan
from selfmon_data.domain.registrations import Registration
from selfmon_data.events import PlanNoted
from selfmon_data.tables import batches, dischargers, plans, registrations, results
from selfmon_shared.eventstore.columns import named
from selfmon_shared.kernel.actor import Actor, require_sight
from selfmon_shared.kernel.codec import from_data
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.periods import Period, day_start

WHOLE_PROVINCE = "320000"
MOST_ITEMS = 900
"""So many ids in one statement; SQLite before 3.32 takes 999 parameters."""


class SqlReads:
    """Look-ups on one connection: the adapter of ``handlers.Reads``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    # --- for handlers

    def hold(self, discharger_id: str) -> None:
        """See the port; SQLite has one writer at a time anyway."""
        self.connection.execute(select(plans.c.plan_id).where(plans.c.discharger_id == discharger_id).with_for_update()).all()

    def present(self, item_ids: Collection[str], period_kind: str, first: datetime, last: datetime) -> dict[tuple[str, datetime], Known]:
        """See the port."""
        columns = (results.c.item_id, results.c.time, results.c.revision, results.c.late)
        found: dict[tuple[str, datetime], Known] = {}
        for some in _portions(item_ids):
            query = select(*columns).where(results.c.item_id.in_(some), results.c.period_kind == period_kind, results.c.current)
            for row in self.connection.execute(query.where(results.c.time >= first, results.c.time <= last)):
                found[row.item_id, row.time] = Known(row.revision, row.late)
        return found

    def hours(self, item_ids: Collection[str], first: datetime, end: datetime) -> list[HourOfDay]:
        """See the port."""
        columns = (results.c.item_id, results.c.time, results.c.value, results.c.flag, results.c.source)
        found = []
        for some in _portions(item_ids):
            query = select(*columns).where(results.c.item_id.in_(some), results.c.period_kind == HOUR, results.c.current)
            rows = self.connection.execute(query.where(results.c.time >= first, results.c.time < end).order_by(results.c.time))
            found += [HourOfDay(*row) for row in rows]
        return found

    def registrations(self, discharger_id: str) -> list[Registration]:
        """See the port."""
        query = select(registrations).where(registrations.c.discharger_id == discharger_id).order_by(registrations.c.submitted_at)
        return [
            Registration(
                state=row.state,
                registration_id=row.registration_id,
                discharger_id=row.discharger_id,
                kind=row.kind,
                point_ids=tuple(json.loads(row.point_ids)),
                item_ids=tuple(json.loads(row.item_ids)),
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                reason=row.reason,
            )
            for row in self.connection.execute(query)
        ]

    def stored(self, discharger_id: str, month: Period, manual_from: date) -> list[StoredValue]:
        """See the port."""
        first, end = month.instants
        columns = (results.c.item_id, results.c.period_kind, results.c.time, results.c.flag, results.c.samples, results.c.late)
        query = select(*columns).where(results.c.discharger_id == discharger_id, results.c.current, results.c.time < end)
        hourly = query.where(results.c.period_kind == HOUR, results.c.time >= first)
        manual = query.where(results.c.period_kind == MANUAL, results.c.time >= day_start(manual_from))
        return [StoredValue(*row) for part in (hourly, manual) for row in self.connection.execute(part)]

    # --- for queries, announcements and tasks

    def plans(self, discharger_id: str) -> PlanState:
        """The plans that are or were in force."""
        query = select(plans.c.snapshot).where(plans.c.discharger_id == discharger_id).order_by(plans.c.version)
        state = PlanState()
        for snapshot in self.connection.execute(query).scalars():
            state = evolve_plan(state, from_data(PlanNoted, json.loads(snapshot)))
        return state

    def discharger(self, discharger_id: str) -> DischargerState:
        """The discharger, without its loggers."""
        row = self.connection.execute(select(dischargers).where(dischargers.c.discharger_id == discharger_id)).one_or_none()
        return DischargerState() if row is None else DischargerState(row.name, row.region, permit_ended_at=row.permit_ended_at)

    def require_sight(self, actor: Actor, discharger_id: str) -> None:
        """Let only the own enterprise and officers above its region look; until its region is known, the province's.

        Raises:
            NotFound, Forbidden: to anybody else.
        """
        require_sight(actor, discharger_id, self.discharger(discharger_id).region or WHOLE_PROVINCE)

    def planned_dischargers(self) -> list[str]:
        """All dischargers that have a plan."""
        return list(self.connection.execute(select(plans.c.discharger_id).distinct().order_by(plans.c.discharger_id)).scalars())

    def days_with_values(self, discharger_id: str, first: date, last: date) -> tuple[datetime, datetime] | None:
        """The first and last moment within these days for which there are values."""
        start, end = day_start(first), day_start(last + timedelta(days=1))
        query = select(func.min(results.c.time), func.max(results.c.time)).where(results.c.discharger_id == discharger_id)
        earliest, latest = self.connection.execute(query.where(results.c.time >= start, results.c.time < end)).one()
        return None if earliest is None else (earliest, latest)


def batch(arguments: Mapping[str, Any], reads: SqlReads) -> Mapping[str, Any]:
    """The values of a batch in the order of its Merkle tree, for the upload (N2).

    Raises:
        NotFound: there is no such batch.
    """
    of_batch = select(batches).where(batches.c.batch_id == arguments["batch_id"])
    found = reads.connection.execute(of_batch).one_or_none()
    if found is None:
        raise NotFound("results.unknown")
    columns = (
        results.c.item_id, results.c.point_code, results.c.pollutant_code, results.c.time, results.c.value, results.c.unit,
        results.c.flag, results.c.source, results.c.exceeds,
    )  # fmt: skip
    rows = reads.connection.execute(select(*columns).where(results.c.batch_id == found.batch_id).order_by(results.c.ordinal))
    values = [named(row) for row in rows]
    return {"discharger_id": found.discharger_id, "period_kind": found.period_kind, "values": values}


def _portions(item_ids: Collection[str]) -> Sequence[Sequence[str]]:
    ordered = sorted(item_ids)
    return [ordered[i : i + MOST_ITEMS] for i in range(0, len(ordered), MOST_ITEMS)]
