"""With every service stopped: the public pages stay, the consoles say which part is away, and nothing hangs."""

from collections.abc import Iterator

import pytest
from both_setups import PROCESSES, PROCESSES_ID, made
from playwright.sync_api import expect
from windows import Windows

from selfmon_deploy.demo.data import demo_enterprise
from selfmon_deploy.setups import SERVICES, Setup

AWAY_WITHIN = 5_000 + 3_000
"""Milliseconds: what the platform may take to say so, and the browser's own share on two busy cores."""


@pytest.fixture(scope="module", params=[pytest.param(PROCESSES, id=PROCESSES_ID, marks=[pytest.mark.rabbitmq, pytest.mark.postgres])])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setup]:
    """Each service a process of its own, so that they can be stopped beside the gateway's web process."""
    setup = made(request, tmp_path_factory.mktemp("outage"), request.param)
    try:
        setup.start()
        yield setup
    finally:
        setup.close()


def test_O1_the_public_is_served_and_the_consoles_say_what_is_away(windows: Windows, platform: Setup) -> None:
    window = windows.new()
    window.sign_in(demo_enterprise("thermal_power").clerk.name)
    for name in SERVICES:
        platform.processes[name].stop()

    window.expect_error("status of 503")
    for menu in (("基础信息", "企业信息"), ("监测方案", "自测概况"), ("监测结果", "结果查询")):
        window.menu(*menu)
        expect(window.page.get_by_role("alert").first).to_contain_text("服务", timeout=AWAY_WITHIN)
    window.look("服务中断")

    citizen = windows.new()
    citizen.open("/public/")
    expect(citizen.page.get_by_role("heading", level=1)).to_contain_text("信息公开")
    citizen.look("服务中断-公开")
