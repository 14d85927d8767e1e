"""Pick lists for the forms."""

from typing import Any

import pytest
from gateway_platform import Browser, Platform


@pytest.fixture
def clerk(platform: Platform) -> Browser:
    return platform.signed_on("clerk")


def names(page: Any) -> list[str]:
    assert page.status_code == 200, page.text
    return [row["name"] for row in page.json["rows"]]


def test_E4_the_counties_of_a_city_come_with_the_bureau_in_charge(clerk: Browser) -> None:
    cities = clerk.get("/reference/regions").json
    assert len(cities) == 13
    assert cities[0]["full_name"] == "江苏省南京市"
    by_city = clerk.get("/reference/counties?city=320500").json
    assert by_city == clerk.get("/reference/counties?city=320505").json
    bureaus = {row["name"]: row["bureau"] for row in by_city}
    assert bureaus["虎丘区"] == "苏州市虎丘生态环境局"
    assert bureaus["苏州工业园区"] == "苏州工业园区生态环境局"
    assert {row["parent"] for row in by_city} == {"320500"}


def test_industries_are_found_by_code_and_name_and_walked_down(clerk: Browser) -> None:
    assert clerk.get("/reference/industries?q=4411").json["rows"][0]["path"][-1] == "火力发电"
    assert "火力发电" in names(clerk.get("/reference/industries", query_string={"q": "发电"}))
    sections = clerk.get("/reference/industries").json
    assert sections["total"] == 20
    assert not sections["rows"][0]["leaf"]
    below = clerk.get("/reference/industries?parent=D").json["rows"]
    assert {row["level"] for row in below} == {"division"}


def test_E6_pollutants_are_found_by_name_alias_and_code_at_the_kind_of_point(clerk: Browser) -> None:
    assert names(clerk.get("/reference/pollutants", query_string={"q": "化学需氧量"}))[0] == "化学需氧量"
    assert names(clerk.get("/reference/pollutants", query_string={"q": "w01018"})) == ["化学需氧量"]
    exhaust = clerk.get("/reference/pollutants?kind=organised-exhaust&page_size=500").json["rows"]
    assert {row["medium"] for row in exhaust} == {"air"}
    anywhere = clerk.get("/reference/pollutants?kind=surroundings&page_size=500").json["rows"]
    assert {row["medium"] for row in anywhere} == {"air", "water", "noise"}


def test_standards_are_found_by_code_and_name(clerk: Browser) -> None:
    assert names(clerk.get("/reference/standards", query_string={"q": "gb13223"})) == ["火电厂大气污染物排放标准"]
    water = clerk.get("/reference/standards?kind=wastewater-outlet").json
    assert water["total"]
    assert all(any(of.startswith("water") for of in row["media"]) for row in water["rows"])


def test_E6_the_methods_of_a_pollutant_name_their_source_and_how_far_they_are_verified(clerk: Browser) -> None:
    methods = clerk.get("/reference/methods?pollutant=w01018").json["rows"]
    assert {"code": "HJ 828-2017", "method": "重铬酸盐法", "detection_limit": "4", "verified": True}.items() <= methods[0].items()
    assert clerk.get("/reference/methods", query_string={"pollutant": "w01018", "q": "快速消解"}).json["total"] == 1
    assert clerk.get("/reference/methods?pollutant=nothing").json == {"total": 0, "rows": []}


def test_E6_the_frequencies_of_permits_come_with_wording_and_count(clerk: Browser) -> None:
    frequencies = {row["code"]: row for row in clerk.get("/reference/frequencies").json}
    assert frequencies["continuous"] == {"code": "continuous", "wording": "连续监测", "per_year": "8760", "automatic": True}
    assert frequencies["1/quarter"]["wording"] == "1次/季"
    assert frequencies["1/quarter"]["per_year"] == "4"
    assert frequencies["1/day@discharge"]["wording"] == "1次/日(排放时)"
    assert frequencies["1/day@discharge"]["per_year"] is None


def test_lists_are_paged(clerk: Browser) -> None:
    first = clerk.get("/reference/pollutants?page_size=2").json
    second = clerk.get("/reference/pollutants?page_size=2&page=2").json
    assert first["total"] == second["total"] > 400
    assert not {r["code"] for r in first["rows"]} & {r["code"] for r in second["rows"]}


def test_a_list_that_the_browser_has_is_not_sent_again(clerk: Browser) -> None:
    first = clerk.get("/reference/regions")
    assert "private" in first.headers["Cache-Control"]
    again = clerk.get("/reference/regions", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/reference/regions?parent=990000", 404, "region.unknown"),
        ("/reference/counties?city=999999", 404, "region.unknown"),
        ("/reference/counties", 422, "input.invalid"),
        ("/reference/industries?parent=??", 404, "industry.unknown"),
        ("/reference/pollutants?kind=fire", 422, "input.invalid"),
        ("/reference/methods?page_size=501", 422, "input.invalid"),
    ],
)
def test_what_cannot_be_looked_up_is_refused(clerk: Browser, path: str, status: int, code: str) -> None:
    refused = clerk.get(path)
    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_lists_are_for_the_signed_in(platform: Platform) -> None:
    assert platform.browser().get("/reference/regions").status_code == 401


@pytest.mark.parametrize("page", ["0", "-1"])
def test_a_page_that_there_cannot_be_is_refused_with_the_range(clerk: Browser, page: str) -> None:
    refused = clerk.get(f"/reference/pollutants?page={page}")
    assert refused.json["errors"] == [{"field": "page", "messages": ["不能小于 1"]}]
