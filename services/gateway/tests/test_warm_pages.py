"""Public pages that are kept in memory, how often one may ask for them, and what they say while something is away."""

import gzip
import json
from typing import Any

import pytest
from gateway_platform import DISCHARGER, Platform
from public_site import PAGES, UNIT, ask, fill, hour, page, text
from test_disclosure import profile, publication, tell


@pytest.fixture
def settings() -> dict[str, str]:
    return {"SIGN_ON": "development", "PUBLIC_LIMIT": "off"}


@pytest.fixture
def disclosing(platform: Platform) -> Platform:
    return fill(platform)


def warm(platform: Platform) -> Any:
    return platform.app.extensions["selfmon_disclosure"].pages


def test_a_browser_that_has_the_page_is_told_so(disclosing: Platform) -> None:
    first = ask(disclosing, f"{UNIT}/results")
    assert first.headers["Cache-Control"] == "no-cache"
    again = ask(disclosing, f"{UNIT}/results", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_new_event_shows_and_changes_the_etag_of_that_discharger_alone(disclosing: Platform) -> None:
    other = f"{DISCHARGER[:18]}002"
    tell(disclosing, "enterprise", "EnterpriseRevised", other, profile(discharger_id=other, name="示例造纸厂"))
    tags = {path: ask(disclosing, path).headers["ETag"] for path in (*PAGES, f"/public/dischargers/{other}")}
    tell(disclosing, "data", "PublicationChanged", "pub-1", publication(values=[hour(0, "46.7")]))
    answered = ask(disclosing, f"{UNIT}/results", headers={"If-None-Match": tags[f"{UNIT}/results"]})
    assert answered.status_code == 200
    assert "46.7" in answered.text
    kept = ask(disclosing, f"/public/dischargers/{other}", headers={"If-None-Match": tags[f"/public/dischargers/{other}"]})
    assert kept.status_code == 304


def test_pages_are_made_once_and_compressed_once(disclosing: Platform) -> None:
    plain = ask(disclosing, "/public/")
    zipped = ask(disclosing, "/public/", headers={"Accept-Encoding": "gzip, deflate"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert plain.headers["Vary"] == zipped.headers["Vary"] == "Accept-Encoding"
    assert len(warm(disclosing)) == 1


class TestBounded:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"PUBLIC_CACHE_PAGES": "3", "PUBLIC_CACHE_MB": "1", "PUBLIC_LIMIT": "off"}

    def test_the_warm_pages_are_bounded_in_number_and_in_bytes(self, disclosing: Platform) -> None:
        for number in range(8):
            ask(disclosing, f"/public/?q={number}")
        pages = warm(disclosing)
        assert len(pages) == 3
        assert 0 < pages.bytes <= 1024 * 1024
        pages.most_bytes = pages.bytes
        ask(disclosing, "/public/?q=another")
        assert pages.bytes <= pages.most_bytes
        pages.most_bytes = 10
        ask(disclosing, "/public/?q=too-large-to-keep")
        assert ask(disclosing, "/public/?q=too-large-to-keep").status_code == 200


class TestLimited:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"SIGN_ON": "development", "PUBLIC_LIMIT": "3/minute"}

    def test_an_address_that_asks_too_often_is_told_when_to_come_back(self, disclosing: Platform) -> None:
        for path in ("/public/", UNIT, f"/api/v1{UNIT}"):
            assert ask(disclosing, path).status_code == 200
        refused = ask(disclosing, "/public/")
        assert (refused.status_code, refused.content_type) == (429, "text/html; charset=utf-8")
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert "访问过于频繁" in refused.text
        told = ask(disclosing, f"/api/v1{UNIT}")
        assert (told.status_code, told.json["code"]) == (429, "request.too-many")
        assert told.headers["Retry-After"]
        assert ask(disclosing, "/public/", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200
        assert ask(disclosing, "/healthz").status_code == 200

    def test_an_ipv6_network_counts_as_one_address(self, disclosing: Platform) -> None:
        statuses = [ask(disclosing, "/public/", environ_overrides={"REMOTE_ADDR": f"2001:db8::{n}"}).status_code for n in range(1, 5)]
        assert statuses == [200, 200, 200, 429]
        assert ask(disclosing, "/public/", environ_overrides={"REMOTE_ADDR": "2001:db8:1::1"}).status_code == 200
        assert ask(disclosing, "/public/", environ_overrides={"REMOTE_ADDR": "nonsense:"}).status_code == 200


def test_O1_the_pages_answer_while_every_service_is_away(disclosing: Platform) -> None:
    disclosing.client.services.clear()
    for path in PAGES:
        assert "数据更新至" in ask(disclosing, path).text


def test_before_the_migration_a_page_says_that_it_is_away(platform: Platform) -> None:
    with platform.gateway.application.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    answered = ask(platform, "/public/")
    assert (answered.status_code, answered.content_type) == (503, "text/html; charset=utf-8")
    assert answered.headers["Retry-After"]


def test_an_empty_site_says_so(platform: Platform) -> None:
    document = page(platform, "/public/")
    assert "没有符合条件的排污单位" in text(document)
    assert "数据更新至 —" in text(document)
    assert json.loads(ask(platform, "/api/v1/public/dischargers").text)["total"] == 0
