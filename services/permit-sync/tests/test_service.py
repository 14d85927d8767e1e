"""Permit-sync as a service: bad input, repeated keys, settings, rebuilding."""

from pathlib import Path

import pytest
from permit_cases import DISCHARGER, NUMBER, OWNER, Bench, record, results_recorded

from selfmon_permit_sync.bootstrap import define
from selfmon_permit_sync.national import (
    MalformedRecord,
    NationalUnavailable,
    Refusal,
)
from selfmon_permit_sync.ports import ports_of
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import state_of
from selfmon_shared.kernel.errors import Refusal as Refused
from selfmon_shared.testing.service import OPERATOR, running


def test_bad_input_is_refused_field_by_field(bench: Bench) -> None:
    for name, payload, field in (
        ("request-resync", {}, "permit_number"),
        ("request-resync", {"permit_number": "许可"}, "permit_number"),
        ("retry-upload", {"upload_id": 7}, "upload_id"),
        ("receive-permits", {"cursor": "1"}, "cursor"),
    ):
        with pytest.raises(Refused) as refused:
            bench.service.command(name, payload, OPERATOR)
        assert (refused.value.code, list(refused.value.fields)) == ("input.invalid", [field])


def test_a_repeated_key_answers_the_first_result(bench: Bench) -> None:
    bench.national.judge = lambda upload: Refusal(upload.client_id, "c", "缺少附件")
    bench.plan_took_effect()
    bench.service.run_tasks()
    retry = {"upload_id": bench.uploads()[0]["upload_id"]}
    assert bench.service.command("retry-upload", retry, OWNER, key="k1") == bench.service.command("retry-upload", retry, OWNER, key="k1")
    assert bench.uploads()[0]["attempts"] == 2


def test_without_an_address_the_service_starts_and_says_what_is_missing(tmp_path: Path) -> None:
    with running(define(), tmp_path) as service:
        service.command("receive-permits", {}, OPERATOR)
        payload = {"plan_id": "p1", "discharger_id": DISCHARGER, "title": "监测方案", "digest": "d1", "document": None}
        service.receive("plan", "PlanTookEffect", DISCHARGER, payload)
        service.run_tasks()
        assert service.query("intake", {}, OPERATOR)["problem"] == "not configured: NATIONAL_URL is not set"
        (upload,) = service.query("uploads", {"discharger_id": DISCHARGER}, OWNER)
        task = state_of(service.application, "send-upload", upload["upload_id"])
        assert upload["state"] == "waiting"
        assert task is not None
        assert (task["state"], task["note"]) == ("waiting", "NationalUnavailable: not configured: NATIONAL_URL is not set")
        absent = service.application.ports.national
        for ask in (lambda: absent.permit(NUMBER), lambda: absent.receipt_of("u1")):
            with pytest.raises(NationalUnavailable):
                ask()


def test_read_tables_are_rebuilt_from_events_alone(bench: Bench) -> None:
    bench.national.put(record())
    bench.national.put(record(1, deleted=True))
    bench.national.put(MalformedRecord("digest-1", record(2).number, ("DWMC: 此项必填",)))
    bench.national.put(MalformedRecord("digest-2", None, ("PWXKZBH: 此项必填",)))
    bench.receive()
    bench.national.put(record(2))
    bench.receive()
    bench.national.down = 1
    bench.receive()
    bench.service.receive("enterprise", "EnterpriseRevised", DISCHARGER, {"discharger_id": DISCHARGER, "region": "320104"})
    bench.plan_took_effect()
    bench.service.run_tasks()
    results_recorded(bench)
    assert bench.service.rebuild_differences() == []


def test_settings_make_the_adapter(tmp_path: Path) -> None:
    settings = {"SELFMON_DATA": str(tmp_path), "NATIONAL_URL": "http://127.0.0.1:9", "NATIONAL_TIMEOUT": "3"}
    ports = ports_of(Settings.read("permit-sync", settings))
    ports.national.close()  # type: ignore[attr-defined]
