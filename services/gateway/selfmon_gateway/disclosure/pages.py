"""The disclosure site (O1, O2): pages below /public/ that need no sign-on, no JavaScript, and no service but the gateway's own store."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Connection

from selfmon_gateway import console
from selfmon_gateway.api.documents import disposition
from selfmon_gateway.api.routes import query_arguments
from selfmon_gateway.disclosure import downloads, places, presenting, queries, tables, views, wording
from selfmon_gateway.disclosure.site import count_request, site
from selfmon_gateway.disclosure.tables import EVERYBODY
from selfmon_gateway.disclosure.warm_pages import Page
from selfmon_gateway.parts import parts
from selfmon_shared.contracts.contract import load
from selfmon_shared.kernel.errors import Invalid, NotFound

resource = Blueprint("disclosure", __name__, url_prefix="/public")
resource.before_request(count_request)
front = Blueprint("console", __name__)
"""What the process that serves nothing else has in the consoles' place: its own root, and the files of the charts."""
front.add_url_rule("/assets/<name>", "asset", console.asset)

PAGE_SIZE = 20
_CSV = "text/csv; charset=utf-8"
_SEARCH, _DAY, _DAYS = views.SearchOf(), views.DayOf(), views.DaysOf()
_DEFAULTS = {schema: load(schema, {}) for schema in (_SEARCH, _DAY, _DAYS)}
_TABS = (("discharger", "基本信息"), ("plan", "监测方案"), ("results", "监测结果"), ("reasons", "未监测原因"))
Arguments = Mapping[str, Any]
Context = dict[str, Any]


@front.get("/")
def begin() -> Response:
    """To the home page."""
    return Response(status=302, headers={"Location": url_for("disclosure.home")})


