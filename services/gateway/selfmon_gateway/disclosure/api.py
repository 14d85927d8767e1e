"""The public API (O1, O2): no sign-on, from the gateway's own tables, so it answers while the services are away."""

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy import Connection

from selfmon_gateway.api.documents import PDFS, PICTURES, file_answer
from selfmon_gateway.api.routes import Resource, json_answer, query_arguments
from selfmon_gateway.disclosure import queries, tables, views
from selfmon_gateway.disclosure.site import count_request
from selfmon_gateway.parts import parts
from selfmon_shared.contracts.contract import load
from selfmon_shared.kernel.codec import to_data

resource = Resource("public", "公众公开（无需登录）")
resource.before_request(count_request)


def _answer(look: Callable[[Connection], dict[str, Any]]) -> Response:
    with parts().database.reading() as connection:
        shown = look(connection)
        said = {"notice": views.NOTICE, "as_of": queries.as_of(connection)}
    return json_answer(to_data({**said, **shown}))


def _rows(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"total": len(rows), "rows": rows}


@resource.serve("GET", "/public/dischargers", arguments=views.DischargersOf, answer=views.DischargerPage)
def dischargers() -> Response:
    """Dischargers by region, industry and name (O1)."""
    wanted = load(views.DischargersOf(), query_arguments(views.DischargersOf()))

    def look(connection: Connection) -> dict[str, Any]:
        total, rows = queries.list_dischargers(connection, wanted)
        return {"total": total, "rows": rows}

    return _answer(look)


@resource.serve("GET", "/public/dischargers/<discharger_id>", answer=views.Discharger)
def discharger(discharger_id: str) -> Response:
    """One discharger's basic information."""
    return _answer(lambda connection: queries.discharger(connection, discharger_id))


@resource.serve("GET", "/public/dischargers/<discharger_id>/points", answer=views.PointList)
def points(discharger_id: str) -> Response:
    """Its monitoring points."""
    return _answer(lambda connection: _rows(queries.points_of(connection, discharger_id)))


@resource.serve("GET", "/public/dischargers/<discharger_id>/diagram", answer=views.Diagram)
def diagram(discharger_id: str) -> Response:
    """Its monitoring diagram, with the points' places in thousandths of the picture's width and height."""
    return _answer(lambda connection: queries.only(connection, tables.diagrams, discharger_id, "file.unknown"))


@resource.serve("GET", "/public/dischargers/<discharger_id>/diagram/picture", content=PICTURES)
def diagram_picture(discharger_id: str) -> Response:
    """The picture of its diagram."""
    with parts().database.reading() as connection:
        shown = queries.only(connection, tables.diagrams, discharger_id, "file.unknown")
    return file_answer(shown["digest"], "监测示意图", inline=True)


@resource.serve("GET", "/public/dischargers/<discharger_id>/overview", answer=views.Overview)
def overview(discharger_id: str) -> Response:
    """Its self-monitoring overview (P1)."""
    return _answer(lambda connection: queries.only(connection, tables.overviews, discharger_id, "plan.unknown"))


@resource.serve("GET", "/public/dischargers/<discharger_id>/plan", answer=views.Plan)
def plan(discharger_id: str) -> Response:
    """Its monitoring plan in force."""
    return _answer(lambda connection: queries.only(connection, tables.plans, discharger_id, "plan.unknown"))


@resource.serve("GET", "/public/dischargers/<discharger_id>/plan/document", content=PDFS)
def plan_document(discharger_id: str) -> Response:
    """The public copy of the plan in force."""
    with parts().database.reading() as connection:
        shown = queries.only(connection, tables.plans, discharger_id, "plan.unknown")
    return file_answer(shown["document"], shown["title"])


@resource.serve("GET", "/public/dischargers/<discharger_id>/results", arguments=views.ResultsOf, answer=views.ResultList)
def results(discharger_id: str) -> Response:
    """Its published results of a day (O1); 依法不予公开 where the law forbids (O2)."""
    wanted = load(views.ResultsOf(), query_arguments(views.ResultsOf()))
    return _answer(lambda connection: _rows(queries.values_of(connection, discharger_id, wanted["day"], wanted["period_kind"])))


@resource.serve("GET", "/public/dischargers/<discharger_id>/reasons", answer=views.ReasonList)
def reasons(discharger_id: str) -> Response:
    """Why it does not monitor, or does not publish."""
    return _answer(lambda connection: _rows(queries.reasons_of(connection, discharger_id)))
