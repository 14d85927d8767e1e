"""The manual's pages: they work without JavaScript and without sign-on."""

from flask import Blueprint, Response, send_from_directory

from selfmon_gateway.manual.contents import PARTS, TEXTS, topic
from selfmon_gateway.pages import page

resource = Blueprint("manual-pages", __name__)


@resource.get("/help/")
def book() -> Response:
    """The whole manual on one page, ready to print."""
    return page("manual/book.html", parts=[(title, [topic(name) for name in names]) for title, names in PARTS])


@resource.get("/help/<name>")
def one(name: str) -> Response:
    """The text of one screen."""
    return page("manual/topic.html", topic=topic(name))


@resource.get("/help/pictures/<path:name>")
def picture(name: str) -> Response:
    """A picture in a text."""
    return send_from_directory(TEXTS / "pictures", name, max_age=3600)
