"""The web process in production: ``selfmon serve gateway-web`` (gunicorn, gthread).

Neither eventlet nor nameko is ever imported here: doing so inside a request thread makes the worker hang at its end. The RPC client
connects after the fork, at the first call, and is one for the process.
"""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from selfmon_gateway.app import create_app
from selfmon_shared.application.settings import Settings
from selfmon_shared.messaging.names import is_inproc
from selfmon_shared.messaging.pika_rpc import PikaRpcClient
from selfmon_shared.messaging.rpc import GuardedClient
from selfmon_shared.observability.logging import configure_logging

STOP_WITHIN = 8
THREADS = 16


class RootLogger(Logger):  # type: ignore[misc]
    """gunicorn's messages in the process's own JSON log; requests are counted in the metrics, and acts stand in the audit trail."""

    def setup(self, cfg: Any) -> None:
        """Leave handlers and levels to the root."""
        self.cfg = cfg
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Say nothing of single requests."""


class GatewayServer(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up from the platform's settings."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.client: GuardedClient | None = None
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings; ``GATEWAY_WORKERS`` processes of ``GATEWAY_THREADS`` threads at ``WEB_HOST``:``WEB_PORT``."""
        for name, value in self._settings().items():
            self.cfg.set(name, value)

    def _settings(self) -> dict[str, Any]:
        values = self.environment
        return {
            "bind": f"{values.get('WEB_HOST', '127.0.0.1')}:{values.get('WEB_PORT', '8000')}",
            "worker_class": "gthread",
            "workers": int(values.get("GATEWAY_WORKERS", "1")),
            "threads": self._threads,
            "graceful_timeout": STOP_WITHIN,
            "control_socket_disable": True,
            "logger_class": RootLogger,
            "proc_name": "gateway-web",
            "worker_exit": self._leave,
        }

    @property
    def _threads(self) -> int:
        return int(self.environment.get("GATEWAY_THREADS", str(THREADS)))

    def load(self) -> Flask:
        """The application, made in the worker: after the fork."""
        # At most 3 of 8 threads, 6 of the 16, wait for one service; the others go on serving the rest.
        self.client = GuardedClient(
            PikaRpcClient(Settings.read("gateway", self.environment).amqp_uri), at_once=max(1, self._threads * 3 // 8)
        )
        return create_app(self.environment, self.client)

    def _leave(self, _arbiter: Any, _worker: Any) -> None:
        if self.client is not None:
            self.client.close()


def serve(environment: Mapping[str, str]) -> None:
    """Run until SIGTERM; requests at hand are finished within eight seconds.

    Raises:
        ValueError: the settings name the in-process transport, which ends at the process's border.
    """
    values = {**os.environ, **environment}
    configure_logging("gateway-web", values.get("LOG_LEVEL", "INFO"))
    if is_inproc(Settings.read("gateway", values).amqp_uri):
        raise ValueError("AMQP_URI must name a RabbitMQ broker: in the embedded run, the gateway is part of the one process")
    GatewayServer(values).run()
