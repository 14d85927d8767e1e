"""Requests through the whole gateway, each service its own process on RabbitMQ and PostgreSQL: reads, audited commands, sign-ons."""

import json
from contextlib import ExitStack
from functools import partial

from selfmon_deploy.bench.figures import Figure
from selfmon_deploy.bench.load import CONNECTIONS, Request, Volley, fire
from selfmon_deploy.bench.rounds import Bench, Extent
from selfmon_deploy.client import Person, wait_for
from selfmon_deploy.demo.data import demo_enterprises
from selfmon_deploy.setups import ProcessesSetup

OVERVIEW = {
    "introduction": "示例企业按排污许可证要求开展自行监测（{unique}）。",
    "personnel": [{"number": "JC-001", "qualification": "环境监测人员持证上岗考核合格"}],
    "management_rules": "建立监测设备台账、运行维护、校准与数据审核制度，原始记录保存五年以上。",
    "training_records": "监测人员每年参加不少于一次业务培训。",
    "quality_control": "自动监测按 HJ 75 执行校准与比对。",
}


class Production(ProcessesSetup):
    """Without what only tests need: the clock that they move, which reads a file at every look, and new permits every second."""

    def common_environment(self) -> dict[str, str]:
        """See the set-up."""
        values = {**super().common_environment(), "PERMITS_EVERY": "10"}
        values.pop("CLOCK_OFFSET_FILE")
        return values


def measure(run: Bench) -> list[Figure]:
    """Reads of a discharger, changes of overviews and sign-ons, 8 connections, against plain Flask in alternating rounds."""
    with ExitStack() as stack:
        setup = Production(run.folder / "platform", run.broker, run.postgres, "bench")
        stack.callback(setup.close)
        setup.folder.mkdir()
        setup.start()
        reads, changes = _requests(setup.base_url)
        plain = run.web_server("plain-beside-gateway", "web:plain()")
        beside_reads, read = _alternating(plain, setup.port, reads, run.extent)
        # Afterwards: what commands set going in the followers would slow the reads of the next round down.
        beside_changes, changed = _alternating(plain, setup.port, changes, run.extent)
        beside_logins, logged_in = _alternating(plain, setup.port, _logins(), run.extent)
    return [
        Figure("signed-in read, 8 connections", _rates(read), "1/s", _rates(beside_reads), "plain Flask", 0.20, latencies=_latencies(read)),
        Figure(
            "audited command, 8 connections", _rates(changed), "1/s", _rates(beside_changes), "plain Flask", latencies=_latencies(changed)
        ),
        Figure(
            "sign-on (development), 8 connections",
            _rates(logged_in),
            "1/s",
            _rates(beside_logins),
            "plain Flask",
            latencies=_latencies(logged_in),
        ),
    ]


def _alternating(plain: int, gateway: int, requests: list[Request], extent: Extent) -> tuple[list[Volley], list[Volley]]:
    """Rounds of plain Flask and of the gateway in turn, after a short one of each that is not counted."""
    peer, ours = [], []
    for counted in range(extent.rounds + 1):
        seconds = extent.seconds if counted else 0.3
        peer.append(fire(plain, [Request("/")] * CONNECTIONS, seconds))
        ours.append(fire(gateway, requests, seconds))
    return peer[1:], ours[1:]


def _requests(base_url: str) -> tuple[list[Request], list[Request]]:
    """A read and a command for each connection, each of an enterprise of its own."""
    reads, changes = [], []
    for enterprise in demo_enterprises()[:CONNECTIONS]:
        with Person(base_url, "enterprise", enterprise.clerk.account_id) as clerk:
            site = wait_for(partial(_first_site, clerk), f"the permit of {enterprise.name} received")
            wait_for(partial(_known_to_plan, clerk, site), f"{enterprise.name} known to plan")
            cookie = "; ".join(f"{name}={value}" for name, value in clerk.http.cookies.items())
            headers = {"Cookie": cookie, "X-CSRF-Token": clerk.http.headers["X-CSRF-Token"]}
        reads.append(Request(f"/api/v1/dischargers/{site}", headers=headers))
        command = {**headers, "Idempotency-Key": "{unique}", "Content-Type": "application/json"}
        changes.append(Request(f"/api/v1/dischargers/{site}/overview", "PUT", command, json.dumps(OVERVIEW)))
    return reads, changes


def _logins() -> list[Request]:
    """A sign-on by the sign-in page for each connection: the audit row, the session and the account written, the redirect answered."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    clerks = [enterprise.clerk.account_id for enterprise in demo_enterprises()[:CONNECTIONS]]
    return [Request("/sign-in/enterprise/development", "POST", form, f"person_id={clerk}") for clerk in clerks]


def _first_site(clerk: Person) -> str | None:
    rows = clerk.get("/dischargers")["rows"]
    return rows[0]["discharger_id"] if rows else None


def _known_to_plan(clerk: Person, site: str) -> bool:
    return clerk.http.get(f"/dischargers/{site}/overview").is_success


def _rates(volleys: list[Volley]) -> list[float]:
    return [volley.per_second for volley in volleys]


def _latencies(volleys: list[Volley]) -> list[float]:
    return [latency for volley in volleys for latency in volley.latencies]
