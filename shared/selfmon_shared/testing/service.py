"""One service on a store of its own, called as the messaging would call it: for tests of handlers, projections and queries."""

import itertools
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import make_url, select

from selfmon_shared.application.application import Application, Call
from selfmon_shared.application.definition import ServiceDefinition
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import run_one
from selfmon_shared.eventstore import following, migrating, rebuilding, store
from selfmon_shared.eventstore.tables import outbox
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.codec import canonical_json, to_data
from selfmon_shared.kernel.contract import Message
from selfmon_shared.messaging.wire import decode, encode
from selfmon_shared.testing.clock import MovableClock

OPERATOR = Actor("operator-1", Realm.OPERATOR)


def enterprise_actor(uscc: str, account: str = "account-1") -> Actor:
    """An enterprise account of a USCC."""
    return Actor(account, Realm.ENTERPRISE, uscc=uscc)


def officer_actor(region: str, officer: str = "officer-1") -> Actor:
    """An officer of a region."""
    return Actor(officer, Realm.EPB, region=region)


def _migrate(package: str, settings: Settings) -> None:
    owner, app = make_url(settings.owner_database_url), make_url(settings.database_url)
    new = Path(owner.database or "") if owner.get_backend_name() == "sqlite" else None
    if new is None or new.exists():
        migrating.migrate(package, settings.owner_database_url, None if owner == app else app.username)
    else:
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(_migrated(package))


@cache
def _migrated(package: str) -> bytes:
    """A migrated SQLite store, empty: a copy takes a fiftieth of the time that the migrations take, which every test would pay."""
    with TemporaryDirectory() as folder:
        store_file = Path(folder) / "store.sqlite"
        migrating.migrate(package, f"sqlite:///{store_file}")
        return store_file.read_bytes()


class ServiceUnderTest:
    """A migrated service. ``environment`` adds settings (``DATABASE_URL`` for PostgreSQL, with ``OWNER_DATABASE_URL``)."""

    def __init__(self, definition: ServiceDefinition, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.clock = MovableClock(folder / "clock-offset")
        values = {"SELFMON_DATA": str(folder), **self.clock.environment, **(environment or {})}
        settings = Settings.read(definition.name, values)
        _migrate(definition.package, settings)
        self.application = Application(definition, settings)
        self._positions = itertools.count(1)

    def command(self, name: str, payload: Mapping[str, Any], actor: Actor, key: str | None = None) -> Mapping[str, Any]:
        """Run a command; ``key`` is its idempotency key (default: a new one)."""
        return self.application.execute(name, to_data(dict(payload)), Call(actor, "test", key or str(uuid.uuid4())))

    def query(self, name: str, arguments: Mapping[str, Any], actor: Actor) -> Any:
        """Ask a query; answers plain data, as it comes over the wire."""
        return decode(encode(self.application.ask(name, to_data(dict(arguments)), Call(actor, "test"))))

    def receive(
        self, source: str, name: str, key: str, payload: Mapping[str, Any], version: int = 1, *, consumer: str | None = None
    ) -> Message:
        """Let the service follow one contract event of a source, by its first follower or ``consumer``'s; fails if it is parked."""
        follow = next(f for f in self.application.definition.follows if f.source == source and consumer in (None, f.consumer))
        cursor = self.application.cursor(follow)
        plain = json.loads(canonical_json(to_data(dict(payload))))
        position = next(self._positions)
        message = Message(source, position, str(uuid.uuid4()), name, version, key, plain, self.clock.now(), "test")
        assert self.application.apply(follow, cursor, message) is not None
        with self.application.database.reading() as connection:
            parked = following.list_parked(connection, self.application.consumer_of(follow), source)
        assert not parked, f"parked: {parked[0].error}"
        return message

    def announced(self, name: str | None = None) -> list[dict[str, Any]]:
        """The payloads of the contract events that the service has published, in order."""
        with self.application.database.reading() as connection:
            rows = connection.execute(select(outbox.c.type, outbox.c.payload).order_by(outbox.c.position)).all()
        return [json.loads(row.payload) for row in rows if name in (None, row.type)]

    def events(self, stream: str) -> list[Any]:
        """The events of one stream."""
        with self.application.database.reading() as connection:
            return [recorded.data for recorded in store.load_stream(connection, stream, self.application.model)]

    def run_tasks(self) -> int:
        """Do every task that is due now, child tasks too; answers how many."""
        done = 0
        kinds = list(self.application.tasks)
        while run_one(self.application, kinds, lambda: False):
            done += 1
        return done

    def rebuild_differences(self) -> list[str]:
        """How the read tables differ from ones rebuilt from the events; none if the projections are pure."""
        return rebuilding.check(self.application.database, self.application.model)

    def close(self) -> None:
        """Close the store."""
        self.application.close()


@contextmanager
def running(definition: ServiceDefinition, folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[ServiceUnderTest]:
    """A service for the length of a test."""
    service = ServiceUnderTest(definition, folder, environment)
    try:
        yield service
    finally:
        service.close()
