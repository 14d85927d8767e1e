"""Sign-on in the embedded run: one eventlet process with all services, enterprises by OpenID Connect, EPBs by CAS."""

import sys
from pathlib import Path

import httpx
import pytest
from portal_fixtures import PASSWORD, Window, cas_portal, openid_portal

from selfmon_shared.application.discovery import definitions
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.eventstore.migrating import migrate
from selfmon_shared.testing.processes import ManagedProcess, free_port


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.sign_on
def test_E1_R1_both_portals_serve_the_embedded_run(tmp_path: Path) -> None:
    create_keys(tmp_path)
    for definition in definitions().values():
        migrate(definition.package, f"sqlite:///{tmp_path}/{definition.name}.sqlite")
    port = free_port()
    url = f"http://localhost:{port}"
    with openid_portal(url, tmp_path) as (issuer, _), cas_portal(url, tmp_path) as (cas, _):
        environment = {
            "SELFMON_DATA": str(tmp_path),
            "AMQP_URI": "inproc://local",
            "WEB_PORT": str(port),
            "PUBLIC_BASE_URL": url,
            "COOKIE_SECURE": "0",
            "SIGN_ON_ENTERPRISE": "oidc",
            "SIGN_ON_ENTERPRISE_ISSUER": issuer,
            "SIGN_ON_ENTERPRISE_CLIENT_ID": "selfmon-enterprise",
            "SIGN_ON_ENTERPRISE_CLIENT_SECRET": "secret of enterprise",
            "SIGN_ON_EPB": "cas",
            "SIGN_ON_EPB_CAS_URL": cas,
        }
        process = ManagedProcess(
            [sys.executable, "-m", "selfmon_shared.cli", "serve", "embedded"],
            name="embedded",
            log_path=tmp_path / "embedded.log",
            env={**environment, "SIGN_ON": None},
            ready=lambda: answers(f"http://127.0.0.1:{port}/readyz"),
        )
        with process, Window(url) as enterprise, Window(url) as epb:
            enterprise.submit(enterprise.go("/sign-in/enterprise?next=/console/plans"), login="clerk", password="x")
            assert enterprise.landed_on == "/console/plans"
            assert enterprise.me().json()["name"] == "示例办事员"
            epb.submit(epb.go("/sign-in/epb"), username="newcomer", password=PASSWORD)
            assert epb.landed_on == "/sign-in/epb/application"
            form = epb.go("/sign-in/epb/application")
            written = {"mobile": "13800000000", "email": "new@example.cn", "county": "玄武区", "region": "320102"}
            received = epb.submit(form, until=(), **written, unit="示例局", department="监测科", applications="自行监测")
            assert "账号申请已收到" in received.text
            epb.go(f"{cas}logout")
            assert not epb.is_signed_on
            enterprise.submit(enterprise.go(f"{issuer}/session/end"), logout="yes")
            assert not enterprise.is_signed_on
