"""The RPC client on RabbitMQ: one connection for a whole process, many calls at once, direct replies.

Works in plain threads (gunicorn gthread) and, after eventlet's monkey-patching, in greenlets. Connect after the fork.
"""

import threading
import time
from collections import deque
from collections.abc import Mapping
from itertools import count
from typing import Any

import pika
from pika.exceptions import AMQPError

from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging.corked import CorkedConnection
from selfmon_shared.messaging.loops import in_loop, run_loop
from selfmon_shared.messaging.names import RPC_EXCHANGE, request_body
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE, answer_of
from selfmon_shared.messaging.wire import ENCODING, MEDIA_TYPE, decode, encode

_REPLY_TO = "amq.rabbitmq.reply-to"
_RECONNECT_AFTER = 0.5


class _Slot:
    """One call that waits for its reply: a bare lock, since every call makes one. It is filled in the connection's thread alone."""

    __slots__ = ("_filled", "_open", "error", "reply")

    def __init__(self) -> None:
        self._open = threading.Lock()
        self._open.acquire()
        self._filled = False
        self.reply: Any = None
        self.error: Unavailable | None = None

    def wait(self, timeout: float) -> bool:
        """Whether it is filled in time."""
        return self._open.acquire(timeout=timeout)

    def fill(self, reply: Any = None, error: Unavailable | None = None) -> None:
        """Answer the call; the first answer counts."""
        if not self._filled:
            self._filled, self.reply, self.error = True, reply, error
            self._open.release()


class PikaRpcClient:
    """See :class:`selfmon_shared.messaging.rpc.RpcClient`."""

    def __init__(self, amqp_uri: str) -> None:
        self._parameters = pika.URLParameters(amqp_uri)
        self._parameters.heartbeat = 30
        self._parameters.socket_timeout = self._parameters.stack_timeout = self._parameters.blocked_connection_timeout = 5
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._waiting: dict[str, _Slot] = {}
        self._unsent: deque[tuple[str, str, bytes, int]] = deque()
        self._woken = False
        self._connection: Any = None
        self._channel: Any = None
        self._thread: threading.Thread | None = None
        self._closing = False

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        """See the port."""
        self._start()
        correlation, slot = str(next(self._numbers)), _Slot()  # replies come on this client's own channel
        self._waiting[correlation] = slot
        body = encode(request_body(dict(request)))
        self._unsent.append((correlation, f"{container}.call", body, int(timeout * 1000)))
        self._wake()
        try:
            if not slot.wait(timeout):
                raise Unavailable("service.timeout")
            if slot.error is not None:
                raise slot.error
            return answer_of(slot.reply)
        finally:
            self._waiting.pop(correlation, None)

    def close(self) -> None:
        """See the port."""
        self._closing = True
        connection, thread = self._connection, self._thread
        if connection is not None and not connection.is_closed:
            in_loop(connection, lambda: connection.close() if connection.is_open else connection.ioloop.stop())
        if thread is not None:
            thread.join(5)

    def _start(self) -> None:
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="rpc", daemon=True)
                self._thread.start()

    def _wake(self) -> None:
        connection = self._connection
        if connection is not None and self._channel is not None and not self._woken:
            self._woken = True  # one wake-up takes along whatever has been added until it is served
            in_loop(connection, self._send)

    def _run(self) -> None:
        while not self._closing:
            connection = CorkedConnection(
                self._parameters,
                on_open_callback=lambda c: c.channel(on_open_callback=self._on_channel),
                on_open_error_callback=lambda c, _error: c.ioloop.stop(),
                on_close_callback=lambda c, _reason: c.ioloop.stop(),
            )
            self._connection = connection
            run_loop(connection, "rpc")
            self._channel, self._woken = None, False
            self._fail_all()
            if not self._closing:
                time.sleep(_RECONNECT_AFTER)

    def _fail_all(self) -> None:
        self._unsent.clear()
        for slot in list(self._waiting.values()):
            slot.fill(error=Unavailable("service.away"))

    def _on_channel(self, channel: Any) -> None:
        channel.add_on_close_callback(lambda _channel, _reason: self._connection.close() if self._connection.is_open else None)
        channel.add_on_return_callback(self._on_return)
        channel.exchange_declare(RPC_EXCHANGE, exchange_type="topic", durable=True, callback=lambda _frame: self._on_exchange(channel))

    def _on_exchange(self, channel: Any) -> None:
        channel.basic_consume(_REPLY_TO, self._on_reply, auto_ack=True, callback=lambda _frame: self._on_ready(channel))

    def _on_ready(self, channel: Any) -> None:
        self._channel = channel
        self._send()

    def _send(self) -> None:
        self._woken = False
        if self._unsent and self._channel is not None:
            with self._connection.corked():
                while self._unsent:
                    self._publish(*self._unsent.popleft())

    def _publish(self, correlation: str, routing_key: str, body: bytes, ttl: int) -> None:
        properties = pika.BasicProperties(
            content_type=MEDIA_TYPE,
            content_encoding=ENCODING,
            correlation_id=correlation,
            reply_to=_REPLY_TO,
            expiration=str(ttl),
        )
        try:
            self._channel.basic_publish(RPC_EXCHANGE, routing_key, body, properties, mandatory=True)
        except AMQPError:
            slot = self._waiting.get(correlation)
            if slot is not None:
                slot.fill(error=Unavailable("service.away"))

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        slot = self._waiting.get(properties.correlation_id)
        if slot is not None:
            slot.fill(error=Unavailable("service.away"))

    def _on_reply(self, _channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        slot = self._waiting.get(properties.correlation_id)
        if slot is not None:
            slot.fill(decode(body))
