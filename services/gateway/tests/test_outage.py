"""With all services stopped: the public is served, the console is told which part is away, and nobody waits."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from authorization_table import ROWS, STRANGER, THING, Row
from gateway_platform import Browser
from whole_platform import WholePlatform, whole_platform

LONGEST = 5.0
CARRIED = [
    row
    for row in ROWS
    if row.answers is not None and row.method == "GET" and row.answers.get(STRANGER) == THING[STRANGER] and row.rule.startswith("/api/")
]
PART_OF = {
    "dischargers": "企业信息",
    "points": "企业信息",
    "plans": "监测方案",
    "results": "监测数据",
    "reviews": "审核",
    "exchange": "国家平台交换",
}


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WholePlatform, Browser]]:
    with whole_platform(tmp_path_factory.mktemp("silent")) as platform:
        clerk = platform.signed_on("enterprise", "clerk")
        platform.client.stopped = True
        yield platform, clerk


def asked(silent: tuple[WholePlatform, Browser], row: Row) -> Any:
    platform, clerk = silent
    browser = Browser(platform.app) if row.is_public else clerk
    began = time.perf_counter()
    answered = browser.http.open(row.path.format(**platform.ids), method=row.method, buffered=True)
    answered.close()
    assert time.perf_counter() - began < LONGEST
    return answered


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_public and row.method == "GET"], ids=lambda row: row.rule)
def test_what_is_public_is_answered_as_ever(silent: tuple[WholePlatform, Browser], row: Row) -> None:
    # The console's page says so itself where it is not built.
    expected = (200, 503) if row.status == 0 else (row.status,)
    assert asked(silent, row).status_code in expected


@pytest.mark.parametrize("row", CARRIED, ids=lambda row: row.rule)
def test_the_console_is_told_which_part_is_away(silent: tuple[WholePlatform, Browser], row: Row) -> None:
    platform, _ = silent
    answered = asked(silent, row)
    endpoint = next(rule.endpoint for rule in platform.app.url_map.iter_rules() if rule.rule == row.rule and "GET" in rule.methods)
    blueprint = endpoint.partition(".")[0]
    if blueprint == "workbench":
        assert set(answered.json["away"]) == {"enterprise", "plan", "data", "permit-sync"}
        return
    if blueprint == "inbox":
        assert answered.status_code == 200
        return
    assert (answered.status_code, answered.content_type) == (503, "application/problem+json")
    assert answered.json["detail"] == f"{PART_OF[blueprint]}服务暂时不可用，请稍后重试"
    assert answered.json["params"]["service"] in platform.services
    assert int(answered.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/me", "/sessions", "/inbox", "/inbox/unread", "/reference/regions"])
def test_what_the_gateway_has_of_its_own_is_answered(silent: tuple[WholePlatform, Browser], path: str) -> None:
    assert silent[1].get(path).status_code == 200


def test_a_command_does_not_get_lost_silently(silent: tuple[WholePlatform, Browser]) -> None:
    platform, clerk = silent
    refused = clerk.send("PUT", f"/dischargers/{platform.ids['discharger_id']}/overview", {"introduction": "示例"})
    assert (refused.status_code, refused.json["params"]) == (503, {"service": "plan"})
