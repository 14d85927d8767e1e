"""What every request and answer gets: a correlation id, security headers, a place in the metrics."""

import re
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import Histogram

from selfmon_gateway import audit
from selfmon_gateway.auth.guards import PUBLIC, guard
from selfmon_gateway.parts import parts

CORRELATION = "X-Correlation-ID"
_CORRELATION_FORM = re.compile(r"[A-Za-z0-9._\-]{1,64}")

REQUESTS = Histogram("selfmon_http_seconds", "Requests to the gateway", ["method", "endpoint", "status"])

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Protected:
    """Puts the security headers on every answer that brings none of its own: where they are plain pairs, which costs next to nothing."""

    def __init__(self, application: Any) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """See PEP 3333."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            present = {name.lower() for name, _ in headers}
            return start_response(status, headers + [pair for pair in _HEADERS.items() if pair[0].lower() not in present], *error)

        answered: Iterable[bytes] = self._application(environ, start)
        return answered


def begin() -> None:
    """Give the request its correlation id, and bind it to every log line."""
    given = request.headers.get(CORRELATION, "")
    g.correlation = given if _CORRELATION_FORM.fullmatch(given) else str(uuid.uuid4())
    g.started = time.perf_counter()
    structlog.contextvars.bind_contextvars(correlation=g.correlation)


def finish(response: Response) -> Response:
    """Write the audit row if one is due, and put the headers on."""
    audit.after_request(parts().audit, response, public=request.endpoint in PUBLIC)
    response.headers[CORRELATION] = g.correlation
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache" if request.endpoint in PUBLIC else "no-store"
    if parts().secure_cookies:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    elapsed = time.perf_counter() - g.started
    REQUESTS.labels(request.method, request.endpoint or "unknown", response.status_code).observe(elapsed)
    return response


def leave(_error: BaseException | None) -> None:
    """Take the request's words off the thread's log lines."""
    structlog.contextvars.unbind_contextvars("correlation")


def register(app: Flask) -> None:
    """Have every request begin and end this way."""
    app.wsgi_app = Protected(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(begin)
    app.before_request(guard)
    app.after_request(finish)
    app.teardown_request(leave)
