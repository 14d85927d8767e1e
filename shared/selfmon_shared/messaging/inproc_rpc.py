"""The RPC client inside one process, over the in-process transport."""

import threading
import uuid
from collections.abc import Mapping
from typing import Any

from kombu import Connection, Consumer, Producer, Queue

from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging.inproc import NoRoute
from selfmon_shared.messaging.names import INPROC, request_body, rpc_exchange
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE, answer_of


class InprocRpcClient:
    """See :class:`selfmon_shared.messaging.rpc.RpcClient`."""

    def __init__(self) -> None:
        self._reply_to = f"selfmon.reply.{uuid.uuid4()}"
        self._waiting: dict[str, tuple[threading.Event, list[Any]]] = {}
        self._closing = False
        self._requests = Connection(INPROC).channel()
        rpc_exchange()(self._requests).declare()
        self._producer = Producer(self._requests, serializer="json")
        replies = Connection(INPROC)
        consumer = Consumer(
            replies.channel(), [Queue(self._reply_to, durable=False, auto_delete=True)], callbacks=[self._on_reply], no_ack=True
        )
        consumer.consume()
        self._thread = threading.Thread(target=self._drain, args=(replies, consumer), name="rpc", daemon=True)
        self._thread.start()

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        """See the port."""
        correlation, event, replies = uuid.uuid4().hex, threading.Event(), []  # type: ignore[var-annotated]
        self._waiting[correlation] = (event, replies)
        try:
            self._producer.publish(
                request_body(dict(request)),
                exchange=rpc_exchange(),
                routing_key=f"{container}.call",
                mandatory=True,
                correlation_id=correlation,
                reply_to=self._reply_to,
            )
            if not event.wait(timeout):
                raise Unavailable("service.timeout")
            return answer_of(replies[0])
        except NoRoute:
            raise Unavailable("service.away") from None
        finally:
            self._waiting.pop(correlation, None)

    def close(self) -> None:
        """See the port."""
        self._closing = True
        self._thread.join(5)

    def _drain(self, connection: Connection, consumer: Consumer) -> None:
        while not self._closing:
            try:
                connection.drain_events(timeout=1)
            except TimeoutError:
                continue
        consumer.cancel()

    def _on_reply(self, body: Any, message: Any) -> None:
        waiting = self._waiting.get(message.properties.get("correlation_id"))
        if waiting is not None:
            event, replies = waiting
            replies.append(body)
            event.set()
