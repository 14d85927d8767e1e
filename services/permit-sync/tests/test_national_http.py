"""The adapter over HTTP where the network or the other side misbehaves: against real sockets."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from selfmon_deploy.demo.data import demo_permits
from selfmon_deploy.simulators.national import create_app, serving
from selfmon_permit_sync.adapters import HttpNationalPlatform
from selfmon_permit_sync.adapters.wire import parse_permit, upload_body
from selfmon_permit_sync.national import NationalUnavailable, Receipt, Upload, UploadKind

RESULTS = Upload("upload-1", UploadKind.RESULTS, demo_permits()[0]["TYSHXYDM"], None, {"lines": []})


class Pauses:
    """What the adapter waited between attempts; nothing really waits."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


class Simulator:
    def __init__(self, url: str) -> None:
        self.url = url
        self.hooks = httpx.Client(base_url=url, trust_env=False)
        self.pauses = Pauses()
        self.adapter = HttpNationalPlatform(url, timeout=0.5, attempts=3, backoff=0.5, pause=self.pauses)

    def faults(self, **settings: Any) -> None:
        self.hooks.put("/_faults", json=settings).raise_for_status()

    def uploads(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.hooks.get("/_uploads").json()["uploads"]
        return found


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with serving(create_app(tmp_path, permits=demo_permits()[:2])) as url:
        found = Simulator(url)
        yield found
        found.adapter.close()
        found.hooks.close()


@pytest.fixture
def server() -> Iterator[Callable[..., str]]:
    """Serves one fixed answer, byte by byte as given, to each connection; ``trickle`` seconds lie between its pieces."""
    closing = threading.Event()
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def answer(connection: socket.socket, pieces: list[bytes], trickle: float) -> None:
        with connection:
            connection.recv(65536)
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    closing.wait(trickle)
            except OSError:
                return

    def serve(listener: socket.socket, pieces: list[bytes], trickle: float) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            answer(connection, pieces, trickle)

    def start(body: bytes, *, status: str = "200 OK", copies: int = 1, trickle: float = 0.0) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body) * copies}\r\nConnection: close\r\n\r\n"
        thread = threading.Thread(target=serve, args=(listener, [head.encode(), *[body] * copies], trickle), daemon=True)
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    closing.set()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(timeout=10)


def impatient(url: str, **settings: Any) -> HttpNationalPlatform:
    return HttpNationalPlatform(url, **{"attempts": 1, "timeout": 5.0} | settings)


@pytest.mark.parametrize("fault", ["error", "timeout", "cut", "lost-receipt"])
def test_N2_an_upload_survives_two_faults_and_has_one_effect(simulator: Simulator, fault: str) -> None:
    simulator.faults(next=[fault, fault], timeout_seconds=30)
    receipt = simulator.adapter.send(RESULTS)
    assert isinstance(receipt, Receipt)
    assert [upload["client_id"] for upload in simulator.uploads()] == ["upload-1"]
    assert simulator.pauses.seconds == [0.5, 1.0]


@pytest.mark.parametrize(
    ("fault", "reason"), [("error", "status 503"), ("timeout", "timeout"), ("cut", "connection"), ("lost-receipt", "connection")]
)
def test_N1_attempts_are_bounded_and_the_failure_names_the_reason(simulator: Simulator, fault: str, reason: str) -> None:
    simulator.faults(next=[fault] * 3)
    with pytest.raises(NationalUnavailable) as failure:
        simulator.adapter.permits_since(None, 10)
    assert failure.value.reason.startswith(reason)
    assert len(simulator.adapter.permits_since(None, 10).records) == 2


def test_N1_pages_that_come_twice_and_in_another_order_add_up_to_the_same_permits(simulator: Simulator) -> None:
    simulator.faults(repeat_pages=True, shuffle=True, error_rate=0.3, seed=7)
    records: list[Any] = []
    cursor, more = None, True
    while more:
        page = simulator.adapter.permits_since(cursor, 1)
        records += page.records
        cursor, more = page.next_cursor, page.more
    assert len(records) == 4
    contents = [record.canonical() for record in records]
    expected = [parse_permit(wire).canonical() for wire in demo_permits()[:2]]  # type: ignore[union-attr]
    assert contents == [expected[0], expected[0], expected[1], expected[1]]


