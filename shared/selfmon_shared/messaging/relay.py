"""The relay: tells the broker that the outbox has grown. It starts at the head it finds; what was missed before is pulled anyway."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pika
import structlog
from kombu import Connection, Producer
from sqlalchemy import select

from selfmon_shared.application.application import Application
from selfmon_shared.eventstore.store import heads
from selfmon_shared.eventstore.tables import outbox
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging.corked import CorkedConnection
from selfmon_shared.messaging.loops import in_loop, run_loop
from selfmon_shared.messaging.names import INPROC, WAKE_EXCHANGE, is_inproc, wake_exchange
from selfmon_shared.observability.metrics import RELAYED

log = structlog.get_logger()

BATCH = 500


@dataclass(frozen=True)
class WakeUp:
    """Says that ``source`` has a message at ``position``."""

    source: str
    position: int


class Announcer(Protocol):
    """Publishes wake-ups."""

    def publish(self, batch: Sequence[WakeUp]) -> None:
        """Publish a batch and wait until the broker has confirmed all of it.

        Raises:
            Unavailable: the broker is away.
        """
        ...

    def close(self) -> None:
        """Give up the connection."""
        ...


class Relay:
    """Publishes each new outbox row of one service as a wake-up, in order."""

    def __init__(self, application: Application, announcer: Announcer) -> None:
        self._application = application
        self._announcer = announcer
        self._wake = threading.Event()
        self._stopping = False
        self.position: int | None = None

    def wake(self) -> None:
        """Look at the outbox now."""
        self._wake.set()

    def stop(self) -> None:
        """End :meth:`run`."""
        self._stopping = True
        self._wake.set()

    def run(self) -> None:
        """Publish until stopped; outages of store or broker are waited out."""
        while not self._stopping:
            try:
                while self.publish_next():
                    pass
                self._wake.wait(2.0)
                self._wake.clear()
            except Unavailable:
                self._wake.wait(0.5)
            except Exception as error:
                log.error("relay-failed", exc_info=error)
                self._wake.wait(1.0)
        self._announcer.close()

    def publish_next(self) -> int:
        """Publish the next batch; answers its size."""
        with self._application.database.asking() as connection:
            if self.position is None:
                self.position = heads(connection)[1]
            query = select(outbox.c.source, outbox.c.position).where(outbox.c.position > self.position).order_by(outbox.c.position)
            batch = [WakeUp(row.source, row.position) for row in connection.execute(query.limit(BATCH))]
        if batch:
            self._announcer.publish(batch)
            self.position = batch[-1].position
            RELAYED.labels(self._application.definition.name).inc(len(batch))
        return len(batch)


class InprocAnnouncer:
    """Wake-ups over the in-process transport."""

    def __init__(self) -> None:
        channel = Connection(INPROC).channel()
        wake_exchange()(channel).declare()
        self._producer = Producer(channel, exchange=wake_exchange(), serializer="json")

    def publish(self, batch: Sequence[WakeUp]) -> None:
        """See the port."""
        for wake_up in batch:
            self._producer.publish(vars(wake_up), routing_key=wake_up.source)

    def close(self) -> None:
        """See the port."""


class PikaAnnouncer:
    """Wake-ups on RabbitMQ: one connection, publisher confirms, a batch in flight at a time."""

    def __init__(self, amqp_uri: str) -> None:
        self._parameters = pika.URLParameters(amqp_uri)
        self._parameters.heartbeat = 30
        self._parameters.socket_timeout = self._parameters.stack_timeout = self._parameters.blocked_connection_timeout = 5
        self._connection: Any = None
        self._channel: Any = None
        self._ready = threading.Event()
        self._confirmed = threading.Event()
        self._sent = 0
        self._unconfirmed: set[int] = set()
        self._lost = False

    def publish(self, batch: Sequence[WakeUp]) -> None:
        """See the port."""
        self._connect()
        self._confirmed.clear()
        in_loop(self._connection, lambda: self._send(batch))
        if not self._confirmed.wait(30) or self._lost:
            self.close()
            raise Unavailable("broker.away")

    def close(self) -> None:
        """See the port."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None and not connection.is_closed:
            in_loop(connection, lambda: connection.close() if connection.is_open else connection.ioloop.stop())

    def _connect(self) -> None:
        if self._channel is not None and not self._lost:
            return
        self._ready.clear()
        self._lost = False
        self._connection = connection = CorkedConnection(
            self._parameters,
            on_open_callback=lambda c: c.channel(on_open_callback=self._on_channel),
            on_open_error_callback=lambda c, _error: self._on_lost(c),
            on_close_callback=lambda c, _reason: self._on_lost(c),
        )
        threading.Thread(target=self._loop, args=(connection,), name="relay", daemon=True).start()
        if not self._ready.wait(10) or self._lost:
            self.close()
            raise Unavailable("broker.away")

    def _loop(self, connection: Any) -> None:
        run_loop(connection, "relay")
        self._on_lost(connection)

    def _on_lost(self, connection: Any) -> None:
        if connection is self._connection:
            self._lost = True
            self._ready.set()
            self._confirmed.set()
        in_loop(connection, connection.ioloop.stop)

    def _on_channel(self, channel: Any) -> None:
        def declared(_frame: Any) -> None:
            channel.confirm_delivery(ack_nack_callback=self._on_confirm, callback=lambda _frame: self._on_ready(channel))

        channel.exchange_declare(WAKE_EXCHANGE, exchange_type="topic", durable=True, callback=declared)

    def _on_ready(self, channel: Any) -> None:
        self._channel, self._sent, self._unconfirmed = channel, 0, set()
        self._ready.set()

    def _send(self, batch: Sequence[WakeUp]) -> None:
        properties = pika.BasicProperties(content_type="application/json", content_encoding="utf-8")
        self._unconfirmed = set(range(self._sent + 1, self._sent + len(batch) + 1))
        self._sent += len(batch)
        with self._connection.corked():
            for wake_up in batch:
                self._channel.basic_publish(WAKE_EXCHANGE, wake_up.source, json.dumps(vars(wake_up)).encode(), properties)

    def _on_confirm(self, frame: Any) -> None:
        tag = frame.method.delivery_tag
        if frame.method.multiple:
            self._unconfirmed = {waiting for waiting in self._unconfirmed if waiting > tag}
        else:
            self._unconfirmed.discard(tag)
        if not self._unconfirmed:
            self._confirmed.set()


def announcer_for(amqp_uri: str) -> Announcer:
    """The announcer of a transport."""
    return InprocAnnouncer() if is_inproc(amqp_uri) else PikaAnnouncer(amqp_uri)
