"""A process from start to stop: monkey-patched first, ended by SIGTERM within ten seconds, also while something is away."""

# ruff: noqa: E402
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # eventlet announces its end at import; ADR 0004 knows
    import eventlet

eventlet.monkey_patch()

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from eventlet import wsgi
from eventlet.event import Event

from selfmon_shared.application.discovery import definition_of, definitions, web_application
from selfmon_shared.messaging.hosting import STOP_WITHIN, Host
from selfmon_shared.observability.logging import configure_logging

log = structlog.get_logger()

EMBEDDED, CHILD = "embedded", "child"


def serve(process: str, environment: Mapping[str, str] | None = None) -> None:
    """Run one process until SIGTERM or SIGINT; does not return.

    ``<service>`` serves one service, ``<service>-child`` its CPU work; ``embedded`` all services and the gateway, ``child`` the CPU work
    of all.
    """
    values = dict(os.environ if environment is None else environment)
    configure_logging(process, values.get("LOG_LEVEL", "INFO"))
    host = _host(process, values)
    run(host, (lambda: _serve_web(host, values)) if process == EMBEDDED else None)


def run(host: Host, then: Callable[[], None] | None = None) -> None:
    """Start a host, do ``then``, wait for SIGTERM or SIGINT, stop within the deadline; does not return."""
    stop = Event()

    def on_signal(_number: int, _frame: Any) -> None:
        if not stop.ready():
            stop.send(None)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    failures: list[BaseException] = []

    def start() -> None:
        try:
            host.start()
            if then is not None:
                then()
        except BaseException as error:
            log.error("start-failed", exc_info=error)
            failures.append(error)
            on_signal(0, None)

    eventlet.spawn(start)
    stop.wait()
    with eventlet.Timeout(STOP_WITHIN + 1, False):
        host.stop()
    sys.stderr.flush()
    os._exit(1 if failures else 0)  # threads of libraries must not hold the process


def _host(process: str, values: Mapping[str, str]) -> Host:
    if process in (EMBEDDED, CHILD):
        os.nice(5 if process == CHILD else 0)
        return Host(definitions().values(), values, child=process == CHILD)
    if process.endswith("-child"):
        os.nice(5)
        return Host([definition_of(process.removesuffix("-child"))], values, child=True)
    return Host([definition_of(process)], values)


def _serve_web(host: Host, values: Mapping[str, str]) -> None:
    app = web_application(values, host.client)
    address = (values.get("WEB_HOST", "127.0.0.1"), int(values.get("WEB_PORT", "8000")))
    while True:
        try:
            listener = eventlet.listen(address, backlog=512)
            break
        except OSError as error:
            log.warning("web-port-taken", address=address, error=str(error))
            time.sleep(1)
    eventlet.spawn(wsgi.server, listener, app, log_output=False, max_size=200)
    log.info("web-ready", address=address)
