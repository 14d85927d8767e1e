"""The manual's texts, in the order of the book. A topic has the name of the screen that it explains."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from selfmon_shared.kernel.errors import NotFound

TEXTS = Path(__file__).parent / "texts"

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("开始使用", ("sign-in", "workbench", "inbox", "account")),
    ("企业用户", (
        "permit-check", "profile", "points", "loggers", "diagram", "matching", "item-check", "overview", "plans", "plan-import",
        "hourly-entry", "manual-entry", "results", "registrations", "ledger", "uploads",
    )),
    ("环保用户", ("epb-workbench", "epb-dischargers", "plan-reviews", "abnormal-reviews")),
    ("平台审计", ("audit",)),
    ("社会公众", ("public-site",)),
)  # fmt: skip
TOPICS = tuple(topic for _, topics in PARTS for topic in topics)

# Raw HTML stays text: whoever edits a text cannot bring a script in.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class Topic:
    """One text: its title, and the rest as HTML."""

    name: str
    title: str
    html: str


@cache
def topic(name: str) -> Topic:
    """The text of this name.

    Raises:
        NotFound: there is none (``route.unknown``).
    """
    if name not in TOPICS:
        raise NotFound("route.unknown")
    heading, _, rest = (TEXTS / f"{name}.md").read_text(encoding="utf-8").partition("\n")
    # In the files the pictures' addresses are relative, so that they show where the texts are read as they are.
    html = _MARKDOWN.render(rest).replace('src="pictures/', 'src="/help/pictures/')
    return Topic(name, heading.removeprefix("# "), html)
