"""A site whose clerk adds points, and what the platform has made of them: enterprise announces each, five services follow."""

import uuid
from collections import Counter
from typing import Any

import httpx
from sqlalchemy import func, select

from selfmon_deploy.client import Person, wait_for
from selfmon_deploy.demo.data import demo_enterprise
from selfmon_deploy.embedded import PLATFORM
from selfmon_deploy.setups import Setup
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import following
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.tables import followed, outbox
from selfmon_shared.testing.processes import ManagedProcess
from selfmon_shared.testing.waiting import eventually

FOLLOWERS = ("data", "gateway", "permit-sync", "plan", "review")
PATIENCE = 120.0


def part_of(setup: Setup, service: str) -> ManagedProcess:
    """The process that a service runs in."""
    return setup.processes.get(service) or setup.processes[PLATFORM]


def database_of(setup: Setup, service: str, *, owner: bool = False) -> Database:
    """A service's store, as the application or as its owner reaches it."""
    settings = Settings.read(service, setup.environment)
    return Database(settings.owner_database_url if owner else settings.database_url)


class Site:
    """See the module."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.clerk = Person(setup.base_url, "enterprise", demo_enterprise("thermal_power").clerk.account_id, patience=PATIENCE)
        self.id = wait_for(lambda: self.clerk.get("/dischargers")["rows"], "permit received", PATIENCE)[0]["discharger_id"]

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self.clerk.close()

    def add_points(self, count: int) -> dict[str, str]:
        """Add so many points; answers their ids by code."""
        codes = [f"FQ-{uuid.uuid4().hex[:12]}" for _ in range(count)]
        return {code: self.clerk.post(f"/dischargers/{self.id}/points", point(code), key=code)["id"] for code in codes}

    def rename_point(self, point_id: str, code: str, name: str) -> None:
        """Give a point another name."""
        self.clerk.put(f"/points/{point_id}", {**point(code), "name": name})

    def public_names(self) -> dict[str, str]:
        """The names of the points that the public sees, by code."""
        rows = httpx.get(f"{self.setup.base_url}/api/v1/public/dischargers/{self.id}/points", timeout=20).json()["rows"]
        assert len({row["point_id"] for row in rows}) == len(rows)
        return {row["code"]: row["name"] for row in rows}

    def published(self) -> Counter[str]:
        """The ids of all that enterprise has published."""
        database = database_of(self.setup, "enterprise")
        with database.reading() as connection:
            ids = connection.execute(select(outbox.c.event_id).where(outbox.c.source == "enterprise")).scalars().all()
        database.dispose()
        return Counter(ids)

    def head(self) -> int:
        """The position of enterprise's newest message."""
        database = database_of(self.setup, "enterprise")
        with database.reading() as connection:
            position = connection.execute(select(func.max(outbox.c.position))).scalar()
        database.dispose()
        return int(position or 0)

    def followed(self, consumer: str) -> Counter[str]:
        """How often a consumer has applied each message of enterprise."""
        database = database_of(self.setup, consumer)
        with database.reading() as connection:
            own = (followed.c.consumer == consumer) & (followed.c.source == "enterprise")
            ids = connection.execute(select(followed.c.event_id).where(own)).scalars().all()
        database.dispose()
        return Counter(ids)

    def forked(self, consumer: str) -> bool:
        """Whether a consumer has noticed that enterprise does not go on where it was."""
        database = database_of(self.setup, consumer)
        with database.reading() as connection:
            cursor = following.read_cursor(connection, consumer, "enterprise")
        database.dispose()
        return cursor.forked_at is not None

    def wait_all_followed(self) -> None:
        """Wait until every follower has applied exactly what enterprise has published."""

        def caught_up() -> bool:
            published = self.published()
            return all(self.followed(consumer) == published for consumer in FOLLOWERS)

        eventually(caught_up, deadline=60, what="all followers caught up", every=0.1)

    def state_of(self, service: str) -> dict[str, list[Any]]:
        """All rows of a service's read tables."""
        from selfmon_shared.application.discovery import definition_of

        database = database_of(self.setup, service)
        with database.reading() as connection:
            tables = definition_of(service).model.read_tables.sorted_tables
            rows = {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr) for table in tables}
        database.dispose()
        return rows


def point(code: str) -> dict[str, Any]:
    """A point's fields."""
    return {
        "code": code,
        "name": f"示例排放口{code}",
        "kind": "organised-exhaust",
        "emission_standard": "暂无",
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
    }
