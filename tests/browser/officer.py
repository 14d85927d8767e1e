"""The officer of the bureau in charge at his screens."""

import re

from playwright.sync_api import expect
from windows import PATIENCE, Window


class Officer:
    """An officer's steps of the main job."""

    def __init__(self, window: Window) -> None:
        self.window, self.page = window, window.page

    def approve(self, *menu: str, name: str, look: str) -> None:
        """R4, R5: open what waits in this queue, look at it, approve it."""
        self.window.menu(*menu)
        link = self.page.get_by_role("link", name=re.compile(f"^审核 {re.escape(name)}"))
        expect(link.first).to_be_visible(timeout=PATIENCE)
        self.window.look(f"{look}-列表")
        link.first.click()
        expect(self.page.get_by_role("button", name="审核通过")).to_be_visible(timeout=PATIENCE)
        self.window.look(look)
        self.page.get_by_role("button", name="审核通过").click()
        confirm = self.page.get_by_role("dialog").get_by_role("button", name=re.compile("通过|确定|确认"))
        if confirm.count():
            confirm.first.click()
        expect(self.page.get_by_text(re.compile("已审核通过|已通过")).first).to_be_visible(timeout=PATIENCE)
