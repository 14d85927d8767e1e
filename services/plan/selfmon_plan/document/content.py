"""What a monitoring plan says, frozen at the moment of export (rule P2; REGIME 3.2 art. 4).

Every field is a text as the reader sees it, so that the document needs no look-up and an old plan can be set again unchanged.
An empty text is printed as ``—``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from selfmon_shared.kernel.codec import canonical_json, from_data, to_data
from selfmon_shared.kernel.digests import sm3


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """Basic information of the discharger (rule E4). ``contact`` is an office telephone or mailbox, never a person's."""

    name: str
    uscc: str
    permit_number: str = ""
    permit_validity: str = ""
    management_category: str = ""
    region_name: str = ""
    bureau_in_charge: str = ""
    address: str = ""
    longitude: str = ""
    latitude: str = ""
    industry: str = ""
    production_cycle: str = ""
    legal_person: str = ""
    contact: str = ""
    commissioned_laboratory: str = ""
    maintenance_firm: str = ""
    control_category: str = ""
    disclosure_address: str = ""
    report_disclosure_time: str = ""
    has_plan: bool = True
    plan_filed: bool = True
    plan_public: bool = True


@dataclass(frozen=True, slots=True)
class Personnel:
    """Monitoring staff as number and qualification (rule P1: no mobile or identity numbers, no names)."""

    qualification: str
    number: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The self-monitoring overview (rule P1). A line break in a text begins a new paragraph."""

    introduction: str = ""
    personnel: tuple[Personnel, ...] = ()
    management_rules: str = ""
    training: str = ""
    quality_control: str = ""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One monitoring item of a point (rule E6). ``method`` is 手动 or 自动; ``count`` is the wording of the yearly number."""

    pollutant: str
    method: str
    cycle: str
    count: str = ""
    limits: str = ""
    unit: str = ""
    measuring_range: str = ""
    monitoring_method: str = ""
    method_source: str = ""
    device_name: str = ""
    device_model: str = ""
    disclosure_time_limit: str = ""
    beyond_permit: bool = False
    unable_reason: str = ""  # why the conditions for monitoring are missing; empty where they are met


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """One monitoring point (rules E5, E7). ``loggers`` are MN numbers; passwords are never part of a plan."""

    code: str
    name: str
    kind: str
    emission_standard: str = ""
    valid_from: str = ""
    valid_to: str = ""
    loggers: tuple[str, ...] = ()
    remark: str = ""
    items: tuple[PlanItem, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One line of the permit's self-monitoring requirements beside what the plan does about it (rule P4)."""

    permit_point: str
    pollutant: str
    required: str
    planned: str
    finding: str


@dataclass(frozen=True, slots=True)
class PlanContent:
    """The whole plan. ``generated_at`` is aware UTC; the diagram's bytes travel beside it, not in it."""

    plan_id: str
    title: str
    version: int
    enterprise: EnterpriseFacts
    overview: Overview
    points: tuple[PlanPoint, ...]
    generated_at: datetime
    coverage: tuple[CoverageRow, ...] = ()
    diagram_note: str = ""


def to_json(content: PlanContent) -> dict[str, Any]:
    """Plain data (str, int, bool, lists, string-keyed mappings) that an event can carry; the same content gives the same data."""
    data: dict[str, Any] = to_data(content)
    return data


def from_json(data: dict[str, Any]) -> PlanContent:
    """The content that :func:`to_json` made these data of.

    Raises:
        ValueError, TypeError, KeyError: the data do not fit.
    """
    return from_data(PlanContent, data)


def content_digest(content: PlanContent, diagram: bytes | None) -> str:
    """SM3 over content and diagram: what the code on each page refers to (the file's own digest cannot stand inside the file)."""
    return sm3(canonical_json(to_json(content)) + "\n" + (sm3(diagram) if diagram else ""))
