"""Server-side sessions: the browser holds an opaque random cookie, the store its SM3 digest.

Idle for 30 minutes or 8 hours old, a session is over; ending it elsewhere is one DELETE. A process takes a session that it has just
looked up as given for one second: the dozen requests of one page need one look-up, a fifth of what a small answer costs. What is ended in
another process is refused here a second later at most.
"""

import hmac
import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from selfmon_gateway.auth.people import Person
from selfmon_gateway.auth.portals import Arrival, Departure
from selfmon_gateway.tables import sessions
from selfmon_shared.eventstore.database import Database
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.clock import Clock
from selfmon_shared.kernel.digests import sm3

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
GIVEN_FOR = timedelta(seconds=1)
_MOST_GIVEN = 5000

# Built once: making the statement costs more than running it, and every request runs it.
_FIND = select(sessions).where(sessions.c.digest == bindparam("digest"))


@dataclass(frozen=True)
class Session:
    """A person signed on at one browser."""

    session_id: str
    person: Person
    provider: str
    address: str
    browser: str
    began_at: datetime
    seen_at: datetime
    applicant: bool = False
    """An EPB person without an officer record: he may apply for an account, and nothing else (R1)."""
    id_token: str | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over at the latest."""
        return self.began_at + ABSOLUTE


def csrf_token(cookie: str) -> str:
    """The token that unsafe requests must carry beside the cookie; it follows from the cookie and is not stored."""
    return sm3(f"csrf:{cookie}")


def csrf_matches(cookie: str, token: str) -> bool:
    """Whether a request's token belongs to its cookie."""
    return hmac.compare_digest(csrf_token(cookie).encode(), token.encode())


class Sessions:
    """The sessions of all gateway processes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._given: dict[str, tuple[Session, datetime]] = {}

    def begin(
        self,
        person: Person,
        provider: str,
        *,
        address: str,
        browser: str,
        former_cookie: str | None = None,
        applicant: bool = False,
        arrival: Arrival | None = None,
    ) -> tuple[str, Session]:
        """Sign a person on; answers the new cookie. What the browser had before is over, and so is what has expired."""
        cookie, now = secrets.token_urlsafe(32), self._clock()
        id_token = None if arrival is None else arrival.id_token
        session = Session(str(uuid.uuid4()), person, provider, address, browser[:300], now, now, applicant, id_token)
        row = {
            "digest": sm3(cookie),
            "session_id": session.session_id,
            "person_id": person.id,
            "realm": person.realm.value,
            "uscc": person.uscc,
            "region": person.region,
            "name": person.name,
            "unit": person.unit,
            "roles": json.dumps(sorted(person.roles)),
            "provider": provider,
            "address": address,
            "browser": session.browser,
            "began_at": now,
            "seen_at": now,
            "applicant": applicant,
            "subject": None if arrival is None else arrival.subject,
            "provider_session": None if arrival is None else arrival.provider_session,
            "id_token": id_token,
        }
        over = or_(sessions.c.began_at < now - ABSOLUTE, sessions.c.seen_at < now - IDLE)
        if former_cookie is not None:
            over |= sessions.c.digest == sm3(former_cookie)
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(over))
            connection.execute(insert(sessions), row)
        self._given.clear()
        return cookie, session

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, unless it is over; notes at most once a minute that it was seen."""
        digest, now = sm3(cookie), self._clock()
        given = self._given.get(digest)
        if given is not None and timedelta() <= now - given[1] < GIVEN_FOR:
            return given[0]
        with self._database.asking() as connection:
            row = connection.execute(_FIND, {"digest": digest}).one_or_none()
        if row is None or now - row.seen_at > IDLE or now - row.began_at > ABSOLUTE:
            return None
        if now - row.seen_at >= SEEN_EVERY:
            with self._database.writing() as connection:
                connection.execute(update(sessions).where(sessions.c.digest == digest).values(seen_at=now))
        session = _session(row)
        if len(self._given) >= _MOST_GIVEN:
            self._given.clear()
        self._given[digest] = session, now
        return session

    def of_person(self, person: Person) -> Sequence[Session]:
        """A person's sessions, newest first."""
        now = self._clock()
        alive = (sessions.c.seen_at >= now - IDLE) & (sessions.c.began_at >= now - ABSOLUTE)
        query = select(sessions).where(_of(person), alive).order_by(sessions.c.began_at.desc())
        with self._database.reading() as connection:
            return [_session(row) for row in connection.execute(query)]

    def end(self, person: Person, session_id: str | None = None) -> int:
        """End one session of a person, or all of them; answers how many."""
        statement = delete(sessions).where(_of(person))
        if session_id is not None:
            statement = statement.where(sessions.c.session_id == session_id)
        with self._database.writing() as connection:
            ended = connection.execute(statement).rowcount
        self._given.clear()
        return ended

    def end_departed(self, realm: Realm, departure: Departure) -> int:
        """End what the portal says has ended: one session there, or all of a person; answers how many sessions that were here."""
        if departure.provider_session is not None:
            of_portal = sessions.c.provider_session == departure.provider_session
        else:
            of_portal = sessions.c.subject == departure.subject
        with self._database.writing() as connection:
            ended = connection.execute(delete(sessions).where(sessions.c.realm == realm.value, of_portal)).rowcount
        self._given.clear()
        return ended


def _of(person: Person) -> Any:
    return (sessions.c.realm == person.realm.value) & (sessions.c.person_id == person.id)


def _session(row: Any) -> Session:
    person = Person(row.person_id, Realm(row.realm), row.name, row.unit, row.uscc, row.region, frozenset(json.loads(row.roles)))
    return Session(row.session_id, person, row.provider, row.address, row.browser, row.began_at, row.seen_at, row.applicant, row.id_token)
