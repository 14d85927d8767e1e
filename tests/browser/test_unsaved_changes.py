"""What was typed outlives a lost connection, a session ended elsewhere, and another's change; and is never saved twice."""

from clerk import LABORATORY, Clerk
from playwright.sync_api import Page, Route, expect
from windows import PATIENCE, Window, Windows

from selfmon_deploy.demo.data import demo_enterprise

ENTERPRISE = demo_enterprise("thermal_power")


def _at_profile(windows: Windows) -> tuple[Window, Clerk]:
    window = windows.new()
    window.sign_in(ENTERPRISE.clerk.name)
    clerk = Clerk(window, window.folder)
    window.menu("基础信息", "企业信息")
    expect(clerk.field("法定代表人")).to_be_visible(timeout=PATIENCE)
    return window, clerk


def _fill_in(clerk: Clerk, cycle: str) -> None:
    clerk.fill("法定代表人", "示例法人")
    clerk.fill("委托监测机构名称", LABORATORY)
    clerk.fill("生产周期", cycle)


def _lose_the_first_answer(page: Page, sent: list[str]) -> None:
    """Let the first save reach the platform, and its answer get lost on the way back."""

    def carry(route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
            return
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/profile", carry)


def test_E4_a_lost_connection_is_told_and_the_retry_saves_once(windows: Windows) -> None:
    window, clerk = _at_profile(windows)
    window.expect_error("ERR_CONNECTION_RESET")
    sent: list[str] = []
    _lose_the_first_answer(window.page, sent)
    _fill_in(clerk, "全年连续生产")
    clerk.button("保存")
    expect(window.page.get_by_role("alert").filter(has_text="网络连接中断")).to_be_visible(timeout=PATIENCE)
    window.look("企业信息-连接中断")
    clerk.button("重试")
    clerk.saved()
    assert len(sent) == 2
    assert len(set(sent)) == 1
    window.page.reload()
    expect(clerk.field("生产周期")).to_have_value("全年连续生产", timeout=PATIENCE)


def test_E4_another_s_change_is_told_and_nothing_of_it_overwritten(windows: Windows) -> None:
    first, clerk = _at_profile(windows)
    _, other = _at_profile(windows)
    first.expect_error("409")
    _fill_in(other, "他人所填")
    other.button("保存")
    other.saved()
    _fill_in(clerk, "我所填")
    clerk.button("保存")
    expect(first.page.get_by_role("alert").filter(has_text="已被他人修改")).to_be_visible(timeout=PATIENCE)
    expect(clerk.field("生产周期")).to_have_value("我所填")
    first.look("企业信息-他人已改")
    clerk.button("载入最新内容")
    expect(clerk.field("生产周期")).to_have_value("他人所填", timeout=PATIENCE)


def test_E1_what_was_typed_is_there_again_after_a_session_that_ended_elsewhere(windows: Windows) -> None:
    window, clerk = _at_profile(windows)
    window.expect_error("401")
    clerk.fill("生产周期", "还没有保存的文字")
    window.context.clear_cookies()
    clerk.button("保存")
    window.page.wait_for_url("**/sign-in?next=**", timeout=PATIENCE)
    window.page.get_by_role("button", name=ENTERPRISE.clerk.name).first.click()
    expect(clerk.field("生产周期")).to_have_value("还没有保存的文字", timeout=PATIENCE)
    expect(window.page.get_by_text("已恢复您上次未保存的内容")).to_be_visible()
    window.look("企业信息-恢复")
    window.page.get_by_role("link", name="工作台", exact=True).first.click()
    question = window.page.get_by_role("dialog", name="有未保存的修改")
    expect(question).to_be_visible()
    window.look("企业信息-离开前询问")
    question.get_by_role("button", name="留在本页").click()
    clerk.button("撤销修改")
    expect(window.page.get_by_text("有未保存的修改")).to_have_count(0)


def test_the_keyboard_alone_leads_from_the_menu_to_a_saved_form_at_double_zoom(windows: Windows) -> None:
    window = windows.new(viewport={"width": 640, "height": 360})
    window.sign_in(ENTERPRISE.clerk.name)
    page, clerk = window.page, Clerk(window, window.folder)
    window.look("工作台-放大")
    page.get_by_role("button", name="菜单").press("Enter")
    window.look("菜单-放大")
    page.get_by_role("link", name="企业信息", exact=True).press("Enter")
    window.heading("企业信息")
    expect(page.locator("#page-title")).to_be_focused(timeout=PATIENCE)
    expect(clerk.field("法定代表人")).to_be_visible(timeout=PATIENCE)
    _fill_in(clerk, "全年连续生产（键盘）")
    clerk.field("生产周期").press("Enter")
    clerk.saved()
    window.look("企业信息-放大")
