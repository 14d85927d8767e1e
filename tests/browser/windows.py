"""Browser windows: each a person's own, watched for errors, looked over by axe, kept as pictures."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "var" / "screenshots"
AXE = ROOT / "services" / "gateway" / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
VIEWPORT = {"width": 1280, "height": 720}
PATIENCE = 20_000
"""Milliseconds that a page may take on two busy cores."""


class Window:
    """One person's page."""

    def __init__(self, context: BrowserContext, base_url: str, folder: Path) -> None:
        self.context, self.base_url, self.folder = context, base_url, folder
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.expected: list[re.Pattern[str]] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def expect_error(self, pattern: str) -> None:
        """Let the console say this: the test makes it happen."""
        self.expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """What the console said and nobody expected."""
        return [error for error in self.errors if not any(pattern.search(error) for pattern in self.expected)]

    def open(self, path: str) -> None:
        """Go to an address of the platform."""
        self.page.goto(f"{self.base_url}{path}")

    def sign_in(self, name: str) -> None:
        """Sign on by the sign-in page, as the person of this name; lands on the workbench."""
        self.open("/sign-in")
        self.page.get_by_role("button", name=re.compile(re.escape(name))).first.click()
        self.page.wait_for_url("**/console/**")
        self.heading("工作台")

    def menu(self, *names: str) -> None:
        """Open a page by the left menu; groups on the way are unfolded."""
        navigation = self.page.get_by_role("navigation", name="主菜单")
        for name in names[:-1]:
            group = navigation.get_by_role("button", name=name, exact=True)
            if group.get_attribute("aria-expanded") == "false":
                group.click()
        navigation.get_by_role("link", name=names[-1], exact=True).click()
        self.heading(names[-1])

    def heading(self, text: str) -> None:
        """Wait for the page whose first heading says this."""
        expect(self.page.get_by_role("heading", level=1, name=text)).to_be_visible(timeout=PATIENCE)

    def look(self, name: str) -> None:
        """Keep a picture under this name, and have axe look the page over, once everything has been loaded."""
        expect(self.page.get_by_text("正在载入…")).to_have_count(0, timeout=PATIENCE)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: Any = self.page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
        problems = [
            f"{violation['id']}: {node['target']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert not problems, f"{name} ({self.page.url}):\n" + "\n".join(problems)


class Windows:
    """All windows of a test."""

    def __init__(self, browser: Browser, base_url: str, set_up: str) -> None:
        self._browser, self._base_url, self._folder = browser, base_url, PICTURES / set_up
        self._open: list[Window] = []

    def new(self, **options: Any) -> Window:
        """A window with cookies of its own. Nothing moves in it: what still fades in has other colours, which axe would report."""
        context = self._browser.new_context(viewport=options.pop("viewport", VIEWPORT), locale="zh-CN", reduced_motion="reduce", **options)
        window = Window(context, self._base_url, self._folder)
        self._open.append(window)
        return window

    def require_clean(self) -> None:
        """Make sure that no page said an error to its console."""
        errors = [error for window in self._open for error in window.unexpected()]
        assert not errors, "\n".join(errors)

    def close(self) -> None:
        """Close them all."""
        for window in self._open:
            window.context.close()