@resource.get("/")
def home() -> Response:
    """Look for dischargers by name, number, region and industry."""
    asked = _asked(_SEARCH)
    wanted = queries.Search((asked["q"] or "").strip(), asked["region"] or "", asked["industry"] or "")
    number = asked["page"]

    def look(connection: Connection) -> Context:
        by_region, by_industry, in_force = queries.counts(connection)
        total, found = queries.search(connection, wanted, (number - 1) * PAGE_SIZE, PAGE_SIZE)
        return {
            "wanted": wanted,
            "regions": places.region_tree(by_region, wanted.region),
            "industries": places.industry_choices(by_industry),
            "region_name": places.region_name(wanted.region),
            "industry_name": places.industry_name(wanted.industry),
            "everybody": sum(by_region.values()),
            "in_force": in_force,
            "total": total,
            "found": found,
            "number": number,
            "pages": max(1, -(-total // PAGE_SIZE)),
        }

    return _answer("home", ("home", wanted.text, wanted.region, wanted.industry, str(number)), EVERYBODY, look)


@resource.get("/dischargers/<discharger_id>")
def discharger(discharger_id: str) -> Response:
    """One discharger: basic information and monitoring points."""

    def look(connection: Connection) -> Context:
        return {
            **_discharger(connection, discharger_id),
            "points": queries.points_of(connection, discharger_id),
            "diagram": queries.present(connection, tables.diagrams, discharger_id),
        }

    return _answer("discharger", ("discharger", discharger_id), discharger_id, look)


@resource.get("/dischargers/<discharger_id>/plan")
def plan(discharger_id: str) -> Response:
    """Its plan in force with points, items and limits, and its overview (P1)."""

    def look(connection: Connection) -> Context:
        shown = _discharger(connection, discharger_id)
        in_force = queries.present(connection, tables.plans, discharger_id)
        return {**shown, "plan": in_force, "overview": queries.present(connection, tables.overviews, discharger_id)}

    return _answer("plan", ("plan", discharger_id), discharger_id, look)


@resource.get("/dischargers/<discharger_id>/results")
def results(discharger_id: str) -> Response:
    """What it has published of a day, the newest one unless another is asked for."""
    asked: date | None = _asked(_DAY)["day"]

    def look(connection: Connection) -> Context:
        shown = _discharger(connection, discharger_id)
        day = asked or queries.newest_day(connection, discharger_id)
        if day is None:
            return {**shown, "day": None, "points": [], "before": None, "after": None}
        before, after = queries.days_around(connection, discharger_id, day)
        published = presenting.points_of_day(queries.values_of(connection, discharger_id, day, None))
        return {**shown, "day": day, "points": published, "before": before, "after": after}

    return _answer("results", ("results", discharger_id, str(asked)), discharger_id, look)


@resource.get("/dischargers/<discharger_id>/results.csv")
def results_file(discharger_id: str) -> Response:
    """The results of a day as a file."""
    day: date | None = _asked(_DAY)["day"]
    if day is None:
        raise Invalid("input.invalid", fields={"day": ["请选择日期"]})

    def make(connection: Connection, remark: str) -> bytes:
        return downloads.results_csv(queries.values_of(connection, discharger_id, day, None), remark)

    return _file(("results.csv", discharger_id, str(day)), discharger_id, make, f"监测结果 {day}")


@resource.get("/dischargers/<discharger_id>/items/<item_id>")
def item(discharger_id: str, item_id: str) -> Response:
    """An item over some weeks: the overview that a single day cannot give."""
    asked = _asked(_DAYS)
    days = int(asked["days"])

    def look(connection: Connection) -> Context:
        shown = _discharger(connection, discharger_id)
        last = asked["until"] or queries.newest_day(connection, discharger_id, item_id)
        planned = _planned(queries.present(connection, tables.plans, discharger_id), item_id)
        published = [] if last is None else queries.values_of_item(connection, discharger_id, item_id, _first(last, days), last)
        named = _named(published, planned)
        if named is None:
            raise NotFound("route.unknown")
        return {
            **shown,
            "item": named,
            "days": days,
            "spans": views.SPANS,
            "first": None if last is None else _first(last, days),
            "last": last,
            "series": presenting.series_of_item(published),
        }

    key = ("item", discharger_id, item_id, str(days), str(asked["until"]))
    return _answer("item", key, discharger_id, look)


@resource.get("/dischargers/<discharger_id>/items/<item_id>.csv")
def item_file(discharger_id: str, item_id: str) -> Response:
    """An item's published values of some weeks as a file."""
    asked = _asked(_DAYS)
    days = int(asked["days"])
    last: date | None = asked["until"]
    if last is None:
        raise Invalid("input.invalid", fields={"until": ["请选择日期"]})

    def make(connection: Connection, remark: str) -> bytes:
        queries.discharger(connection, discharger_id)
        return downloads.results_csv(queries.values_of_item(connection, discharger_id, item_id, _first(last, days), last), remark)

    return _file(
        ("item.csv", discharger_id, item_id, str(days), str(last)), discharger_id, make, f"监测结果 {_first(last, days)} 至 {last}"
    )


@resource.get("/dischargers/<discharger_id>/reasons")
def reasons(discharger_id: str) -> Response:
    """Why it does not monitor, or does not publish."""

    def look(connection: Connection) -> Context:
        shown = _discharger(connection, discharger_id)
        names = _names(connection, discharger_id)
        found = [{**view, "about": _about(view, names)} for view in queries.reasons_of(connection, discharger_id)]
        return {**shown, "reasons": found}

    return _answer("reasons", ("reasons", discharger_id), discharger_id, look)


# --- what the pages are made of


def _asked(schema: Any) -> Arguments:
    """What stands behind the question mark; what no page knows (trackers add such things) is passed over.

    Raises:
        Invalid: messages per field.
    """
    if not request.args:
        return _DEFAULTS[schema]
    given = query_arguments(schema)
    return load(schema, {name: value for name, value in given.items() if name in schema.fields})


def _discharger(connection: Connection, discharger_id: str) -> Context:
    return {"discharger": queries.discharger(connection, discharger_id), "tabs": _TABS}


def _first(last: date, days: int) -> date:
    return last - timedelta(days=days - 1)


def _planned(plan_view: Mapping[str, Any] | None, item_id: str) -> Context | None:
    for point in (plan_view or {}).get("points", []):
        for planned in point["items"]:
            if planned["item_id"] == item_id:
                return {"item_id": item_id, "name": planned["pollutant_name"], "point": point["name"]}
    return None


def _named(published: list[dict[str, Any]], planned: Context | None) -> Context | None:
    if not published:
        return planned
    newest = published[-1]
    return {"item_id": newest["item_id"], "name": newest["pollutant_name"], "point": newest["point_name"]}


def _names(connection: Connection, discharger_id: str) -> dict[str, str]:
    """What points and items are called, by id."""
    names = {point["point_id"]: point["name"] for point in queries.points_of(connection, discharger_id)}
    for point in (queries.present(connection, tables.plans, discharger_id) or {}).get("points", []):
        names |= {planned["item_id"]: f"{point['name']} {planned['pollutant_name']}" for planned in point["items"]}
    return names


def _about(reason: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What a reason speaks of: points and items by name, the whole discharger where it lists none; nothing of what the law hides (O2)."""
    if reason["kind"] == "not-public":
        return []
    listed = [*reason["point_ids"], *reason["item_ids"]]
    return [names[one] for one in listed if one in names] if listed else ["全厂"]


# --- how they are sent


def _answer(template: str, key: tuple[str, ...], discharger_id: str, look: Callable[[Connection], Context]) -> Response:
    present = site().versions.present(discharger_id)

    def make() -> Page:
        with parts().database.reading() as connection:
            context = look(connection)
        return Page.of(
            render_template(f"public/{template}.html", **context, **_said(present.as_of), w=wording, tab=template, charts=site().charts)
        )

    return _sent(site().pages.page(key, present, make))


def _file(key: tuple[str, ...], discharger_id: str, make: Callable[[Connection, str], bytes], title: str) -> Response:
    present = site().versions.present(discharger_id)
    remark = f"{views.NOTICE}。数据更新至 {wording.moment_text(present.as_of)}"
    with parts().database.reading() as connection:
        name = queries.discharger(connection, discharger_id)["name"]

    def made() -> Page:
        with parts().database.reading() as connection:
            return Page.of(make(connection, remark), _CSV)

    response = _sent(site().pages.page(key, present, made))
    response.headers["Content-Disposition"] = disposition("attachment", f"{name} {title}", "csv")
    return response


def _said(as_of: Any) -> Context:
    return {"notice": views.NOTICE, "as_of": wording.moment_text(as_of)}


def _sent(page: Page) -> Response:
    """The page, compressed where that is understood; nothing but 304 to a browser that has it."""
    headers = {"ETag": page.etag, "Vary": "Accept-Encoding"}
    if page.etag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return Response(page.zipped, content_type=page.content_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(page.body, content_type=page.content_type, headers=headers)
