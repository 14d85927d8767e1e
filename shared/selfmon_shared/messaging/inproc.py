"""A kombu transport inside one process, for the embedded run: no broker, no sockets (ADR 0003).

It behaves as the services need RabbitMQ to: content types kept, a mandatory message without a queue refused at once, an
auto-delete queue gone with its last consumer, and whoever waits for messages woken instead of polling.
"""

import threading
import time
from collections import defaultdict, deque
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.transport.virtual.base import BrokerState

QUEUE_LIMIT = 10_000


class NoRoute(OSError):
    """A mandatory message has no queue to go to: the service is not running."""


class Broker:
    """What all connections of the process share."""

    def __init__(self) -> None:
        self.state = BrokerState()
        self.queues: dict[str, deque[Any]] = {}
        self.auto_delete: set[str] = set()
        self.consumers: dict[str, list[threading.Event]] = defaultdict(list)

    def put(self, queue: str, message: Any) -> None:
        """Add a message to a queue, if it exists, and wake its consumers."""
        waiting = self.queues.get(queue)
        if waiting is None:
            return
        waiting.append(message)
        if len(waiting) > QUEUE_LIMIT:
            waiting.popleft()
        for event in self.consumers[queue]:
            event.set()


BROKER = Broker()


class Channel(virtual.Channel):  # type: ignore[misc]
    """A channel on the process's broker."""

    do_restore = False
    body_encoding = None

    def _has_queue(self, queue: str, **_: Any) -> bool:
        return queue in BROKER.queues

    def _new_queue(self, queue: str, auto_delete: bool = False, **_: Any) -> None:
        BROKER.queues.setdefault(queue, deque())
        if auto_delete:
            BROKER.auto_delete.add(queue)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return BROKER.queues[queue].popleft()
        except (KeyError, IndexError):
            raise Empty from None

    def _put(self, queue: str, message: Any, **_: Any) -> None:
        BROKER.put(queue, message)

    def _size(self, queue: str) -> int:
        return len(BROKER.queues.get(queue, ()))

    def _purge(self, queue: str) -> int:
        size = self._size(queue)
        BROKER.queues[queue].clear()
        return size

    def _delete(self, queue: str, exchange: str, *args: Any, **_: Any) -> None:
        BROKER.queues.pop(queue, None)
        self.get_table(exchange)[:] = [meta for meta in self.get_table(exchange) if meta[-1] != queue]

    def prepare_message(
        self,
        body: Any,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
    ) -> Any:
        """nameko's reply reads the content type from the properties, where AMQP has it."""
        properties = {**(properties or {}), "content_type": content_type}
        return super().prepare_message(body, priority, content_type, content_encoding, headers, properties)

    def basic_publish(self, message: Any, exchange: str, routing_key: str, mandatory: bool = False, **kwargs: Any) -> Any:
        """Publish; a mandatory message that reaches no queue raises :class:`NoRoute`."""
        queues = self._lookup(exchange, routing_key) if exchange else [routing_key]
        if mandatory and not any(queue in BROKER.queues for queue in queues):
            raise NoRoute(f"no queue for {routing_key}")
        return super().basic_publish(message, exchange, routing_key, **kwargs)

    def basic_consume(self, queue: str, no_ack: bool, callback: Any, consumer_tag: str, **kwargs: Any) -> Any:
        """Consume; messages that are there already are delivered at once."""
        BROKER.consumers[queue].append(self.connection.wake)
        self.connection.wake.set()
        return super().basic_consume(queue, no_ack, callback, consumer_tag, **kwargs)

    def basic_cancel(self, consumer_tag: str) -> None:
        """Stop consuming; an auto-delete queue goes with its last consumer."""
        queue = self._tag_to_queue.get(consumer_tag)
        super().basic_cancel(consumer_tag)
        if queue is None:
            return
        if self.connection.wake in BROKER.consumers[queue]:
            BROKER.consumers[queue].remove(self.connection.wake)
        if not BROKER.consumers[queue] and queue in BROKER.auto_delete:
            BROKER.auto_delete.discard(queue)
            BROKER.consumers.pop(queue)
            self.queue_delete(queue)


class Transport(virtual.Transport):  # type: ignore[misc]
    """The transport behind ``inproc://``."""

    Channel = Channel
    driver_type = "inproc"
    driver_name = "inproc"
    recoverable_connection_errors = (OSError,)
    connection_errors = (OSError,)
    polling_interval = None

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.state = BROKER.state
        self.wake = threading.Event()

    def driver_version(self) -> str:
        return "1"

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Deliver one message; wait for one at most ``timeout`` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            self.wake.clear()
            try:
                self.cycle.get(self._deliver, timeout=timeout)
            except Empty:
                remaining = None if deadline is None else deadline - time.monotonic()
                if remaining is not None and remaining <= 0:
                    raise TimeoutError from None
                self.wake.wait(remaining)
            else:
                return


def register() -> None:
    """Make kombu know ``inproc://``."""
    TRANSPORT_ALIASES["inproc"] = f"{__name__}:Transport"
