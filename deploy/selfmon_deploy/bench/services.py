"""Two services that answer at once, for the bare call: ``python -m selfmon_deploy.bench.services bare|peer`` runs one until it is ended.

``bare`` has the entrypoint, the dispatch and the reply of all our services, and no store behind them; ``peer`` is an ordinary nameko
service.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import selfmon_shared.messaging.runner  # noqa: F401 - first: it patches the process

# isort: split
from nameko.rpc import rpc
from nameko.runners import ServiceRunner

from selfmon_shared.messaging.entrypoints import answer, safe_rpc
from selfmon_shared.messaging.names import RPC_EXCHANGE
from selfmon_shared.observability.logging import configure_logging

NOTHING = [0, 0]


class _Storeless:
    """What the entrypoint needs of an application to answer a look-up."""

    def look_up(self, _name: str, _arguments: Mapping[str, Any]) -> list[int]:
        return NOTHING


class Bare:
    """Ours."""

    name = "bare"

    @safe_rpc  # type: ignore[untyped-decorator]
    def call(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer as every service does."""
        storeless: Any = _Storeless()
        return answer(storeless, str, request)


class Peer:
    """nameko's own."""

    name = "peer"

    @rpc  # type: ignore[untyped-decorator]
    def total(self, _tally: str) -> list[int]:
        """The same answer."""
        return NOTHING


def main() -> None:
    """Run the service that the command line names."""
    configure_logging("bench")
    config = {"AMQP_URI": os.environ["AMQP_URI"]}
    ours = sys.argv[1] == Bare.name
    runner = ServiceRunner({**config, "rpc_exchange": RPC_EXCHANGE, "HEARTBEAT": 10} if ours else config)
    runner.add_service(Bare if ours else Peer)
    runner.start()
    runner.wait()


if __name__ == "__main__":
    main()
