"""What is public of an item's day (D5, O2)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, select

from selfmon_data.domain.registrations import Registration, withheld
from selfmon_data.queries.reads import SqlReads
from selfmon_data.tables import results
from selfmon_shared.kernel.periods import day_of, day_start

_COLUMNS = (
    results.c.item_id, results.c.period_kind, results.c.time, results.c.discharger_id, results.c.point_id, results.c.point_name,
    results.c.pollutant_code, results.c.pollutant_name, results.c.unit, results.c.limit_text, results.c.value, results.c.exceeds,
    results.c.multiple, results.c.source, results.c.late,
)  # fmt: skip


def of_batch(reads: SqlReads, discharger_id: str, period_kind: str, days: Collection[tuple[str, date]]) -> Iterator[dict[str, Any]]:
    """``PublicationChanged`` of each item and day that a batch has touched."""
    if not days:
        return
    query = _of(discharger_id, min(day for _, day in days), max(day for _, day in days)).where(results.c.period_kind == period_kind)
    kept_back = reads.registrations(discharger_id)
    for rows in _by_day(reads, query):
        if (rows[0].item_id, day_of(rows[0].time)) in days:
            yield _payload(rows, kept_back)


def of_registration(reads: SqlReads, registration: Registration, first: date, last: date) -> Iterator[dict[str, Any]]:
    """``PublicationChanged`` of each item and day with values that a registration covers."""
    kept_back = reads.registrations(registration.discharger_id)
    for rows in _by_day(reads, _of(registration.discharger_id, first, last)):
        if registration.covers(rows[0].point_id, rows[0].item_id):
            yield _payload(rows, kept_back)


def _of(discharger_id: str, first: date, last: date) -> Select[Any]:
    of_days = (results.c.time >= day_start(first)) & (results.c.time < day_start(last + timedelta(days=1)))
    order = (results.c.item_id, results.c.period_kind, results.c.time)
    return select(*_COLUMNS).where(results.c.discharger_id == discharger_id, results.c.current, of_days).order_by(*order)


def _by_day(reads: SqlReads, query: Select[Any]) -> Iterator[list[Row[Any]]]:
    for _, rows in groupby(reads.connection.execute(query), lambda row: (row.item_id, row.period_kind, day_of(row.time))):
        yield list(rows)


def _payload(rows: Sequence[Row[Any]], kept_back: Sequence[Registration]) -> dict[str, Any]:
    """The day is withheld if all its values are; of a day that is covered in part, the other values are public."""
    public = [row for row in rows if not withheld(kept_back, row.point_id, row.item_id, row.time)]
    head = rows[-1]
    day = day_of(head.time)
    return {
        "publication_id": f"{head.item_id}:{head.period_kind}:{day.isoformat()}",
        "discharger_id": head.discharger_id,
        "point_id": head.point_id,
        "point_name": head.point_name,
        "item_id": head.item_id,
        "pollutant_code": head.pollutant_code,
        "pollutant_name": head.pollutant_name,
        "unit": head.unit,
        "limit_text": head.limit_text,
        "period_kind": head.period_kind,
        "day": day,
        "withheld": not public,
        "values": [_value(row) for row in public],
    }


def _value(row: Row[Any]) -> dict[str, Any]:
    time: datetime = row.time
    judged = {"exceeds": row.exceeds, "multiple": row.multiple}
    return {"time": time, "value": row.value, **judged, "source": row.source, "late": row.late}
