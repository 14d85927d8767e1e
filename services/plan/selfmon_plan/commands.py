"""What plan is asked to do."""

from dataclasses import dataclass

from selfmon_plan.facts import Qualification
from selfmon_shared.kernel.aggregate import Command


@dataclass(frozen=True, kw_only=True)
class ReviseOverview(Command):
    """P1."""

    discharger_id: str
    introduction: str = ""
    personnel: tuple[Qualification, ...] = ()
    management_rules: str = ""
    training_records: str = ""
    quality_control: str = ""
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ExportPlan(Command):
    """P2."""

    discharger_id: str


@dataclass(frozen=True, kw_only=True)
class CancelExport(Command):
    """P2."""

    plan_id: str


@dataclass(frozen=True, kw_only=True)
class ImportPlan(Command):
    """P3; ``upload`` is the sha256 of the staged scan."""

    discharger_id: str
    title: str
    upload: str
    filename: str
    free_of_personal_data: bool
    plan_id: str | None = None
    weaker_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WithdrawPlan(Command):
    """P3."""

    plan_id: str
