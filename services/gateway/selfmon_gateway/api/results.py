"""Monitoring results, the ledger, abnormal registrations (D1–D6, A1)."""

from selfmon_gateway.api.routes import Resource, RoutesOf
from selfmon_shared.contracts.data import PROVIDER

data = RoutesOf(PROVIDER)

ROUTES = (
    data.query("/dischargers/<discharger_id>/results", "results"),
    data.command("POST", "/dischargers/<discharger_id>/results/hourly", "enter-hourly", status=201),
    data.command("POST", "/dischargers/<discharger_id>/results/manual", "enter-manual", status=201),
    data.command("POST", "/dischargers/<discharger_id>/results/explanations", "explain-abnormal", status=201),
    data.query("/dischargers/<discharger_id>/ledger", "ledger"),
    data.query("/dischargers/<discharger_id>/registrations", "registrations"),
    data.command("POST", "/dischargers/<discharger_id>/registrations", "register-abnormal", status=201),
    data.query("/registrations/<registration_id>/timeline", "registration-timeline"),
    data.command("POST", "/registrations/<registration_id>/end", "end-abnormal"),
)

resource = Resource("results", "监测结果、运行台账、不正常运行登记", ROUTES)
