"""nameko's entrypoints, made safe (MEASURED "Broker and nameko").

A service is one nameko class with the one method ``call``; its published logs are served by a second class in a container of its own,
so that followers are answered while all workers of the first are busy.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import structlog
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import SharedExtension
from nameko.messaging import QueueConsumer
from nameko.rpc import Rpc, RpcConsumer

from selfmon_shared.application.application import Application, Call
from selfmon_shared.application.tokens import verify_actor
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import NotFound, Refusal, Unavailable
from selfmon_shared.messaging.names import rpc_queue, wake_queue
from selfmon_shared.messaging.replies import Replies
from selfmon_shared.messaging.rpc import refusal_data

log = structlog.get_logger()

FAILED = {"refused": refusal_data(Refusal("service.failed"))}


class SafeRpcConsumer(RpcConsumer):  # type: ignore[misc]
    """RPC on a transient queue; a reply that cannot be sent is logged instead of ending the process."""

    def setup(self) -> None:
        if self.queue is None:  # type: ignore[has-type]
            self.queue = rpc_queue(self.container.service_name)
            self.replies = Replies(self.container.config["AMQP_URI"])
            self.queue_consumer.register_provider(self)
            self._registered = True

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> Any:
        # The request is acknowledged first: if the reply fails, running it again would answer nobody.
        self.queue_consumer.ack_message(message)
        try:
            self.replies.send(message.properties["reply_to"], message.properties["correlation_id"], FAILED if exc_info else result)
        except Exception as error:
            log.warning("reply-lost", service=self.container.service_name, error=repr(error))
        return result, exc_info


class SafeRpc(Rpc):  # type: ignore[misc]
    """The RPC entrypoint on :class:`SafeRpcConsumer`."""

    rpc_consumer = SafeRpcConsumer()

    def handle_message(self, body: Any, message: Any) -> None:
        try:
            request = body["kwargs"]["request"]
        except (TypeError, KeyError):
            self.rpc_consumer.handle_result(message, {"refused": refusal_data(NotFound("command.unknown", name=""))}, None)
            return
        handle_result = partial(self.handle_result, message)
        try:
            self.container.spawn_worker(self, (), {"request": request}, context_data={}, handle_result=handle_result)
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)


safe_rpc = SafeRpc.decorator


class WakeUps(SharedExtension):  # type: ignore[misc]
    """Listens for other services' wake-ups and passes each source on; the message itself says nothing that matters."""

    queue_consumer = QueueConsumer()

    def __init__(self, sources: list[str], on_wake: Callable[[str], None]) -> None:
        self.sources, self.on_wake = sources, on_wake
        super().__init__()

    @property
    def sharing_key(self) -> Any:
        """Each listener is its own extension."""
        return id(self.on_wake)

    def setup(self) -> None:
        """Register the queue of this instance."""
        self.queue = wake_queue(self.container.service_name, self.sources)
        self.queue_consumer.register_provider(self)

    def stop(self) -> None:
        """Stop listening."""
        self.queue_consumer.unregister_provider(self)

    def handle_message(self, _body: Any, message: Any) -> None:
        """Wake the follower, whatever the body holds."""
        self.queue_consumer.ack_message(message)
        self.on_wake(message.delivery_info["routing_key"])


def answer(application: Application, public_key: Callable[[], str], request: Mapping[str, Any]) -> dict[str, Any]:
    """Serve one request: a command or a query of an actor, or a page of a published log. Never raises."""
    structlog.contextvars.bind_contextvars(correlation=request.get("correlation", ""))
    try:
        if request.get("deadline") is not None and time.time() > request["deadline"]:
            raise Unavailable("command.expired")
        return {"answer": _dispatch(application, public_key, request)}
    except Refusal as refusal:
        return {"refused": refusal_data(refusal)}
    except Exception as error:
        log.error("request-failed", service=application.definition.name, name=request.get("name"), exc_info=error)
        return FAILED


def _dispatch(application: Application, public_key: Callable[[], str], request: Mapping[str, Any]) -> Any:
    kind = request.get("kind")
    if kind == "feed":
        return application.feed(request["source"], request["after"], request["after_id"], request["limit"])
    if kind == "head":
        return application.feed_head(request["source"])
    if kind == "lookup":
        return application.look_up(request["name"], request["payload"])
    actor: Actor = verify_actor(request["actor"], public_key(), application.clock())
    call = Call(actor, request["correlation"], request.get("idempotency_key"))
    if kind == "command":
        return application.execute(request["name"], request["payload"], call)
    if kind == "query":
        return application.ask(request["name"], request["payload"], call)
    raise NotFound("command.unknown", name=str(kind))


def service_class(application: Application, public_key: Callable[[], str]) -> type:
    """The nameko class that serves commands and queries."""

    class Service:
        name = application.definition.name

        @safe_rpc  # type: ignore[untyped-decorator]
        def call(self, request: Mapping[str, Any]) -> dict[str, Any]:
            return answer(application, public_key, request)

    return Service


def feed_class(application: Application, public_key: Callable[[], str]) -> type:
    """The nameko class that serves the published logs."""

    class Feed:
        name = f"{application.definition.name}-feed"

        @safe_rpc  # type: ignore[untyped-decorator]
        def call(self, request: Mapping[str, Any]) -> dict[str, Any]:
            return answer(application, public_key, request)

    return Feed
