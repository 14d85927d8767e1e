"""Calling a service: the port, and the guard that keeps one slow service from taking all of the gateway's threads."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from selfmon_shared.kernel.errors import KINDS, Refusal, Unavailable

DEFAULT_DEADLINE = 10.0


class RpcClient(Protocol):
    """Sends a request to a container and waits for its answer. Safe to use from several threads or greenlets."""

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        """The answer to a request.

        Raises:
            Unavailable: nobody serves the container (``service.away``), no answer in time (``service.timeout``).
            Refusal: what the service refused.
        """
        ...

    def close(self) -> None:
        """Give up the connection."""
        ...


def answer_of(reply: Mapping[str, Any]) -> Any:
    """The result in a reply, or its refusal raised again.

    Raises:
        Refusal: of the kind that the service raised.
    """
    if reply.get("error") is not None:  # nameko's own: the call never reached our code
        raise Unavailable("service.failed")
    outcome = reply["result"]
    refused = outcome.get("refused")
    if refused is None:
        return outcome["answer"]
    kind = KINDS.get(refused["status"], Refusal)
    if kind is Unavailable:
        raise Unavailable(refused["code"], retry_after=refused["retry_after"], **refused["params"])
    raise kind(refused["code"], fields=refused["fields"], **refused["params"])


def refusal_data(refusal: Refusal) -> dict[str, Any]:
    """Plain data of a refusal, for :func:`answer_of` on the other side."""
    params = {name: value if isinstance(value, str | int | bool | None) else str(value) for name, value in refusal.params.items()}
    data = {"status": refusal.status, "code": refusal.code, "params": params, "fields": refusal.fields}
    return {**data, "retry_after": refusal.retry_after} if isinstance(refusal, Unavailable) else data


class Breaker:
    """Lets calls through until several in a row have failed; then refuses at once, and tries one again after a pause.

    (pybreaker holds its lock for the length of the call, which would make all calls to a service wait for each other.)
    """

    def __init__(self, *, fail_max: int = 5, pause: float = 1.0) -> None:
        self._fail_max, self._pause = fail_max, pause
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    def allow(self) -> bool:
        """Whether a call may go; when open, one trial a pause."""
        with self._lock:
            if self._failures < self._fail_max:
                return True
            if time.monotonic() < self._open_until:
                return False
            self._open_until = time.monotonic() + self._pause
            return True

    def record(self, *, success: bool) -> None:
        """Note how a call went."""
        with self._lock:
            if success:
                self._failures = 0
                return
            self._failures += 1
            if self._failures >= self._fail_max:
                self._open_until = time.monotonic() + self._pause


class GuardedClient:
    """A client with a breaker and a limit of calls at once, per service."""

    def __init__(self, client: RpcClient, *, at_once: int = 3, pause: float = 1.0) -> None:
        self._client = client
        self._breakers: dict[str, Breaker] = defaultdict(lambda: Breaker(pause=pause))
        self._slots: dict[str, threading.BoundedSemaphore] = defaultdict(lambda: threading.BoundedSemaphore(at_once))

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        """See the port.

        Raises:
            Unavailable: also when the breaker is open (``service.away``) or too many calls wait (``service.busy``).
        """
        breaker = self._breakers[container]
        if not breaker.allow():
            raise Unavailable("service.away", retry_after=2, service=container)
        with self._slot(container, timeout):
            try:
                answer = self._client.call(container, request, timeout)
            except Unavailable as error:
                breaker.record(success=error.code not in ("service.away", "service.timeout"))
                raise
            except Refusal:
                breaker.record(success=True)
                raise
            breaker.record(success=True)
            return answer

    @contextmanager
    def _slot(self, container: str, timeout: float) -> Iterator[None]:
        slot = self._slots[container]
        if not slot.acquire(timeout=timeout / 2):
            raise Unavailable("service.busy", retry_after=2, service=container)
        try:
            yield
        finally:
            slot.release()

    def close(self) -> None:
        """See the port."""
        self._client.close()
