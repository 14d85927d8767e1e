"""Who sees which notices, and which of them he has read.

An enterprise account sees what its own USCC's dischargers are told; an officer what is told the bureaus of his region and below (R7), or
only what his own bureau is in charge of; everybody what he himself is told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from selfmon_gateway.auth.people import Person
from selfmon_gateway.inbox.tables import dischargers, notices, reads
from selfmon_shared.eventstore.columns import named
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.regions import region_stem
from selfmon_shared.reference.regions import PROVINCE

MOST_COUNTED = 100
"""More unread ones than this are told as this many: nobody reads the difference between 100 and 1,000."""

_PLACED = notices.outerjoin(dischargers, dischargers.c.discharger_id == notices.c.discharger_id)
_SHOWN = (
    *(notices.c[name] for name in ("event_id", "kind", "title", "text", "screen", "subject", "discharger_id", "occurred_at")),
    dischargers.c.name.label("discharger_name"),
)


def page(
    connection: Connection, person: Person, *, unread: bool, in_charge: bool, page: int, page_size: int
) -> tuple[int, list[Mapping[str, Any]]]:
    """How many there are, and a page of them, newest first; each with when it was read."""
    seen = _seen_by(person, in_charge=in_charge)
    joined = select(*_SHOWN, reads.c.read_at).select_from(_PLACED.outerjoin(reads, _mark_of(person))).where(seen)
    counted = select(func.count()).select_from(notices).where(seen)
    if unread:
        joined, counted = joined.where(reads.c.read_at.is_(None)), counted.where(_unmarked(person))
    total = connection.execute(counted).scalar() or 0
    chosen = joined.order_by(notices.c.occurred_at.desc(), notices.c.event_id).limit(page_size).offset((page - 1) * page_size)
    return total, [named(row) for row in connection.execute(chosen)]


def one(connection: Connection, person: Person, event_id: str) -> Mapping[str, Any]:
    """One notice.

    Raises:
        NotFound: there is none that he sees (``notice.unknown``).
    """
    joined = select(*_SHOWN, reads.c.read_at).select_from(_PLACED.outerjoin(reads, _mark_of(person)))
    query = joined.where(notices.c.event_id == event_id, _seen_by(person, in_charge=False))
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("notice.unknown")
    return named(found)


def unread_count(connection: Connection, person: Person) -> int:
    """How many he has not read, at most :data:`MOST_COUNTED`; of an officer's, those that his own bureau is in charge of."""
    found = _unread(person, in_charge=True).limit(MOST_COUNTED).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar() or 0


def mark_read(connection: Connection, person: Person, ids: Sequence[str] | None, now: datetime) -> int:
    """Mark these as read, or all that he sees (``ids`` None); answers how many were not yet. Others' notices stay as they are."""
    unread = _unread(person, in_charge=False)
    if ids is not None:
        unread = unread.where(notices.c.event_id.in_(list(ids)))
    columns = (literal(person.realm.value), literal(person.id), notices.c.event_id, literal(now, reads.c.read_at.type))
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    marks = insert(reads).from_select([column.name for column in reads.columns], unread.with_only_columns(*columns))
    return connection.execute(marks.on_conflict_do_nothing()).rowcount


def _unread(person: Person, *, in_charge: bool) -> Select[Any]:
    return select(notices.c.event_id).where(_seen_by(person, in_charge=in_charge), _unmarked(person))


def _unmarked(person: Person) -> ColumnElement[bool]:
    return ~select(reads.c.event_id).where(_mark_of(person)).exists()


def _mark_of(person: Person) -> ColumnElement[bool]:
    return and_(reads.c.realm == person.realm.value, reads.c.person_id == person.id, reads.c.event_id == notices.c.event_id)


def _seen_by(person: Person, *, in_charge: bool) -> ColumnElement[bool]:
    himself = and_(notices.c.person_realm == person.realm.value, notices.c.person_id == person.id)
    return or_(himself, _of_his_unit(person, in_charge=in_charge))


def _of_his_unit(person: Person, *, in_charge: bool) -> ColumnElement[bool]:
    if person.realm is Realm.ENTERPRISE and person.uscc is not None:
        return and_(notices.c.to_enterprise, notices.c.uscc == person.uscc)
    if person.realm is Realm.EPB and person.region is not None:
        if person.region == PROVINCE and not in_charge:
            return notices.c.to_bureau
        own = dischargers.c.region == person.region
        below = dischargers.c.region.startswith(region_stem(person.region), autoescape=True)
        placed = select(dischargers.c.discharger_id).where(own if in_charge else below)
        return and_(notices.c.to_bureau, notices.c.discharger_id.in_(placed))
    return false()
