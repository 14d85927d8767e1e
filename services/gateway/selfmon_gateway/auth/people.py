"""A person as a sign-on provider names him."""

from dataclasses import dataclass, field

from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.reference.regions import full_name
from selfmon_shared.reference.tables import UnknownCode


@dataclass(frozen=True)
class Person:
    """Who has signed on. The name stays in his session and goes nowhere else; services get the actor."""

    id: str
    realm: Realm
    name: str
    unit: str = ""
    uscc: str | None = None
    region: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def actor(self) -> Actor:
        """As the services know him."""
        return Actor(self.id, self.realm, self.uscc, self.region, self.roles)


def region_name(code: str | None) -> str:
    """A region's full name; nothing where there is none or it is unknown."""
    try:
        return full_name(code) if code else ""
    except UnknownCode:
        return ""
