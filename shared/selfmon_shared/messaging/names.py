"""Names on the broker, and what is on the wire. Every queue is transient and goes with its consumer (ADR 0002)."""

import uuid
from typing import Any

from kombu import Exchange, Queue, binding

RPC_EXCHANGE = "selfmon.rpc"
WAKE_EXCHANGE = "selfmon.wake"
INPROC = "inproc://local"
RPC_TTL = 30_000
"""Milliseconds after which a request that no one has taken is dropped."""


def is_inproc(amqp_uri: str) -> bool:
    """Whether the transport is the one inside this process."""
    return amqp_uri.startswith("inproc://")


def rpc_exchange() -> Exchange:
    """Where requests go, with the routing key ``<container>.<method>``."""
    return Exchange(RPC_EXCHANGE, type="topic", durable=True)


def wake_exchange() -> Exchange:
    """Where relays announce outbox rows, with the source as routing key."""
    return Exchange(WAKE_EXCHANGE, type="topic", durable=True)


def rpc_queue(container: str) -> Queue:
    """The queue that all instances of a container share; it goes with the last of them, and calls then fail at once."""
    arguments = {"x-message-ttl": RPC_TTL}
    return Queue(
        f"selfmon.rpc.{container}",
        exchange=rpc_exchange(),
        routing_key=f"{container}.*",
        durable=False,
        auto_delete=True,
        queue_arguments=arguments,
    )


def wake_queue(consumer: str, sources: list[str]) -> Queue:
    """One instance's own queue for wake-ups from the given sources. One message in it says as much as a thousand."""
    exchange = wake_exchange()
    return Queue(
        f"selfmon.wake.{consumer}.{uuid.uuid4()}",
        bindings=[binding(exchange, routing_key=source) for source in sources],
        durable=False,
        exclusive=True,
        auto_delete=True,
        queue_arguments={"x-max-length": 1000, "x-overflow": "drop-head"},
    )


def request_body(request: dict[str, Any]) -> dict[str, Any]:
    """nameko's form of a request to the one method ``call``."""
    return {"args": [], "kwargs": {"request": request}}
