"""Monitoring points with their items, data loggers, and the diagram (E5–E8)."""

from flask import Response

from selfmon_gateway.api.documents import PICTURES, file_answer
from selfmon_gateway.api.routes import Resource, RoutesOf, asked
from selfmon_shared.contracts.enterprise import PROVIDER
from selfmon_shared.kernel.errors import NotFound

enterprise = RoutesOf(PROVIDER)

ROUTES = (
    enterprise.query("/dischargers/<discharger_id>/points", "points"),
    enterprise.command("POST", "/dischargers/<discharger_id>/points", "add-point", status=201),
    enterprise.query("/points/<point_id>/timeline", "point-timeline"),
    enterprise.command("PUT", "/points/<point_id>", "revise-point"),
    enterprise.command("POST", "/points/<point_id>/deactivation", "deactivate-point"),
    enterprise.command("POST", "/points/<point_id>/items", "add-item", status=201),
    enterprise.command("PUT", "/points/<point_id>/items/<item_id>", "revise-item"),
    enterprise.command("POST", "/points/<point_id>/items/<item_id>/deactivation", "deactivate-item"),
    enterprise.command("POST", "/points/<point_id>/loggers", "assign-logger", status=201),
    enterprise.query("/dischargers/<discharger_id>/loggers", "loggers"),
    enterprise.query("/loggers/<mn>/timeline", "logger-timeline"),
    enterprise.query("/dischargers/<discharger_id>/diagram", "diagram"),
    enterprise.command("PUT", "/dischargers/<discharger_id>/diagram", "revise-diagram"),
)

resource = Resource("points", "监测点、监测项目、数采仪、监测示意图", ROUTES)


@resource.serve("GET", "/dischargers/<discharger_id>/diagram/picture", content=PICTURES)
def diagram_picture(discharger_id: str) -> Response:
    """The picture of the diagram in force (E8)."""
    diagram = asked("enterprise", PROVIDER.query("diagram"), {"discharger_id": discharger_id})
    if diagram["digest"] is None:
        raise NotFound("file.unknown")
    return file_answer(diagram["digest"], "监测示意图", inline=True)
