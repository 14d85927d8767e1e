"""What plan knows of others' facts and freezes into its own events: plain values, named as the contracts name them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Profile:
    """Basic information of a discharger (E4), as enterprise announces it; no personal data."""

    name: str
    region: str
    uscc: str = ""
    permit_number: str | None = None
    permit_state: str = "none"
    permit_check: str = "open"
    bureau: str = ""
    address: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    industry_code: str = ""
    industry_name: str = ""
    production_cycle: str = ""
    commissioned_laboratory: str = ""
    maintenance_firm: str = ""
    control_category: str | None = None
    has_plan: bool = True
    plan_filed: bool = True
    plan_public: bool = True
    disclosure_method: str = ""
    disclosure_address: str = ""
    report_disclosure_time: str = ""
    complete: bool = False

    @property
    def own_permit(self) -> str | None:
        """The permit to compare with; none where the enterprise has said that the match is wrong (E2, N4)."""
        return None if self.permit_check == "wrong-enterprise" else self.permit_number


@dataclass(frozen=True)
class Limits:
    """The standard's allowed range; ``text`` is what was written."""

    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    text: str = ""


@dataclass(frozen=True)
class Item:
    """A monitoring item (E6). ``frequency`` is a code of :class:`selfmon_shared.kernel.frequency.Frequency`."""

    item_id: str
    pollutant_code: str
    pollutant_name: str
    method: str
    frequency: str
    frequency_wording: str
    limits: Limits
    valid_from: date
    valid_to: date
    active: bool
    per_year: Decimal | None = None
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
    outside_permit: bool = False
    deactivation_reason: str | None = None


@dataclass(frozen=True)
class Point:
    """A monitoring point with its items (E5), as a plan freezes it."""

    point_id: str
    code: str
    name: str
    kind: str
    emission_standard: str
    valid_from: date
    valid_to: date
    items: tuple[Item, ...]
    longitude: Decimal | None = None
    latitude: Decimal | None = None


@dataclass(frozen=True)
class Mark:
    """A point's place on the diagram, in thousandths of its width and height."""

    point_id: str
    x: int
    y: int


@dataclass(frozen=True)
class Pair:
    """A permit point and an own point that answers for it (E9); no items listed means all."""

    permit_point: str
    point_id: str
    item_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PermitPoint:
    """A place that the permit names."""

    key: str
    name: str
    category: str
    code: str | None = None


@dataclass(frozen=True)
class Requirement:
    """One line of the permit's monitoring requirements, in the permit's words."""

    key: str
    point: str
    content: str
    pollutant: str
    facility: str
    frequency: str
    frequency_wording: str
    pollutant_code: str | None = None


@dataclass(frozen=True)
class Permit:
    """One revision of a permit."""

    permit_number: str
    discharger_id: str
    revision: int
    valid_from: date
    valid_to: date
    points: tuple[PermitPoint, ...]
    requirements: tuple[Requirement, ...]
    management_category: str | None = None


@dataclass(frozen=True)
class Qualification:
    """One of the monitoring personnel: a number and what qualifies, no name (P1)."""

    number: str
    qualification: str


@dataclass(frozen=True)
class Overview:
    """The self-monitoring overview (P1)."""

    introduction: str = ""
    personnel: tuple[Qualification, ...] = ()
    management_rules: str = ""
    training_records: str = ""
    quality_control: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What makes it incomplete, in Chinese; quality control is optional."""
        parts = {
            "企业简介": self.introduction,
            "监测人员": self.personnel,
            "管理制度": self.management_rules,
            "培训记录": self.training_records,
        }
        return tuple(name for name, part in parts.items() if not part)


@dataclass(frozen=True)
class CoverageRow:
    """One requirement of the permit and how the plan answers it (P4), for people to read."""

    requirement: str
    point: str
    pollutant: str
    permit_facility: str
    permit_frequency: str
    own_point: str | None
    own_method: str | None
    own_frequency: str | None
    verdict: str
    reason: str


@dataclass(frozen=True)
class Coverage:
    """The coverage proof (P4): counts per verdict, and a row per requirement in the permit's order."""

    permit_number: str | None = None
    permit_revision: int | None = None
    covered: int = 0
    stricter: int = 0
    weaker: int = 0
    missing: int = 0
    unclear: int = 0
    rows: tuple[CoverageRow, ...] = ()

    @property
    def falls_short(self) -> bool:
        """Whether the plan owes less than the permit asks for."""
        return bool(self.weaker or self.missing)
