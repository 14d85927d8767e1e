"""The load client: some keep-alive connections to 127.0.0.1 that each ask again as soon as they are answered, for a bounded time.

``fire`` runs it in a process of its own, so that measuring does not slow the asking down.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

CONNECTIONS = 8
_LETTERS = str.maketrans("0123456789", "ghijklmnop")  # digits might look like somebody's telephone number, which the platform refuses


@dataclass(frozen=True)
class Request:
    """What one connection asks again and again. ``{unique}`` in the body and in header values differs each time."""

    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Volley:
    """How a round of requests went: seconds of each that was answered with success, and what else was answered."""

    seconds: float
    latencies: list[float]
    refused: dict[str, int]

    @property
    def per_second(self) -> float:
        """Requests answered with success, per second."""
        return len(self.latencies) / self.seconds


def fire(port: int, requests: Sequence[Request], seconds: float) -> Volley:
    """Ask for so many seconds, each request on a connection of its own.

    Raises:
        RuntimeError: an answer was no success: the figures would say nothing.
    """
    order = json.dumps({"port": port, "requests": [asdict(request) for request in requests], "seconds": seconds})
    done = subprocess.run([sys.executable, "-m", __name__], input=order, capture_output=True, text=True, timeout=seconds + 60, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the load client failed: {done.stderr[-800:]}")
    volley = Volley(**json.loads(done.stdout))
    if volley.refused or not volley.latencies:
        raise RuntimeError(f"{requests[0].method} {requests[0].path}: {len(volley.latencies)} answered, but also {volley.refused}")
    return volley


def _ask(port: int, request: Request, until: float, latencies: list[float], refused: dict[str, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while (began := time.perf_counter()) < until:
        unique = uuid.uuid4().hex.translate(_LETTERS)
        body = request.body.replace("{unique}", unique).encode() if request.body else None
        headers = {name: value.replace("{unique}", unique) for name, value in request.headers.items()}
        connection.request(request.method, request.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status < 400:  # a sign-on sends the browser on
            latencies.append(time.perf_counter() - began)
        else:
            what = f"{answer.status} {content[:300].decode(errors='replace')}"
            refused[what] = refused.get(what, 0) + 1
    connection.close()


def main() -> None:
    """Do what standard input orders; print how it went."""
    order = json.load(sys.stdin)
    latencies: list[float] = []
    refused: dict[str, int] = {}
    began = time.perf_counter()
    until = began + order["seconds"]
    threads = [
        threading.Thread(target=_ask, args=(order["port"], Request(**request), until, latencies, refused)) for request in order["requests"]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"seconds": time.perf_counter() - began, "latencies": latencies, "refused": refused}))


if __name__ == "__main__":
    main()
