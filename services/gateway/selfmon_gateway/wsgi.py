"""The web processes in production, under gunicorn (gthread): ``selfmon serve gateway-web`` and ``selfmon serve gateway-public``.

Neither eventlet nor nameko is ever imported here: doing so inside a request thread makes the worker hang at its end. The RPC client
connects after the fork, at the first call, and is one for the process.
"""

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from selfmon_gateway.app import create_app, create_public_app
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


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, set up from the platform's settings; the class says which ones of them are the process's own."""

    name: ClassVar[str]
    port: ClassVar[str]
    address_of: ClassVar[tuple[str, str]]
    size_of: ClassVar[tuple[str, str]]

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        super().__init__()

    def load_config(self) -> None:
        """gunicorn's settings: processes and threads at an address."""
        for name, value in self._settings().items():
            self.cfg.set(name, value)

    def _settings(self) -> dict[str, Any]:
        values, (host, port) = self.environment, self.address_of
        return {
            "bind": f"{values.get(host, '127.0.0.1')}:{values.get(port, self.port)}",
            "worker_class": "gthread",
            "workers": int(values.get(self.size_of[0], "1")),
            "threads": self._threads,
            "graceful_timeout": STOP_WITHIN,
            "control_socket_disable": True,
            "logger_class": RootLogger,
            "proc_name": self.name,
        }

    @property
    def _threads(self) -> int:
        return int(self.environment.get(self.size_of[1], str(THREADS)))


class GatewayServer(Server):
    """gateway-web: everything. ``GATEWAY_WORKERS`` processes of ``GATEWAY_THREADS`` threads at ``WEB_HOST``:``WEB_PORT``."""

    name = "gateway-web"
    port = "8000"
    address_of = ("WEB_HOST", "WEB_PORT")
    size_of = ("GATEWAY_WORKERS", "GATEWAY_THREADS")

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.client: GuardedClient | None = None
        super().__init__(environment)

    def _settings(self) -> dict[str, Any]:
        return {**super()._settings(), "worker_exit": self._leave}

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


class PublicServer(Server):
    """gateway-public: what everybody may see. Processes and threads by ``PUBLIC_WORKERS`` and ``PUBLIC_THREADS``."""

    name = "gateway-public"
    port = "8002"
    address_of = ("PUBLIC_HOST", "PUBLIC_PORT")
    size_of = ("PUBLIC_WORKERS", "PUBLIC_THREADS")

    def load(self) -> Flask:
        """The application, made in the worker: after the fork."""
        return create_public_app(self.environment)


def serve(environment: Mapping[str, str]) -> None:
    """Run until SIGTERM; requests at hand are finished within eight seconds.

    Raises:
        ValueError: the settings name the in-process transport, which ends at the process's border.
    """
    values = {**os.environ, **environment}
    configure_logging(GatewayServer.name, values.get("LOG_LEVEL", "INFO"))
    if is_inproc(Settings.read("gateway", values).amqp_uri):
        raise ValueError("AMQP_URI must name a RabbitMQ broker: in the embedded run, the gateway is part of the one process")
    GatewayServer(values).run()


def serve_public(environment: Mapping[str, str]) -> None:
    """Run until SIGTERM. It needs the gateway's store and the documents, and nothing else: no broker, no service, no key."""
    values = {**os.environ, **environment}
    configure_logging(PublicServer.name, values.get("LOG_LEVEL", "INFO"))
    PublicServer(values).run()
