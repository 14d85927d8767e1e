"""Serves the consoles' web application, which ``make web`` builds from ``web/``.

Every address below ``/console/`` is the same page: the application reads the rest of the address itself, asks ``/api/v1/me`` who is
signed in, and goes to the sign-in page where nobody is. So these routes need neither a session nor the store.
"""

from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from selfmon_gateway.auth.addresses import CONSOLE, SIGN_IN
from selfmon_gateway.auth.guards import cookie_name
from selfmon_gateway.pages import error_page, page

BUILT = Path(__file__).parent / "built"
_KEPT_FOR = 365 * 24 * 3600

resource = Blueprint("console", __name__)


@resource.get("/")
def begin() -> AnyResponse:
    """To the console, which finds out whether the session still lives; who never signed on goes to the sign-in page."""
    return redirect(CONSOLE if request.cookies.get(cookie_name()) else SIGN_IN)


@resource.get("/console/", defaults={"path": ""})
@resource.get("/console/<path:path>")
def console(path: str) -> Response:
    """The application's page; asked for again at every visit, so that a new version is seen at once."""
    if not (BUILT / "index.html").is_file():
        return error_page("控制台尚未构建", "请在代码目录执行 make web，然后刷新本页", 503)
    answer = send_from_directory(BUILT, "index.html", max_age=0)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@resource.get("/assets/<name>")
def asset(name: str) -> Response:
    """A file of the application. Its name holds its contents' checksum: browsers may keep it."""
    answer = send_from_directory(BUILT / "assets", name, max_age=_KEPT_FOR)
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT_FOR}, immutable"
    return answer


@resource.get("/unsupported")
def unsupported() -> Response:
    """For browsers that are too old: how to switch to another mode, or which browser to take."""
    return page("unsupported.html")
