"""The public answers. Their fields are those that the contracts declare public."""

from typing import Any

from selfmon_shared.contracts.contract import ContractEvent
from selfmon_shared.contracts.fields import Choice, Day, Many, Moment, One, Record, Text, Whole
from selfmon_shared.contracts.providers import event_named

NOTICE = "数据为企业自行监测数据，未经生态环境主管部门审核"


def _fields(event: ContractEvent) -> dict[str, Any]:
    declared = event.schema().fields
    return {name: declared[name] for name in sorted(event.public)}


def _view(name: str, event: str, doc: str, **more: Any) -> type[Record]:
    """The public part of a contract event as a schema."""
    return type(name, (Record,), {"__module__": __name__, "__doc__": doc, **_fields(event_named(event)), **more})


def _answer(of: type[Record], doc: str, *, rows: bool) -> type[Record]:
    """A public answer: whose data they are (O1), as of when, and the thing itself or rows of it."""
    said: dict[str, Any] = {"notice": Text(), "as_of": Moment(allow_none=True)}
    shown: dict[str, Any] = {"total": Whole(), "rows": Many(One(of))} if rows else dict(of().fields)
    return type(f"{of.__name__}{'Page' if rows else 'Answer'}", (Record,), {"__module__": __name__, "__doc__": doc, **said, **shown})


class DischargersOf(Record):
    """Dischargers by region (and all below it), industry (GB/T 4754, any level) and part of the name."""

    region = Text(pattern=r"^\d{6}$", hint="应为六位行政区代码", load_default=None)
    industry = Text(pattern=r"^[0-9A-Z]{1,5}$", hint="应为行业代码", load_default=None)
    name = Text(max_length=100, load_default=None)
    page = Whole(load_default=1, low=1)
    page_size = Whole(load_default=20, low=1, high=100)


class ResultsOf(Record):
    """Published values of a day of Asia/Shanghai, of all period kinds or of one."""

    day = Day(required=True)
    period_kind = Choice(("hour", "day", "manual"), load_default=None)


_DISCHARGER = _view("Discharger", "EnterpriseRevised", "A discharger's public basic information.", region_name=Text())
_WITHHELD = Text(metadata={"description": "依法不予公开, where nothing is shown"})

DischargerPage = _answer(_DISCHARGER, "A page of the dischargers.", rows=True)
Discharger = _answer(_DISCHARGER, "One discharger.", rows=False)
PointList = _answer(_view("Point", "PointRevised", "A monitoring point."), "A discharger's monitoring points.", rows=True)
Diagram = _answer(_view("Diagram", "DiagramRevised", "The monitoring diagram."), "The diagram in force.", rows=False)
Overview = _answer(_view("Overview", "OverviewRevised", "The self-monitoring overview."), "The overview.", rows=False)
Plan = _answer(_view("Plan", "PlanTookEffect", "A monitoring plan in force."), "The plan in force.", rows=False)
ResultList = _answer(
    _view("Publication", "PublicationChanged", "Published values of an item and day.", notice=_WITHHELD), "Published values.", rows=True
)
ReasonList = _answer(_view("Reason", "AbnormalTookEffect", "Why nothing is monitored."), "Registrations in force.", rows=True)


SPANS = (7, 31, 92)


class SearchOf(Record):
    """What the home page looks for: part of a name, or the beginning of a USCC or permit number; region; industry; which page."""

    q = Text(max_length=100, load_default=None)
    region = Text(pattern=r"^\d{6}$", hint="行政区应为六位代码", load_default=None)
    industry = Text(pattern=r"^[0-9A-Z]{1,5}$", hint="行业应为行业代码", load_default=None)
    page = Whole(load_default=1, low=1, high=100_000)


class DayOf(Record):
    """A day of Asia/Shanghai; without one, the newest that has results."""

    day = Day(load_default=None)


class DaysOf(Record):
    """So many days up to one of them; without one, to the newest that has results."""

    days = Choice(tuple(map(str, SPANS)), load_default="31")
    until = Day(load_default=None)
