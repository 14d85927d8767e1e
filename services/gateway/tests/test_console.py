"""The consoles' page and files: open to everybody, never old, and strict about what runs in them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from selfmon_gateway import console
from selfmon_gateway.app import NoServices, create_app
from selfmon_gateway.openapi import openapi

PAGE = '<!doctype html><html lang="zh-CN"><head><script type="module" src="/assets/index-1.js"></script></head></html>'


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Somebody before a gateway whose store, keys and services are all away."""
    built = tmp_path / "built"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(PAGE, encoding="utf-8")
    (built / "assets" / "index-1.js").write_text("export {}\n", encoding="utf-8")
    monkeypatch.setattr(console, "BUILT", built)
    app = create_app({"SELFMON_DATA": str(tmp_path)}, NoServices())
    with app.test_client() as client:
        yield client
    app.extensions["selfmon_gateway"].database.dispose()


@pytest.mark.parametrize("path", ["/console/", "/console/dischargers/91320115DEM00001XA001/profile", "/console/a/../b"])
def test_every_address_of_the_console_is_its_page_and_never_an_old_one(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, buffered=True)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_the_built_files_are_kept_by_browsers(browser: FlaskClient) -> None:
    answer = browser.get("/assets/index-1.js", buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/assets/none.js", "/assets/../index.html", "/assets/%2e%2e/index.html", "/assets/..%2findex.html"])
def test_nothing_but_the_built_files_is_given_out(browser: FlaskClient, path: str) -> None:
    assert browser.get(path, buffered=True).status_code == 404


def test_a_platform_without_the_built_application_says_how_to_build_it(browser: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "built" / "index.html").unlink()
    answer = browser.get("/console/", buffered=True)
    assert answer.status_code == 503
    assert "make web" in answer.text


def test_the_root_leads_to_the_sign_in_page_or_with_a_session_to_the_console(browser: FlaskClient) -> None:
    assert browser.get("/", buffered=True).headers["Location"] == "/sign-in"
    browser.set_cookie("__Host-selfmon", "whatever", secure=True)
    assert browser.get("/", base_url="https://localhost", buffered=True).headers["Location"] == "/console/"


def test_old_browsers_are_told_how_to_switch_without_script_or_style_in_the_page(browser: FlaskClient) -> None:
    page = browser.get("/unsupported", buffered=True).text
    assert "极速模式" in page
    assert not re.search(r"<script|\sstyle=|\son\w+=", page)
    check = browser.get("/static/browser-check.js", buffered=True).text
    assert "/unsupported" in check
    assert not re.search(r"=>|`|\b(let|const)\b", check), "browsers that are turned away must be able to read it"


def test_the_description_of_the_api_is_printed_without_store_key_or_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFMON_DATA", str(tmp_path))
    printed = CliRunner().invoke(openapi)
    described = json.loads(printed.output)
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/me" in described["paths"]
    assert list(tmp_path.iterdir()) == []
