"""The whole service against the simulated national platform over HTTP, with its faults."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from selfmon_deploy.demo.data import demo_permits
from selfmon_deploy.simulators.national import create_app, serving
from selfmon_permit_sync.adapters import HttpNationalPlatform
from selfmon_permit_sync.bootstrap import define
from selfmon_permit_sync.ports import Ports
from selfmon_shared.blobs import BlobStore
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, running

PERMITS = demo_permits()[:6]
DISCHARGER = PERMITS[0]["PWXKZBH"][:21]
ROUNDS = 40


class Bench:
    """The service beside the simulator."""

    def __init__(self, service: ServiceUnderTest, url: str, blobs: BlobStore) -> None:
        self.service = service
        self.hooks = httpx.Client(base_url=url, trust_env=False)
        self.blobs = blobs

    def faults(self, **settings: Any) -> None:
        self.hooks.put("/_faults", json=settings).raise_for_status()

    def sent(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.hooks.get("/_uploads").json()["uploads"]
        return found

    def receive(self) -> dict[str, Any]:
        self.service.command("receive-permits", {}, OPERATOR)
        self.service.run_tasks()
        found: dict[str, Any] = self.service.query("intake", {}, OPERATOR)
        return found

    def plan_took_effect(self, plan_id: str) -> None:
        payload = {"plan_id": plan_id, "discharger_id": DISCHARGER, "version": 1, "title": "监测方案", "digest": plan_id, "points": []}
        document = self.blobs.put(b"%PDF-1.7 " + plan_id.encode())
        moment = self.service.clock.now()
        self.service.receive("plan", "PlanTookEffect", DISCHARGER, {**payload, "document": document, "in_force_from": moment})

    def uploads(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.service.query("uploads", {"discharger_id": DISCHARGER}, OPERATOR)
        return found

    def settle(self) -> list[dict[str, Any]]:
        """Let time pass until no upload waits."""
        for _ in range(ROUNDS):
            self.service.run_tasks()
            if all(upload["state"] != "waiting" for upload in self.uploads()):
                break
            self.service.clock.move(timedelta(minutes=11))
        return self.uploads()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with serving(create_app(tmp_path / "national", permits=PERMITS)) as url:
        national = HttpNationalPlatform(url, timeout=0.3, attempts=2, pause=lambda _seconds: None)

        def ports(settings: Any) -> Ports:
            return Ports(national, BlobStore.of(settings))

        with running(define(ports), tmp_path, {"PERMITS_PAGE": "2"}) as service:
            found = Bench(service, url, service.application.ports.blobs)
            yield found
            found.hooks.close()
        national.close()


def test_N1_every_permit_arrives_once_through_errors_cuts_and_repeated_pages_in_any_order(bench: Bench) -> None:
    bench.faults(error_rate=0.4, cut_rate=0.2, shuffle=True, repeat_pages=True, seed=7)
    for _ in range(ROUNDS):
        if bench.receive()["in_step"]:
            break
    bench.faults(shuffle=True, repeat_pages=True)
    assert bench.receive()["in_step"]
    announced = [permit["permit_number"] for permit in bench.service.announced("PermitReceived")]
    assert sorted(announced) == sorted(permit["PWXKZBH"] for permit in PERMITS)
    assert bench.service.rebuild_differences() == []


def test_N1_a_malformed_record_waits_with_its_reasons_until_it_is_mended(bench: Bench) -> None:
    broken = PERMITS[1]["PWXKZBH"]
    bench.faults(malformed=[broken])
    intake = bench.receive()
    (record,) = intake["malformed"]
    assert (record["permit_number"], intake["permits"], intake["in_step"]) == (broken, len(PERMITS) - 1, True)
    assert any(problem.startswith("XKYXQXZ: ") for problem in record["problems"])
    bench.faults()
    bench.hooks.post("/_permits", json={"PWXKZBH": broken}).raise_for_status()
    intake = bench.receive()
    assert (intake["malformed"], intake["permits"]) == ([], len(PERMITS))


def test_N3_a_correction_is_fetched_anew_and_shows_as_a_revision(bench: Bench) -> None:
    bench.receive()
    number = PERMITS[0]["PWXKZBH"]
    corrected = {"PWXKZBH": number, "DWMC": "示例更正有限公司", "SJC": "2026-03-01T08:00:00+08:00"}
    bench.hooks.post("/_permits", json=corrected).raise_for_status()
    bench.service.command("request-resync", {"permit_number": number}, OPERATOR)
    bench.service.run_tasks()
    newest = bench.service.announced("PermitReceived")[-1]
    assert (newest["enterprise_name"], newest["revision"]) == ("示例更正有限公司", 2)
    bench.receive()
    assert len(bench.service.announced("PermitReceived")) == len(PERMITS) + 1


def test_N2_every_upload_gets_its_one_receipt_through_timeouts_errors_and_lost_answers(bench: Bench) -> None:
    bench.faults(error_rate=0.3, timeout_rate=0.1, cut_rate=0.1, lost_receipt_rate=0.3, timeout_seconds=0.5, seed=11)
    for place in range(6):
        bench.plan_took_effect(f"plan-{place}")
    uploads = bench.settle()
    assert {upload["state"] for upload in uploads} == {"acknowledged"}
    bench.faults()
    sent = bench.sent()
    assert sorted(upload["client_id"] for upload in sent) == sorted(upload["upload_id"] for upload in uploads)
    assert len({upload["receipt"] for upload in uploads}) == 6
    assert len(bench.service.announced("UploadAcknowledged")) == 6


def test_N2_what_was_refused_is_taken_after_correction(bench: Bench) -> None:
    bench.faults(refuse=[{"code": "points", "text": "监测点位与许可证不符", "kind": "plan"}])
    bench.plan_took_effect("plan-1")
    (refused,) = bench.settle()
    assert (refused["state"], refused["reason"]) == ("refused", "监测点位与许可证不符")
    bench.faults()
    bench.service.command("retry-upload", {"upload_id": refused["upload_id"]}, OPERATOR)
    (taken,) = bench.settle()
    assert (taken["state"], taken["attempts"]) == ("acknowledged", 2)
    assert len(bench.sent()) == 2
