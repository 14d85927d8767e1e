"""Sign-ons that have been begun and not yet come back, and tokens that are used up: in SQL, for all gateway processes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from selfmon_gateway.auth.refusals import SignOnRefused, TooMany
from selfmon_gateway.tables import sign_on_attempts, used_tokens
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.upserts import insert_new
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.clock import Clock
from selfmon_shared.kernel.digests import sm3

LIFE = timedelta(minutes=10)
MOST_BEGUN = 300


@dataclass(frozen=True)
class Begun:
    """A sign-on that leaves for the portal. ``browser`` goes into a cookie: only this browser can bring the state back."""

    state: str
    nonce: str
    code_verifier: str
    browser: str


@dataclass(frozen=True)
class Redeemed:
    """A sign-on that has come back, for the first and only time."""

    nonce: str
    code_verifier: str
    wanted: str


class Attempts:
    """Sign-ons on their way. The store knows digests of what the browser carries."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, realm: Realm, wanted: str, address: str) -> Begun:
        """Note a sign-on that leaves; it must be back within ten minutes.

        Raises:
            TooMany: hundreds have left from this address within ten minutes (``login.too-many``).
        """
        now = self._clock()
        begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), secrets.token_urlsafe(32))
        row = {
            "state_digest": sm3(begun.state),
            "realm": realm.value,
            "nonce": begun.nonce,
            "code_verifier": begun.code_verifier,
            "next": wanted,
            "browser_digest": sm3(begun.browser),
            "address": address,
            "began_at": now,
            "expires_at": now + LIFE,
        }
        of_address = (sign_on_attempts.c.address == address) & (sign_on_attempts.c.began_at > now - LIFE)
        with self._database.writing() as connection:
            connection.execute(delete(sign_on_attempts).where(sign_on_attempts.c.expires_at < now))
            if (connection.execute(select(func.count()).where(of_address)).scalar() or 0) >= MOST_BEGUN:
                raise TooMany("login.too-many", retry_after=int(LIFE.total_seconds()))
            connection.execute(insert(sign_on_attempts), row)
        return begun

    def redeem(self, realm: Realm, state: str, browser: str) -> Redeemed:
        """Take a state back, once.

        Raises:
            SignOnRefused: there is none such, it is used or expired, of another realm or browser (``login.state-invalid``).
        """
        now, digest = self._clock(), sm3(state)
        good = (
            (sign_on_attempts.c.state_digest == digest)
            & (sign_on_attempts.c.realm == realm.value)
            & (sign_on_attempts.c.browser_digest == sm3(browser))
            & (sign_on_attempts.c.expires_at >= now)
            & sign_on_attempts.c.used_at.is_(None)
        )
        with self._database.writing() as connection:
            if connection.execute(update(sign_on_attempts).where(good).values(used_at=now)).rowcount != 1:
                raise SignOnRefused("login.state-invalid")
            row = connection.execute(select(sign_on_attempts).where(sign_on_attempts.c.state_digest == digest)).one()
        return Redeemed(row.nonce, row.code_verifier, row.next)


class UsedTokens:
    """Tickets and tokens that have served; each serves once, whichever process it is shown to."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def use(self, realm: Realm, token: str, until: datetime) -> None:
        """Use a token up; it is remembered until it expires by itself.

        Raises:
            SignOnRefused: it is used up already (``login.token-used``).
        """
        now = self._clock()
        row = {"digest": sm3(f"{realm.value}:{token}"), "realm": realm.value, "used_at": now, "expires_at": until}
        with self._database.writing() as connection:
            connection.execute(delete(used_tokens).where(used_tokens.c.expires_at < now))
            if not insert_new(connection, used_tokens, row):
                raise SignOnRefused("login.token-used")
