"""What data is asked to do."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from selfmon_shared.kernel.aggregate import Command


@dataclass(frozen=True)
class EnteredValue:
    """One hourly value as the clerk wrote it."""

    item_id: str
    hour: datetime
    value: str
    converted: str | None = None
    flag: str = "N"


@dataclass(frozen=True, kw_only=True)
class EnterHourly(Command):
    """D1, D1b."""

    discharger_id: str
    values: tuple[EnteredValue, ...]


@dataclass(frozen=True)
class Sample:
    """One sample as the laboratory reports it."""

    value: str
    oxygen: Decimal | None = None
    flow: Decimal | None = None
    temperature: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class EnterManual(Command):
    """D3, D3b."""

    discharger_id: str
    item_id: str
    sampled_on: date
    analysed_on: date
    laboratory: str
    method: str
    samples: tuple[Sample, ...]
    load_percent: Decimal | None = None
    report_number: str = ""
    report_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class ExplainAbnormal(Command):
    """D2."""

    discharger_id: str
    item_id: str
    hour: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class RegisterAbnormal(Command):
    """A1."""

    discharger_id: str
    kind: str
    starts_at: datetime
    reason: str
    point_ids: tuple[str, ...] = ()
    item_ids: tuple[str, ...] = ()
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class EndAbnormal(Command):
    """A1."""

    registration_id: str
    ends_at: datetime
