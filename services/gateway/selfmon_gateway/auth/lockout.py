"""Lock-out after repeated failures (REGIME 4.3): five from an address, or for an account, within a quarter of an hour."""

import ipaddress
from datetime import timedelta

from sqlalchemy import delete, insert, select

from selfmon_gateway.auth.refusals import TooMany
from selfmon_gateway.tables import sign_on_failures
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.clock import Clock

WITHIN = timedelta(minutes=15)
FAILURES = 5


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or a customer's IPv6 network (/64)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if parsed.version == 6 else address


class Failures:
    """Failed sign-ons, counted in SQL for all gateway processes."""

    def __init__(self, database: Database, clock: Clock, *, most: int = FAILURES, within: timedelta = WITHIN) -> None:
        self._database = database
        self._clock = clock
        self._most = most
        self._within = within

    def require_open(self, address: str, realm: Realm | None = None, person_id: str | None = None) -> None:
        """Let the sign-on go on.

        Raises:
            TooMany: it is locked for this address, or for this account (``login.locked``).
        """
        now = self._clock()
        whose = sign_on_failures.c.address == network_of(address)
        if realm is not None and person_id is not None:
            whose |= (sign_on_failures.c.realm == realm.value) & (sign_on_failures.c.person_id == person_id)
        query = select(sign_on_failures.c.at).where(whose, sign_on_failures.c.at > now - self._within)
        with self._database.reading() as connection:
            latest = connection.execute(query.order_by(sign_on_failures.c.at.desc()).limit(self._most)).scalars().all()
        if len(latest) >= self._most:
            raise TooMany("login.locked", retry_after=max(1, int((latest[-1] + self._within - now).total_seconds())))

    def note(self, address: str, realm: Realm, person_id: str | None = None) -> None:
        """Count a failure; forget those that are too old to count."""
        now = self._clock()
        row = {"address": network_of(address), "realm": realm.value, "person_id": person_id, "at": now}
        with self._database.writing() as connection:
            connection.execute(delete(sign_on_failures).where(sign_on_failures.c.at < now - self._within))
            connection.execute(insert(sign_on_failures), row)

    def forget(self, realm: Realm, person_id: str) -> None:
        """Who has signed on starts anew; the address does not, or one good account would open the way for guessing others."""
        of_person = (sign_on_failures.c.realm == realm.value) & (sign_on_failures.c.person_id == person_id)
        with self._database.writing() as connection:
            connection.execute(delete(sign_on_failures).where(of_person))
