"""A real Chromium before a platform that runs. What the pages say to the console, and what axe finds, fails the test."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from selfmon_deploy.client import Person, wait_for
from selfmon_deploy.demo.data import demo_enterprise
from selfmon_deploy.demo.people import OPERATOR_ID
from selfmon_deploy.mainjob.people import enrol_officers
from selfmon_deploy.setups import Setup

sys.path.insert(0, str(Path(__file__).parent))

from windows import Windows

CHROMIUM = "/usr/bin/chromium"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS, env={**os.environ, "LANGUAGE": "zh_CN"})
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def prepared(platform: Setup) -> None:
    """The demo's officers are known to the platform, and its enterprise's permit has come down."""
    with Person(platform.base_url, "operator", OPERATOR_ID) as operator:
        enrol_officers(operator)
    with Person(platform.base_url, "enterprise", demo_enterprise("thermal_power").clerk.account_id) as clerk:
        wait_for(lambda: clerk.get("/dischargers")["rows"], "permit received", 60)


@pytest.fixture
def windows(chromium: Browser, platform: Setup, prepared: None, request: pytest.FixtureRequest) -> Iterator[Windows]:
    """Windows on the platform; at the end, nothing must have gone wrong in any of them."""
    opened = Windows(chromium, platform.base_url, request.node.callspec.params["platform"])
    try:
        yield opened
        opened.require_clean()
    finally:
        opened.close()
