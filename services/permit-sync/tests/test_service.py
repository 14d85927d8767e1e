"""Permit-sync on its store, against the national platform in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from selfmon_deploy.demo.data import demo_permits
from selfmon_permit_sync.adapters import InMemoryNationalPlatform
from selfmon_permit_sync.adapters.wire import parse_permit
from selfmon_permit_sync.bootstrap import define
from selfmon_permit_sync.national import (
    ApplicationKind,
    LineRefusal,
    MalformedRecord,
    NationalUnavailable,
    PermitPage,
    PermitRecord,
    Receipt,
    Refusal,
    Upload,
)
from selfmon_permit_sync.ports import Ports, ports_of
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import ensure_recurring, state_of
from selfmon_shared.blobs import BlobStore
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from selfmon_shared.kernel.errors import Refusal as Refused
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, enterprise_actor, officer_actor, running

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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    national, blobs = InMemoryNationalPlatform(), BlobStore.of(Settings.read("permit-sync", {"SELFMON_DATA": str(tmp_path)}))
    with running(define(lambda _settings: Ports(national, blobs)), tmp_path, {"PERMITS_PAGE": "2"}) as service:
        data = Data()
        service.application.client = data
        yield Bench(service, national, blobs, data)


# --- the permit list


def test_N1_permits_are_received_page_by_page_to_the_lists_end(bench: Bench) -> None:
    for place in range(5):
        bench.national.put(record(place))
    bench.receive()
    assert {payload["permit_number"] for payload in bench.service.announced("PermitReceived")} == {
        record(place).number for place in range(5)
    }
    intake = bench.intake()
    assert (intake["permits"], intake["cursor"], intake["in_step"], intake["malformed"]) == (5, "5", True, [])


def test_N1_what_is_announced_is_the_whole_permit_in_the_platforms_words(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    (permit,) = bench.service.announced("PermitReceived")
    assert (permit["discharger_id"], permit["uscc"], permit["revision"]) == (DISCHARGER, NUMBER[:18], 1)
    assert permit["region"] == record().county_code
    assert {line["point"] for line in permit["requirements"]} <= {point["key"] for point in permit["points"]}
    assert len({line["key"] for line in permit["requirements"]}) == len(record().requirements)
    assert any(line["pollutant_code"] for line in permit["requirements"])


def test_N1_received_twice_is_received_once(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    turned = newer(record(), outlets=record().outlets[::-1], requirements=record().requirements[::-1])
    bench.national.put(turned)
    bench.receive()
    assert len(bench.service.announced("PermitReceived")) == 1
    assert len(bench.service.events(f"permit-{NUMBER}")) == 1
    assert bench.intake()["cursor"] == "2"
    journal = len(bench.service.announced())
    bench.receive()
    assert len(bench.service.announced()) == journal


def test_N1_a_new_revision_is_announced_and_an_old_one_that_comes_late_is_not(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    bench.national.put(newer(record(), enterprise_name="示例新名有限公司"))
    bench.receive()
    bench.national.put(record())
    bench.receive()
    assert [permit["enterprise_name"] for permit in bench.service.announced("PermitReceived")] == [
        record().enterprise_name,
        "示例新名有限公司",
    ]
    journal = [event for day in (bench.service.clock.now(),) for event in bench.service.events(f"intake-{_day(day)}")]
    assert [(page.revised, page.outdated) for page in journal] == [(1, 0), (1, 0), (0, 1)]


def _day(moment: Any) -> str:
    return (moment + timedelta(hours=8)).date().isoformat()


def test_N1_a_permit_that_ended_may_come_back(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    ended = newer(record(), application_kind=ApplicationKind.CANCELLED)
    bench.national.put(ended)
    bench.receive()
    bench.national.put(newer(ended, application_kind=ApplicationKind.NEW))
    bench.receive()
    assert [payload["kind"] for payload in bench.service.announced("PermitEnded")] == ["cancelled"]
    assert [payload["revision"] for payload in bench.service.announced("PermitReceived")] == [1, 3]


def test_N1_a_permit_whose_end_comes_first_is_known_as_ended(bench: Bench) -> None:
    bench.national.put(record(deleted=True))
    bench.receive()
    assert bench.service.announced("PermitReceived") == []
    assert bench.service.announced("PermitEnded")[0]["kind"] == "withdrawn"


def test_N1_what_cannot_be_read_is_set_aside_while_the_rest_goes_on(bench: Bench) -> None:
    other = record(1)
    wrong_check = replace(other, number=other.number[:17] + ("0" if other.number[17] != "0" else "1") + other.number[18:])
    bench.national.put(MalformedRecord("digest-1", NUMBER, ("XKYXQXZ: 日期格式不正确",)))
    bench.national.put(wrong_check)
    bench.national.put(record(2))
    bench.receive()
    assert [permit["permit_number"] for permit in bench.service.announced("PermitReceived")] == [record(2).number]
    malformed = {row["permit_number"]: row["problems"] for row in bench.intake()["malformed"]}
    assert malformed[NUMBER] == ["XKYXQXZ: 日期格式不正确"]
    assert malformed[wrong_check.number] == [f"许可证编号 {wrong_check.number} 不正确：统一社会信用代码的校验位不正确"]
    bench.national.put(record())
    bench.receive()
    assert [row["permit_number"] for row in bench.intake()["malformed"]] == [wrong_check.number]


def test_N1_a_national_platform_that_is_down_is_told_and_the_list_goes_on_where_it_stopped(bench: Bench) -> None:
    for place in range(3):
        bench.national.put(record(place))
    real, pages = bench.national.permits_since, []

    def second_page_fails(cursor: str | None, limit: int) -> PermitPage:
        pages.append(cursor)
        if len(pages) == 2:
            raise NationalUnavailable("status 503")
        return real(cursor, limit)

    bench.national.permits_since = second_page_fails  # type: ignore[method-assign]
    bench.receive()
    stopped = bench.intake()
    assert (stopped["permits"], stopped["cursor"], stopped["in_step"], stopped["problem"]) == (2, "2", False, "status 503")
    bench.receive()
    assert (bench.intake()["permits"], bench.intake()["in_step"], bench.intake()["problem"]) == (3, True, None)
    assert pages == [None, "2", "2"]


def test_N1_a_list_that_does_not_move_on_is_left_to_the_next_run(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    bench.national.permits_since = lambda cursor, limit: PermitPage((record(),), cursor or "", True)  # type: ignore[method-assign]
    bench.receive()
    assert bench.intake()["problem"] == "the cursor does not move"
    assert len(bench.service.announced("PermitReceived")) == 1


def test_N1_the_list_is_received_again_and_again(bench: Bench) -> None:
    ensure_recurring(bench.service.application)
    bench.national.put(record())
    assert bench.service.run_tasks() == 0
    bench.service.clock.move(timedelta(seconds=301))
    assert bench.service.run_tasks() == 1
    bench.service.clock.move(timedelta(seconds=301))
    assert bench.service.run_tasks() == 1
    assert bench.intake()["permits"] == 1


def test_N1_only_operators_see_and_start_the_intake(bench: Bench) -> None:
    for actor in (OWNER, officer_actor("320000")):
        for ask in (
            lambda actor=actor: bench.service.command("receive-permits", {}, actor),
            lambda actor=actor: bench.service.command("request-resync", {"permit_number": NUMBER}, actor),
            lambda actor=actor: bench.service.query("intake", {}, actor),
        ):
            with pytest.raises(Forbidden) as refused:
                ask()
            assert refused.value.code == "actor.operator-only"


# --- resync


def test_N3_a_discrepancy_report_has_the_permit_fetched_anew(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    bench.national.put(newer(record(), enterprise_name="示例更正有限公司"))
    report = {"report_id": "r1", "discharger_id": DISCHARGER, "permit_number": NUMBER, "lines": [], "contact_id": "person-1"}
    bench.service.receive("enterprise", "DiscrepancyReported", "r1", {**report, "reported_at": bench.service.clock.now()})
    bench.national.down = 1
    bench.service.run_tasks()
    assert len(bench.service.announced("PermitReceived")) == 1
    bench.later()
    assert bench.service.announced("PermitReceived")[-1]["enterprise_name"] == "示例更正有限公司"
    requested, answered = bench.service.events(f"resync-{NUMBER}")
    assert (requested.report_id, answered.outcome, answered.revision) == ("r1", "revised", 2)


def test_N4_a_report_of_a_firm_without_permit_looks_whether_it_has_been_sent(bench: Bench) -> None:
    bench.national.put(record())
    report = {"report_id": "r1", "discharger_id": DISCHARGER, "permit_number": None, "lines": [], "contact_id": "person-1"}
    bench.service.receive("enterprise", "DiscrepancyReported", "r1", {**report, "reported_at": bench.service.clock.now()})
    bench.service.run_tasks()
    assert bench.service.announced("PermitReceived")[0]["permit_number"] == NUMBER


def test_N3_an_operator_asks_for_one_permit_anew(bench: Bench) -> None:
    with pytest.raises(NotFound) as unknown:
        bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    assert unknown.value.code == "permit.unknown"
    with pytest.raises(Invalid) as invalid:
        bench.service.command("request-resync", {"permit_number": NUMBER[:-1]}, OPERATOR)
    assert invalid.value.fields == {"permit_number": [f"许可证编号 {NUMBER[:-1]} 不正确：应为 22 位"]}
    bench.national.put(record())
    bench.receive()
    bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    bench.service.run_tasks()
    assert [getattr(event, "outcome", "") for event in bench.service.events(f"resync-{NUMBER}")] == ["", "unchanged"]


@pytest.mark.parametrize("answer", [None, MalformedRecord("digest-1", NUMBER, ("DWMC: 此项必填",))])
def test_N3_a_permit_that_cannot_be_had_anew_stays_as_it_is(bench: Bench, answer: MalformedRecord | None) -> None:
    bench.national.put(record())
    bench.receive()
    if answer is None:
        bench.national._permits.clear()
    else:
        bench.national.put(answer)
    bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    bench.service.run_tasks()
    assert bench.service.events(f"resync-{NUMBER}")[-1].outcome == ("absent" if answer is None else "malformed")
    assert bench.service.announced("PermitEnded") == []
    assert [row["problems"] for row in bench.intake()["malformed"]] == ([] if answer is None else [["DWMC: 此项必填"]])


# --- uploads


def test_N2_a_plan_in_force_goes_up_with_its_document_and_its_receipt_is_shown(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    bench.plan_took_effect()
    (waiting,) = bench.uploads(OWNER)
    assert (waiting["state"], waiting["kind"], waiting["subject_id"], waiting["receipt"]) == ("waiting", "plan", "p1", None)
    bench.service.run_tasks()
    (upload,) = bench.uploads(OWNER)
    assert (upload["state"], upload["receipt"], upload["attempts"]) == ("acknowledged", "R000000001", 1)
    ((sent, _, times),) = bench.national.uploads().values()
    assert times == 1
    assert sent.client_id == upload["upload_id"]
    assert sent.permit_number == NUMBER
    assert sent.document is not None
    assert (sent.document.name, sent.document.media_type, sent.document.content) == ("监测方案.pdf", "application/pdf", b"%PDF-1.7 stamped")
    assert "document" not in sent.content
    (acknowledged,) = bench.service.announced("UploadAcknowledged")
    assert (acknowledged["subject_id"], acknowledged["discharger_id"], acknowledged["receipt"]) == ("p1", DISCHARGER, "R000000001")


@pytest.mark.parametrize(("content", "name"), [(b"\x89PNG\r\n", "监测方案.png"), (b"\xff\xd8\xff", "监测方案.jpg"), (b"BM", "监测方案")])
def test_N2_a_document_goes_up_as_what_it_is(bench: Bench, content: bytes, name: str) -> None:
    bench.plan_took_effect(document=content)
    bench.service.run_tasks()
    ((sent, _, _),) = bench.national.uploads().values()
    assert sent.document is not None
    assert (sent.document.name, sent.permit_number) == (name, None)


def results_recorded(bench: Bench, batch_id: str = "b1") -> None:
    moment = bench.service.clock.now()
    payload = {"batch_id": batch_id, "discharger_id": DISCHARGER, "period_kind": "hour", "count": 2, "merkle_root": "m1"}
    bench.service.receive("data.results", "ResultsRecorded", batch_id, {**payload, "first": moment, "last": moment, "recorded_at": moment})


def test_N2_results_go_up_with_their_values_when_data_can_be_asked(bench: Bench) -> None:
    results_recorded(bench)
    bench.data.away = 1
    bench.service.run_tasks()
    assert bench.uploads()[0]["state"] == "waiting"
    bench.later()
    assert bench.uploads()[0]["state"] == "acknowledged"
    ((sent, _, _),) = bench.national.uploads().values()
    assert [(line["line"], line["value"]) for line in sent.content["lines"]] == [
        ("i1 2026-03-01T00:00:00Z", "12.3"),
        ("i1 2026-03-01T01:00:00Z", "12.3"),
        ("i1 2026-03-01T00:00:00Z 2", "12.4"),
    ]


def test_N2_a_registration_goes_up_and_what_becomes_of_it_too(bench: Bench) -> None:
    moment = bench.service.clock.now()
    about = {"registration_id": "r1", "discharger_id": DISCHARGER}
    took_effect = {**about, "kind": "stopped", "starts_at": moment, "ends_at": None, "reason": "停产检修", "in_force_from": moment}
    bench.service.receive("data", "AbnormalTookEffect", "r1", took_effect)
    bench.service.receive("data", "AbnormalEnded", "r1", {**about, "ends_at": moment})
    bench.service.receive("data", "AbnormalRevoked", "r1", {**about, "reason": "仍在生产", "revoked_at": moment})
    bench.service.run_tasks()
    assert [sent.content["change"] for sent, _, _ in bench.national.uploads().values()] == ["in-force", "ended", "revoked"]
    assert {upload["subject_id"] for upload in bench.uploads()} == {"r1"}


def test_N2_a_national_platform_that_is_down_delays_uploads_and_loses_none(bench: Bench) -> None:
    bench.national.down = 4
    for plan_id in ("p1", "p2"):
        bench.plan_took_effect(plan_id)
    bench.service.run_tasks()
    assert {upload["state"] for upload in bench.uploads()} == {"waiting"}
    for _ in range(3):
        bench.later()
    assert {upload["state"] for upload in bench.uploads()} == {"acknowledged"}
    assert len(bench.service.announced("UploadAcknowledged")) == 2


def test_N2_a_lost_receipt_is_asked_for_and_nothing_is_sent_twice(bench: Bench) -> None:
    bench.national.lost_answers = 1
    bench.plan_took_effect()
    bench.plan_took_effect()
    bench.service.run_tasks()
    assert bench.uploads()[0]["state"] == "waiting"
    bench.later()
    assert bench.uploads()[0]["receipt"] == "R000000001"
    ((_, _, times),) = bench.national.uploads().values()
    assert times == 1


def test_N2_what_is_refused_is_shown_with_its_reason_and_sent_again(bench: Bench) -> None:
    def judge(upload: Upload) -> Refusal | None:
        refusal = Refusal(upload.client_id, "points", "监测点位与许可证不符", (LineRefusal("DA001", "x", "缺少监测点"),))
        return refusal if "." not in upload.client_id else None

    bench.national.judge = judge
    bench.plan_took_effect()
    upload_id = bench.uploads()[0]["upload_id"]
    with pytest.raises(Conflict) as early:
        bench.service.command("retry-upload", {"upload_id": upload_id}, OWNER)
    assert early.value.code == "upload.not-refused"
    bench.service.run_tasks()
    for actor in (OWNER, officer_actor("320000")):
        (refused,) = bench.uploads(actor)
        assert (refused["state"], refused["reason"]) == ("refused", "监测点位与许可证不符")
        assert refused["lines"] == [{"line": "DA001", "reason": "缺少监测点"}]
    assert bench.service.announced("UploadRefused")[0]["reason"] == "监测点位与许可证不符"
    for actor, error in ((STRANGER, NotFound), (officer_actor("320000"), Forbidden)):
        with pytest.raises(error):
            bench.service.command("retry-upload", {"upload_id": upload_id}, actor)
    bench.service.command("retry-upload", {"upload_id": upload_id}, OWNER)
    assert bench.uploads()[0]["reason"] is None
    bench.service.run_tasks()
    (again,) = bench.uploads()
    assert (again["state"], again["attempts"]) == ("acknowledged", 2)
    with pytest.raises(Conflict):
        bench.service.command("retry-upload", {"upload_id": upload_id}, OWNER)
    with pytest.raises(NotFound) as unknown:
        bench.service.command("retry-upload", {"upload_id": "none"}, OPERATOR)
    assert unknown.value.code == "upload.unknown"
    assert bench.service.rebuild_differences() == []


def test_N2_lines_that_are_refused_of_what_was_taken_are_shown(bench: Bench) -> None:
    refused = (LineRefusal("i1 2026-03-01T00:00:00Z", "range", "超出量程"),)
    bench.national.judge = lambda upload: Receipt(upload.client_id, "R7", bench.service.clock.now(), refused)
    results_recorded(bench)
    bench.service.run_tasks()
    (upload,) = bench.uploads()
    assert upload["lines"] == bench.service.announced("UploadAcknowledged")[0]["lines"]
    assert upload["lines"] == [{"line": "i1 2026-03-01T00:00:00Z", "reason": "超出量程"}]


def test_N2_a_task_that_comes_twice_sends_nothing_more(bench: Bench) -> None:
    bench.plan_took_effect()
    upload_id = bench.uploads()[0]["upload_id"]
    bench.service.application.decide(lambda uow: uow.schedule("send-upload", upload_id, uow.now - timedelta(seconds=1)), key="again")
    assert bench.service.run_tasks() == 2
    ((_, _, times),) = bench.national.uploads().values()
    assert times == 1


def test_R7_uploads_are_seen_by_the_enterprise_and_the_officers_above_it(bench: Bench) -> None:
    bench.plan_took_effect()
    with pytest.raises(Forbidden):
        bench.uploads(officer_actor("320100"))
    assert len(bench.uploads(officer_actor("320000"))) == 1
    bench.national.put(record(province_code="320000", city_code="320100", county_code="320102"))
    bench.receive()
    assert len(bench.uploads(officer_actor("320102"))) == 1
    bench.service.receive("enterprise", "EnterpriseRevised", DISCHARGER, {"discharger_id": DISCHARGER, "region": "320104"})
    assert len(bench.uploads(officer_actor("320104"))) == 1
    for actor, error in ((officer_actor("320102"), Forbidden), (officer_actor("320500"), Forbidden), (STRANGER, NotFound)):
        with pytest.raises(error):
            bench.uploads(actor)


# --- the service itself


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
