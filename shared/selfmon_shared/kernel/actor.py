"""Who acts, and what lies in his scope (rules E1, R1, R7).

An enterprise account acts for every discharger of its USCC; an officer for his region and everything below it.
Services check this themselves: the gateway's word is only the signed claim of who the actor is.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from selfmon_shared.kernel.errors import Forbidden, NotFound
from selfmon_shared.kernel.regions import region_covers


class Realm(StrEnum):
    """Where an actor comes from."""

    ENTERPRISE = "enterprise"
    EPB = "epb"
    SYSTEM = "system"
    OPERATOR = "operator"


@dataclass(frozen=True)
class Actor:
    """One acting person or part of the platform. ``id`` is opaque: never a name, telephone or e-mail."""

    id: str
    realm: Realm
    uscc: str | None = None
    region: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)

    @staticmethod
    def system(service: str) -> "Actor":
        """The actor of a service's own policies and tasks."""
        return Actor(id=f"system:{service}", realm=Realm.SYSTEM)

    @property
    def is_internal(self) -> bool:
        """The platform itself, or its operator."""
        return self.realm in (Realm.SYSTEM, Realm.OPERATOR)

    def acts_for(self, discharger_id: str) -> bool:
        """Whether this is an account of the enterprise that the discharger belongs to."""
        return self.realm is Realm.ENTERPRISE and self.uscc is not None and discharger_id[:18] == self.uscc

    def oversees(self, region: str) -> bool:
        """Whether this is an officer whose region is, or lies above, the given one."""
        return self.realm is Realm.EPB and self.region is not None and region_covers(self.region, region)


def require_enterprise(actor: Actor, discharger_id: str) -> None:
    """Let only the discharger's own enterprise (and the platform's own policies) go on; an operator does not act in a firm's name.

    Raises:
        NotFound: another enterprise asks; it must not learn that the discharger exists.
        Forbidden: an officer or an operator asks.
    """
    if actor.realm is Realm.SYSTEM or actor.acts_for(discharger_id):
        return
    if actor.realm is Realm.ENTERPRISE:
        raise NotFound("discharger.unknown", discharger_id=discharger_id)
    raise Forbidden("actor.enterprise-only")


def require_sight(actor: Actor, discharger_id: str, region: str | None) -> None:
    """Let the discharger's own enterprise and the officers above its region go on.

    Raises:
        NotFound: another enterprise asks.
        Forbidden: an officer of another region asks.
    """
    if actor.is_internal or actor.acts_for(discharger_id) or (region is not None and actor.oversees(region)):
        return
    if actor.realm is Realm.ENTERPRISE:
        raise NotFound("discharger.unknown", discharger_id=discharger_id)
    raise Forbidden("actor.outside-region")


def require_officer(actor: Actor, region: str) -> None:
    """Let only officers whose region covers the given one go on (R7).

    Raises:
        Forbidden: anyone else asks.
    """
    if actor.realm is Realm.SYSTEM or actor.oversees(region):
        return
    raise Forbidden("actor.outside-region" if actor.realm is Realm.EPB else "actor.officer-only")


def require_operator(actor: Actor) -> None:
    """Let only the platform's operators and its own parts go on.

    Raises:
        Forbidden: anyone else asks.
    """
    if not actor.is_internal:
        raise Forbidden("actor.operator-only")
