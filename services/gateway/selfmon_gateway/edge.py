"""What every request and answer gets: a correlation id, security headers, a place in the metrics."""

import re
import time
import uuid

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
    present = {name.lower() for name, _ in response.headers}
    caching = {"Cache-Control": "no-cache" if request.endpoint in PUBLIC else "no-store"}
    response.headers.extend([(name, value) for name, value in (_HEADERS | caching).items() if name.lower() not in present])
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
    app.before_request(begin)
    app.before_request(guard)
    app.after_request(finish)
    app.teardown_request(leave)
