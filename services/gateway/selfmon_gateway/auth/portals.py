"""The portals by which the realms sign on, as the settings name them (DESIGN 8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from selfmon_gateway.auth.attempts import Begun, Redeemed
from selfmon_gateway.auth.people import Person
from selfmon_shared.application.settings import Settings
from selfmon_shared.kernel.actor import Realm

DEVELOPMENT, OIDC, CAS = "development", "oidc", "cas"
MEANS = (OIDC, CAS, DEVELOPMENT)
REALMS = (Realm.ENTERPRISE, Realm.EPB, Realm.OPERATOR)
TIMEOUT = 4.0


@dataclass(frozen=True)
class Arrival:
    """Who comes from a portal. ``subject`` and ``provider_session`` are the portal's own names of the person and of his session there."""

    person: Person
    subject: str
    email: str | None = None
    provider_session: str | None = None
    id_token: str | None = None


@dataclass(frozen=True)
class Departure:
    """What the portal says has ended: one session there, or all of a person."""

    provider_session: str | None = None
    subject: str | None = None


class Portal(Protocol):
    """One realm's portal. What is sent to it is a browser; ``back`` is the absolute address that it comes back to."""

    @property
    def provider(self) -> str:
        """``oidc`` or ``cas``, as sessions name it."""
        ...

    def entrance(self, begun: Begun, back: str, hint: str | None = None) -> str:
        """Where the browser goes to sign on; ``hint`` is the account that the portal knows already.

        Raises:
            Unavailable: the portal is away.
        """
        ...

    def arrived(self, said: Mapping[str, str], redeemed: Redeemed, back: str) -> Arrival:
        """Who has come back with these arguments.

        Raises:
            SignOnRefused: the portal has not signed him on, or what he brings is no good.
            Forbidden: the portal's account is none for this realm.
            Unavailable: the portal is away.
        """
        ...

    def launched(self, said: Mapping[str, str], back: str) -> Arrival | None:
        """Who comes from the portal's tile with a ticket or token; None if the portal only asks to begin a sign-on.

        Raises:
            SignOnRefused, Forbidden, Unavailable: as for :meth:`arrived`.
        """
        ...

    def departed(self, said: Mapping[str, str]) -> Departure:
        """What a message from the portal says has ended.

        Raises:
            SignOnRefused: it is not the portal's.
            Unavailable: the portal's keys cannot be fetched.
        """
        ...

    def farewell(self, id_token: str | None, back: str) -> str | None:
        """Where the browser goes to end the portal's session too; None where the portal has no such address.

        Raises:
            Unavailable: the portal is away.
        """
        ...


def means_of(settings: Settings) -> Mapping[Realm, str]:
    """By which means each realm signs on: ``SIGN_ON_ENTERPRISE``, ``SIGN_ON_EPB``, ``SIGN_ON_OPERATOR``, else ``SIGN_ON`` for all.

    Realms without means are left out: nobody can sign on to them.

    Raises:
        ValueError: a setting names other means than ``oidc``, ``cas`` and ``development``.
    """
    found = {}
    for realm in REALMS:
        name = f"SIGN_ON_{realm.upper()}"
        means = settings.text(name) or settings.text("SIGN_ON")
        if means and means not in MEANS:
            raise ValueError(f"{name} must be one of {', '.join(MEANS)}, not {means!r}")
        if means:
            found[realm] = means
    return found


def required(settings: Settings, name: str) -> str:
    """A setting that must be there.

    Raises:
        ValueError: it is not.
    """
    value = settings.text(name)
    if not value:
        raise ValueError(f"{name} must be set")
    return value
