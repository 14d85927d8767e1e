"""The port to the national platform: what both adapters promise, the fake and the one over HTTP against the simulator."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from selfmon_deploy.demo.data import demo_permits
from selfmon_deploy.simulators.national import create_app, serving
from selfmon_permit_sync.adapters import HttpNationalPlatform, InMemoryNationalPlatform
from selfmon_permit_sync.adapters.wire import parse_permit
from selfmon_permit_sync.national import (
    ApplicationKind,
    Category,
    Document,
    Facility,
    LineRefusal,
    MalformedRecord,
    NationalPlatform,
    NationalRecordMalformed,
    NationalUnavailable,
    PermitRecord,
    Receipt,
    Refusal,
    Upload,
    UploadInvalid,
    UploadKind,
)

Wire = dict[str, Any]
THERMAL, INCINERATION, SEWAGE = demo_permits()[:3]
UNREADABLE = {"XKYXQXZ": "长期"}


class Rig(Protocol):
    """A national platform, and the strings that a test pulls behind it."""

    platform: NationalPlatform

    def put(self, record: Wire) -> None: ...
    def fail_next(self, times: int) -> None: ...
    def lose_next_answer(self) -> None: ...
    def refuse_plans(self) -> None: ...
    def refuse_lines_of(self, pollutant: str) -> None: ...
    def times_sent(self) -> dict[str, int]: ...


class InMemoryRig:
    def __init__(self) -> None:
        self.fake = InMemoryNationalPlatform()
        self.platform: NationalPlatform = self.fake

    def put(self, record: Wire) -> None:
        self.fake.put(parse_permit(record))

    def fail_next(self, times: int) -> None:
        self.fake.down = times

    def lose_next_answer(self) -> None:
        self.fake.lost_answers = 1

    def refuse_plans(self) -> None:
        def judge(upload: Upload) -> Refusal | None:
            return Refusal(upload.client_id, "no-seal", "扫描件没有盖章") if upload.kind is UploadKind.PLAN else None

        self.fake.judge = judge

    def refuse_lines_of(self, pollutant: str) -> None:
        def judge(upload: Upload) -> Receipt | Refusal:
            bad = [line for line in upload.content["lines"] if line["pollutant"] == pollutant]
            refused = tuple(LineRefusal(line["line"], "out-of-range", "超出量程") for line in bad)
            if len(bad) == len(upload.content["lines"]):
                return Refusal(upload.client_id, "all-lines-refused", "所有数据均被退回", refused)
            return Receipt(upload.client_id, "R1", self.fake.now(), refused)

        self.fake.judge = judge

    def times_sent(self) -> dict[str, int]:
        return {client_id: times for client_id, (_, _, times) in self.fake.uploads().items()}


class HttpRig:
    def __init__(self, url: str) -> None:
        self.hooks = httpx.Client(base_url=url, trust_env=False)
        self.adapter = HttpNationalPlatform(url, timeout=5.0, attempts=1, pause=lambda seconds: None)
        self.platform: NationalPlatform = self.adapter

    def _faults(self, **settings: Any) -> None:
        self.hooks.put("/_faults", json=settings).raise_for_status()

    def put(self, record: Wire) -> None:
        self.hooks.post("/_permits", json=record).raise_for_status()

    def fail_next(self, times: int) -> None:
        self._faults(next=["error"] * times)

    def lose_next_answer(self) -> None:
        self._faults(next=["lost-receipt"])

    def refuse_plans(self) -> None:
        self._faults(refuse=[{"kind": "plan", "code": "no-seal", "text": "扫描件没有盖章"}])

    def refuse_lines_of(self, pollutant: str) -> None:
        self._faults(refuse=[{"kind": "results", "lines": {"pollutant": pollutant}, "code": "out-of-range", "text": "超出量程"}])

    def times_sent(self) -> dict[str, int]:
        return {upload["client_id"]: upload["times_sent"] for upload in self.hooks.get("/_uploads").json()["uploads"]}

    def close(self) -> None:
        self.adapter.close()
        self.hooks.close()


@pytest.fixture(params=["in memory", "over http"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    if request.param == "in memory":
        yield InMemoryRig()
        return
    with serving(create_app(tmp_path, permits=())) as url:
        http = HttpRig(url)
        yield http
        http.close()


def record_of(wire: Wire) -> PermitRecord:
    record = parse_permit(wire)
    assert isinstance(record, PermitRecord), record
    return record


def problems_of(wire: Any) -> tuple[str, ...]:
    record = parse_permit(wire)
    assert isinstance(record, MalformedRecord)
    return record.problems


def changed(wire: Wire, **fields: Any) -> Wire:
    return copy.deepcopy(wire) | fields


def results(client_id: str = "upload-91320115DEM00001XA001-2026-01-02-1", **lines: str) -> Upload:
    return Upload(
        client_id=client_id,
        kind=UploadKind.RESULTS,
        uscc=THERMAL["TYSHXYDM"],
        permit_number=THERMAL["PWXKZBH"],
        content={"lines": [{"line": line, "pollutant": pollutant, "value": "12.30"} for line, pollutant in lines.items()]},
    )


def plan(client_id: str = "upload-plan-1", text: str = "一期") -> Upload:
    document = Document("方案.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    return Upload(client_id, UploadKind.PLAN, THERMAL["TYSHXYDM"], THERMAL["PWXKZBH"], {"title": text}, document)


def all_permits(platform: NationalPlatform, *, limit: int, cursor: str | None = None) -> tuple[list[Any], str | None]:
    records: list[Any] = []
    more = True
    while more:
        page = platform.permits_since(cursor, limit)
        assert len(page.records) <= limit
        records += page.records
        cursor, more = page.next_cursor, page.more
    return records, cursor


# What both adapters promise


def test_N1_the_permit_list_comes_in_increments_and_goes_on_where_it_was_left(rig: Rig) -> None:
    for wire in (THERMAL, INCINERATION, SEWAGE):
        rig.put(wire)
    records, cursor = all_permits(rig.platform, limit=2)
    assert records == [record_of(wire) for wire in (THERMAL, INCINERATION, SEWAGE)]
    assert all_permits(rig.platform, limit=2, cursor=cursor) == ([], cursor)
    rig.put(changed(THERMAL, SQLX="3", DWMC="江苏示例热电（集团）有限公司"))
    records, _ = all_permits(rig.platform, limit=2, cursor=cursor)
    assert [record.enterprise_name for record in records] == ["江苏示例热电（集团）有限公司"]
    assert records[0].application_kind is ApplicationKind.CHANGE


def test_N1_an_empty_list_can_be_asked_again_with_its_cursor(rig: Rig) -> None:
    _, cursor = all_permits(rig.platform, limit=200)
    rig.put(THERMAL)
    assert len(all_permits(rig.platform, limit=200, cursor=cursor)[0]) == 1


def test_N1_a_withdrawn_permit_comes_with_its_flag(rig: Rig) -> None:
    rig.put(THERMAL)
    _, cursor = all_permits(rig.platform, limit=10)
    rig.put(changed(THERMAL, SQLX="5", CLBZ="0"))
    (record,), _ = all_permits(rig.platform, limit=10, cursor=cursor)
    assert (record.deleted, record.application_kind, record.ended) == (True, ApplicationKind.CANCELLED, True)


def test_N1_a_malformed_record_leaves_the_others_of_its_page_alone(rig: Rig) -> None:
    rig.put(THERMAL)
    rig.put(changed(INCINERATION, **UNREADABLE))
    rig.put(SEWAGE)
    first, broken, last = all_permits(rig.platform, limit=10)[0]
    assert (first, last) == (record_of(THERMAL), record_of(SEWAGE))
    assert isinstance(broken, MalformedRecord)
    assert broken.number == INCINERATION["PWXKZBH"]
    assert broken.problems == ("XKYXQXZ: 应为日期，如 2026-01-31",)


def test_N3_one_permit_is_fetched_anew(rig: Rig) -> None:
    rig.put(THERMAL)
    rig.put(changed(THERMAL, SCJYCSDZ="示例路2号"))
    found = rig.platform.permit(THERMAL["PWXKZBH"].lower())
    assert found is not None
    assert found.address == "示例路2号"
    assert rig.platform.permit(SEWAGE["PWXKZBH"]) is None


def test_N3_one_permit_that_cannot_be_read_says_why(rig: Rig) -> None:
    rig.put(changed(THERMAL, **UNREADABLE))
    with pytest.raises(NationalRecordMalformed, match="XKYXQXZ") as failure:
        rig.platform.permit(THERMAL["PWXKZBH"])
    assert failure.value.record.number == THERMAL["PWXKZBH"]


def test_N2_an_upload_gets_its_receipt_and_the_same_one_again(rig: Rig) -> None:
    receipt = rig.platform.send(plan())
    assert isinstance(receipt, Receipt)
    assert receipt.number
    assert receipt.received_at.utcoffset() is not None
    assert rig.platform.send(plan()) == receipt
    assert rig.platform.receipt_of("upload-plan-1") == receipt
    assert rig.times_sent() == {"upload-plan-1": 2}


def test_N2_a_lost_receipt_is_asked_for_and_the_upload_has_one_effect(rig: Rig) -> None:
    rig.lose_next_answer()
    with pytest.raises(NationalUnavailable):
        rig.platform.send(results(a="氮氧化物"))
    receipt = rig.platform.receipt_of(results(a="氮氧化物").client_id)
    assert isinstance(receipt, Receipt)
    assert rig.platform.send(results(a="氮氧化物")) == receipt
    assert list(rig.times_sent()) == [receipt.client_id]


def test_N2_an_upload_that_never_arrived_has_no_receipt(rig: Rig) -> None:
    assert rig.platform.receipt_of("upload-plan-9") is None
    rig.fail_next(1)
    with pytest.raises(NationalUnavailable, match="503"):
        rig.platform.send(plan("upload-plan-9"))
    assert rig.platform.receipt_of("upload-plan-9") is None


def test_N2_a_refusal_tells_its_reason_and_the_correction_goes_under_a_new_id(rig: Rig) -> None:
    rig.refuse_plans()
    refusal = Refusal("upload-plan-1", "no-seal", "扫描件没有盖章")
    assert rig.platform.send(plan()) == refusal
    assert rig.platform.send(plan()) == refusal
    assert rig.platform.receipt_of("upload-plan-1") == refusal
    assert isinstance(rig.platform.send(results(a="氮氧化物")), Receipt)


def test_N2_single_lines_are_refused_beside_a_receipt_for_the_others(rig: Rig) -> None:
    rig.refuse_lines_of("氮氧化物")
    receipt = rig.platform.send(results(a="氮氧化物", b="一氧化碳"))
    assert isinstance(receipt, Receipt)
    assert receipt.refused_lines == (LineRefusal("a", "out-of-range", "超出量程"),)
    refusal = rig.platform.send(results("upload-2", a="氮氧化物"))
    assert isinstance(refusal, Refusal)
    assert [line.line for line in refusal.lines] == ["a"]


def test_N2_an_id_that_stands_for_another_content_is_refused_and_the_first_stays(rig: Rig) -> None:
    receipt = rig.platform.send(plan())
    refusal = rig.platform.send(plan(text="二期"))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "client-id-reused"
    assert rig.platform.receipt_of("upload-plan-1") == receipt


def test_N2_a_platform_that_is_down_is_told_from_one_that_has_nothing(rig: Rig) -> None:
    rig.fail_next(3)
    for ask in (
        lambda: rig.platform.permits_since(None, 10),
        lambda: rig.platform.permit(THERMAL["PWXKZBH"]),
        lambda: rig.platform.receipt_of("upload-plan-1"),
    ):
        with pytest.raises(NationalUnavailable, match="503"):
            ask()
    assert rig.platform.permits_since(None, 10).records == ()


# Records and their content


def test_N1_a_record_holds_what_the_permit_says_and_nothing_of_persons() -> None:
    record = record_of(THERMAL)
    assert (record.number, record.uscc, record.industry_code) == (THERMAL["PWXKZBH"], THERMAL["TYSHXYDM"], "D4412")
    assert (record.province_code, record.city_code, record.county_code) == ("320000", "320100", "320115")
    assert (record.valid_from, record.valid_to, record.longitude) == (date(2025, 6, 1), date(2030, 5, 31), Decimal("118.8420"))
    assert record.timestamp.isoformat() == "2026-01-05T00:01:00+00:00"
    assert (record.management_category, record.ended) == ("重点管理", False)
    line = record.requirements[0]
    assert (line.outlet_key, line.pollutant, line.facility, line.networked) == ("DA001", "氮氧化物", Facility.AUTOMATIC, True)
    assert (line.frequency, line.limit_text, line.limit_unit) == ("4次/日(自动)", "60", "mg/m³")
    assert record.requirements[1].limit_text is None
    told = str(record.to_json())
    for personal in ("JSFZR", "GDDH", "YDDH"):
        assert THERMAL[personal] not in told


def test_N1_the_order_of_outlets_and_the_time_stamp_make_no_new_content() -> None:
    resent = changed(THERMAL, SJC="2026-02-01T00:00:00+08:00", PFK=THERMAL["PFK"][::-1], ZXJCYQ=THERMAL["ZXJCYQ"][::-1])
    assert record_of(resent) != record_of(THERMAL)
    assert record_of(resent).canonical() == record_of(THERMAL).canonical()
    stricter = copy.deepcopy(THERMAL)
    stricter["ZXJCYQ"][0]["XZ"] = "50"
    assert record_of(stricter).canonical() != record_of(THERMAL).canonical()


def test_N1_a_record_comes_back_from_its_json() -> None:
    for wire in demo_permits():
        record = record_of(wire)
        assert PermitRecord.from_json(record.to_json()) == record


def test_N1_what_a_permit_repeats_is_taken_once() -> None:
    twice = changed(THERMAL, PFK=THERMAL["PFK"] * 2, ZXJCYQ=THERMAL["ZXJCYQ"] * 2)
    assert record_of(twice) == record_of(THERMAL)


def test_N1_a_place_that_only_a_requirement_names_is_a_permit_point() -> None:
    only_coded = changed(THERMAL, PFK=[outlet for outlet in THERMAL["PFK"] if outlet["PFKBH"]])
    keys = [point.key for point in record_of(only_coded).points()]
    assert "fugitive:厂界(含储煤场)" in keys
    assert sorted(keys) == sorted(point.key for point in record_of(THERMAL).points())


def test_N1_nulls_lower_case_and_unknown_fields_are_taken() -> None:
    wire = changed(THERMAL, PWXKZBH=THERMAL["PWXKZBH"].lower(), GLLB=None, HFRQ=None, QYJDZB=None, NEW="?", PFK=[], ZXJCYQ=[])
    record = record_of(wire)
    assert record.number == THERMAL["PWXKZBH"]
    assert (record.management_category, record.issued_on, record.longitude, record.points()) == ("", None, None, ())


def test_N1_the_boundary_is_fugitive_also_where_the_permit_files_it_under_exhaust() -> None:
    outlets = [{"PFKLB": "废气", "PFKMC": "厂界"}, {"PFKLB": "废气", "PFKMC": "1#烟囱"}, {"PFKLB": "电磁辐射", "PFKMC": "厂界"}]
    found = record_of(changed(THERMAL, PFK=outlets, ZXJCYQ=[])).outlets
    assert [outlet.category for outlet in found] == [Category.FUGITIVE, Category.EXHAUST, Category.OTHER]
    assert found[2].category_wording == "电磁辐射"


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"DWMC": None}, "DWMC: 此项必填"),
    ({"DWMC": 5}, "DWMC: 应为文字"),
    ({"PWXKZBH": "91320115"}, "PWXKZBH: 不是有效的许可证编号（permit-number.length）：91320115"),
    ({"TYSHXYDM": SEWAGE["TYSHXYDM"]}, f"TYSHXYDM: 与许可证编号不一致：{SEWAGE['TYSHXYDM']}"),
    ({"TYSHXYDM": "1"}, "TYSHXYDM: 不是有效的统一社会信用代码（uscc.length）：1"),
    ({"SQLX": "9"}, "SQLX: 应为其中之一：1、2、3、4、5、6、7"),
    ({"SJC": "2026-01-05T08:00:00"}, "SJC: 时间须带时区，如 +08:00"),
    ({"XKYXQXZ": "2020-01-01"}, "XKYXQXZ: 早于许可有效期限起"),
    ({"QYWDZB": "91"}, "QYWDZB: 应在 -90 与 90 之间"),
    ({"SZQXQHDM": "320205"}, "SZQXQHDM: 320205 不属于 320100"),
    ({"SZDSQHDM": "南京"}, "SZDSQHDM: 不是行政区划代码：南京"),
    ({"PFK": None}, "PFK: 此项必填"),
    ({"PFK": {}}, "PFK: 应为列表"),
    ({"PFK": [{"PFKLB": "废气", "PFKMC": name, "PFKBH": "DA001"} for name in "甲乙"]}, "PFK: 同一排放口有两条不同的记录：DA001"),
    (
        {"ZXJCYQ": [{"WRYLB": "废气", "PFKMC": "1#", "WRWMC": "颗粒物", "JCSS": "目测"}]},
        "ZXJCYQ.0.JCSS: 应为其中之一：手工、自动",
    ),
    ({"SCJYCSDZ": "\ud800"}, "含有无法保存的字符"),
    ({"SCJYCSDZ": "a\x00"}, "SCJYCSDZ: 含有不允许的字符"),
]


@pytest.mark.parametrize(("fields", "problem"), FAULTS, ids=[problem.split("（")[0] for _, problem in FAULTS])
def test_N1_a_malformed_record_names_the_field_and_what_is_wrong(fields: Mapping[str, Any], problem: str) -> None:
    assert problems_of(changed(THERMAL, **fields)) == (problem,)


@pytest.mark.parametrize("wire", [None, 7, "permit", [], {}, [[]], {"PWXKZBH": 1}])
def test_N1_a_record_that_is_none_at_all_is_malformed_and_nothing_worse(wire: Any) -> None:
    record = parse_permit(wire)
    assert isinstance(record, MalformedRecord)
    assert record.number is None
    assert record.problems


def test_N1_the_digest_tells_malformed_records_apart() -> None:
    one, same, other = (parse_permit(changed(THERMAL, XKYXQXZ=day)) for day in ("长期", "长期", "永久"))
    assert isinstance(one, MalformedRecord)
    assert isinstance(other, MalformedRecord)
    assert one == same
    assert one.digest != other.digest


# Uploads


@pytest.mark.parametrize("client_id", ["", "a b", "ä", "x" * 129, "-a", "a/b"])
def test_N2_a_client_id_that_could_not_be_answered_to_is_refused_at_once(client_id: str) -> None:
    with pytest.raises(UploadInvalid, match="client id"):
        replace(plan(), client_id=client_id)


@pytest.mark.parametrize("lines", [[{}], [{"line": ""}], [{"line": 1}], [{"line": "a"}, {"line": "a"}]])
def test_N2_every_line_carries_an_id_of_its_own(lines: list[Any]) -> None:
    with pytest.raises(UploadInvalid, match="line id"):
        replace(plan(), content={"lines": lines})


@pytest.mark.parametrize("value", [1.5, b"x", "\ud800", object()])
def test_N2_content_that_is_no_exact_json_is_refused_at_once(value: Any) -> None:
    with pytest.raises(UploadInvalid, match="content"):
        replace(plan(), content={"value": value})