def test_N2_nobody_listening_is_unavailable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(NationalUnavailable, match="connection"):
        impatient(f"http://127.0.0.1:{port}").send(RESULTS)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>login</html>",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"records": NaN, "next_cursor": "1", "more": false}',
        b'{"records": {}, "next_cursor": "1", "more": false}',
        b'{"records": [], "next_cursor": null, "more": false}',
        b'{"records": [], "next_cursor": "1", "more": "perhaps"}',
    ],
    ids=["html", "list", "null", "bytes", "deep", "nan", "records", "cursor", "more"],
)
def test_N1_an_answer_that_is_no_page_changes_nothing(server: Callable[..., str], body: bytes) -> None:
    with pytest.raises(NationalUnavailable, match="answer"):
        impatient(server(body)).permits_since(None, 10)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b'{"outcome": "accepted", "client_id": "upload-1"}',
        b'{"outcome": "refused", "client_id": "upload-1", "code": "", "text": "?"}',
        b'{"outcome": "accepted", "client_id": "upload-2", "receipt": "R", "received_at": "2026-01-01T00:00:00+08:00"}',
        b'{"outcome": "accepted", "client_id": "upload-1", "receipt": "R", "received_at": "2026-01-01T00:00:00"}',
    ],
    ids=["empty", "list", "half", "no code", "another's", "no zone"],
)
def test_N2_an_answer_that_is_no_receipt_is_not_taken_for_one(server: Callable[..., str], body: bytes) -> None:
    with pytest.raises(NationalUnavailable, match="answer"):
        impatient(server(body)).send(RESULTS)


def test_N2_a_login_page_or_a_wrong_address_is_not_taken_for_there_is_none(server: Callable[..., str]) -> None:
    for body in (b"<html>", b'{"code": "no-such-path", "text": "?"}'):
        with pytest.raises(NationalUnavailable):
            impatient(server(body, status="404 Not Found")).receipt_of("upload-1")


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "302 Found"])
def test_N2_wrong_settings_are_not_hammered(server: Callable[..., str], status: str) -> None:
    pauses = Pauses()
    with pytest.raises(NationalUnavailable, match=f"status {status[:3]}"):
        impatient(server(b"{}", status=status), attempts=3, pause=pauses).send(RESULTS)
    assert pauses.seconds == []


def test_N1_an_answer_about_another_permit_is_not_taken(simulator: Simulator, server: Callable[..., str]) -> None:
    asked, other = (wire["PWXKZBH"] for wire in demo_permits()[:2])
    body = simulator.hooks.get(f"/permits/{other}").content
    with pytest.raises(NationalUnavailable, match="another permit"):
        impatient(server(body)).permit(asked)


def test_N1_an_answer_without_end_is_not_read_to_its_end(server: Callable[..., str]) -> None:
    with pytest.raises(NationalUnavailable, match="larger than 100000 bytes"):
        impatient(server(b" " * 10_000, copies=1000), max_bytes=100_000).permits_since(None, 10)


def test_N1_an_answer_that_trickles_is_given_up_at_the_deadline(server: Callable[..., str]) -> None:
    began = time.monotonic()
    with pytest.raises(NationalUnavailable, match="timeout"):
        impatient(server(b" ", copies=10_000, trickle=0.05), deadline=0.2).permits_since(None, 10)
    assert time.monotonic() - began < 60


def test_N1_coordinates_that_come_as_numbers_stay_exact(server: Callable[..., str]) -> None:
    wire = demo_permits()[0]
    with_numbers = httpx.Response(200, json=wire).text.replace('"118.8420"', "118.8420")
    body = f'{{"records": [{with_numbers}], "next_cursor": "1", "more": false}}'.encode()
    assert impatient(server(body)).permits_since(None, 10).records == (parse_permit(wire),)


def test_N2_the_same_upload_is_always_the_same_bytes() -> None:
    one = Upload("u", UploadKind.RESULTS, "x", None, {"b": "1", "a": {"d": "2", "c": "3"}})
    other = Upload("u", UploadKind.RESULTS, "x", None, {"a": {"c": "3", "d": "2"}, "b": "1"})
    assert upload_body(one) == upload_body(other)
