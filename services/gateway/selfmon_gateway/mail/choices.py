"""What each person has mailed to him, and where: his own address, else the one that his portal told at sign-on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, String, Table, Text, and_, delete, false, select

from selfmon_gateway.inbox.handlers import USCC_LENGTH
from selfmon_gateway.inbox.tables import dischargers
from selfmon_gateway.tables import accounts, own
from selfmon_shared.contracts.notices import BUREAU, ENTERPRISE, KINDS, Notice
from selfmon_shared.eventstore.columns import UtcTime
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.codec import canonical_json

ACTIVE_WITHIN = timedelta(days=180)
"""Who has not signed on for so long gets no mail: he may have left."""

choices = Table(
    "mail_choices",
    own,
    Column("realm", String(12), primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("address", Text),
    Column("kinds", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)
"""``address`` is personal data: erased with :func:`erase`."""

_MINE = and_(choices.c.realm == accounts.c.realm, choices.c.person_id == accounts.c.person_id)
_ACCOUNTS = (
    *(accounts.c[name] for name in ("realm", "person_id", "email", "last_on")),
    choices.c.address,
    choices.c.kinds,
)


def offered(realm: Realm) -> list[str]:
    """The kinds of notices that a person of a realm can be told."""
    told = {Realm.ENTERPRISE: {ENTERPRISE}, Realm.EPB: {BUREAU, "person"}}.get(realm, set())
    return [name for name, kind in KINDS.items() if kind.to & told]


@dataclass(frozen=True)
class Choice:
    """A person's choice: ``address`` as he entered it, else ``portal_address`` counts; ``kinds`` where he differs from the default."""

    address: str | None = None
    portal_address: str | None = None
    kinds: Mapping[str, bool] = field(default_factory=dict)

    @property
    def reached_at(self) -> str | None:
        """Where mail goes; None: nowhere."""
        return self.address or self.portal_address

    def wants(self, kind: str) -> bool:
        """Whether he wants this kind by mail."""
        return self.kinds.get(kind, KINDS[kind].mailed)


def read_choice(connection: Connection, realm: str, person_id: str) -> Choice:
    """What a person has chosen, the default where he has not."""
    whose = (choices.c.realm == realm) & (choices.c.person_id == person_id)
    chosen = connection.execute(select(choices).where(whose)).one_or_none()
    account = (accounts.c.realm == realm) & (accounts.c.person_id == person_id)
    email = connection.execute(select(accounts.c.email).where(account)).scalar()
    return Choice(None, email) if chosen is None else Choice(chosen.address, email, json.loads(chosen.kinds))


def keep_choice(connection: Connection, realm: str, person_id: str, choice: Choice, now: datetime) -> None:
    """Keep what a person has chosen."""
    row = {
        "realm": realm,
        "person_id": person_id,
        "address": choice.address,
        "kinds": canonical_json(dict(choice.kinds)),
        "changed_at": now,
    }
    upsert(connection, choices, ["realm", "person_id"], [row])


def erase(connection: Connection, realm: str, person_id: str) -> int:
    """Erase a person's choice with his address; answers how many rows that were."""
    return connection.execute(delete(choices).where(choices.c.realm == realm, choices.c.person_id == person_id)).rowcount


def recipients(connection: Connection, notice: Notice, now: datetime) -> list[tuple[str, str]]:
    """Realm and id of everybody whom a notice is mailed to: he is told it, wants it, has an address, and still signs on.

    An officer gets mail of what his own bureau is in charge of (R7); what lies below he sees in the inbox.
    """
    query = select(*_ACCOUNTS).select_from(accounts.outerjoin(choices, _MINE)).where(_told(connection, notice))
    rows = connection.execute(query.where(accounts.c.last_on >= now - ACTIVE_WITHIN).order_by(accounts.c.realm, accounts.c.person_id))
    return [(row.realm, row.person_id) for row in rows if _wanted(row, notice.kind)]


def _wanted(row: Row[Any], kind: str) -> bool:
    choice = Choice(row.address, row.email, json.loads(row.kinds or "{}"))
    return choice.reached_at is not None and choice.wants(kind)


def _told(connection: Connection, notice: Notice) -> ColumnElement[bool]:
    told: ColumnElement[bool] = false()
    if notice.person_id is not None:
        return and_(accounts.c.realm == notice.person_realm, accounts.c.person_id == notice.person_id)
    discharger_id = notice.discharger_id or ""
    if notice.to_enterprise:
        told |= and_(accounts.c.realm == Realm.ENTERPRISE.value, accounts.c.uscc == discharger_id[:USCC_LENGTH])
    if notice.to_bureau:
        region = connection.execute(select(dischargers.c.region).where(dischargers.c.discharger_id == discharger_id)).scalar()
        told |= and_(accounts.c.realm == Realm.EPB.value, accounts.c.region == (region or ""))
    return told
