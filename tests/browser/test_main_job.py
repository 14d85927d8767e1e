"""The main job from end to end with mouse and keyboard, as its users do it, on both set-ups."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clerk import TASK_PATIENCE, Clerk
from officer import Officer
from playwright.sync_api import expect
from windows import PATIENCE, Window, Windows

from selfmon_deploy.demo.data import demo_enterprise, demo_officers
from selfmon_shared.kernel.periods import day_of


def test_N1_to_O1_a_newcomer_does_the_main_job_by_clicking(windows: Windows, tmp_path: Path) -> None:
    enterprise = demo_enterprise("thermal_power")
    county = enterprise.sites[0].place.county
    bureau = next(officer for officer in demo_officers() if officer.region == county)
    today = day_of(datetime.now(UTC))
    yesterday, tomorrow, next_day = (today + timedelta(days=days) for days in (-1, 1, 2))

    window = windows.new(accept_downloads=True)
    window.open("/sign-in")
    window.look("登录")
    window.sign_in(enterprise.clerk.name)
    window.look("工作台")
    clerk = Clerk(window, tmp_path)
    clerk.check_permit()
    clerk.keep_profile()
    clerk.add_points()
    clerk.assign_logger()
    clerk.give_diagram()
    clerk.match()
    clerk.write_overview()
    clerk.import_plan(clerk.export_plan())

    office = windows.new()
    office.sign_in(bureau.name)
    office.look("环保用户工作台")
    officer = Officer(office)
    officer.approve("数据审核", "导入方案确认", name=enterprise.name, look="方案审核")

    window.menu("监测方案", "方案导入")
    expect(window.page.get_by_text("已生效").first).to_be_visible(timeout=PATIENCE)
    clerk.enter_hours()
    clerk.enter_manual(yesterday.isoformat())
    window.menu("监测结果", "结果查询")
    expect(window.page.get_by_text("超标").first).to_be_visible(timeout=PATIENCE)
    window.look("结果查询")

    clerk.register_stop(f"{tomorrow}T00:00", f"{next_day}T00:00")
    officer.approve("台账信息", "不监测登记", name=enterprise.name, look="不监测登记审核")
    window.menu("台账信息", "运行台账")
    window.look("运行台账")
    window.menu("上报情况")
    expect(window.page.get_by_role("cell", name="已收到回执").first).to_be_visible(timeout=TASK_PATIENCE)
    window.look("上报情况")

    _look_around(window, office, windows, enterprise.name)
    _as_citizen(windows, enterprise.name)


def _look_around(clerk: Window, officer: Window, windows: Windows, name: str) -> None:
    """The screens that the main job does not pass: messages, account, the enterprise's file, the audit trail, the manual."""
    clerk.page.get_by_role("link", name=re.compile("^消息")).click()
    clerk.heading("消息")
    clerk.look("消息")
    clerk.page.get_by_role("link", name=re.compile("^我的账号")).click()
    clerk.heading("我的账号")
    clerk.look("我的账号")
    clerk.page.get_by_role("button", name="帮助").click()
    expect(clerk.page.get_by_role("heading", name="帮助：我的账号")).to_be_visible(timeout=PATIENCE)
    clerk.look("帮助")

    officer.menu("基础信息", "企业信息管理")
    officer.look("企业信息管理")
    officer.page.get_by_role("link", name=re.compile(name)).first.click()
    officer.heading(name)
    for tab in officer.page.get_by_role("navigation", name="企业信息").get_by_role("link").all():
        tab.click()
        expect(officer.page.get_by_text("正在载入…")).to_have_count(0, timeout=PATIENCE)
        officer.look(f"企业档案-{tab.inner_text()}")

    auditor = windows.new()
    auditor.open("/sign-in")
    auditor.page.get_by_role("button", name=re.compile("示例审计")).click()
    auditor.heading("操作日志")
    auditor.look("操作日志")


def _as_citizen(windows: Windows, name: str) -> None:
    """O1: without JavaScript everything is there; with it, axe looks the pages over."""
    for scripts in (False, True):
        citizen = windows.new(java_script_enabled=scripts)
        look = citizen.look if scripts else (lambda _name: None)
        citizen.open("/public/")
        look("公开-首页")
        citizen.page.get_by_role("link", name=name).first.click()
        expect(citizen.page.get_by_text("未经生态环境主管部门审核").first).to_be_visible()
        look("公开-基本信息")
        citizen.page.get_by_role("link", name="监测方案").first.click()
        look("公开-监测方案")
        citizen.page.get_by_role("link", name="监测结果").first.click()
        expect(citizen.page.get_by_text("超标").first).to_be_visible(timeout=PATIENCE)
        look("公开-监测结果")
        citizen.page.get_by_role("link", name="未监测原因").first.click()
        expect(citizen.page.get_by_text("机组计划检修停产").first).to_be_visible()
        look("公开-未监测原因")
