"""What the forms of E4–E9 hold, as commands and events carry it."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

Form = TypeVar("Form")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Basic information (E4); coordinates in degrees, WGS 84."""

    name: str = ""
    region: str = ""
    address: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    industry_code: str = ""
    production_cycle: str = ""
    commissioned_laboratory: str = ""
    maintenance_firm: str = "无"
    control_category: str | None = None
    has_plan: bool = True
    plan_filed: bool = True
    plan_public: bool = True
    disclosure_method: str = "自行监测信息发布平台"
    disclosure_address: str = ""
    report_disclosure_time: str = "暂无"


@dataclass(frozen=True, kw_only=True)
class PointForm:
    """A monitoring point's fields (E5)."""

    code: str
    name: str
    kind: str
    emission_standard: str
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    valid_from: date
    valid_to: date


@dataclass(frozen=True, kw_only=True)
class LimitForm:
    """The standard's allowed range; ``text`` keeps what was written."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ItemForm:
    """A monitoring item's fields (E6); ``frequency`` is a code or a wording."""

    pollutant_code: str
    method: str
    frequency: str
    limits: LimitForm
    range_low: Decimal | None = None
    range_high: Decimal | None = None
    reference_oxygen: Decimal | None = None
    able: bool = True
    unable_reason: str = ""
    device_name: str = ""
    device_model: str = ""
    monitoring_method: str = ""
    method_source: str = ""
    disclosure_days: int = 5
    valid_from: date
    valid_to: date
    outside_permit: bool = False


@dataclass(frozen=True, kw_only=True)
class Item(ItemForm):
    """A monitoring item as it was accepted: ``frequency`` is a code, ``per_year`` follows from it (None where that cannot be said)."""

    item_id: str
    pollutant_name: str
    frequency_wording: str
    per_year: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A point's place on the diagram, in thousandths of its width and height (E8)."""

    point_id: str
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A permit point and an own point that answers for it; no items listed means all (E9)."""

    permit_point: str
    point_id: str
    item_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DiscrepancyLine:
    """What is wrong or missing in the permit as received, and what is right (E3)."""

    place: str
    wrong: str
    right: str


def form_of(kind: type[Form], source: Any) -> Form:
    """The form that a command (or another form) holds among its fields."""
    return kind(**{field.name: getattr(source, field.name) for field in fields(kind)})  # type: ignore[arg-type]
