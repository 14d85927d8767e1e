"""Dischargers: basic information, the permit and its check, matching (E2–E4, E9, E10, N4)."""

from selfmon_gateway.api.routes import Resource, RoutesOf
from selfmon_shared.contracts.enterprise import PROVIDER

enterprise = RoutesOf(PROVIDER)

ROUTES = (
    enterprise.command("POST", "/dischargers", "open-site", status=201),
    enterprise.query("/dischargers", "dischargers"),
    enterprise.query("/dischargers/<discharger_id>", "discharger"),
    enterprise.query("/dischargers/<discharger_id>/timeline", "discharger-timeline"),
    enterprise.command("PUT", "/dischargers/<discharger_id>/profile", "revise-profile"),
    enterprise.query("/dischargers/<discharger_id>/permit", "permit"),
    enterprise.command("POST", "/dischargers/<discharger_id>/permit-check", "confirm-permit"),
    enterprise.command("POST", "/dischargers/<discharger_id>/discrepancies", "report-discrepancy", status=201),
    enterprise.query("/dischargers/<discharger_id>/proposals", "proposals"),
    enterprise.query("/dischargers/<discharger_id>/matching", "matching"),
    enterprise.command("POST", "/dischargers/<discharger_id>/matching/pairs", "match-points"),
    enterprise.command("POST", "/dischargers/<discharger_id>/matching/clearing", "clear-match"),
)

resource = Resource("dischargers", "排污单位：基础信息、许可证核对、匹配许可信息", ROUTES)
