"""The disclosure site as a visitor without JavaScript meets it (O1, O2)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import pytest
from gateway_platform import DISCHARGER, Platform
from lxml import html
from public_site import PAGES, UNIT, ask, fill, hour, page, rows, text
from test_disclosure import NOTICE, profile, publication, registration, tell
from werkzeug.test import TestResponse

from selfmon_gateway.disclosure.downloads import safe

WITHHELD = "依法不予公开"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"SIGN_ON": "development", "PUBLIC_LIMIT": "off"}


@pytest.fixture
def disclosing(platform: Platform) -> Platform:
    return fill(platform)


def test_O1_every_page_says_whose_data_it_shows_and_as_of_when(disclosing: Platform) -> None:
    for path in PAGES:
        document = page(disclosing, path)
        statement = text(document.xpath("//aside")[0])
        assert NOTICE in statement, path
        assert re.search(r"数据更新至 \d{4}-\d\d-\d\d \d\d:\d\d", statement), path


def test_O1_pages_need_no_script_and_hold_to_the_csp(disclosing: Platform) -> None:
    for path in PAGES:
        document = page(disclosing, path)
        assert document.xpath("//@style | //@onclick | //@onchange | //@onload | //style") == [], path
        assert [script for script in document.iter("script") if script.text or not script.get("src", "").startswith("/")] == []
        assert all(link.startswith(("/", "#")) for link in document.xpath("//a/@href | //link/@href | //img/@src | //form/@action"))
        policy = ask(disclosing, path).headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_pages_can_be_read_by_everybody(disclosing: Platform) -> None:
    for path in PAGES:
        document = page(disclosing, path)
        assert document.get("lang") == "zh-CN"
        levels = [int(heading.tag[1]) for heading in document.xpath("//h1 | //h2 | //h3 | //h4")]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        for table in document.iter("table"):
            assert text(table.find("caption")), path
            assert all(head.get("scope") in ("col", "row") for head in table.iter("th")), path
        for field in document.xpath("//input[not(@type='hidden')] | //select"):
            assert document.xpath(f"//label[@for='{field.get('id')}']"), path
        assert all(image.get("alt") for image in document.iter("img")), path
        labelled = document.xpath("//@aria-labelledby | //@aria-describedby")
        assert all(document.xpath(f"//*[@id='{name}']") for name in labelled), path
        identifiers = document.xpath("//@id")
        assert len(identifiers) == len(set(identifiers)), path


def test_O1_all_links_of_the_site_lead_somewhere(disclosing: Platform) -> None:
    seen = set(walk(disclosing))
    assert {f"{UNIT}/results?day=2026-01-01", f"{UNIT}/items/it-1"} <= seen
    assert any(path.startswith(f"{UNIT}/results.csv") for path in seen)


def walk(platform: Platform) -> Iterator[str]:
    """The address of every page, file and picture that can be reached by links, forms and pictures."""
    waiting, seen = ["/public/"], set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.endswith("/plan/document"):
            continue
        seen.add(path)
        answered = ask(platform, path)
        assert answered.status_code == 200, path
        yield path
        if answered.mimetype == "text/html":
            waiting += [found for found in html.fromstring(answered.text).xpath("//a/@href | //img/@src") if found.startswith("/")]


def told(platform: Platform, paths: Iterable[str]) -> str:
    """All that stands there."""
    return "".join(ask(platform, path).data.decode(errors="replace") for path in paths)


def test_O1_dischargers_are_found_by_name_uscc_and_permit_number(disclosing: Platform) -> None:
    for wanted in ("热电", DISCHARGER[:18], DISCHARGER[:18].lower(), f"{DISCHARGER}P", DISCHARGER[:6]):
        assert rows(page(disclosing, "/public/", q=wanted), "排列")[0][0].startswith("江苏示例热电有限公司"), wanted
    for wanted in ("水务", "%", "_", DISCHARGER[1:]):
        assert "没有符合条件的排污单位" in text(page(disclosing, "/public/", q=wanted)), wanted


def test_O1_what_a_visitor_types_is_shown_as_text(disclosing: Platform) -> None:
    typed = '"><script>alert(1)</script>'
    document = page(disclosing, "/public/", q=typed)
    assert document.xpath("//input[@name='q']/@value") == [typed]
    assert document.xpath("//script[contains(text(), 'alert')]") == []


def test_O1_the_list_is_told_by_region_and_industry_with_counts(disclosing: Platform) -> None:
    other = f"{DISCHARGER[:18]}002"
    tell(
        disclosing,
        "enterprise",
        "EnterpriseRevised",
        other,
        profile(discharger_id=other, name="示例造纸厂", region="321102", industry_code="2221"),
    )
    document = page(disclosing, "/public/")
    regions = {text(link): link.getnext().text_content().split()[0] for link in document.xpath("//nav[@aria-labelledby='by-region']//a")}
    assert regions == {"江苏省": "2", "南京市": "1", "镇江市": "1"}
    assert "玄武区" in text(page(disclosing, "/public/", region="320100"))
    (found,) = rows(page(disclosing, "/public/", region="321100"), "排列")
    assert found[0].startswith("示例造纸厂")
    assert document.xpath("//option[@value='44']/text()") == ["电力、热力生产和供应业（1）"]
    (found,) = rows(page(disclosing, "/public/", industry="44"), "排列")
    assert found[0].startswith("江苏示例热电有限公司")


def test_O1_the_list_is_paged_with_the_newest_activity_first(disclosing: Platform) -> None:
    for number in range(2, 24):
        other = f"{DISCHARGER[:18]}{number:03d}"
        tell(disclosing, "enterprise", "EnterpriseRevised", other, profile(discharger_id=other, name=f"示例企业{number:02d}"))
    last = f"{DISCHARGER[:18]}023"
    tell(disclosing, "data", "PublicationChanged", "pub-9", publication(publication_id="pub-9", discharger_id=last, day="2026-01-02"))
    first = rows(page(disclosing, "/public/"), "第 1 页，共 2 页")
    assert len(first) == 20
    assert [(row[0][:6], row[4][:10]) for row in first[:3]] == [
        ("示例企业23", "2026-01-02"),
        ("江苏示例热电", "2026-01-01"),
        ("示例企业02", "—"),
    ]
    assert len(rows(page(disclosing, "/public/", page="2"), "第 2 页")) == 3
    assert "没有符合条件" in text(page(disclosing, "/public/", page="99"))


def test_O1_the_plan_in_force_is_shown_with_points_items_and_limits(disclosing: Platform) -> None:
    document = page(disclosing, f"{UNIT}/plan")
    facts = [text(fact) for fact in document.xpath("//dl/dd")]
    assert facts == ["示例自行监测方案", "第 3 版", "2026-01-01 01:30", "下载监测方案"]
    assert document.xpath("//a[contains(@href, '/plan/document')]/text()") == ["下载监测方案"]
    nitrogen, sulphur = rows(document, "1号机组排放口监测项目")
    assert nitrogen == ["氮氧化物", "自动监测", "连续监测", "50 mg/m³", "烟气连续监测系统 示例-100", "5 个工作日"]
    assert "不具备监测条件：采样平台维修" in sulphur[4]
    assert "持证上岗" in text(document)


def test_O1_hours_are_shown_as_such_and_exceedance_in_words_and_colour(disclosing: Platform) -> None:
    document = page(disclosing, f"{UNIT}/results", day="2026-01-01")
    assert rows(document, "小时值") == [["00:00–01:00", "45.1"], ["01:00–02:00", "—"], ["02:00–03:00", "52.5超标 0.05 倍人工补录"]]
    (cell,) = document.xpath("//td[contains(@class, 'exceeds')]")
    assert (cell.get("data-value"), text(cell.find("strong"))) == ("52.5", "52.5")
    (head,) = document.xpath("//th[@data-name]")
    assert (text(head), head.get("data-unit"), head.get("data-limit")) == ("氮氧化物mg/m³，限值 50", "mg/m³", "50")


def test_O1_what_all_values_of_an_item_are_marked_with_stands_once(disclosing: Platform) -> None:
    tell(
        disclosing, "data", "PublicationChanged", "pub-1", publication(values=[hour(number, "4", source="entered") for number in range(3)])
    )
    document = page(disclosing, f"{UNIT}/results")
    assert text(document).count("人工录入") == 1


def test_O1_the_newest_day_is_shown_first_and_others_are_a_link_away(disclosing: Platform) -> None:
    for day in ("2025-12-30", "2026-01-05"):
        tell(disclosing, "data", "PublicationChanged", f"pub-{day}", publication(publication_id=f"pub-{day}", day=day))
    newest = page(disclosing, f"{UNIT}/results")
    assert newest.xpath("//input[@name='day']/@value") == ["2026-01-05"]
    assert newest.xpath("//a[@rel='prev']/@href") == [f"{UNIT}/results?day=2026-01-01"]
    assert page(disclosing, f"{UNIT}/results", day="2026-01-01").xpath("//a[@rel='next']/@href") == [f"{UNIT}/results?day=2026-01-05"]
    assert "没有公开 2026-01-03 的监测结果" in text(page(disclosing, f"{UNIT}/results", day="2026-01-03"))


def test_O1_an_item_is_shown_over_a_month(disclosing: Platform) -> None:
    sampled = {"time": "2025-12-19T16:00:00Z", "value": "0.025L", "exceeds": None, "multiple": None, "source": "manual", "late": True}
    manual = publication(publication_id="pub-m", period_kind="manual", day="2025-12-20", values=[sampled])
    tell(disclosing, "data", "PublicationChanged", "pub-m", manual)
    tell(disclosing, "data", "PublicationChanged", "pub-o", publication(publication_id="pub-o", day="2025-11-01"))
    document = page(disclosing, f"{UNIT}/items/it-1")
    assert "2025-12-02 至 2026-01-01，共 31 天" in text(document)
    assert rows(document, "每日小时值") == [["2026-01-01", "2", "45.1", "52.5", "超标 1 小时", "50"]]
    assert rows(document, "手工监测") == [["2025-12-20", "0.025L迟报", "50", "不评价"]]
    assert document.xpath("//td/@data-value") == ["45.1", "52.5", "0.025"]
    assert len(rows(page(disclosing, f"{UNIT}/items/it-1", days="92"), "每日小时值")) == 2
    earlier = page(disclosing, f"{UNIT}/items/it-1", days="7", until="2025-12-10")
    assert "在这段时间没有公开的监测结果" in text(earlier)
    assert "尚未公开监测结果" in text(page(disclosing, f"{UNIT}/items/it-2"))
    assert ask(disclosing, f"{UNIT}/items/none").status_code == 404


def test_O1_reasons_name_what_they_speak_of(disclosing: Platform) -> None:
    ends = {"starts_at": "2025-12-31T16:00:00Z", "ends_at": "2026-01-03T16:00:00Z"}
    tell(disclosing, "data", "AbnormalTookEffect", "r1", registration(item_ids=["it-1"], **ends))
    tell(disclosing, "data", "AbnormalTookEffect", "r2", registration(registration_id="r2", point_ids=[], kind="device-fault"))
    fault, stop = rows(page(disclosing, f"{UNIT}/reasons"), "不正常运行登记")
    assert fault == ["2026-01-02 00:00 起，尚未结束", "设备故障", "全厂", "机组检修停产"]
    assert stop == ["2026-01-01 00:00 至 2026-01-03 24:00", "停产未监测", "1号机组排放口、1号机组排放口 氮氧化物", "机组检修停产"]


def test_O2_what_the_law_hides_is_found_on_no_page_and_in_no_file(disclosing: Platform) -> None:
    hidden = ("45.1", "52.5", "超标 0.05", "涉及国家秘密")
    before = told(disclosing, walk(disclosing))
    assert [word for word in hidden[:3] if word not in before] == []
    tell(disclosing, "data", "AbnormalTookEffect", "r1", registration(kind="not-public", reason="涉及国家秘密", item_ids=["it-1"]))
    tell(disclosing, "data", "PublicationChanged", "pub-1", publication(withheld=True, values=[hour(0, "45.1")]))
    everything = told(disclosing, [*walk(disclosing), f"/api/v1{UNIT}/results?day=2026-01-01", f"/api/v1{UNIT}/reasons"])
    assert [word for word in hidden if word in everything] == []
    assert f"氮氧化物：{WITHHELD}" in text(page(disclosing, f"{UNIT}/results", day="2026-01-01"))
    assert rows(page(disclosing, f"{UNIT}/items/it-1"), "小时值") == [["2026-01-01", WITHHELD]]
    assert rows(page(disclosing, f"{UNIT}/reasons"), "登记") == [["2026-01-02 00:00 起，尚未结束", WITHHELD]]
    assert WITHHELD in ask(disclosing, f"{UNIT}/results.csv?day=2026-01-01").text


def read_csv(answered: TestResponse) -> list[list[str]]:
    assert answered.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answered.data.decode("utf-8-sig"))))


def test_O1_results_can_be_taken_home_as_a_table(disclosing: Platform) -> None:
    answered = ask(disclosing, f"{UNIT}/results.csv", query_string={"day": "2026-01-01"})
    assert answered.content_type == "text/csv; charset=utf-8"
    assert answered.headers["Content-Disposition"].startswith('attachment; filename="document.csv"')
    head, first, second, remark = read_csv(answered)
    assert head[:3] == ["日期", "时段", "监测点"]
    assert first == ["2026-01-01", "00:00–01:00", "1号机组排放口", "氮氧化物", "45.1", "mg/m³", "50", "达标", "数采仪上传", "否"]
    assert second[7:9] == ["超标 0.05 倍", "人工补录"]
    assert remark[0].startswith(NOTICE)
    month = ask(disclosing, f"{UNIT}/items/it-1.csv", query_string={"days": "31", "until": "2026-01-01"})
    assert read_csv(month)[1] == first
    for path in (f"{UNIT}/results.csv", f"{UNIT}/items/it-1.csv"):
        assert ask(disclosing, path).status_code == 422


def test_a_cell_of_a_download_is_never_a_formula(disclosing: Platform) -> None:
    tell(
        disclosing,
        "data",
        "PublicationChanged",
        "pub-1",
        publication(point_name='=HYPERLINK("http://example")', limit_text="-5", values=[hour(0, "-3.2")]),
    )
    cells = read_csv(ask(disclosing, f"{UNIT}/results.csv", query_string={"day": "2026-01-01"}))[1]
    assert cells[2] == '\'=HYPERLINK("http://example")'
    assert cells[4] == "-3.2"
    for dangerous in ("=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "|calc", "＝1"):
        assert safe(dangerous) == f"'{dangerous}"
    for plain in ("1.5", "-1.5", "+3", "0.025L", "达标", ""):
        assert safe(plain) == plain


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/public/nowhere", 404, "没有这个地址"),
        ("/public/dischargers/none", 404, "没有找到该排污单位"),
        ("/public/dischargers/none/results.csv?day=2026-01-01", 404, "没有找到该排污单位"),
        ("/public/?region=nowhere", 422, "行政区应为六位代码"),
        ("/public/?page=0", 422, "应在 1 与"),
        (f"{UNIT}/results?day=yesterday", 422, "应为日期"),
        (f"{UNIT}/items/it-1?days=1000", 422, "应为其中之一"),
    ],
)
def test_errors_are_plain_chinese_pages(disclosing: Platform, path: str, status: int, words: str) -> None:
    answered = ask(disclosing, path)
    assert (answered.status_code, answered.content_type) == (status, "text/html; charset=utf-8")
    document = html.fromstring(answered.text)
    assert words in text(document.find(".//main"))
    assert "/public/" in document.xpath("//main//a/@href")


def test_unknown_arguments_are_passed_over(disclosing: Platform) -> None:
    assert ask(disclosing, "/public/?from=timeline&utm_source=x").status_code == 200


def test_the_address_without_a_slash_leads_to_the_site(disclosing: Platform) -> None:
    answered = ask(disclosing, "/public")
    assert answered.status_code in (301, 308)
    assert answered.headers["Location"].endswith("/public/")
