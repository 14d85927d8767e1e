"""What operators ask the web process: is it alive, does it serve, how is it doing."""

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from selfmon_gateway.parts import parts
from selfmon_shared.kernel.errors import NotFound, Unavailable

resource = Blueprint("processes", __name__)
_LOOPBACK = ("127.0.0.1", "::1")


@resource.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return Response("alive\n", content_type="text/plain; charset=utf-8")


@resource.get("/readyz")
def readyz() -> Response:
    """The gateway's store is there and migrated."""
    try:
        parts().require_store()
        with parts().database.reading():
            pass
    except Unavailable as away:
        return Response(f"not ready: {away.code}\n", status=503, content_type="text/plain; charset=utf-8")
    return Response("ready\n", content_type="text/plain; charset=utf-8")


@resource.get("/metrics")
def metrics() -> Response:
    """Prometheus metrics of this process: to this machine only, unless ``METRICS_OPEN`` is set."""
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if not parts().settings.flag("METRICS_OPEN") and (forwarded or request.remote_addr not in _LOOPBACK):
        raise NotFound("route.unknown")
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
