"""Server-rendered pages: they work without JavaScript, and share the layout of ``templates/page.html`` and ``/static/site.css``."""

from typing import Any

from flask import Blueprint, Response, g, render_template, request, send_from_directory

resource = Blueprint("pages", __name__)

_ANSWERED_AS_DATA = ("/api/", "/healthz", "/readyz", "/metrics")


@resource.get("/static/<path:name>")
def static(name: str) -> Response:
    """A style sheet or picture of the plain pages; asked for again at every visit, and answered with 304 if unchanged."""
    return send_from_directory("static", name, max_age=0)


def page(template: str, status: int = 200, **context: Any) -> Response:
    """A page of this template."""
    return Response(render_template(template, **context), status=status, content_type="text/html; charset=utf-8")


def wants_page() -> bool:
    """Whether the present request is one of a browser's window, whose errors are pages; those of /api and of monitors are data."""
    return not request.path.startswith(_ANSWERED_AS_DATA)


def error_page(
    title: str, detail: str, status: int, *, messages: tuple[str, ...] = (), back: str = "/", back_name: str = "返回首页"
) -> Response:
    """A page that says what is wrong, and where to go on."""
    context = {"title": title, "detail": detail, "messages": messages, "back": back, "back_name": back_name}
    return page("error.html", status, correlation=g.get("correlation", ""), **context)
