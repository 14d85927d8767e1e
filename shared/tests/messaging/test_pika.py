"""The clients for RabbitMQ, in plain threads as under gunicorn: many calls on one connection, outages, wake-ups."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pika
import pytest

from selfmon_shared.kernel.errors import Conflict, Unavailable
from selfmon_shared.messaging.names import RPC_EXCHANGE, WAKE_EXCHANGE
from selfmon_shared.messaging.pika_rpc import PikaRpcClient
from selfmon_shared.messaging.relay import PikaAnnouncer, WakeUp, announcer_for
from selfmon_shared.messaging.rpc import refusal_data
from selfmon_shared.testing.processes import free_port
from selfmon_shared.testing.rabbitmq import PrivateRabbitMQ
from selfmon_shared.testing.waiting import eventually

pytestmark = pytest.mark.rabbitmq


class Answerer:
    """A container named plan on the broker, which answers each request with what ``answer`` makes of it."""

    def __init__(self, uri: str) -> None:
        self.answer: Any = lambda request: {"answer": request}
        self.connection = pika.BlockingConnection(pika.URLParameters(uri))
        self.channel = self.connection.channel()
        self.channel.exchange_declare(RPC_EXCHANGE, exchange_type="topic", durable=True)
        self.channel.queue_declare("selfmon.rpc.plan", auto_delete=True)
        self.channel.queue_bind("selfmon.rpc.plan", RPC_EXCHANGE, "plan.*")
        self.channel.basic_consume("selfmon.rpc.plan", self.on_request, auto_ack=True)
        self.thread = threading.Thread(target=self.channel.start_consuming)
        self.thread.start()

    def on_request(self, channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        answer = self.answer(json.loads(body)["kwargs"]["request"])
        if answer is not None:
            replied = pika.BasicProperties(content_type="application/json", correlation_id=properties.correlation_id)
            channel.basic_publish("", properties.reply_to, json.dumps({"result": answer, "error": None}).encode(), replied)

    def stop(self) -> None:
        self.connection.add_callback_threadsafe(self.channel.stop_consuming)
        self.thread.join(10)
        self.connection.close()


@pytest.fixture
def plan(amqp_uri: str) -> Iterator[Answerer]:
    answerer = Answerer(amqp_uri)
    yield answerer
    answerer.stop()


@pytest.fixture
def client(amqp_uri: str) -> Iterator[PikaRpcClient]:
    client = PikaRpcClient(amqp_uri)
    yield client
    client.close()


def code_of(client: PikaRpcClient, container: str, timeout: float = 10) -> str:
    with pytest.raises(Unavailable) as refused:
        client.call(container, {}, timeout)
    return refused.value.code


def test_many_calls_at_once_get_their_own_answers_over_one_connection(plan: Answerer, client: PikaRpcClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: client.call("plan", {"number": number, "词": "示例"}), range(200)))
    assert answers == [{"number": number, "词": "示例"} for number in range(200)]
    assert [thread.name for thread in threading.enumerate()].count("rpc") == 1


def test_refusals_time_outs_and_absent_services_are_told_apart(plan: Answerer, client: PikaRpcClient) -> None:
    plan.answer = lambda _request: {"refused": refusal_data(Conflict("record.changed", current=3))}
    with pytest.raises(Conflict) as refused:
        client.call("plan", {})
    assert refused.value.params == {"current": 3}
    assert code_of(client, "nobody") == "service.away"
    plan.answer = lambda _request: None
    assert code_of(client, "plan", timeout=0.2) == "service.timeout"


def test_an_answer_that_comes_too_late_is_dropped(plan: Answerer, client: PikaRpcClient) -> None:
    gate = threading.Event()

    def slow(request: dict[str, Any]) -> dict[str, Any]:
        gate.wait(10)
        return {"answer": request}

    plan.answer = slow
    assert code_of(client, "plan", timeout=0.2) == "service.timeout"
    gate.set()
    assert client.call("plan", {"n": 2}) == {"n": 2}


def test_without_a_broker_a_call_is_refused_soon() -> None:
    client = PikaRpcClient(f"amqp://guest:guest@127.0.0.1:{free_port()}/")
    assert code_of(client, "plan", timeout=5) == "service.away"
    client.close()


def test_calls_fail_while_the_broker_is_away_and_go_again_after_it_is_back(
    rabbitmq: PrivateRabbitMQ, amqp_uri: str, client: PikaRpcClient
) -> None:
    plan = Answerer(amqp_uri)
    assert client.call("plan", {"n": 1}) == {"n": 1}
    plan.stop()
    rabbitmq.kill()
    try:
        assert code_of(client, "plan", timeout=3) in ("service.away", "service.timeout")
    finally:
        rabbitmq.start()
    again = Answerer(amqp_uri)

    def answered() -> bool:
        try:
            return bool(client.call("plan", {"n": 2}, timeout=3) == {"n": 2})
        except Unavailable:
            return False

    try:
        eventually(answered, deadline=30, what="the client is back")
    finally:
        again.stop()


class Listener:
    """A queue for the wake-ups of two sources."""

    def __init__(self, uri: str) -> None:
        self.connection = pika.BlockingConnection(pika.URLParameters(uri))
        self.channel = self.connection.channel()
        self.channel.exchange_declare(WAKE_EXCHANGE, exchange_type="topic", durable=True)
        self.queue = self.channel.queue_declare("", exclusive=True).method.queue
        for source in ("enterprise", "data.results"):
            self.channel.queue_bind(self.queue, WAKE_EXCHANGE, source)

    def heard(self) -> list[tuple[str, int]]:
        found = []
        while (got := self.channel.basic_get(self.queue, auto_ack=True))[0] is not None:
            wake_up = json.loads(got[2])
            found.append((wake_up["source"], wake_up["position"]))
        return found


def test_wake_ups_are_confirmed_in_order(amqp_uri: str) -> None:
    listener = Listener(amqp_uri)
    announcer = announcer_for(amqp_uri)
    assert isinstance(announcer, PikaAnnouncer)
    announcer.publish([WakeUp("enterprise", n) for n in range(1, 301)])
    announcer.publish([WakeUp("data.results", 1), WakeUp("plan", 9)])
    assert listener.heard() == [*(("enterprise", n) for n in range(1, 301)), ("data.results", 1)]
    announcer.close()
    announcer.close()
    listener.connection.close()


def test_wake_ups_fail_while_the_broker_is_away_and_go_again_after_it_is_back(rabbitmq: PrivateRabbitMQ, amqp_uri: str) -> None:
    announcer = PikaAnnouncer(amqp_uri)
    announcer.publish([WakeUp("enterprise", 1)])
    rabbitmq.kill()
    try:
        for _ in range(2):  # the connection that is lost, and one that cannot be made
            with pytest.raises(Unavailable, match=r"broker\.away"):
                announcer.publish([WakeUp("enterprise", 2)])
    finally:
        rabbitmq.start()
    listener = Listener(amqp_uri)
    announcer.publish([WakeUp("enterprise", 3)])
    assert listener.heard() == [("enterprise", 3)]
    announcer.close()
    listener.connection.close()
