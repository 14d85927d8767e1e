"""Replies to calls: one connection for all of a container's.

nameko's own responder makes a connection object, a pool look-up and two serialisations for every reply: half of what a service spends on
a small call. The consumer's connection cannot be used: publishing reads from the socket that the consumer is waiting on.
"""

import threading
from typing import Any

from kombu import Connection

from selfmon_shared.messaging.wire import ENCODING, MEDIA_TYPE, encode

_TIMEOUT = 10.0
_TRANSIENT = 1


class Replies:
    """Publishes replies, one at a time; connects at the first, and again after an outage. The connection goes with the process."""

    def __init__(self, amqp_uri: str) -> None:
        self._amqp_uri = amqp_uri
        self._lock = threading.Lock()
        self._connection: Any = None
        self._channel: Any = None

    def send(self, reply_to: str, correlation_id: str, result: Any) -> None:
        """Publish a result (plain JSON data), unconfirmed: a lost reply is a time-out, and the caller asks again with the same key.

        Raises:
            Exception: whatever the transport raises while the broker is away.
        """
        body = encode({"result": result, "error": None})
        with self._lock:
            try:
                self._publish(reply_to, correlation_id, body)
            except Exception:  # the connection may have been lost since the last reply
                self._disconnect()
                self._publish(reply_to, correlation_id, body)

    def _publish(self, reply_to: str, correlation_id: str, body: bytes) -> None:
        if self._channel is None:
            self._connection = Connection(self._amqp_uri, connect_timeout=_TIMEOUT)
            self._channel = self._connection.channel()
        properties = {"correlation_id": correlation_id, "delivery_mode": _TRANSIENT}
        message = self._channel.prepare_message(body, content_type=MEDIA_TYPE, content_encoding=ENCODING, properties=properties)
        self._channel.basic_publish(message, exchange="", routing_key=reply_to, timeout=_TIMEOUT)

    def _disconnect(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            connection.collapse()
