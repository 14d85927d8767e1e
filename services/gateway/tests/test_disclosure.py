"""What the public sees (O1, O2)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from gateway_platform import DISCHARGER, Platform

from selfmon_gateway.disclosure.tables import public as kept
from selfmon_shared.blobs import BlobStore
from selfmon_shared.contracts.providers import PROVIDERS
from selfmon_shared.eventstore import rebuilding
from selfmon_shared.kernel.contract import Message

NOTICE = "数据为企业自行监测数据，未经生态环境主管部门审核"
SECRETS = ("示例法人", "access_password", "secret-password", "weaker_reason")
PERSONAL = {
    "name_of_person",
    "legal_person",
    "telephone",
    "mobile",
    "email",
    "person",
    "contact",
    "id_number",
    "contact_id",
    "by",
    "person_id",
}


def profile(**changes: Any) -> dict[str, Any]:
    return {
        "discharger_id": DISCHARGER, "version": 1, "uscc": DISCHARGER[:18], "permit_number": f"{DISCHARGER}P", "permit_state": "valid",
        "permit_check": "confirmed", "name": "江苏示例热电有限公司", "region": "320102", "bureau": "示例生态环境局",
        "address": "示例路 1 号",
        "longitude": "118.8", "latitude": "32.1", "industry_code": "4412", "industry_name": "热电联产", "production_cycle": "全年",
        "commissioned_laboratory": "无", "maintenance_firm": "secret-password", "complete": True, "disclosure_method": "本平台",
        "disclosure_address": "", **changes,
    }  # fmt: skip


def publication(**changes: Any) -> dict[str, Any]:
    value = {"time": "2026-01-01T00:00:00Z", "value": "12.3", "exceeds": False, "multiple": None, "source": "logger", "late": False}
    return {
        "publication_id": "pub-1", "discharger_id": DISCHARGER, "point_id": "pt-1", "point_name": "1号机组排放口", "item_id": "it-1",
        "pollutant_code": "a21002", "pollutant_name": "氮氧化物", "unit": "mg/m3", "limit_text": "50", "period_kind": "hour",
        "day": "2026-01-01", "withheld": False, "values": [value], **changes,
    }  # fmt: skip


def registration(**changes: Any) -> dict[str, Any]:
    return {
        "registration_id": "r1", "discharger_id": DISCHARGER, "kind": "stopped", "point_ids": ["pt-1"], "item_ids": [],
        "starts_at": "2026-01-01T16:00:00Z", "ends_at": None, "reason": "机组检修停产", "in_force_from": "2026-01-01T00:00:00Z", **changes,
    }  # fmt: skip


@pytest.fixture
def disclosing(platform: Platform) -> Platform:
    tell(platform, "enterprise", "EnterpriseRevised", DISCHARGER, profile())
    return platform


def tell(platform: Platform, source: str, name: str, key: str, payload: dict[str, Any]) -> Message:
    return platform.gateway.receive(source, name, key, payload)


def public(platform: Platform, path: str = "", **arguments: str) -> Any:
    answered = platform.browser().get(f"/public/dischargers{path}", query_string=arguments)
    assert answered.status_code == 200, answered.text
    assert answered.json["notice"] == NOTICE
    assert not [word for word in SECRETS if word in answered.text]
    return answered.json


def test_O1_everybody_sees_a_dischargers_basic_information(disclosing: Platform) -> None:
    shown = public(disclosing, f"/{DISCHARGER}")
    assert (shown["name"], shown["region_name"], shown["permit_number"]) == ("江苏示例热电有限公司", "江苏省南京市玄武区", f"{DISCHARGER}P")
    assert shown["as_of"] is not None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["江苏示例热电有限公司", "江苏示例纸业有限公司", "江苏示例水务有限公司"]),
        ({"region": "320100"}, ["江苏示例热电有限公司"]),
        ({"region": "321000"}, []),
        ({"region": "321100"}, ["江苏示例纸业有限公司"]),
        ({"region": "320000", "industry": "44"}, ["江苏示例热电有限公司"]),
        ({"name": "水务"}, ["江苏示例水务有限公司"]),
        ({"name": "%"}, []),
        ({"page_size": "1", "page": "2"}, ["江苏示例热电有限公司"]),
    ],
)
def test_O1_dischargers_are_found_by_region_industry_and_name(disclosing: Platform, wanted: dict[str, str], found: list[str]) -> None:
    for number, name, region, industry in (
        ("002", "江苏示例纸业有限公司", "321102", "2221"),
        ("003", "江苏示例水务有限公司", "999999", "4620"),
    ):
        other = f"{DISCHARGER[:18]}{number}"
        changed = profile(discharger_id=other, name=name, region=region, industry_code=industry)
        tell(disclosing, "enterprise", "EnterpriseRevised", other, changed)
    page = public(disclosing, **wanted)
    assert sorted(row["name"] for row in page["rows"]) == sorted(found) if "page" not in wanted else len(page["rows"]) == 1
    assert page["total"] == (3 if "page" in wanted else len(found))


@pytest.mark.parametrize("wanted", [{"region": "nowhere"}, {"page_size": "1000"}, {"industry": "4412'"}])
def test_O1_wrong_filters_are_told(disclosing: Platform, wanted: dict[str, str]) -> None:
    assert disclosing.browser().get("/public/dischargers", query_string=wanted).status_code == 422


def test_O1_points_overview_and_plan_are_public(disclosing: Platform) -> None:
    point = {"point_id": "pt-1", "discharger_id": DISCHARGER, "code": "FQ-001", "name": "1号机组排放口", "kind": "organised-exhaust"}
    tell(disclosing, "enterprise", "PointRevised", "pt-1", {**point, "emission_standard": "GB 13223", "active": True, "items": []})
    assert public(disclosing, f"/{DISCHARGER}/points")["rows"][0]["code"] == "FQ-001"
    overview = {"discharger_id": DISCHARGER, "introduction": "示例介绍", "personnel": [], "management_rules": "", "training_records": ""}
    tell(disclosing, "plan", "OverviewRevised", DISCHARGER, {**overview, "quality_control": "", "version": 1, "complete": False})
    assert public(disclosing, f"/{DISCHARGER}/overview")["introduction"] == "示例介绍"
    assert disclosing.browser().get(f"/public/dischargers/{DISCHARGER}/plan").json["code"] == "plan.unknown"
    document = store(disclosing).put(b"%PDF-1.7 example")
    plan = {"plan_id": "p1", "discharger_id": DISCHARGER, "version": 1, "title": "自行监测方案/2026", "digest": "d", "document": document}
    tell(disclosing, "plan", "PlanTookEffect", DISCHARGER, {**plan, "in_force_from": "2026-01-01T00:00:00Z", "points": []})
    assert public(disclosing, f"/{DISCHARGER}/plan")["title"] == "自行监测方案/2026"
    download = disclosing.browser().get(f"/public/dischargers/{DISCHARGER}/plan/document")
    assert download.data == b"%PDF-1.7 example"
    assert download.content_type == "application/pdf"
    assert download.headers["Content-Disposition"].startswith('attachment; filename="document.pdf"')
    assert "filename*=UTF-8''%E8%87%AA%E8%A1%8C%E7%9B%91%E6%B5%8B%E6%96%B9%E6%A1%88_2026.pdf" in download.headers["Content-Disposition"]


def store(platform: Platform) -> BlobStore:
    return BlobStore.of(platform.gateway.application.settings)


def test_O1_the_diagram_is_shown_as_a_picture_that_can_do_nothing(disclosing: Platform) -> None:
    path = f"/public/dischargers/{DISCHARGER}/diagram/picture"
    assert disclosing.browser().get(path).status_code == 404
    digest = store(disclosing).put(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    marks = [{"point_id": "pt-1", "x": 10, "y": 20}]
    diagram = {"discharger_id": DISCHARGER, "digest": digest, "media_type": "image/png", "marks": marks, "version": 1}
    tell(disclosing, "enterprise", "DiagramRevised", DISCHARGER, {**diagram, "revised_at": "2026-01-01T00:00:00Z"})
    assert public(disclosing, f"/{DISCHARGER}/diagram")["marks"] == marks
    picture = disclosing.browser().get(path)
    assert picture.content_type == "image/png"
    assert picture.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" in picture.headers["Content-Security-Policy"]
    assert picture.headers["X-Content-Type-Options"] == "nosniff"


def test_O1_what_is_no_known_document_is_only_ever_downloaded(disclosing: Platform) -> None:
    digest = store(disclosing).put(b"<html><script>alert(1)</script></html>")
    diagram = {"discharger_id": DISCHARGER, "digest": digest, "media_type": "image/png", "marks": [], "version": 1}
    tell(disclosing, "enterprise", "DiagramRevised", DISCHARGER, {**diagram, "revised_at": "2026-01-01T00:00:00Z"})
    picture = disclosing.browser().get(f"/public/dischargers/{DISCHARGER}/diagram/picture")
    assert picture.content_type == "application/octet-stream"
    assert picture.headers["Content-Disposition"].startswith("attachment;")


def test_O1_published_values_of_a_day_are_public(disclosing: Platform) -> None:
    tell(disclosing, "data", "PublicationChanged", "pub-1", publication())
    tell(disclosing, "data", "PublicationChanged", "pub-2", publication(publication_id="pub-2", period_kind="day"))
    tell(disclosing, "data", "PublicationChanged", "pub-3", publication(publication_id="pub-3", day="2026-01-02"))
    rows = public(disclosing, f"/{DISCHARGER}/results", day="2026-01-01")["rows"]
    assert [row["publication_id"] for row in rows] == ["pub-2", "pub-1"]
    assert rows[1]["values"][0]["value"] == "12.3"
    (hours,) = public(disclosing, f"/{DISCHARGER}/results", day="2026-01-01", period_kind="hour")["rows"]
    assert hours["publication_id"] == "pub-1"
    assert disclosing.browser().get(f"/public/dischargers/{DISCHARGER}/results").status_code == 422


def test_O2_withheld_values_are_not_kept_at_all(disclosing: Platform) -> None:
    tell(disclosing, "data", "PublicationChanged", "pub-1", publication())
    tell(disclosing, "data", "PublicationChanged", "pub-1", publication(withheld=True))
    (row,) = public(disclosing, f"/{DISCHARGER}/results", day="2026-01-01")["rows"]
    assert (row["values"], row["notice"]) == ([], "依法不予公开")
    assert "12.3" not in everything_kept(disclosing)


def test_A1_A2_reasons_are_shown_while_they_are_in_force(disclosing: Platform) -> None:
    tell(disclosing, "data", "AbnormalTookEffect", "r1", registration())
    assert public(disclosing, f"/{DISCHARGER}/reasons")["rows"][0]["reason"] == "机组检修停产"
    ended = {"registration_id": "r1", "discharger_id": DISCHARGER, "ends_at": "2026-01-03T16:00:00Z"}
    tell(disclosing, "data", "AbnormalEnded", "r1", ended)
    tell(disclosing, "data", "AbnormalEnded", "unknown", {**ended, "registration_id": "unknown"})
    assert [row["ends_at"] for row in public(disclosing, f"/{DISCHARGER}/reasons")["rows"]] == ["2026-01-03T16:00:00Z"]
    tell(
        disclosing,
        "data",
        "AbnormalRevoked",
        "r1",
        {"registration_id": "r1", "discharger_id": DISCHARGER, "reason": "x", "revoked_at": "x"},
    )
    assert public(disclosing, f"/{DISCHARGER}/reasons")["rows"] == []


def test_O2_of_what_the_law_hides_only_that_and_the_period_is_shown(disclosing: Platform) -> None:
    tell(disclosing, "data", "AbnormalTookEffect", "r1", registration(kind="not-public", reason="涉及国家秘密", item_ids=["it-1"]))
    (row,) = public(disclosing, f"/{DISCHARGER}/reasons")["rows"]
    assert row == {
        "registration_id": "r1", "discharger_id": DISCHARGER, "kind": "not-public", "point_ids": [], "item_ids": [],
        "starts_at": "2026-01-01T16:00:00Z", "ends_at": None, "reason": "依法不予公开",
    }  # fmt: skip
    assert "涉及国家秘密" not in everything_kept(disclosing)


def everything_kept(platform: Platform) -> str:
    with platform.gateway.application.database.reading() as connection:
        return str([tuple(row) for table in kept.tables.values() for row in connection.execute(table.select())])


@pytest.mark.parametrize("part", ["", "/points", "/diagram", "/overview", "/plan", "/plan/document", "/reasons", "/results?day=2026-01-01"])
def test_O1_an_unknown_discharger_is_not_found(platform: Platform, part: str) -> None:
    refused = platform.browser().get(f"/public/dischargers/none{part}")
    assert (refused.status_code, refused.json["code"]) == (404, "discharger.unknown")


def test_O1_the_public_pages_answer_while_every_service_is_away(disclosing: Platform) -> None:
    disclosing.client.services.clear()
    assert public(disclosing)["total"] == 1


def test_no_public_answer_has_a_place_for_personal_data(platform: Platform) -> None:
    described = json.loads(platform.browser().get("/openapi.json").text)

    def names(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            if "$ref" in schema:
                yield from names(described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]])
            yield from schema.get("properties", {})
            for inner in schema.values():
                yield from names(inner)
        elif isinstance(schema, list):
            for inner in schema:
                yield from names(inner)

    shown = {
        name
        for path, operations in described["paths"].items()
        if "/public/" in path
        for name in names(operations["get"]["responses"]["200"])
    }
    assert {"pollutant_name", "reason", "personnel", "in_force_from"} <= shown
    assert shown & PERSONAL == set()


def test_the_gateway_shows_what_the_owners_declare_public_and_nothing_more(platform: Platform) -> None:
    described = json.loads(platform.browser().get("/openapi.json").text)["components"]["schemas"]
    shown = set(described["disclosure.DischargerAnswer"]["properties"]) - {"notice", "as_of", "region_name"}
    assert shown == PROVIDERS["enterprise"].event("EnterpriseRevised").public


def test_O1_a_rebuild_empties_the_public_tables_and_follows_from_the_beginning(disclosing: Platform) -> None:
    application = disclosing.gateway.application
    assert application.cursor(application.definition.follows[1]).position > 0
    assert rebuilding.rebuild(application.database, application.model) == 0
    assert public(disclosing)["total"] == 0
    assert {application.cursor(follow).position for follow in application.definition.follows} == {0}
    tell(disclosing, "enterprise", "EnterpriseRevised", DISCHARGER, profile())
    assert public(disclosing)["total"] == 1
