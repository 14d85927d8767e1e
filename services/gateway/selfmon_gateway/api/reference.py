"""Pick lists for the forms, from the reference data: regions, industries, pollutants, standards, methods, frequencies.

The data change only with a release: answers carry an ETag, and a browser that has one is told that it still holds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Response, request

from selfmon_gateway.api.routes import Resource, json_answer, query_arguments
from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.enterprise.announced import POINT_KINDS
from selfmon_shared.contracts.fields import Choice, Exact, Flag, Id, Many, One, Record, Text, Whole
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.frequency import USUAL
from selfmon_shared.kernel.regions import RegionLevel
from selfmon_shared.reference import industries as industry_tree
from selfmon_shared.reference import methods as method_table
from selfmon_shared.reference import pollutants as pollutant_table
from selfmon_shared.reference import standards as standard_table
from selfmon_shared.reference.industries import Industry, IndustryLevel
from selfmon_shared.reference.methods import Method
from selfmon_shared.reference.pollutants import Medium, Pollutant, medium_at
from selfmon_shared.reference.regions import PROVINCE, Region, bureau_in_charge, full_name, region
from selfmon_shared.reference.regions import children as regions_below
from selfmon_shared.reference.standards import Standard, Trust
from selfmon_shared.reference.tables import UnknownCode

R = TypeVar("R")
Rows = Sequence[R]

_KEPT = "private, max-age=3600"
_MEDIA = tuple(medium.value for medium in Medium)
_LEVELS = tuple(level.value for level in RegionLevel)

resource = Resource("reference", "选择列表：行政区、行业、污染物、标准、监测方法、监测频次")


class Searched(Record):
    """What stands in code or name; none: all. A page of it."""

    q = Text(load_default="", max_length=100, blank=True)
    page = Whole(load_default=1, low=1)
    page_size = Whole(load_default=50, low=1, high=500)


class RegionsBelow(Record):
    """Right below a region; by default the province's cities."""

    parent = Text(load_default=PROVINCE, pattern=r"^\d{6}$", hint="应为六位行政区代码")


class CountiesOf(Record):
    """Of a prefecture-level city, named by its own code or by that of any of its counties (E4)."""

    city = Text(required=True, pattern=r"^\d{6}$", hint="应为六位行政区代码")


class IndustriesOf(Searched):
    """Right below a node (``parent``), or found by code or name in the whole tree."""

    parent = Text(allow_none=True, load_default=None, max_length=8)


class PollutantsOf(Searched):
    """Of a medium, or of what is measured at a kind of point."""

    kind = Choice((*_MEDIA, *POINT_KINDS), allow_none=True, load_default=None)


class StandardsOf(Searched):
    """As for pollutants; ``air`` and ``noise`` hold those for the boundary too."""

    kind = Choice((*_MEDIA, *POINT_KINDS), allow_none=True, load_default=None)


class MethodsOf(Searched):
    """Of one pollutant, by its code."""

    pollutant = Text(allow_none=True, load_default=None, max_length=20)


class RegionView(Record):
    """A region. ``bureau`` is the one in charge of what lies in it, by the general rule (R7)."""

    code = Id()
    name = Text()
    full_name = Text()
    parent = Id(allow_none=True)
    level = Choice(_LEVELS)
    is_zone = Flag()
    bureau = Text()


class IndustryView(Record):
    """A node of the industry tree; ``path`` from the section down, ``leaf``: nothing below."""

    code = Id()
    short_code = Id()
    name = Text()
    level = Choice(tuple(level.value for level in IndustryLevel))
    path = Many(Text())
    leaf = Flag()


class PollutantView(Record):
    """A factor: ``unit`` is what loggers send, ``permit_unit`` what limits are in."""

    code = Id()
    name = Text()
    medium = Choice(_MEDIA)
    unit = Text()
    permit_unit = Text()
    aliases = Many(Text())
    is_local = Flag()


class StandardView(Record):
    """An emission standard."""

    code = Text()
    name = Text()
    media = Many(Text())


class MethodView(Record):
    """A monitoring method; ``code`` is its source standard. ``verified``: seen in a public document."""

    code = Text()
    name = Text()
    method = Text()
    pollutants = Many(Text())
    medium = Text()
    detection_limit = Exact(allow_none=True)
    unit = Text()
    verified = Flag()


class FrequencyView(Record):
    """A frequency that permits name; ``code`` is what an item keeps. ``per_year`` None: it cannot be said."""

    code = Text()
    wording = Text()
    per_year = Exact(allow_none=True)
    automatic = Flag()


class IndustryPage(Record):
    """A page of nodes."""

    total = Whole()
    rows = Many(One(IndustryView))


class PollutantPage(Record):
    """A page of factors."""

    total = Whole()
    rows = Many(One(PollutantView))


class StandardPage(Record):
    """A page of standards."""

    total = Whole()
    rows = Many(One(StandardView))


class MethodPage(Record):
    """A page of methods."""

    total = Whole()
    rows = Many(One(MethodView))


