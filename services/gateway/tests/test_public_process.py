"""``selfmon serve gateway-public``: the site alone, under gunicorn, with nothing else running."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gateway_platform import DISCHARGER, Platform
from test_disclosure import profile, tell
from test_process import SELFMON

from selfmon_gateway.app import create_public_app
from selfmon_shared.testing.processes import ManagedProcess, free_port
from selfmon_shared.testing.waiting import eventually

UNIT = f"/public/dischargers/{DISCHARGER}"


@pytest.fixture
def process(platform: Platform) -> Iterator[ManagedProcess]:
    """The process on a filled store; no broker listens, and there is no key to sign with."""
    tell(platform, "enterprise", "EnterpriseRevised", DISCHARGER, profile())
    port = free_port()
    environment = {
        "SELFMON_DATA": str(platform.folder),
        "AMQP_URI": f"amqp://guest:guest@127.0.0.1:{free_port()}/",
        "PUBLIC_PORT": str(port),
        "SIGN_ON": "development",
        "ACTOR_PRIVATE_KEY_FILE": str(platform.folder / "none.pem"),
    }
    command = [*SELFMON, "serve", "gateway-public"]
    managed = ManagedProcess(command, name="gateway-public", log_path=platform.folder / "public.log", env=environment)
    with managed:
        yield managed


@pytest.fixture
def site(process: ManagedProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{process.env['PUBLIC_PORT']}", timeout=10) as client:

        def alive() -> bool:
            try:
                return client.get("/healthz").status_code == httpx.codes.OK
            except httpx.HTTPError:
                return False

        eventually(alive, deadline=30, what="gateway-public answers")
        yield client


def test_O1_the_site_answers_with_every_service_and_the_broker_away(process: ManagedProcess, site: httpx.Client) -> None:
    assert site.get("/readyz").text == "ready\n"
    assert site.get("/").headers["Location"] == "/public/"
    for path in ("/public/", UNIT, f"{UNIT}/plan", f"{UNIT}/results", f"{UNIT}/reasons"):
        answered = site.get(path)
        assert answered.status_code == 200, answered.text
        assert "数据更新至 20" in answered.text
        assert "Content-Security-Policy" in answered.headers
    assert site.get(f"/api/v1{UNIT}").json()["name"] == "江苏示例热电有限公司"
    assert site.get("/static/site.css").status_code == 200
    assert process.terminate(deadline=10) == 0


def test_nobody_can_sign_on_where_the_public_reads(platform: Platform) -> None:
    browser = create_public_app({"SELFMON_DATA": str(platform.folder), "SIGN_ON": "development"}).test_client()
    browser.set_cookie("__Host-selfmon", "forged")
    for path in ("/sign-in", "/console/", "/api/v1/me", "/api/v1/dischargers", "/api/v1/audit"):
        assert browser.get(path).status_code == 404, path
    assert browser.post("/api/v1/sign-on", json={"realm": "epb", "person_id": "officer"}).status_code == 404
    answered = browser.get("/public/")
    assert answered.status_code == 200
    assert "Set-Cookie" not in answered.headers


def test_a_limit_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sometimes"):
        create_public_app({"SELFMON_DATA": str(tmp_path), "PUBLIC_LIMIT": "sometimes"})
