"""Small Flask applications: two that answer by themselves, two whose view calls a service (each runs in a process of its own)."""

import os
import threading
from pathlib import Path

from flask import Flask, Response, jsonify

from selfmon_shared.messaging.pika_rpc import PikaRpcClient

REQUEST = {"kind": "lookup", "name": "total", "payload": {"tally": "tally-bench"}}


def plain() -> Flask:
    """Answers by itself: the ceiling."""
    app = Flask("plain")

    @app.get("/")
    def view() -> Response:
        return jsonify(total=[0, 0])

    return app


def bytes_of_a_page() -> Flask:
    """Answers with the page that the file ``PAGE`` holds: the ceiling for pages."""
    app, page = Flask("bytes"), Path(os.environ["PAGE"]).read_bytes()

    @app.get("/")
    def view() -> Response:
        return Response(page, content_type="text/html; charset=utf-8")

    return app


def calling() -> Flask:
    """Calls the service that ``CALLED`` names with the gateway's RPC client."""
    app = Flask("calling")
    client, service = PikaRpcClient(os.environ["AMQP_URI"]), os.environ["CALLED"]

    @app.get("/")
    def view() -> Response:
        return jsonify(total=client.call(service, REQUEST))

    return app


def calling_by_nameko() -> Flask:
    """Calls an ordinary nameko service as nameko's manual shows, with one ClusterRpcProxy a thread (one a request is slower still)."""
    from nameko.standalone.rpc import ClusterRpcProxy  # noqa: PLC0415 - it brings eventlet, which our own client does without

    app = Flask("calling_by_nameko")
    kept = threading.local()

    @app.get("/")
    def view() -> Response:
        if not hasattr(kept, "services"):
            kept.services = ClusterRpcProxy({"AMQP_URI": os.environ["AMQP_URI"]}, timeout=10).start()
        return jsonify(total=kept.services.peer.total("tally-bench"))

    return app
