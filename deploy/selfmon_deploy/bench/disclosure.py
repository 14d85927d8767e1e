"""Public pages (O1) from the process that serves nothing else: warm and cold, against plain Flask that serves the same bytes."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import httpx

from selfmon_deploy.bench.figures import Figure
from selfmon_deploy.bench.load import CONNECTIONS, Request, Volley, fire
from selfmon_deploy.bench.rounds import Bench
from selfmon_deploy.demo.data import demo_enterprises
from selfmon_gateway.service import definition
from selfmon_shared.application.application import Application
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import migrating
from selfmon_shared.kernel.contract import Message
from selfmon_shared.kernel.periods import hours_of_day
from selfmon_shared.testing.processes import free_port, port_answers

DAYS, ITEMS = 31, ("二氧化硫", "氮氧化物", "烟尘", "一氧化碳")
NEWEST = date(2026, 1, 31)
THREADS = 8


def measure(run: Bench) -> list[Figure]:
    """A day's results of a discharger and the home page, in alternating rounds. Every figure is of complete pages, uncompressed."""
    settings = Settings.read("gateway", {"SELFMON_DATA": str(run.folder / "public")})
    settings.data_dir.mkdir()
    site = _fill(settings)
    warm, cold = _server(run, settings, "warm", {}), _server(run, settings, "cold", {"PUBLIC_CACHE_PAGES": "0"})
    figures = []
    for name, path in (("results of a day", f"/public/dischargers/{site}/results"), ("home", "/public/")):
        page = httpx.get(f"http://127.0.0.1:{warm}{path}", headers={"Accept-Encoding": "identity"}).raise_for_status().content
        kept = run.folder / f"{name}.html"
        kept.write_bytes(page)
        plain = run.web_server(f"plain {name}", "web:bytes_of_a_page()", {"PAGE": str(kept)})
        asked: Mapping[str, tuple[int, str]] = {"plain": (plain, "/"), "warm": (warm, path), "cold": (cold, path)}
        volleys: dict[str, list[Volley]] = {kind: [] for kind in asked}
        for number in range(run.extent.rounds + 1):
            for kind, (port, where) in asked.items():
                volley = fire(port, [Request(where)] * CONNECTIONS, run.extent.seconds if number else 0.3)
                volleys[kind] += [volley] if number else []
        rates = {kind: [volley.per_second for volley in fired] for kind, fired in volleys.items()}
        latencies = {kind: [seconds for volley in fired for seconds in volley.latencies] for kind, fired in volleys.items()}
        size = f"{name}, {len(page) / 1024:.0f} kB"
        figures += [
            Figure(f"{size}: warm", rates["warm"], "1/s", rates["plain"], "plain Flask, same bytes", 0.6, latencies=latencies["warm"]),
            Figure(f"{size}: made anew", rates["cold"], "1/s", rates["plain"], "plain Flask, same bytes", latencies=latencies["cold"]),
        ]
    return figures


def _server(run: Bench, settings: Settings, name: str, more: Mapping[str, str]) -> int:
    port = free_port()
    environment = {
        "SELFMON_DATA": str(settings.data_dir), "PUBLIC_PORT": str(port), "PUBLIC_THREADS": str(THREADS), "PUBLIC_LIMIT": "off", **more,
    }  # fmt: skip
    process = run.process(f"public-{name}", "selfmon_shared.cli", "serve", "gateway-public", environment=environment)
    process.wait_ready(lambda: port_answers(port))
    return port


def _fill(settings: Settings) -> str:
    """The demo's enterprises with a month of hourly values each; answers one of them."""
    migrating.migrate(definition.package, settings.owner_database_url)
    application = Application(definition, settings)
    sites = [site for enterprise in demo_enterprises() for site in _dischargers(enterprise)]
    _follow(application, "enterprise", [("EnterpriseRevised", site["discharger_id"], site) for site in sites])
    for site in sites:
        values = [_publication(site["discharger_id"], item, NEWEST - timedelta(days=back)) for item in ITEMS for back in range(DAYS)]
        _follow(application, "data", [("PublicationChanged", value["publication_id"], value) for value in values])
    application.close()
    return str(sites[0]["discharger_id"])


def _follow(application: Application, source: str, told: list[tuple[str, str, dict[str, Any]]]) -> None:
    follow = next(one for one in application.definition.follows if one.source == source and not one.consumer)
    cursor, now = application.cursor(follow), application.clock()
    messages = [
        Message(source, cursor.position + number, f"{source}-{cursor.position + number}", name, 1, key, payload, now, "bench")
        for number, (name, key, payload) in enumerate(told, 1)
    ]
    assert application.apply_run(follow, cursor, messages) is not None


def _dischargers(enterprise: Any) -> list[dict[str, Any]]:
    return [
        {
            "discharger_id": f"{enterprise.uscc}{number:03d}", "uscc": enterprise.uscc, "permit_number": site.permit_number,
            "permit_state": "valid", "name": enterprise.name, "region": "320102", "bureau": "示例生态环境局", "address": "示例路 1 号",
            "longitude": "118.8", "latitude": "32.1", "industry_code": enterprise.industry_code, "industry_name": "示例行业",
            "production_cycle": "全年", "commissioned_laboratory": "无", "disclosure_method": "本平台", "disclosure_address": "",
        }
        for number, site in enumerate(enterprise.sites, 1)
    ]  # fmt: skip


def _publication(discharger_id: str, item: str, day: date) -> dict[str, Any]:
    item_id = f"{discharger_id}-{ITEMS.index(item)}"
    return {
        "publication_id": f"{item_id}:hour:{day}", "discharger_id": discharger_id, "point_id": f"{discharger_id}-p",
        "point_name": "示例排放口",
        "item_id": item_id, "pollutant_code": "a21002", "pollutant_name": item, "unit": "mg/m3", "limit_text": "50",
        "period_kind": "hour", "day": day.isoformat(), "withheld": False, "values": [_value(hour) for hour in hours_of_day(day)],
    }  # fmt: skip


def _value(hour: datetime) -> dict[str, Any]:
    exceeds = hour.hour == 3
    judged = {"exceeds": exceeds, "multiple": "0.05" if exceeds else None}
    return {"time": hour.isoformat(), "value": "52.5" if exceeds else "41.3", **judged, "source": "logger", "late": False}
