"""One round of publishing, in a process of its own that prints its rate: ``python -m selfmon_deploy.bench.publisher relay|bare COUNT``.

``relay`` runs in a process that is patched by eventlet, as in a service; ``bare`` in one that is not.
"""

import sys

if __name__ == "__main__" and sys.argv[1] == "relay":
    import selfmon_shared.messaging.runner  # noqa: F401 - first: it patches the process

# isort: split
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pika

from selfmon_shared.application.application import Application
from selfmon_shared.application.settings import Settings
from selfmon_shared.messaging.names import WAKE_EXCHANGE
from selfmon_shared.messaging.relay import BATCH, PikaAnnouncer, Relay, WakeUp
from selfmon_shared.testing.tally import tally

PROPERTIES = pika.BasicProperties(content_type="application/json", content_encoding="utf-8")


@contextmanager
def listened(amqp_uri: str) -> Iterator[None]:
    """A queue that takes every wake-up, so that all messages find somewhere to go; it keeps the newest thousand, as a follower's does."""
    connection = pika.BlockingConnection(pika.URLParameters(amqp_uri))
    channel = connection.channel()
    channel.exchange_declare(WAKE_EXCHANGE, exchange_type="topic", durable=True)
    queue = channel.queue_declare("", exclusive=True, arguments={"x-max-length": 1000, "x-overflow": "drop-head"}).method.queue
    channel.queue_bind(queue, WAKE_EXCHANGE, "#")
    try:
        yield
    finally:
        connection.close()


class BareCeiling:
    """pika with nothing around it: batches of 500 ready bodies, mandatory, the next batch when all of one is confirmed."""

    def __init__(self, amqp_uri: str, count: int) -> None:
        self._left = count
        self._unconfirmed: set[int] = set()
        self._sent = 0
        self._started = 0.0
        self.seconds = 0.0
        self._body = json.dumps(vars(WakeUp("tally", 12345))).encode()
        self._connection = pika.SelectConnection(
            pika.URLParameters(amqp_uri), on_open_callback=lambda connection: connection.channel(on_open_callback=self._on_channel)
        )
        self._channel: Any = None

    def run(self) -> float:
        """Messages per second."""
        count = self._left
        self._connection.ioloop.start()
        return count / self.seconds

    def _on_channel(self, channel: Any) -> None:
        self._channel = channel
        channel.confirm_delivery(ack_nack_callback=self._on_confirm, callback=self._begin)

    def _begin(self, _frame: Any) -> None:
        self._started = time.perf_counter()
        self._send()

    def _send(self) -> None:
        size = min(BATCH, self._left)
        self._left -= size
        self._unconfirmed = set(range(self._sent + 1, self._sent + size + 1))
        self._sent += size
        for _ in range(size):
            self._channel.basic_publish(WAKE_EXCHANGE, "tally", self._body, PROPERTIES, mandatory=True)

    def _on_confirm(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        if frame.method.multiple:
            self._unconfirmed = {waiting for waiting in self._unconfirmed if waiting > tag}
        else:
            self._unconfirmed.discard(tag)
        if self._unconfirmed:
            return
        if self._left:
            self._send()
            return
        self.seconds = time.perf_counter() - self._started
        self._connection.ioloop.stop()


def relayed(amqp_uri: str, count: int) -> float:
    """Rows per second that the relay publishes from the outbox; the first batch, which connects, is not counted."""
    application = Application(tally(), Settings.read("tally"))
    relay = Relay(application, PikaAnnouncer(amqp_uri))
    relay.position = 0
    relay.publish_next()
    started = time.perf_counter()
    published = 0
    while published < count and (size := relay.publish_next()):
        published += size
    return published / (time.perf_counter() - started)


def main() -> None:
    """Print one rate."""
    kind, count, amqp_uri = sys.argv[1], int(sys.argv[2]), os.environ["AMQP_URI"]
    with listened(amqp_uri):
        rate = relayed(amqp_uri, count) if kind == "relay" else BareCeiling(amqp_uri, count).run()
    print(rate)
    sys.stdout.flush()
    os._exit(0)  # the relay's connection has a thread of its own


if __name__ == "__main__":
    main()
