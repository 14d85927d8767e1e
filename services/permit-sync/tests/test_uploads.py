"""What goes up to the national platform, and what comes of it (N2), on the store."""

from datetime import timedelta

import pytest
from permit_cases import DISCHARGER, NUMBER, OWNER, STRANGER, Bench, record, results_recorded

from selfmon_permit_sync.national import (
    LineRefusal,
    Receipt,
    Refusal,
    Upload,
)
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import Conflict, Forbidden, NotFound
from selfmon_shared.testing.service import OPERATOR, officer_actor


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


def test_N2_what_the_nation_refused_is_to_be_corrected_and_sent_again(bench: Bench) -> None:
    def steps() -> list[tuple[str, int | None, str | None]]:
        found = bench.service.query("next-steps", {"discharger_id": DISCHARGER}, OWNER)
        assert {step["step"] for step in found} <= {"uploads"}
        return [(step["state"], step["count"], step["why"]) for step in found]

    assert steps() == []
    bench.plan_took_effect()
    assert steps() == [("waiting", 1, "有 1 次上传等待国家平台回执")]
    bench.national.judge = lambda upload: Refusal(upload.client_id, "document", "附件无法打开", ())
    bench.service.run_tasks()
    assert steps() == [("returned", 1, "国家平台退回 1 次上传：附件无法打开")]
    bench.national.judge = lambda upload: Receipt(upload.client_id, "R7", bench.service.clock.now(), ())
    bench.service.command("retry-upload", {"upload_id": bench.uploads()[0]["upload_id"]}, OWNER)
    bench.service.run_tasks()
    assert steps() == [("done", None, None)]
    with pytest.raises(NotFound):
        bench.service.query("next-steps", {"discharger_id": DISCHARGER}, STRANGER)


def told(bench: Bench, upload_id: str, actor: Actor = OWNER) -> list[tuple[str, str, str | None]]:
    rows = bench.service.query("upload-timeline", {"upload_id": upload_id}, actor)
    return [(row["who"], row["what"], row["note"]) for row in rows]


def test_N2_an_upload_tells_its_way_and_may_be_retried_once_it_was_refused(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    bench.plan_took_effect()
    (upload,) = bench.uploads(OWNER)
    assert (upload["moves"], told(bench, upload["upload_id"])) == ([], [("平台", "准备上传", None)])
    bench.national.judge = lambda upload: None if "." in upload.client_id else Refusal(upload.client_id, "document", "附件无法打开", ())
    bench.service.run_tasks()
    (upload,) = bench.uploads(OWNER)
    assert upload["moves"] == ["retry-upload"]
    assert bench.uploads(OPERATOR)[0]["moves"] == []
    bench.service.command("retry-upload", {"upload_id": upload["upload_id"]}, OWNER)
    bench.service.run_tasks()
    way = told(bench, upload["upload_id"])
    assert [row[:2] for row in way] == [
        ("平台", "准备上传"),
        ("国家平台", "退回上传"),
        ("企业", "重新上传（第 2 次）"),
        ("国家平台", "接收上传，已出具回执"),
    ]
    for actor, refusal in ((STRANGER, NotFound), (officer_actor("320500"), Forbidden)):
        with pytest.raises(refusal):
            told(bench, upload["upload_id"], actor)
    with pytest.raises(NotFound):
        told(bench, "none")
