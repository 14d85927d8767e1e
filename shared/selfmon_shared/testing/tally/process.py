"""A process with tally services, for tests of the messaging: ``python -m selfmon_shared.testing.tally.process left:right right:left``.

Each argument is a service and the one that it follows. A door on ``DOOR_PORT`` passes ``POST /<container>`` bodies on through the process's
own RPC client, so that a test can reach the in-process transport from outside.
"""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

from selfmon_shared.messaging.runner import run  # first: it patches the process

# isort: split
import eventlet
from eventlet import wsgi

from selfmon_shared.kernel.errors import Refusal
from selfmon_shared.messaging.hosting import Host
from selfmon_shared.messaging.rpc import refusal_data
from selfmon_shared.observability.logging import configure_logging
from selfmon_shared.testing.tally import tally


def door(host: Host) -> Any:
    """The WSGI application that passes requests on."""

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = json.loads(environ["wsgi.input"].read() or b"{}")
        try:
            assert host.client is not None
            answer = {"answer": host.client.call(environ["PATH_INFO"].strip("/"), request, float(request.pop("timeout", 10)))}
        except Refusal as refusal:
            answer = {"refused": refusal_data(refusal)}
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    return app


def main() -> None:
    """Run until SIGTERM."""
    configure_logging("tally")
    services = [tally(*argument.split(":")) for argument in sys.argv[1:]]
    host = Host(services, dict(os.environ))

    def open_door() -> None:
        listener = eventlet.listen(("127.0.0.1", int(os.environ["DOOR_PORT"])))
        eventlet.spawn(wsgi.server, listener, door(host), log_output=False)

    run(host, open_door)


if __name__ == "__main__":
    main()
