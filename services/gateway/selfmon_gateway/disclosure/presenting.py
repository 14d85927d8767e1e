"""Published values as the tables that a page, its chart and its download show. No rule is decided here: every verdict is the owner's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from selfmon_gateway.disclosure import wording
from selfmon_shared.kernel.limits import Limit, Measured, MeasurementInvalid

View = Mapping[str, Any]
HOUR, DAY, MANUAL = "hour", "day", "manual"
_FROM_THE_INSTRUMENT = ("logger", "manual")


@dataclass(frozen=True)
class Cell:
    """One published value. ``number`` is what a chart draws, empty where the text is no number; ``mark`` says more about the value."""

    text: str
    number: str
    exceeds: bool | None
    verdict: str
    source: str
    mark: str


@dataclass(frozen=True)
class Column:
    """An item as the head of a column; ``upper`` is what a chart draws the limit at, ``mark`` what holds for all values below."""

    item_id: str
    name: str
    unit: str
    limit: str
    upper: str
    mark: str = ""


@dataclass(frozen=True)
class HourTable:
    """Hours of a day down, items of a point across; None where nothing is published."""

    columns: Sequence[Column]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]


@dataclass(frozen=True)
class Line:
    """A single value with its item: a daily mean, or what was sampled on a day."""

    column: Column
    kind: str
    cell: Cell


@dataclass(frozen=True)
class PointDay:
    """What is published of a point and day; ``withheld`` names the items of which nothing is, by law."""

    point_id: str
    name: str
    hours: HourTable | None
    lines: Sequence[Line]
    withheld: Sequence[str]


@dataclass(frozen=True)
class ItemDay:
    """A day of an item: how many values, the lowest and highest, how many exceed; ``cells`` are the values themselves."""

    day: date
    withheld: bool
    cells: Sequence[Cell]
    lowest: Cell | None
    highest: Cell | None
    exceeding: int
    limit: str


@dataclass(frozen=True)
class ItemSeries:
    """An item's days of one period kind, newest first."""

    kind: str
    name: str
    column: Column
    days: Sequence[ItemDay]


def points_of_day(views: Iterable[View]) -> list[PointDay]:
    """The tables of a day, point by point, from its publications."""
    ordered = sorted(views, key=lambda view: (view["point_name"], view["point_id"], view["pollutant_name"], view["item_id"]))
    return [_point_day(list(group)) for _, group in groupby(ordered, lambda view: view["point_id"])]


def _point_day(views: Sequence[View]) -> PointDay:
    shown = [view for view in views if not view["withheld"]]
    lines = [
        Line(column_of(view), wording.word_of(wording.PERIOD_KINDS, view["period_kind"]), cell_of(value))
        for view in shown
        if view["period_kind"] != HOUR
        for value in view["values"]
    ]
    hourly = [view for view in shown if view["period_kind"] == HOUR and view["values"]]
    withheld = sorted({view["pollutant_name"] for view in views if view["withheld"]})
    return PointDay(views[0]["point_id"], views[0]["point_name"], hours_of(hourly) if hourly else None, lines, withheld)


def hours_of(views: Sequence[View]) -> HourTable:
    """Hourly values side by side, from 0:00 to the last hour of which anything is published."""
    columns, values = zip(*(_hour_column(view) for view in views), strict=True)
    last = max(hour for of_item in values for hour in of_item)
    rows = [(wording.hour_text(hour), [of_item.get(hour) for of_item in values]) for hour in range(last + 1)]
    return HourTable(columns, rows)


def _hour_column(view: View) -> tuple[Column, dict[int, Cell]]:
    """An item's values by hour. What all of them are marked with stands at the column's head, once."""
    values = {wording.hour_of(value["time"]): cell_of(value) for value in view["values"]}
    marks = {cell.mark for cell in values.values()}
    if len(marks) > 1:
        return column_of(view), values
    return replace(column_of(view), mark=marks.pop()), {hour: replace(cell, mark="") for hour, cell in values.items()}


def column_of(view: View) -> Column:
    """The item of a publication."""
    limit = Limit.parse(view["limit_text"])
    upper = "" if limit.upper is None else _plain(limit.upper)
    return Column(view["item_id"], view["pollutant_name"], wording.unit_text(view["unit"]), view["limit_text"] or "—", upper)


def cell_of(value: View) -> Cell:
    """One value with its verdict in words."""
    try:
        number = _plain(Measured.parse(value["value"]).value)
    except MeasurementInvalid:
        number = ""
    source = value["source"]
    marks = [wording.word_of(wording.SOURCES, source)] if source not in _FROM_THE_INSTRUMENT else []
    marks += ["迟报"] if value["late"] else []
    return Cell(value["value"], number, value["exceeds"], _verdict(value), wording.word_of(wording.SOURCES, source), "、".join(marks))


def _verdict(value: View) -> str:
    if value["exceeds"] is None:
        return "不评价"
    if not value["exceeds"]:
        return "达标"
    return f"超标 {value['multiple']} 倍" if value["multiple"] else "超标"


def series_of_item(views: Iterable[View]) -> list[ItemSeries]:
    """An item's days, a series for each period kind: daily means first, then hours, then what was sampled by hand."""
    ordered = sorted(views, key=lambda view: ((DAY, HOUR, MANUAL).index(view["period_kind"]), view["day"]))
    series = []
    for kind, group in groupby(ordered, lambda view: str(view["period_kind"])):
        days = list(group)
        newest = days[-1]
        name = wording.word_of(wording.PERIOD_KINDS, kind)
        series.append(ItemSeries(kind, name, column_of(newest), [_item_day(view) for view in reversed(days)]))
    return series


def _item_day(view: View) -> ItemDay:
    cells = [] if view["withheld"] else [cell_of(value) for value in view["values"]]
    numbered = sorted((cell for cell in cells if cell.number), key=lambda cell: Decimal(cell.number))
    return ItemDay(
        day=date.fromisoformat(view["day"]),
        withheld=view["withheld"],
        cells=cells,
        lowest=numbered[0] if numbered else None,
        highest=numbered[-1] if numbered else None,
        exceeding=sum(cell.exceeds is True for cell in cells),
        limit=view["limit_text"] or "—",
    )


def _plain(number: Decimal) -> str:
    return f"{number:f}"
