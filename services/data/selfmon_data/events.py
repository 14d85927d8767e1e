"""What happens in data. Stored types are ``data.<name>``."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from selfmon_shared.kernel.events import EventTypes

types = EventTypes("data")


# --- noted from others


@types.event("discharger-noted")
@dataclass(frozen=True)
class DischargerNoted:
    """What data must know of a discharger: who may see it."""

    discharger_id: str
    name: str
    region: str


@types.event("logger-noted")
@dataclass(frozen=True)
class LoggerNoted:
    """A logger stands at a point, or (None) at none any more (E7)."""

    mn: str
    point_id: str | None


@types.event("permit-end-noted")
@dataclass(frozen=True)
class PermitEndNoted:
    """The permit has ended, and with it all duties (E5)."""

    permit_number: str
    kind: str
    ended_at: datetime


@dataclass(frozen=True)
class PlannedItem:
    """An item as the plan froze it; ``frequency`` is a code or the permit's wording."""

    item_id: str
    pollutant_code: str
    pollutant_name: str
    method: str
    frequency: str
    frequency_wording: str
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    limit_text: str
    reference_oxygen: Decimal | None
    disclosure_days: int


@dataclass(frozen=True)
class PlannedPoint:
    """A point as the plan froze it."""

    point_id: str
    code: str
    name: str
    kind: str
    items: tuple[PlannedItem, ...]


@types.event("plan-noted")
@dataclass(frozen=True)
class PlanNoted:
    """A plan is in force: what is owed from then on, and the limits of that time (D4)."""

    plan_id: str
    discharger_id: str
    version: int
    in_force_from: datetime
    points: tuple[PlannedPoint, ...]


@types.event("upload-noted")
@dataclass(frozen=True)
class UploadNoted:
    """The national platform's answer to the upload of a batch or registration (N2); ``lines``: the refused ones with their reasons."""

    kind: str
    subject_id: str
    state: str
    receipt: str | None
    reason: str | None
    lines: dict[str, str]


# --- results


@dataclass(frozen=True)
class EnteredItem:
    """What a batch says once of each of its items."""

    item_id: str
    point_id: str
    point_code: str
    point_name: str
    pollutant_code: str
    pollutant_name: str
    unit: str


@dataclass(frozen=True)
class RecordedValue:
    """A value with its judgement at recording time (D4). ``time`` is the start of the hour or day; ``exceeds`` None: not judged."""

    item_id: str
    time: datetime
    revision: int
    value: str
    converted: str | None
    flag: str
    source: str
    limit_text: str
    exceeds: bool | None
    multiple: Decimal | None
    late: bool
    samples: int


@dataclass(frozen=True)
class SampleTaken:
    """One sample of a monitoring event."""

    value: str
    oxygen: Decimal | None
    flow: Decimal | None
    temperature: Decimal | None


@dataclass(frozen=True)
class MonitoringEvent:
    """How a manual value came about (D3b)."""

    sampled_on: date
    analysed_on: date
    laboratory: str
    method: str
    load_percent: Decimal | None
    report_number: str
    report_date: date | None
    samples: tuple[SampleTaken, ...]


@types.event("values-recorded")
@dataclass(frozen=True)
class ValuesRecorded:
    """A batch of values, each a first value or a correction; ``merkle_root`` proves every one of them, in this order."""

    batch_id: str
    discharger_id: str
    period_kind: str
    items: tuple[EnteredItem, ...]
    values: tuple[RecordedValue, ...]
    merkle_root: str
    monitoring: MonitoringEvent | None = None


@types.event("value-explained")
@dataclass(frozen=True)
class ValueExplained:
    """D2: why an automatic value is abnormal; the value stays as it is."""

    item_id: str
    hour: datetime
    reason: str


# --- abnormal registrations


@types.event("abnormal-submitted")
@dataclass(frozen=True)
class AbnormalSubmitted:
    """A1: a registration was filed; no points and no items: the whole discharger."""

    registration_id: str
    discharger_id: str
    kind: str
    point_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    digest: str
    afterwards: bool


@types.event("abnormal-took-effect")
@dataclass(frozen=True)
class AbnormalTookEffect:
    """A2: the bureau in charge has approved it."""


@types.event("abnormal-returned")
@dataclass(frozen=True)
class AbnormalReturned:
    """A2: it came back with a reason."""

    reason: str


@types.event("abnormal-ended")
@dataclass(frozen=True)
class AbnormalEnded:
    """It was given its end."""

    ends_at: datetime


@types.event("abnormal-revoked")
@dataclass(frozen=True)
class AbnormalRevoked:
    """The approval was taken back: the duties are back, and what was withheld is public."""

    reason: str


@types.event("publication-reviewed")
@dataclass(frozen=True)
class PublicationReviewed:
    """What is public of these days was announced anew, because a registration began or ceased to withhold it (O2)."""

    discharger_id: str
    first: date
    last: date


# --- duties


@types.event("month-counted")
@dataclass(frozen=True)
class MonthCounted:
    """D6: the figures of a discharger's month; ``plan_id`` None: 无方案."""

    discharger_id: str
    month: str
    plan_id: str | None
    owed: int
    monitored: int
    waived: int
    missing: int
    published: int
    late: int
