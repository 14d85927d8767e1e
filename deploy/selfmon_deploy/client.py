"""A person at the platform's API: signs on, sends commands with idempotency keys, waits for what takes a moment."""

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

PATIENCE = 30.0


class StepFailed(AssertionError):
    """The platform did not do what the step expects."""


class Person:
    """One signed-on person. Temporary failures (503, a connection that breaks) are tried again with the same key."""

    def __init__(self, base_url: str, realm: str, person_id: str, *, patience: float = PATIENCE) -> None:
        self.http = httpx.Client(base_url=f"{base_url}/api/v1", timeout=20)
        self.patience = patience
        try:
            answer = self._send("POST", "/sign-on", json={"realm": realm, "person_id": person_id})
            _expect(answer, 200, 201)
        except BaseException:
            self.close()
            raise
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

    def get(self, path: str, **params: Any) -> Any:
        """The answer to a question."""
        answer = self._send("GET", path, params=params)
        _expect(answer, 200)
        return answer.json()

    def download(self, path: str) -> bytes:
        """A file."""
        answer = self._send("GET", path)
        _expect(answer, 200)
        return answer.content

    def post(self, path: str, body: Any = None, *, method: str = "POST", key: str | None = None) -> Any:
        """The answer to a command, sent once with effect."""
        answer = self._send(method, path, json={} if body is None else body, headers={"Idempotency-Key": key or str(uuid.uuid4())})
        _expect(answer, 200, 201, 202)
        return answer.json()

    def put(self, path: str, body: Any) -> Any:
        """The answer to a command by PUT."""
        return self.post(path, body, method="PUT")

    def upload(self, data: bytes, filename: str) -> str:
        """Stage a file; answers its sha256."""
        answer = self._send("POST", "/files", files={"file": (filename, data)}, headers={"Idempotency-Key": str(uuid.uuid4())})
        _expect(answer, 200, 201)
        return str(answer.json()["upload"])

    def status(self, path: str, *, method: str = "GET", body: Any = None) -> int:
        """Just the status of an answer."""
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}
        return self._send(method, path, json=body, headers=headers).status_code

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        until = time.monotonic() + self.patience
        while True:
            try:
                answer = self.http.request(method, path, **options)
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > until:
                    return answer
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            time.sleep(0.2)

    def close(self) -> None:
        """Leave."""
        self.http.close()

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def wait_for(look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """Wait until ``look`` answers something.

    Raises:
        StepFailed: it does not, in time.
    """
    until = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise StepFailed(f"{what}: not within {patience:.0f} s")
        time.sleep(0.1)


def _expect(answer: httpx.Response, *statuses: int) -> None:
    if answer.status_code not in statuses:
        raise StepFailed(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:600]}")
