"""Permit-sync's pure core: what a record changes, and where an upload stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from selfmon_deploy.demo.data import demo_permits
from selfmon_permit_sync import domain
from selfmon_permit_sync.adapters.wire import parse_permit
from selfmon_permit_sync.commands import RequestResync, RequestUpload
from selfmon_permit_sync.events import (
    DischargerNoted,
    IntakeInterrupted,
    PageTaken,
    PermitEnded,
    PermitReceived,
    RecordMalformed,
    RecordMended,
    ResyncAnswered,
    ResyncRequested,
    UploadAcknowledged,
    UploadRefused,
    UploadRequested,
    UploadRetried,
)
from selfmon_permit_sync.national import (
    ApplicationKind,
    Category,
    Facility,
    LineRefusal,
    MalformedRecord,
    PermitRecord,
    Receipt,
    Refusal,
    Requirement,
)
from selfmon_permit_sync.translation import number_problem, problems_of, public_state, region_of
from selfmon_shared.kernel.frequency import Frequency
from selfmon_shared.testing.scenario import Given

AT = datetime(2026, 3, 2, tzinfo=UTC)
BASE: dict[str, Any] = {"at": AT, "by": "operator-1", "command_id": "c1"}


def sample(**changes: Any) -> PermitRecord:
    record = parse_permit(demo_permits()[0])
    assert isinstance(record, PermitRecord)
    return replace(record, **changes)


def line(**changes: Any) -> Requirement:
    fields: dict[str, Any] = {"category": Category.EXHAUST, "category_wording": "废气", "outlet_code": "DA001", "outlet_name": "烟囱"}
    return Requirement(**{**fields, "pollutant": "二氧化硫", "facility": Facility.MANUAL, "frequency": "1次/季", **changes})


def received(record: PermitRecord) -> list[Any]:
    return domain.receive(domain.PermitState(), record, "320102")


def translated(*lines: Requirement) -> list[dict[str, Any]]:
    requirements: list[dict[str, Any]] = public_state(sample(requirements=lines), 1, "320102")["requirements"]
    return requirements


# --- permits


def test_N1_every_revision_is_kept() -> None:
    first, second = sample(), sample(enterprise_name="示例新名有限公司", timestamp=sample().timestamp + timedelta(days=1))
    (one,) = received(first)
    (two,) = Given(domain.PERMIT, [one]).when(domain.receive, second, "320102").events
    assert isinstance(two, PermitReceived)
    assert (one.revision, two.revision) == (1, 2)
    assert one.content["enterprise_name"] == first.enterprise_name
    assert two.content["enterprise_name"] == "示例新名有限公司"
    assert one.discharger_id == first.number[:21]


def test_N1_the_same_permit_again_adds_nothing_in_whatever_order() -> None:
    first = sample()
    turned = sample(outlets=first.outlets[::-1], requirements=first.requirements[::-1], timestamp=first.timestamp + timedelta(hours=1))
    given = Given(domain.PERMIT, received(first))
    given.when(domain.receive, first, "320102").then()
    given.when(domain.receive, turned, "320102").then()
    assert domain.judge(given.state, turned) == "unchanged"


def test_N1_an_older_record_that_comes_late_changes_nothing() -> None:
    older = sample(enterprise_name="示例旧名有限公司", timestamp=sample().timestamp - timedelta(days=1))
    given = Given(domain.PERMIT, received(sample()))
    assert domain.judge(given.state, older) == "outdated"
    given.when(domain.receive, older, "320102").then()


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"application_kind": ApplicationKind.CANCELLED}, "cancelled"),
        ({"application_kind": ApplicationKind.WITHDRAWN}, "withdrawn"),
        ({"application_kind": ApplicationKind.REVOKED}, "revoked"),
        ({"deleted": True}, "withdrawn"),
        ({"application_kind": ApplicationKind.CANCELLED, "deleted": True}, "cancelled"),
    ],
)
def test_N1_a_permit_ends_and_may_come_back(changes: dict[str, Any], kind: str) -> None:
    events = received(sample())
    (ended,) = Given(domain.PERMIT, events).when(domain.receive, sample(**changes), "320102").events
    assert isinstance(ended, PermitEnded)
    assert (ended.kind, ended.revision) == (kind, 2)
    given = Given(domain.PERMIT, [*events, ended])
    assert given.state.state == "ended"
    (back,) = given.when(domain.receive, sample(), "320102").events
    assert isinstance(back, PermitReceived)
    assert back.revision == 3


def test_states_pass_over_what_is_not_theirs() -> None:
    stray = DischargerNoted("d", "320102")
    for aggregate in (domain.PERMIT, domain.QUARANTINE, domain.RESYNC, domain.UPLOAD, domain.INTAKE):
        assert aggregate.fold([stray]) == aggregate.initial
    assert domain.DISCHARGER.fold([RecordMended()]) == domain.DischargerState()
    Given(domain.DISCHARGER, [stray]).when(domain.note_discharger, stray).then()


# --- the list and what could not be read


def test_N1_the_cursor_moves_only_behind_the_page_that_was_asked_with_it() -> None:
    page = PageTaken("p2", True, 2, 0, 0, 0)
    assert domain.take_page(domain.Progress("p1", True), "p1", page) == [page]
    assert domain.take_page(domain.Progress("p3", True), "p1", page) == []
    assert domain.take_page(domain.Progress("p2", True), "p2", PageTaken("p2", False, 0, 3, 0, 0)) == []
    mended = PageTaken("p2", False, 1, 0, 0, 0)
    assert domain.take_page(domain.Progress("p2", True), "p2", mended) == [mended]
    assert domain.take_page(domain.Progress("p2", False, "timeout"), "p2", PageTaken("p2", False, 0, 0, 0, 0)) != []


def test_N1_an_interruption_is_told_once() -> None:
    assert domain.interrupt(domain.Progress("p1", True), "timeout") == [IntakeInterrupted("timeout")]
    assert domain.interrupt(domain.Progress("p1", False, "timeout"), "timeout") == []


def test_N1_a_record_that_cannot_be_read_is_set_aside_once_and_mended() -> None:
    record = MalformedRecord("d1", None, ("XKYXQXZ: 日期格式不正确",))
    assert domain.quarantine_key(record) == "d1"
    malformed = RecordMalformed("d1", None, ("XKYXQXZ: 日期格式不正确",))
    Given(domain.QUARANTINE).when(domain.set_aside, record).then(malformed)
    given = Given(domain.QUARANTINE, [malformed])
    given.when(domain.set_aside, record).then()
    given.when(domain.mend).then(RecordMended())
    Given(domain.QUARANTINE, [malformed, RecordMended()]).when(domain.mend).then()
    Given(domain.QUARANTINE, [malformed, RecordMended()]).when(domain.set_aside, record).then(malformed)


# --- resync


def test_N3_a_permit_is_fetched_anew_once_at_a_time() -> None:
    command = RequestResync(**BASE, permit_number="n1", report_id="r1")
    requested = ResyncRequested("n1", "r1")
    Given(domain.RESYNC).when(domain.request_resync, command).then(requested)
    Given(domain.RESYNC, [requested]).when(domain.request_resync, command).then()
    Given(domain.RESYNC, [requested]).when(domain.answer_resync, "revised", 2).then(ResyncAnswered("revised", 2))
    answered = [requested, ResyncAnswered("revised", 2)]
    Given(domain.RESYNC, answered).when(domain.answer_resync, "revised", 2).then()
    Given(domain.RESYNC, answered).when(domain.request_resync, command).then(requested)


# --- uploads

REQUESTED = UploadRequested("u1", "plan", "p1", "d1", None, {}, None)


def test_N2_an_upload_is_requested_once() -> None:
    fields: dict[str, Any] = {"upload_id": "u1", "kind": "plan", "subject_id": "p1", "discharger_id": "d1", "permit_number": None}
    command = RequestUpload(**BASE, **fields, content={})
    Given(domain.UPLOAD).when(domain.request_upload, command).then(REQUESTED)
    Given(domain.UPLOAD, [REQUESTED]).when(domain.request_upload, command).then()


def test_N2_the_same_thing_has_the_same_id_and_each_retry_one_of_its_own() -> None:
    assert domain.upload_id("plan", "p1", "d1") == domain.upload_id("plan", "p1", "d1")
    assert len({domain.upload_id(*parts) for parts in (("plan", "p1", "d1"), ("plan", "p1", "d2"), ("results", "p1", "d1"))}) == 3
    assert [domain.client_id("u1", attempt) for attempt in (1, 2)] == ["u1", "u1.2"]


def test_N2_a_receipt_settles_the_upload_and_names_the_lines_that_were_refused() -> None:
    receipt = Receipt("u1", "R1", AT, (LineRefusal("l1", "x", "超出量程"),))
    acknowledged = UploadAcknowledged("u1", "R1", AT, ({"line": "l1", "reason": "超出量程"},))
    Given(domain.UPLOAD, [REQUESTED]).when(domain.settle_upload, "u1", receipt).then(acknowledged)
    Given(domain.UPLOAD, [REQUESTED, acknowledged]).when(domain.settle_upload, "u1", receipt).then()
    Given(domain.UPLOAD).when(domain.settle_upload, "u1", receipt).then()


def test_N2_only_what_was_refused_is_sent_again() -> None:
    refused = UploadRefused("u1", "c", "缺少附件", ())
    Given(domain.UPLOAD, [REQUESTED]).when(domain.settle_upload, "u1", Refusal("u1", "c", "缺少附件")).then(refused)
    Given(domain.UPLOAD, [REQUESTED, refused]).when(domain.retry_upload).then(UploadRetried(2))
    again = [REQUESTED, refused, UploadRetried(2)]
    Given(domain.UPLOAD, again).when(domain.settle_upload, "u1", Receipt("u1", "late", AT)).then()
    Given(domain.UPLOAD, again).when(domain.settle_upload, "u1", Receipt("u1.2", "R2", AT)).then(UploadAcknowledged("u1.2", "R2", AT, ()))
    Given(domain.UPLOAD, again).when(domain.retry_upload).then_refused("upload.not-refused")
    Given(domain.UPLOAD).when(domain.retry_upload).then_refused("upload.unknown")


# --- the nation's words


def test_N1_requirements_keep_their_keys_in_whatever_order() -> None:
    lines = sample().requirements
    keys = [row["key"] for row in translated(*lines)]
    assert len(set(keys)) == len(keys)
    assert {row["key"]: row for row in translated(*lines)} == {row["key"]: row for row in translated(*lines[::-1])}


def test_N1_lines_that_share_their_identity_have_keys_of_their_own() -> None:
    one, two = line(limit_text="35"), line(limit_text="50")
    (event,) = received(sample(requirements=(two, one)))
    (turned,) = received(sample(requirements=(one, two)))
    assert event.digest == turned.digest
    assert [row["key"] for row in translated(one, two)] == ["DA001||二氧化硫|manual", "DA001||二氧化硫|manual|2"]


def test_N1_a_key_stays_short_whatever_the_wording() -> None:
    long = [row["key"] for row in translated(line(monitored_content="烟" * 900), line(monitored_content="烟" * 901))]
    assert max(map(len, long)) < 400
    assert len(set(long)) == 2


@pytest.mark.parametrize(
    ("facility", "wording", "code", "fallback"),
    [
        (Facility.MANUAL, "1次/季", "1/quarter", None),
        (Facility.MANUAL, "", "unknown#未载明", None),
        (Facility.MANUAL, "按需监测", "unknown#按需监测", None),
        (Facility.AUTOMATIC, "", "continuous", None),
        (Facility.AUTOMATIC, "连续监测", "continuous", None),
        (Facility.AUTOMATIC, "4次/日(自动)", "continuous+4/day", "4/day"),
        (Facility.AUTOMATIC, "4次/日", "continuous+4/day", "4/day"),
        (Facility.AUTOMATIC, "故障时每天4次以上", "continuous", "unknown#故障时每天4次以上"),
    ],
)
def test_P4_a_frequency_that_is_not_understood_never_lowers_the_duty(
    facility: Facility, wording: str, code: str, fallback: str | None
) -> None:
    (row,) = translated(line(facility=facility, frequency=wording))
    assert (row["frequency"], row["fallback_frequency"]) == (code, fallback)
    assert Frequency.from_code(row["frequency"]).code == code
    assert row["frequency_wording"] == (wording or "未载明")


@pytest.mark.parametrize(
    ("category", "wording", "pollutant", "code"),
    [
        (Category.EXHAUST, "废气", "二氧化硫", "a21026"),
        (Category.WASTEWATER, "废水", "氨氮（NH3-N）", "w21003"),
        (Category.SURROUNDINGS, "地下水", "氨氮", "w21003"),
        (Category.SURROUNDINGS, "土壤", "苯", None),
        (Category.OTHER, "其他", "没有这种物质", None),
    ],
)
def test_N1_a_pollutants_wording_is_kept_beside_its_code(category: Category, wording: str, pollutant: str, code: str | None) -> None:
    (row,) = translated(line(category=category, category_wording=wording, pollutant=pollutant))
    assert (row["pollutant"], row["pollutant_code"]) == (pollutant, code)


def test_R7_the_region_is_the_most_specific_that_is_known() -> None:
    regions = {"province_code": "320000", "city_code": "320100", "county_code": "320102"}
    assert region_of(sample(**regions)) == "320102"
    assert region_of(sample(**{**regions, "county_code": "320199"})) == "320100"
    assert region_of(sample(**{**regions, "city_code": "329900", "county_code": "329901"})) == "320000"
    assert region_of(sample(province_code="990000", city_code="990100", county_code="990101")) is None


def test_N1_what_cannot_be_taken_over_says_why() -> None:
    assert problems_of(sample()) == ()
    good = sample().number
    wrong = good[:17] + ("0" if good[17] != "0" else "1") + good[18:]
    assert number_problem(wrong) == f"许可证编号 {wrong} 不正确：统一社会信用代码的校验位不正确"
    assert problems_of(sample(number=wrong, county_code="990101", city_code="990100", province_code="990000")) == (
        f"许可证编号 {wrong} 不正确：统一社会信用代码的校验位不正确",
        "行政区划代码 990101 不在江苏省",
    )
    (problem,) = problems_of(sample(enterprise_name="示" * 501))
    assert "enterprise_name" in problem
    assert "不能超过 500 个字" in problem
