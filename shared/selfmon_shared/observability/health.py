"""``/healthz`` (the process lives), ``/readyz`` (it serves), ``/metrics`` (Prometheus), as a small WSGI application."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass
class Health:
    """What a process says of itself."""

    ready: bool = False


def health_app(health: Health) -> WsgiApp:
    """The WSGI application of a process's health port."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        status, content_type, body = "404 Not Found", "text/plain; charset=utf-8", b"not found\n"
        if path == "/healthz":
            status, body = "200 OK", b"alive\n"
        elif path == "/readyz":
            status, body = ("200 OK", b"ready\n") if health.ready else ("503 Service Unavailable", b"not ready\n")
        elif path == "/metrics":
            status, content_type, body = "200 OK", CONTENT_TYPE_LATEST, generate_latest()
        start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
        return [body]

    return app
