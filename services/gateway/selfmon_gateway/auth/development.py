"""The sign-on of the embedded run and of tests: pick a person from a file. It proves nothing and is not for production."""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import structlog

from selfmon_gateway.auth.people import Person
from selfmon_gateway.auth.portals import DEVELOPMENT, means_of
from selfmon_shared.application.settings import Settings
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.errors import Invalid

log = structlog.get_logger()

PROVIDER = DEVELOPMENT
BANNER = "开发登录，仅供演示，不得用于生产"


class DevelopmentSignOn:
    """The persons of a JSON file: ``{"people": [{"realm", "id", "name", "uscc", "region", "unit", "roles"}]}``."""

    def __init__(self, path: Path, realms: Collection[Realm]) -> None:
        self._path = path
        self.realms = realms

    @staticmethod
    def of(settings: Settings) -> "DevelopmentSignOn | None":
        """The provider, for the realms that sign on by ``development``; ``DEVELOPMENT_PEOPLE`` names the file."""
        realms = [realm for realm, means in means_of(settings).items() if means == DEVELOPMENT]
        if not realms:
            return None
        log.warning("development-sign-on", banner=BANNER, realms=[realm.value for realm in realms])
        return DevelopmentSignOn(Path(settings.text("DEVELOPMENT_PEOPLE", str(settings.data_dir / "people.json"))), realms)

    def people(self, realm: str | None = None) -> list[Person]:
        """Who can be picked, of one realm or of all."""
        try:
            listed = json.loads(self._path.read_text(encoding="utf-8"))["people"]
        except FileNotFoundError:
            return []
        return [person for person in map(_person, listed) if person.realm in self.realms and realm in (None, person.realm.value)]

    def person(self, realm: str, person_id: str) -> Person:
        """The person of this id.

        Raises:
            Invalid: there is none (``person.unknown``).
        """
        for person in self.people(realm):
            if person.id == person_id:
                return person
        raise Invalid("input.invalid", fields={"person_id": ["person.unknown"]})


def _person(entry: dict[str, Any]) -> Person:
    return Person(
        id=entry["id"],
        realm=Realm(entry["realm"]),
        name=entry["name"],
        unit=entry.get("unit") or "",
        uscc=entry.get("uscc"),
        region=entry.get("region"),
        roles=frozenset(entry.get("roles") or ()),
    )
