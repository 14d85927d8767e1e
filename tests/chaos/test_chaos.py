"""600 commands through the gateway while services are killed: each acknowledged one has its one effect in every follower.

The commands add points, which plan, data and the gateway's public page follow.
The clerk is patient: he sends a command again with the same key until it is acknowledged.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from selfmon_deploy.client import Person, wait_for
from selfmon_deploy.demo.data import demo_enterprise
from selfmon_deploy.setups import ProcessesSetup, Setup
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.tables import followed, outbox
from selfmon_shared.testing.waiting import DeadlinePassed, eventually

COMMANDS = 600
CLERKS = 4
KILLS = 5
FOLLOWERS_OF_ENTERPRISE = ("plan", "data", "review", "permit-sync", "gateway")
CONVERGED_WITHIN = 30.0
"""A deadline, not the promise (5 s): the machine that runs the tests may be slow. The measured time is printed."""
PATIENCE = 120.0


class Storm:
    """Commands from several clerks, and what was acknowledged."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.acknowledged: dict[str, str] = {}
        self.done = 0
        self.finished = threading.Event()
        enterprise = demo_enterprise("thermal_power")
        self.account = enterprise.clerk.account_id
        with self.clerk() as clerk:
            self.site = wait_for(lambda: clerk.get("/dischargers")["rows"], "permit received", PATIENCE)[0]["discharger_id"]

    def clerk(self) -> Person:
        return Person(self.setup.base_url, "enterprise", self.account, patience=PATIENCE)

    def rage(self) -> None:
        """Send all commands; returns when each is acknowledged."""
        with ThreadPoolExecutor(CLERKS) as pool:
            list(pool.map(self._one_clerk, range(CLERKS)))
        self.finished.set()

    def _one_clerk(self, number: int) -> None:
        with self.clerk() as clerk:
            for n in range(COMMANDS // CLERKS):
                code = f"FQ-{number}-{n:03d}"
                body = {
                    "code": code,
                    "name": f"示例排放口{code}",
                    "kind": "organised-exhaust",
                    "emission_standard": "暂无",
                    "valid_from": "2026-01-01",
                    "valid_to": "2030-12-31",
                }
                answer = clerk.post(f"/dischargers/{self.site}/points", body, key=f"storm-{code}")
                self.acknowledged[code] = answer["id"]
                self.done += 1

    def wait_done(self, share: float) -> None:
        """Wait until this share of the commands is acknowledged."""
        until = time.monotonic() + 300
        while self.done < COMMANDS * share and not self.finished.is_set():
            assert time.monotonic() < until, f"only {self.done} of {COMMANDS} acknowledged"
            self.finished.wait(0.02)


def kill_and_restart(setup: Setup, storm: Storm) -> None:
    """Kill services with -9 five times, the broker and PostgreSQL once each, spread over the storm."""
    chance = random.Random(7)
    blows: list[Callable[[], None]] = [lambda: _blow(setup, chance) for _ in range(KILLS)]
    if isinstance(setup, ProcessesSetup):
        blows.insert(2, lambda: _kill_infrastructure(setup.broker))
        blows.insert(5, lambda: _kill_infrastructure(setup.postgres))
    for number, blow in enumerate(blows, start=1):
        storm.wait_done(number / (len(blows) + 1))
        blow()


def _blow(setup: Setup, chance: random.Random) -> None:
    # enterprise takes the commands: it is hit as often as all others together
    name = chance.choice(["enterprise", *setup.service_parts()]) if len(setup.service_parts()) > 1 else setup.service_parts()[0]
    process = setup.processes[name]
    process.kill9()
    process.start()


def _kill_infrastructure(part: Any) -> None:
    part.kill()
    part.start()


def database_of(setup: Setup, service: str) -> Database:
    return Database(Settings.read(service, setup.environment).database_url)


def followed_of(setup: Setup, consumer: str) -> Counter[str]:
    """How often each message of enterprise was applied by a consumer."""
    database = database_of(setup, consumer)
    with database.reading() as connection:
        own = (followed.c.consumer == consumer) & (followed.c.source == "enterprise")
        rows = connection.execute(select(followed.c.event_id).where(own)).scalars().all()
    database.dispose()
    return Counter(rows)


def published_of(setup: Setup) -> Counter[str]:
    database = database_of(setup, "enterprise")
    with database.reading() as connection:
        rows = connection.execute(select(outbox.c.event_id).where(outbox.c.source == "enterprise")).scalars().all()
        head = connection.execute(select(func.max(outbox.c.position))).scalar()
    database.dispose()
    assert head == len(rows)
    return Counter(rows)


def all_have_followed(setup: Setup) -> bool:
    published = published_of(setup)
    return all(followed_of(setup, consumer) == published for consumer in FOLLOWERS_OF_ENTERPRISE)


def weather(setup: Setup) -> Iterator[Storm]:
    storm = Storm(setup)
    raging = threading.Thread(target=storm.rage)
    raging.start()
    kill_and_restart(setup, storm)
    raging.join(300)
    assert not raging.is_alive(), f"only {storm.done} of {COMMANDS} acknowledged"
    setup.wait_ready()
    yield storm


def test_every_acknowledged_command_has_its_one_effect_in_every_follower(fresh_platform: Setup) -> None:
    for storm in weather(fresh_platform):
        started = time.monotonic()
        eventually(lambda: all_have_followed(fresh_platform), deadline=CONVERGED_WITHIN, what="all followers converged")
        print(f"converged {time.monotonic() - started:.1f} s after the last process was ready")  # noqa: T201
        assert len(storm.acknowledged) == COMMANDS
        with storm.clerk() as clerk:
            points = {point["code"]: point["point_id"] for point in clerk.get(f"/dischargers/{storm.site}/points")}
        assert points == storm.acknowledged
        public = _all_public_points(fresh_platform, storm.site)
        assert Counter(point["code"] for point in public) == Counter(storm.acknowledged.keys())
        code, output = fresh_platform.selfmon("verify-chain")
        assert code == 0, output
        code, output = fresh_platform.selfmon("rebuild", "all", "--check")
        assert code == 0, output
        code, output = fresh_platform.selfmon("parked", "list")
        assert output.strip() == ""


def _all_public_points(setup: Setup, site: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{setup.base_url}/api/v1/public/dischargers/{site}/points", timeout=20)
    return list(answer.json()["rows"])


def test_with_the_pull_off_the_same_test_fails(fresh_platform: Setup) -> None:
    """The negative control: if this one could pass, the test above would prove nothing."""
    for name in fresh_platform.service_parts():
        process = fresh_platform.processes[name]
        process.env["SELFMON_PULL"] = "0"
    storm = Storm(fresh_platform)
    for name in fresh_platform.service_parts():
        fresh_platform.processes[name].kill9()
        fresh_platform.processes[name].start()
    fresh_platform.wait_ready()
    body = {"code": "FQ-1", "name": "示例排放口", "kind": "organised-exhaust", "emission_standard": "暂无"}
    with storm.clerk() as clerk:
        clerk.post(f"/dischargers/{storm.site}/points", {**body, "valid_from": "2026-01-01", "valid_to": "2030-12-31"})
    with pytest.raises(DeadlinePassed):
        eventually(lambda: all_have_followed(fresh_platform), deadline=10, what="all followers converged")
