"""The user manual, as readers get it."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from selfmon_gateway.manual.contents import PARTS, TEXTS, TOPICS, topic


def test_every_text_stands_in_the_book_and_every_topic_has_a_text() -> None:
    assert {path.stem for path in TEXTS.glob("*.md")} == set(TOPICS)
    assert len(TOPICS) == len(set(TOPICS))
    assert PARTS


def test_every_entry_of_the_consoles_menu_has_its_text() -> None:
    menu = (Path(__file__).parents[1] / "web" / "src" / "shell" / "menu.ts").read_text(encoding="utf-8")
    screens = re.findall(r"\bto: '([a-z-]+)'", menu)
    assert screens
    assert [name for name in screens if name not in TOPICS] == []


@pytest.mark.parametrize("name", TOPICS)
def test_a_text_begins_with_its_title_and_is_chinese(name: str) -> None:
    found = topic(name)
    assert re.search(r"[\u4e00-\u9fff]", found.title)
    assert "<script" not in found.html
    assert "style=" not in found.html


@pytest.mark.parametrize("name", TOPICS)
def test_pictures_that_a_text_shows_are_there(name: str) -> None:
    for picture in re.findall(r'<img src="([^"]+)"', topic(name).html):
        assert (TEXTS / picture.removeprefix("/help/")).is_file(), picture


def test_the_book_and_its_pages_are_read_without_sign_on(platform: Any) -> None:
    app: Flask = platform.app
    browser = app.test_client()
    book = browser.get("/help/")
    assert book.status_code == 200
    assert all(f'id="{name}"' in book.text for name in TOPICS)
    page = browser.get("/help/points")
    assert page.status_code == 200
    assert "不能删除" in page.text
    assert browser.get("/api/v1/help/points").json["title"] == "监测点信息"


@pytest.mark.parametrize("address", ["/help/nothing", "/help/..%2Fapp", "/api/v1/help/nothing", "/help/pictures/../points.md"])
def test_what_is_no_text_is_not_found(platform: Any, address: str) -> None:
    assert platform.app.test_client().get(address).status_code == 404
