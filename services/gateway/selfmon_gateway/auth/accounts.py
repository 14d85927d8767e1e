"""The accounts of those who have signed on, as their portal named them last. Personal data: erased with :meth:`Accounts.erase`."""

from sqlalchemy import delete

from selfmon_gateway.auth.people import Person
from selfmon_gateway.mail import choices
from selfmon_gateway.tables import accounts
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.clock import Clock


class Accounts:
    """The same person in two realms is two accounts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def signed_on(self, person: Person, email: str | None) -> None:
        """Note who has signed on."""
        now = self._clock()
        row = {
            "realm": person.realm.value,
            "person_id": person.id,
            "uscc": person.uscc,
            "region": person.region,
            "name": person.name,
            "unit": person.unit,
            "email": email,
            "first_on": now,
            "last_on": now,
        }
        with self._database.writing() as connection:
            upsert(connection, accounts, ["realm", "person_id"], [row], keep=["first_on"])

    def erase(self, realm: Realm, person_id: str) -> int:
        """Erase what is known of a person, his mail address too; answers how many accounts that were."""
        whose = (accounts.c.realm == realm.value) & (accounts.c.person_id == person_id)
        with self._database.writing() as connection:
            choices.erase(connection, realm.value, person_id)
            return connection.execute(delete(accounts).where(whose)).rowcount
