"""The audit trail."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from gateway_platform import Platform
from sqlalchemy.exc import DatabaseError

from selfmon_gateway import acts
from selfmon_gateway.app import RESOURCES
from selfmon_gateway.audit import Act
from selfmon_gateway.tables import audit_trail
from selfmon_shared.contracts.contract import CommandContract


def trail(platform: Platform, **wanted: str) -> list[dict[str, Any]]:
    page = platform.signed_on("auditor").get("/audit", query_string=wanted)
    assert page.status_code == 200, page.text
    rows: list[dict[str, Any]] = page.json["rows"]
    return rows


def test_commands_sign_on_and_sign_off_are_written_down_with_their_results(platform: Platform) -> None:
    operator = platform.signed_on("operator")
    enrolment = {"officer_id": "officer", "region": "320102", "name": "示例科员"}
    operator.post("/officers", enrolment, headers={"X-Correlation-ID": "talk-1"})
    operator.post("/officers", {**enrolment, "region": "??"})
    operator.post("/sign-out")
    rows = trail(platform, person_id="operator")
    assert [(row["what"], row["result"]) for row in reversed(rows)] == [
        ("gateway.sign-on", "done"),
        ("review.enrol-officer", "done"),
        ("review.enrol-officer", "input.invalid"),
        ("gateway.sign-out", "done"),
    ]
    enrolled = rows[2]
    assert (enrolled["realm"], enrolled["address"], enrolled["object"]) == ("operator", "127.0.0.1", "/api/v1/officers")
    assert enrolled["correlation"] == "talk-1"


def test_refused_access_is_written_down(platform: Platform) -> None:
    platform.browser().get("/reviews/s1")
    platform.submit_plan()
    platform.signed_on("stranger").get("/reviews/s1")
    platform.signed_on("clerk").get("/audit")
    platform.browser().post("/sign-on", {"realm": "epb", "person_id": "nobody"})
    refused = [(row["person_id"], row["object"], row["result"]) for row in trail(platform) if row["result"] != "done"]
    assert list(reversed(refused)) == [
        (None, "/api/v1/reviews/s1", "actor.unknown"),
        ("stranger", "/api/v1/reviews/s1", "discharger.unknown"),
        ("clerk", "/api/v1/audit", "actor.auditor-only"),
        (None, "/api/v1/sign-on", "input.invalid"),
    ]


def test_reading_and_what_the_public_does_are_not_written_down(platform: Platform) -> None:
    browser = platform.browser()
    browser.get("/public/dischargers/none")
    browser.get("/nothing")
    assert [row["what"] for row in trail(platform)] == ["gateway.sign-on"]


def test_the_trail_is_paged_and_cut_by_time(platform: Platform) -> None:
    for _ in range(3):
        platform.signed_on("clerk")
    assert len(trail(platform, page_size="2", page="2")) == 2
    assert trail(platform, until="2001-01-01T00:00:00+08:00") == []
    assert len(trail(platform, since="2001-01-01T00:00:00+08:00", person_id="clerk")) == 3


def test_only_auditors_read_the_trail(platform: Platform) -> None:
    refused = platform.signed_on("operator").get("/audit")
    assert (refused.status_code, refused.json["code"]) == (403, "actor.auditor-only")


@pytest.mark.parametrize("change", [audit_trail.update().values(result="done"), audit_trail.delete()])
def test_nobody_can_change_the_trail(platform: Platform, change: Any) -> None:
    platform.signed_on("clerk")
    with pytest.raises(DatabaseError, match="append-only"), platform.gateway.application.database.writing() as connection:
        connection.execute(change)


def test_an_act_is_answered_even_if_the_trail_cannot_be_written(platform: Platform, capsys: pytest.CaptureFixture[str]) -> None:
    operator = platform.signed_on("operator")
    with platform.gateway.application.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_trail RENAME TO audit_trail_away")
    done = operator.post("/officers", {"officer_id": "officer", "region": "320102", "name": "示例科员"})
    assert done.status_code == 201
    assert "audit-not-stored" in capsys.readouterr().out


def test_the_trail_is_searched_by_act_and_by_result(platform: Platform) -> None:
    operator = platform.signed_on("operator")
    operator.post("/officers", {"officer_id": "officer", "region": "320102", "name": "示例科员"})
    operator.post("/officers", {"officer_id": "officer", "region": "??", "name": "示例科员"})
    assert [row["result"] for row in trail(platform, act="review.")] == ["input.invalid", "done"]
    assert [row["what"] for row in trail(platform, result="refused")] == ["review.enrol-officer"]
    assert len(trail(platform, act="review.", result="done")) == 1
    assert trail(platform, person_id="operator", realm="epb") == []


def exported(platform: Platform, **wanted: str) -> list[list[str]]:
    answered = platform.signed_on("auditor").get("/audit.csv", query_string=wanted)
    assert (answered.status_code, answered.content_type) == (200, "text/csv; charset=utf-8")
    assert "%E5%AE%A1%E8%AE%A1%E6%97%A5%E5%BF%97.csv" in answered.headers["Content-Disposition"]
    assert answered.headers["Cache-Control"] == "no-store"
    assert answered.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answered.data.decode("utf-8-sig"))))


def test_auditors_take_what_they_look_for_along_as_a_file_and_that_is_written_down(platform: Platform) -> None:
    platform.signed_on("clerk").get("/audit.csv")
    head, line = exported(platform, result="refused")
    assert head[:4] == ["时间", "人员编号", "登录入口", "来源地址"]
    assert line[1:9] == [
        "clerk",
        "企业",
        "127.0.0.1",
        "导出操作日志",
        "gateway.export-audit",
        "/api/v1/audit.csv",
        "actor.auditor-only",
        "此操作只能由审计人员办理",
    ]
    done = trail(platform, act="gateway.export-audit", result="done")
    assert [row["person_id"] for row in done] == ["auditor"]


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)"])
def test_no_cell_of_the_file_is_calculated_by_a_spreadsheet(platform: Platform, cell: str) -> None:
    platform.app.extensions["selfmon_gateway"].audit.write(Act(cell, cell, "done", "127.0.0.1", "c"))
    (line,) = exported(platform, act=cell)[1:]
    assert [text for text in line if text.startswith(tuple("=+-@"))] == []
    assert f"'{cell}" in line


def test_a_file_of_many_portions_is_whole(platform: Platform) -> None:
    audit = platform.app.extensions["selfmon_gateway"].audit
    with platform.gateway.application.database.writing() as connection:
        row = {"at": audit._clock(), "address": "127.0.0.1", "object": "/", "result": "done", "correlation": "c"}
        connection.execute(audit_trail.insert(), [{**row, "what": f"old.{number}"} for number in range(2001)])
    assert [line[5] for line in exported(platform, act="old.")[1:]] == [f"old.{number}" for number in reversed(range(2001))]


def test_every_act_that_is_written_down_is_called_something_in_chinese() -> None:
    commands = {route.act for module in RESOURCES for route in getattr(module, "ROUTES", ()) if isinstance(route.contract, CommandContract)}
    sources = (Path(acts.__file__).parent).rglob("*.py")
    named = {name for path in sources for name in re.findall(r'auditing\("([a-z.-]+)"', path.read_text(encoding="utf-8"))}
    downloads = {"gateway.download-plan-document", "gateway.download-plan-pdf"}
    assert commands | named | downloads == set(acts.ACTS)
    assert acts.called("GET plan-plan") == "访问"
