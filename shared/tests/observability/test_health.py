"""What a process says of itself at its health port."""

from typing import Any

import pytest

from selfmon_shared.observability.health import Health, health_app
from selfmon_shared.observability.metrics import FORKED


def ask(health: Health, path: str) -> tuple[str, dict[str, str], str]:
    started: list[Any] = []
    body = b"".join(health_app(health)({"PATH_INFO": path}, lambda status, headers: started.append((status, dict(headers)))))
    status, headers = started[0]
    assert int(headers["Content-Length"]) == len(body)
    return status, headers, body.decode()


@pytest.mark.parametrize("ready", [True, False])
def test_a_process_lives_whether_it_serves_or_not(ready: bool) -> None:
    assert ask(Health(ready), "/healthz")[0::2] == ("200 OK", "alive\n")


def test_it_is_ready_once_it_serves() -> None:
    health = Health()
    assert ask(health, "/readyz")[0::2] == ("503 Service Unavailable", "not ready\n")
    health.ready = True
    assert ask(health, "/readyz")[0::2] == ("200 OK", "ready\n")


def test_its_metrics_are_prometheus_text() -> None:
    FORKED.labels("plan", "enterprise").set(1)
    status, headers, body = ask(Health(), "/metrics")
    assert status == "200 OK"
    assert headers["Content-Type"].startswith("text/plain")
    assert 'selfmon_log_forked{consumer="plan",source="enterprise"} 1.0' in body


def test_there_is_nothing_else() -> None:
    assert ask(Health(), "/etc/passwd")[0::2] == ("404 Not Found", "not found\n")