@resource.serve("GET", "/reference/regions", arguments=RegionsBelow, answer={"type": "array", "items": RegionView})
def regions() -> Response:
    """The regions right below one."""
    asked = load(RegionsBelow(), query_arguments(RegionsBelow()))
    return _kept([_region(below) for below in regions_below(_known(asked["parent"]).code)])


@resource.serve("GET", "/reference/counties", arguments=CountiesOf, answer={"type": "array", "items": RegionView})
def counties() -> Response:
    """The counties and zones of a prefecture-level city."""
    asked = _known(load(CountiesOf(), query_arguments(CountiesOf()))["city"])
    city = asked.parent if asked.level is RegionLevel.COUNTY and asked.parent else asked.code
    return _kept([_region(below) for below in regions_below(city)])


@resource.serve("GET", "/reference/industries", arguments=IndustriesOf, answer=IndustryPage)
def industries() -> Response:
    """The industry tree: what lies below a node, or what is found by code or name."""
    asked = load(IndustriesOf(), query_arguments(IndustriesOf()))
    return _kept(_page(_industries(asked["q"], asked["parent"]), asked, _industry))


@resource.serve("GET", "/reference/pollutants", arguments=PollutantsOf, answer=PollutantPage)
def pollutants() -> Response:
    """Pollutants and other factors, by code, name or alias."""
    asked = load(PollutantsOf(), query_arguments(PollutantsOf()))
    return _kept(_page(pollutant_table.search(asked["q"], _medium(asked["kind"])), asked, _pollutant))


@resource.serve("GET", "/reference/standards", arguments=StandardsOf, answer=StandardPage)
def standards() -> Response:
    """Emission standards, by code or name."""
    asked = load(StandardsOf(), query_arguments(StandardsOf()))
    medium = _medium(asked["kind"])
    found = [one for one in standard_table.search(asked["q"]) if medium is None or any(of.startswith(medium) for of in one.media)]
    return _kept(_page(found, asked, _standard))


@resource.serve("GET", "/reference/methods", arguments=MethodsOf, answer=MethodPage)
def methods() -> Response:
    """Monitoring methods with their source standards, of one pollutant or of all."""
    asked = load(MethodsOf(), query_arguments(MethodsOf()))
    found = method_table.search(asked["q"])
    if asked["pollutant"] is not None:
        fitting = method_table.methods_of_pollutant(asked["pollutant"])
        found = tuple(method for method in found if method in fitting)
    return _kept(_page(found, asked, _method))


@resource.serve("GET", "/reference/frequencies", answer={"type": "array", "items": FrequencyView})
def frequencies() -> Response:
    """The frequencies that permits name."""
    return _kept(
        [{"code": one.code, "wording": one.wording, "per_year": to_data(one.per_year), "automatic": one.is_continuous} for one in USUAL]
    )


def _industries(text: str, parent: str | None) -> Rows[Industry]:
    if text.strip():
        return industry_tree.search(text, limit=len(industry_tree.industries()))
    if parent is None:
        return industry_tree.sections()
    try:
        return industry_tree.children(parent)
    except UnknownCode as unknown:
        raise NotFound("industry.unknown") from unknown


def _known(code: str) -> Region:
    try:
        return region(code)
    except UnknownCode as unknown:
        raise NotFound("region.unknown") from unknown


def _medium(kind: str | None) -> Medium | None:
    return None if kind is None else Medium(kind) if kind in _MEDIA else medium_at(kind)


def _region(found: Region) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "full_name": full_name(found.code),
        "parent": found.parent,
        "level": found.level.value,
        "is_zone": found.is_zone,
        "bureau": bureau_in_charge(found.code).name,
    }


def _industry(found: Industry) -> dict[str, Any]:
    return {
        "code": found.code,
        "short_code": found.short_code,
        "name": found.name,
        "level": found.level.value,
        "path": [node.name for node in industry_tree.path(found.code)],
        "leaf": not industry_tree.children(found.code),
    }


def _pollutant(found: Pollutant) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "medium": found.medium.value,
        "unit": found.unit,
        "permit_unit": found.permit_unit,
        "aliases": list(found.aliases),
        "is_local": found.is_local,
    }


def _standard(found: Standard) -> dict[str, Any]:
    return {"code": found.code, "name": found.name, "media": list(found.media)}


def _method(found: Method) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "method": found.method,
        "pollutants": list(found.pollutants),
        "medium": found.medium,
        "detection_limit": to_data(found.detection_limit),
        "unit": found.unit,
        "verified": found.trust is Trust.DOCUMENTED,
    }


def _page(found: Rows[R], asked: Mapping[str, Any], view: Callable[[R], dict[str, Any]]) -> dict[str, Any]:
    begin = (asked["page"] - 1) * asked["page_size"]
    return {"total": len(found), "rows": [view(one) for one in found[begin : begin + asked["page_size"]]]}


def _kept(data: Any) -> Response:
    """An answer that holds for a release: the browser keeps it, and asks again with its ETag."""
    response = json_answer(data)
    response.headers["Cache-Control"] = _KEPT
    response.add_etag()
    response.make_conditional(request)
    return response
