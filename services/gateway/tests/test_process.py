"""The web process as it runs in production: gunicorn, RabbitMQ, a service in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from gateway_platform import PEOPLE, Platform

from selfmon_shared.application.tokens import create_keys
from selfmon_shared.eventstore.migrating import migrate
from selfmon_shared.testing.processes import ManagedProcess, free_port
from selfmon_shared.testing.waiting import eventually

SELFMON = [sys.executable, "-m", "selfmon_shared.cli"]


class Web:
    """A gateway-web process and a person at it."""

    def __init__(self, folder: Path, amqp_uri: str) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self.environment = {
            "SELFMON_DATA": str(folder),
            "AMQP_URI": amqp_uri,
            "WEB_PORT": str(port),
            "SIGN_ON": "development",
            "GATEWAY_TIMEOUT": "4",
        }
        self.process = ManagedProcess(
            [*SELFMON, "serve", "gateway-web"],
            name="gateway-web",
            log_path=folder / "web.log",
            env=self.environment,
            ready=lambda: self.status("/healthz") == 200,
        )

    def status(self, path: str) -> int:
        try:
            return httpx.get(f"{self.url}{path}", timeout=5).status_code
        except httpx.HTTPError:
            return 0

    @contextmanager
    def person(self, realm: str, person_id: str) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=f"{self.url}/api/v1", timeout=10) as client:
            answered = client.post("/sign-on", json={"realm": realm, "person_id": person_id})
            assert answered.status_code == 200, answered.text
            client.headers["X-CSRF-Token"] = answered.json()["csrf_token"]
            yield client


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    (tmp_path / "people.json").write_text(json.dumps({"people": PEOPLE}), encoding="utf-8")
    create_keys(tmp_path)
    for service in ("gateway", "review"):
        migrate(f"selfmon_{service}", f"sqlite:///{tmp_path}/{service}.sqlite")
    return tmp_path


@pytest.fixture
def cut_off(prepared: Path) -> Iterator[Web]:
    """A web process whose broker does not answer."""
    web = Web(prepared, f"amqp://guest:guest@127.0.0.1:{free_port()}/")
    with web.process:
        yield web


def test_without_a_broker_the_services_parts_answer_503_and_the_rest_works(cut_off: Web) -> None:
    assert cut_off.status("/readyz") == 200
    with cut_off.person("epb", "officer") as officer:
        away = officer.get("/officer")
        assert away.status_code == 503
        assert away.headers["Retry-After"]
        assert officer.get("/me").json()["name"] == "示例科员"
    assert cut_off.status("/api/v1/public/dischargers") == 200


def test_the_web_process_stops_within_ten_seconds_during_an_outage(cut_off: Web) -> None:
    with cut_off.person("epb", "officer") as officer:
        officer.get("/officer")
        assert cut_off.process.terminate(deadline=10) == 0


@pytest.mark.rabbitmq
def test_R1_a_command_reaches_its_service_over_the_broker(prepared: Path, amqp_uri: str) -> None:
    web = Web(prepared, amqp_uri)
    review = ManagedProcess([*SELFMON, "serve", "review"], name="review", log_path=prepared / "review.log", env=web.environment)
    enrolment = {"officer_id": "officer", "region": "320102", "name": "示例科员"}
    with web.process, web.person("operator", "operator") as operator, web.person("epb", "officer") as officer:

        def enrol() -> Any:
            answered = operator.post("/officers", json=enrolment, headers={"Idempotency-Key": "enrol"})
            return answered if answered.status_code != 503 else None

        assert enrol() is None  # it is not there yet, and told so at once
        with review:
            assert eventually(enrol, deadline=30, what="review answers").json() == {"officer_id": "officer"}
            assert officer.get("/officer").json()["name"] == "示例科员"
        assert web.process.terminate(deadline=10) == 0


def test_the_web_process_never_imports_eventlet_or_nameko() -> None:
    code = "import sys, selfmon_gateway.wsgi; print([name for name in ('eventlet', 'nameko') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_web_process_refuses_a_transport_that_ends_inside_it(tmp_path: Path) -> None:
    environment = {"SELFMON_DATA": str(tmp_path), "AMQP_URI": "inproc://", "PATH": ""}
    done = subprocess.run([*SELFMON, "serve", "gateway-web"], capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert done.returncode != 0
    assert "AMQP_URI must name a RabbitMQ broker" in done.stderr


def test_the_process_says_that_it_lives_and_serves(platform: Platform) -> None:
    browser = platform.browser().http
    assert browser.get("/healthz").text == "alive\n"
    assert browser.get("/readyz").text == "ready\n"


def test_before_the_migration_it_lives_but_does_not_serve(platform: Platform) -> None:
    with platform.gateway.application.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")
    browser = platform.browser()
    assert browser.http.get("/healthz").status_code == 200
    assert browser.http.get("/readyz").status_code == 503
    waiting = browser.get("/me")
    assert (waiting.status_code, waiting.json["code"]) == (503, "service.maintenance")
    assert waiting.headers["Retry-After"]


@pytest.mark.parametrize(
    ("origin", "headers"),
    [("192.0.2.7", {}), ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}), ("127.0.0.1", {"Forwarded": "for=192.0.2.7"})],
)
def test_metrics_are_for_this_machine_alone(platform: Platform, origin: str, headers: dict[str, str]) -> None:
    browser = platform.browser()
    browser.get("/me")
    local = browser.http.get("/metrics")
    assert 'selfmon_http_seconds_count{endpoint="sign-on.me",method="GET",status="401"}' in local.text
    away = browser.http.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": origin})
    assert away.status_code == 404


class TestOpened:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"SIGN_ON": "development", "METRICS_OPEN": "1", "TRUSTED_PROXIES": "1"}

    def test_metrics_can_be_opened(self, platform: Platform) -> None:
        assert platform.browser().http.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200

    def test_behind_a_proxy_the_audit_trail_knows_the_true_address(self, platform: Platform) -> None:
        platform.browser().get("/me", headers={"X-Forwarded-For": "192.0.2.9"})
        refused = platform.signed_on("auditor").get("/audit").json["rows"][-1]
        assert (refused["what"], refused["address"]) == ("GET sign-on.me", "192.0.2.9")
