"""What the tests of permit-sync share: the service beside the national platform in memory, and sample permits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from selfmon_deploy.demo.data import demo_permits
from selfmon_permit_sync.adapters import InMemoryNationalPlatform
from selfmon_permit_sync.adapters.wire import parse_permit
from selfmon_permit_sync.national import PermitRecord
from selfmon_shared.blobs import BlobStore
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, enterprise_actor

LATER = timedelta(minutes=11)


class Data:
    """The data service's look-up, as the RPC client reaches it; ``away`` calls fail first."""

    def __init__(self) -> None:
        self.away = 0
        first = {"item_id": "i1", "point_code": "DA001", "pollutant_code": "a21026", "time": "2026-03-01T00:00:00Z", "value": "12.3"}
        self.values: list[dict[str, Any]] = [first, {**first, "time": "2026-03-01T01:00:00Z"}, {**first, "value": "12.4"}]

    def call(self, container: str, request: Mapping[str, Any]) -> Any:
        if self.away:
            self.away -= 1
            raise TimeoutError("data is away")
        assert (container, request["name"]) == ("data-feed", "batch")
        return {"discharger_id": DISCHARGER, "period_kind": "hour", "values": self.values}


@dataclass
class Bench:
    """The service, the national platform, and what a test asks of them."""

    service: ServiceUnderTest
    national: InMemoryNationalPlatform
    blobs: BlobStore
    data: Data

    def receive(self) -> None:
        self.service.command("receive-permits", {}, OPERATOR)
        self.service.run_tasks()

    def later(self) -> None:
        self.service.clock.move(LATER)
        self.service.run_tasks()

    def intake(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.service.query("intake", {}, OPERATOR)
        return found

    def uploads(self, actor: Actor = OPERATOR) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.service.query("uploads", {"discharger_id": DISCHARGER}, actor)
        return found

    def plan_took_effect(self, plan_id: str = "p1", document: bytes = b"%PDF-1.7 stamped") -> None:
        payload = {"plan_id": plan_id, "discharger_id": DISCHARGER, "version": 1, "title": "监测方案", "digest": "d1", "points": []}
        moment = self.service.clock.now()
        self.service.receive(
            "plan", "PlanTookEffect", DISCHARGER, {**payload, "document": self.blobs.put(document), "in_force_from": moment}
        )


def record(place: int = 0, **changes: Any) -> PermitRecord:
    found = parse_permit(demo_permits()[place])
    assert isinstance(found, PermitRecord)
    return replace(found, **changes)


def newer(found: PermitRecord, **changes: Any) -> PermitRecord:
    return replace(found, timestamp=found.timestamp + timedelta(days=1), **changes)


NUMBER = record().number
DISCHARGER = NUMBER[:21]
OWNER, STRANGER = enterprise_actor(NUMBER[:18]), enterprise_actor("91320500MA0000000X")


def results_recorded(bench: Bench, batch_id: str = "b1") -> None:
    moment = bench.service.clock.now()
    payload = {"batch_id": batch_id, "discharger_id": DISCHARGER, "period_kind": "hour", "count": 2, "merkle_root": "m1"}
    bench.service.receive("data.results", "ResultsRecorded", batch_id, {**payload, "first": moment, "last": moment, "recorded_at": moment})
