"""The simulated national platform: it keeps to national-api.yaml, keeps what it acknowledged, and its faults are repeatable."""

import base64
import copy
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from selfmon_deploy.demo.data import demo_permits
from selfmon_deploy.simulators.national import REQUIRED_OF_PERMIT, create_app, serving
from selfmon_deploy.simulators.national_faults import Fault, Faults, FaultSettings, FaultsInvalid
from selfmon_permit_sync.adapters.wire import upload_body
from selfmon_permit_sync.national import Document, Upload, UploadKind
from selfmon_shared.testing.processes import ManagedProcess, free_port, port_answers

API: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "services" / "permit-sync" / "national-api.yaml").read_text(encoding="utf-8")
)
THERMAL = demo_permits()[0]["PWXKZBH"]
DOCUMENT = {"name": "a.pdf", "media_type": "application/pdf", "sha256": hashlib.sha256(b"%PDF").hexdigest(), "base64": "JVBERg=="}


def fits(name: str, value: Any) -> None:
    """Assert that the value is what the schema of this name says."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": API["components"]}
    faults = [
        f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(value)
    ]
    assert faults == []


def upload(**changes: Any) -> dict[str, Any]:
    lines = [{"line": "a", "pollutant": "氮氧化物"}, {"line": "b", "pollutant": "一氧化碳"}]
    body = {"kind": "results", "uscc": THERMAL[:18], "permit_number": THERMAL, "content": {"lines": lines}}
    return body | changes


@pytest.fixture
def national(tmp_path: Path) -> Iterator[httpx.Client]:
    with serving(create_app(tmp_path)) as url, httpx.Client(base_url=url, trust_env=False, timeout=10) as client:
        yield client


def test_N1_the_interface_file_is_valid_openapi() -> None:
    validate(API)
    assert "not public" in API["info"]["description"]


def test_N1_the_simulator_asks_for_the_fields_that_the_interface_requires() -> None:
    assert set(API["components"]["schemas"]["Permit"]["required"]) == REQUIRED_OF_PERMIT


def test_N1_pages_and_permits_are_as_the_interface_says(national: httpx.Client) -> None:
    page = national.get("/permits", params={"limit": 5}).json()
    fits("PermitPage", page)
    assert page["more"] is True
    rest = national.get("/permits", params={"limit": 200, "cursor": page["next_cursor"]}).json()
    fits("PermitPage", rest)
    assert rest["more"] is False
    assert page["records"] + rest["records"] == list(demo_permits())
    fits("Permit", national.get(f"/permits/{THERMAL}").json())


@pytest.mark.parametrize("query", ["cursor=-1", "cursor=x", "limit=0", "limit=201", "limit=x"])
def test_N1_a_bad_parameter_is_named(national: httpx.Client, query: str) -> None:
    answer = national.get(f"/permits?{query}")
    assert answer.status_code == 400
    fits("Problem", answer.json())


def test_N2_receipts_are_as_the_interface_says_and_the_same_again(national: httpx.Client) -> None:
    first = national.put("/uploads/u1", json=upload(document=DOCUMENT))
    again = national.put("/uploads/u1", json=upload(document=DOCUMENT))
    asked = national.get("/uploads/u1")
    assert [first.status_code, again.status_code, asked.status_code] == [201, 200, 200]
    fits("Receipt", first.json())
    assert first.json() == again.json() == asked.json()
    (kept,) = national.get("/_uploads").json()["uploads"]
    assert (kept["client_id"], kept["times_sent"], kept["body"]["content"]) == ("u1", 2, upload()["content"])


def test_N2_what_the_adapter_sends_is_as_the_interface_says(national: httpx.Client) -> None:
    document = Document("方案.pdf", "application/pdf", b"%PDF")
    sent = Upload("u1", UploadKind.PLAN, THERMAL[:18], THERMAL, {"lines": [{"line": "a"}]}, document)
    assert national.put("/uploads/u1", content=upload_body(sent)).status_code == 201
    (kept,) = national.get("/_uploads").json()["uploads"]
    fits("Upload", kept["body"])
    assert base64.b64decode(kept["body"]["document"]["base64"]) == b"%PDF"


def test_N2_refusals_are_as_the_interface_says(national: httpx.Client) -> None:
    national.put(
        "/_faults",
        json={
            "refuse": [
                {"uscc": "other", "code": "never", "text": "不会出现"},
                {"kind": "abnormal", "permit_number": THERMAL, "code": "no-reason", "text": "未说明原因"},
                {"lines": {"pollutant": "氮氧化物"}, "code": "out-of-range", "text": "超出量程"},
            ]
        },
    )
    whole = national.put("/uploads/u1", json=upload(kind="abnormal"))
    partly = national.put("/uploads/u2", json=upload())
    all_lines = national.put("/uploads/u3", json=upload(content={"lines": upload()["content"]["lines"][:1]}))
    reused = national.put("/uploads/u2", json=upload(kind="plan"))
    assert [answer.status_code for answer in (whole, partly, all_lines, reused)] == [422, 201, 422, 409]
    for refusal in (whole, all_lines, reused):
        fits("Refusal", refusal.json())
    fits("Receipt", partly.json())
    assert whole.json()["text"] == "未说明原因"
    assert partly.json()["refused_lines"] == [{"line": "a", "code": "out-of-range", "text": "超出量程"}]
    assert national.put("/uploads/u1", json=upload(kind="abnormal")).json() == whole.json()
    assert national.get("/uploads/u1").json() == whole.json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        json.dumps(upload(kind="gossip")).encode(),
        json.dumps(upload(uscc=None)).encode(),
        json.dumps(upload(content=None)).encode(),
        json.dumps(upload(content={"lines": [{}]})).encode(),
        json.dumps(upload(document={})).encode(),
        json.dumps(upload(document=DOCUMENT | {"base64": "?"})).encode(),
        json.dumps(upload(document=DOCUMENT | {"base64": "AAAA"})).encode(),
    ],
    ids=["empty", "list", "bytes", "deep", "kind", "uscc", "content", "line", "document", "base64", "sha256"],
)
def test_N2_what_is_no_upload_is_refused_and_not_kept(national: httpx.Client, body: bytes) -> None:
    answer = national.put("/uploads/u1", content=body)
    assert answer.status_code == 400
    fits("Refusal", answer.json())
    assert national.get("/_uploads").json()["uploads"] == []


def test_N2_there_is_none_is_told_from_a_wrong_address(national: httpx.Client) -> None:
    for path, code in (("/uploads/u9", "not-found"), ("/permits/x", "not-found"), ("/plans", "no-such-path")):
        answer = national.get(path)
        fits("Problem", answer.json())
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert national.post("/permits").status_code == 405


def test_N1_a_permit_is_added_revised_and_withdrawn_by_hand(national: httpx.Client) -> None:
    cursor = national.get("/permits", params={"limit": 200}).json()["next_cursor"]
    added = copy.deepcopy(demo_permits()[1]) | {"PWXKZBH": f"{THERMAL[:18]}002P"}
    for change in ({"PWXKZBH": THERMAL, "DWMC": "江苏示例热电股份有限公司"}, added, {"PWXKZBH": THERMAL, "CLBZ": "0"}):
        assert national.post("/_permits", json=change).status_code == 200
    records = national.get("/permits", params={"cursor": cursor}).json()["records"]
    assert [(record["PWXKZBH"][18:], record["CLBZ"]) for record in records] == [("002P", "1"), ("001P", "0")]
    assert records[1]["DWMC"] == "江苏示例热电股份有限公司"


@pytest.mark.parametrize("body", ["{}", '{"PWXKZBH": "new"}', "[]", "?", '{"PWXKZBH": 1}'])
def test_N1_an_incomplete_permit_is_not_put_in(national: httpx.Client, body: str) -> None:
    assert national.post("/_permits", content=body).status_code == 400
    assert len(national.get("/permits", params={"limit": 200}).json()["records"]) == len(demo_permits())


def test_N1_a_malformed_record_stands_among_good_ones(national: httpx.Client) -> None:
    national.put("/_faults", json={"malformed": [THERMAL]})
    broken, good = national.get("/permits", params={"limit": 2}).json()["records"]
    fits("Permit", good)
    assert broken["XKYXQXZ"] == "长期"


def test_faults_can_be_read_set_and_taken_away(national: httpx.Client) -> None:
    assert national.put("/_faults", json={"error_rate": 1}).json()["error_rate"] == 1
    assert national.get("/permits").status_code == 503
    fits("Problem", national.get("/permits").json())
    assert national.get("/_health").status_code == 200
    national.put("/_faults", json={})
    assert national.get("/permits").status_code == 200
    assert national.get("/_faults").json() == json.loads(json.dumps(FaultSettings().to_json()))


@pytest.mark.parametrize("fault", ["cut", "lost-receipt"])
def test_N2_a_connection_that_is_cut_leaves_the_upload_done(national: httpx.Client, fault: str) -> None:
    national.put("/_faults", json={"next": [fault]})
    with pytest.raises(httpx.RemoteProtocolError):
        national.put("/uploads/u1", json=upload())
    assert national.get("/uploads/u1").json()["outcome"] == "accepted"


def test_N2_a_time_out_leaves_nothing_done(national: httpx.Client) -> None:
    national.put("/_faults", json={"next": ["timeout"]})
    with pytest.raises(httpx.ReadTimeout):
        national.put("/uploads/u1", json=upload(), timeout=0.2)
    assert national.get("/uploads/u1").status_code == 404


def test_the_same_seed_gives_the_same_faults_in_the_same_order() -> None:
    settings = FaultSettings(error_rate=0.2, timeout_rate=0.2, cut_rate=0.2, lost_receipt_rate=0.2, shuffle=True, seed=5)
    one, other = Faults(settings), Faults(settings)
    drawn = [one.draw(upload=True) for _ in range(200)]
    assert drawn == [other.draw(upload=True) for _ in range(200)]
    assert set(drawn) == set(Fault)
    record = demo_permits()[0]
    mixed = one.disguise(record)
    assert mixed == other.disguise(record)
    assert mixed["ZXJCYQ"] != record["ZXJCYQ"]
    assert sorted(map(str, mixed["ZXJCYQ"])) == sorted(map(str, record["ZXJCYQ"]))
    one.set(settings)
    assert drawn == [one.draw(upload=True) for _ in range(200)]
    assert Fault.LOST_RECEIPT not in {Faults(FaultSettings(lost_receipt_rate=1.0)).draw(upload=False)}


@pytest.mark.parametrize(
    "settings",
    [
        [],
        {"rate": 1},
        {"error_rate": 2},
        {"error_rate": True},
        {"cut_rate": "often"},
        {"next": ["flood"]},
        {"refuse": [{"code": "x"}]},
        {"malformed": 1},
    ],
)
def test_unknown_fault_settings_are_refused(national: httpx.Client, settings: Any) -> None:
    with pytest.raises(FaultsInvalid):
        FaultSettings.from_json(settings)
    assert national.put("/_faults", json=settings).status_code == 400
    assert national.put("/_faults", content="?").status_code == 400
    assert national.get("/permits").status_code == 200


@pytest.fixture
def simulator_process(tmp_path: Path) -> Iterator[Callable[..., ManagedProcess]]:
    started: list[ManagedProcess] = []

    def start(port: int, *options: str) -> ManagedProcess:
        command = [sys.executable, "-m", "selfmon_deploy.simulators.national", "--port", str(port), "--state", str(tmp_path / "state")]
        process = ManagedProcess(
            [*command, *options], name="national", log_path=tmp_path / "national.log", ready=lambda: port_answers(port)
        )
        started.append(process)
        return process.start()

    yield start
    for process in started:
        process.stop()


def test_N2_a_kill_loses_nothing_that_was_acknowledged(simulator_process: Callable[..., ManagedProcess]) -> None:
    port = free_port()
    process = simulator_process(port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        receipts = [client.put(f"/uploads/u{number}", json=upload()).json() for number in range(20)]
        client.post("/_permits", json={"PWXKZBH": THERMAL, "DWMC": "江苏示例热电股份有限公司"})
        process.kill9()
        process.start()
        assert [client.get(f"/uploads/u{number}").json() for number in range(20)] == receipts
        assert client.get(f"/permits/{THERMAL}").json()["DWMC"] == "江苏示例热电股份有限公司"
        assert client.put("/uploads/u0", json=upload()).json() == receipts[0]
    assert process.terminate() == 0


def test_the_simulator_starts_empty_and_with_faults_if_told_so(simulator_process: Callable[..., ManagedProcess]) -> None:
    port = free_port()
    simulator_process(port, "--empty", "--faults", '{"next": ["error"]}')
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        assert client.get("/permits").status_code == 503
        assert client.get("/permits").json() == {"records": [], "next_cursor": "0", "more": False}
