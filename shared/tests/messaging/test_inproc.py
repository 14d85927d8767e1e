"""The in-process transport behaves as the services need RabbitMQ to, in plain threads too."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from kombu import Connection, Consumer, Producer, Queue

from selfmon_shared.kernel.errors import NotFound, Unavailable
from selfmon_shared.messaging import inproc
from selfmon_shared.messaging.inproc import BROKER, NoRoute
from selfmon_shared.messaging.inproc_rpc import InprocRpcClient
from selfmon_shared.messaging.names import INPROC, is_inproc, rpc_exchange, rpc_queue, wake_exchange, wake_queue
from selfmon_shared.messaging.relay import InprocAnnouncer, WakeUp, announcer_for
from selfmon_shared.messaging.rpc import refusal_data
from selfmon_shared.testing.waiting import eventually


@pytest.fixture(autouse=True)
def registered() -> None:
    inproc.register()


class Answerer:
    """A container: answers each request with what ``answer`` makes of it."""

    def __init__(self, container: str) -> None:
        self.connection = Connection(INPROC)
        self.channel = self.connection.channel()
        self.consumer = Consumer(self.channel, [rpc_queue(container)], callbacks=[self.on_request], no_ack=True)
        self.producer = Producer(Connection(INPROC).channel(), serializer="json")
        self.answer: Any = lambda request: {"answer": request}
        self.stopping = False
        self.consumer.consume()
        self.thread = threading.Thread(target=self.drain)
        self.thread.start()

    def drain(self) -> None:
        while not self.stopping:
            try:
                self.connection.drain_events(timeout=0.1)
            except TimeoutError:
                continue
        self.consumer.cancel()

    def on_request(self, body: Any, message: Any) -> None:
        answer = self.answer(body["kwargs"]["request"])
        if answer is not None:
            place = {"routing_key": message.properties["reply_to"], "correlation_id": message.properties["correlation_id"]}
            self.producer.publish({"result": answer, "error": None}, exchange="", **place)

    def stop(self) -> None:
        self.stopping = True
        self.thread.join(10)


@pytest.fixture
def plan() -> Iterator[Answerer]:
    answerer = Answerer("plan")
    yield answerer
    answerer.stop()


@pytest.fixture
def client() -> Iterator[InprocRpcClient]:
    client = InprocRpcClient()
    yield client
    client.close()


def test_a_request_gets_its_own_answer_among_many(plan: Answerer, client: InprocRpcClient) -> None:
    answers: dict[int, Any] = {}

    def ask(number: int) -> None:
        answers[number] = client.call("plan", {"number": number})

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert answers == {number: {"number": number} for number in range(20)}


def test_a_refusal_is_raised_where_the_call_was_made(plan: Answerer, client: InprocRpcClient) -> None:
    plan.answer = lambda _request: {"refused": refusal_data(NotFound("plan.unknown"))}
    with pytest.raises(NotFound, match=r"plan\.unknown"):
        client.call("plan", {})


def test_nobody_there_is_told_at_once_and_no_answer_in_time_too(plan: Answerer, client: InprocRpcClient) -> None:
    with pytest.raises(Unavailable, match=r"service\.away"):
        client.call("nobody", {})
    plan.answer = lambda _request: None
    with pytest.raises(Unavailable, match=r"service\.timeout"):
        client.call("plan", {}, timeout=0.05)


def test_a_queue_goes_with_its_last_consumer(client: InprocRpcClient) -> None:
    one, two = Answerer("shared"), Answerer("shared")
    one.stop()
    assert client.call("shared", {"a": 1}) == {"a": 1}
    two.stop()
    with pytest.raises(Unavailable, match=r"service\.away"):
        client.call("shared", {})
    assert "selfmon.rpc.shared" not in BROKER.queues


def test_a_late_answer_is_dropped(plan: Answerer, client: InprocRpcClient) -> None:
    late: list[Any] = []
    plan.answer = late.append
    with pytest.raises(Unavailable):
        client.call("plan", {"n": 1}, timeout=0.05)
    eventually(lambda: late, what="the request arrived")
    plan.producer.publish({"result": {"answer": 1}, "error": None}, exchange="", routing_key=client._reply_to, correlation_id="forgotten")
    plan.answer = lambda request: {"answer": request}
    assert client.call("plan", {"n": 2}) == {"n": 2}


def test_wake_ups_reach_every_instance_that_follows_the_source_and_no_other() -> None:
    connection = Connection(INPROC)
    channel = connection.channel()
    queues = [wake_queue("plan", ["enterprise", "review"]), wake_queue("data", ["enterprise"]), wake_queue("gateway", ["plan"])]
    for queue in queues:
        queue(channel).declare()
    announcer = announcer_for(INPROC)
    assert isinstance(announcer, InprocAnnouncer)
    announcer.publish([WakeUp("enterprise", 1), WakeUp("enterprise", 2), WakeUp("data.results", 3)])
    announcer.close()
    assert [channel._size(queue.name) for queue in queues] == [2, 2, 0]
    assert queues[0](channel).get(no_ack=True).decode() == {"source": "enterprise", "position": 1}
    assert queues[0](channel).purge() == 1
    assert queues[2](channel).get() is None
    for queue in queues:
        queue(channel).delete()
    announcer.publish([WakeUp("enterprise", 3)])  # nobody listens: nothing is kept
    assert not any(name.startswith("selfmon.wake.plan") for name in BROKER.queues)


def test_a_message_that_must_arrive_is_refused_where_there_is_no_queue() -> None:
    channel = Connection(INPROC).channel()
    rpc_exchange()(channel).declare()
    producer = Producer(channel, serializer="json")
    with pytest.raises(NoRoute, match=r"no queue for nobody\.call"):
        producer.publish({}, exchange=rpc_exchange(), routing_key="nobody.call", mandatory=True)
    with pytest.raises(NoRoute):
        producer.publish({}, exchange="", routing_key="no-such-queue", mandatory=True)
    producer.publish({}, exchange=wake_exchange(), routing_key="enterprise", declare=[wake_exchange()])


def test_a_queue_that_nobody_empties_keeps_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inproc, "QUEUE_LIMIT", 3)
    channel = Connection(INPROC).channel()
    queue = Queue("full", durable=False)(channel)
    queue.declare()
    producer = Producer(channel, serializer="json")
    for number in range(5):
        producer.publish({"number": number}, exchange="", routing_key="full")
    assert [queue.get(no_ack=True).decode()["number"] for _ in range(3)] == [2, 3, 4]
    queue.delete()


def test_waiting_without_a_message_ends_at_the_deadline() -> None:
    connection = Connection(INPROC)
    queue = Queue("quiet", durable=False)
    got: list[Any] = []
    with Consumer(connection.channel(), [queue], callbacks=[lambda body, _message: got.append(body)], no_ack=True):
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.05)
        later = threading.Timer(0.05, lambda: Producer(Connection(INPROC).channel()).publish("late", routing_key="quiet"))
        later.start()
        connection.drain_events()
        later.join()
    assert got == ["late"]
    assert connection.transport.driver_version() == "1"


def test_which_transport_a_setting_names() -> None:
    assert is_inproc("inproc://local")
    assert not is_inproc("amqp://guest@localhost")
