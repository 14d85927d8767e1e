"""The gateway's guard: one slow or dead service takes neither all threads nor all patience."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from selfmon_shared.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Unavailable
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE, Breaker, GuardedClient, answer_of, refusal_data
from selfmon_shared.testing.waiting import eventually


class Service:
    """A service that answers as it is told to: a result, a refusal, or not before ``gate`` opens."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.outcome: Any = "answer"
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        self.calls.append(container)
        assert self.gate.wait(30)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def service() -> Service:
    return Service()


def code_of(client: GuardedClient, container: str = "plan", timeout: float = 10) -> str:
    with pytest.raises(Refusal) as refused:
        client.call(container, {}, timeout)
    return refused.value.code


def test_what_the_service_answers_is_passed_on(service: Service) -> None:
    client = GuardedClient(service)
    assert client.call("plan", {}) == "answer"
    service.outcome = Conflict("record.changed", current=3)
    for _ in range(20):
        assert code_of(client) == "record.changed"
    assert len(service.calls) == 21, "a refusal is an answer: the breaker stays closed"
    client.close()
    assert service.closed


@pytest.mark.parametrize("code", ["service.away", "service.timeout"])
def test_after_five_failures_in_a_row_the_service_is_left_alone_for_a_while(service: Service, code: str) -> None:
    client = GuardedClient(service, pause=30)
    service.outcome = Unavailable(code)
    assert [code_of(client) for _ in range(5)] == [code] * 5
    assert [code_of(client) for _ in range(20)] == ["service.away"] * 20
    assert len(service.calls) == 5
    service.outcome = "answer"
    assert client.call("data", {}) == "answer", "the other services are not concerned"


def test_after_the_pause_one_call_tries_whether_it_is_back(service: Service) -> None:
    client = GuardedClient(service, pause=0)
    service.outcome = Unavailable("service.away")
    for _ in range(7):
        assert code_of(client) == "service.away"
    assert len(service.calls) == 7, "without a pause each call is a trial"
    service.outcome = "answer"
    assert client.call("plan", {}) == "answer"


def test_a_service_that_says_it_is_under_maintenance_is_there(service: Service) -> None:
    client = GuardedClient(service, pause=30)
    service.outcome = Unavailable("service.maintenance")
    assert [code_of(client) for _ in range(10)] == ["service.maintenance"] * 10


def test_at_most_three_calls_wait_for_one_service(service: Service) -> None:
    client = GuardedClient(service, at_once=3)
    service.gate.clear()
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(client.call, "plan", {}) for _ in range(3)]
        eventually(lambda: len(service.calls) == 3, what="three calls wait")
        assert code_of(client, timeout=0.1) == "service.busy"
        assert len(service.calls) == 3
        service.gate.set()
        assert [call.result(10) for call in waiting] == ["answer"] * 3
    assert client.call("plan", {}) == "answer"


def test_an_open_breaker_lets_one_trial_a_pause_through() -> None:
    breaker = Breaker(fail_max=2, pause=30)
    assert breaker.allow()
    breaker.record(success=False)
    assert breaker.allow()
    breaker.record(success=False)
    assert not breaker.allow()
    half_open = Breaker(fail_max=1, pause=0.0)
    half_open.record(success=False)
    assert half_open.allow()
    half_open.record(success=True)
    assert half_open.allow()


@pytest.mark.parametrize("kind", [Invalid, Conflict, Forbidden, NotFound, Refusal])
def test_a_refusal_crosses_the_wire_as_it_was(kind: type[Refusal]) -> None:
    sent = kind("some.code", fields={"a": ["x"]}, current=3, when=object)
    with pytest.raises(kind) as refused:
        answer_of({"result": {"refused": refusal_data(sent)}, "error": None})
    assert type(refused.value) is kind
    assert (refused.value.code, refused.value.fields) == ("some.code", {"a": ["x"]})
    assert refused.value.params == {"current": 3, "when": str(object)}


def test_when_to_ask_again_crosses_the_wire() -> None:
    with pytest.raises(Unavailable) as refused:
        answer_of({"result": {"refused": refusal_data(Unavailable("service.maintenance", retry_after=30, service="plan"))}})
    assert (refused.value.retry_after, refused.value.params) == (30, {"service": "plan"})


def test_an_error_of_the_framework_is_no_secret_of_ours() -> None:
    assert answer_of({"result": {"answer": [1]}, "error": None}) == [1]
    with pytest.raises(Unavailable, match=r"service\.failed"):
        answer_of({"result": None, "error": {"exc_type": "MethodNotFound"}})
