"""The self-monitoring overview (P1)."""

import re
from dataclasses import dataclass, field
from typing import Any

from selfmon_plan import events as e
from selfmon_plan.commands import ReviseOverview
from selfmon_plan.facts import Overview
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Invalid

_PERSONAL = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)"
    r"|(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)


@dataclass(frozen=True)
class OverviewState:
    """A discharger's overview."""

    overview: Overview = field(default_factory=Overview)


def _evolve_overview(state: OverviewState, event: Any) -> OverviewState:
    return OverviewState(event.overview) if isinstance(event, e.OverviewRevised) else state


OVERVIEW = Aggregate("overview", OverviewState(), _evolve_overview)


def revise_overview(state: OverviewState, command: ReviseOverview) -> list[Any]:
    """P1: the overview is public, so no mobile or identity numbers; an incomplete one is kept all the same.

    Raises:
        Invalid: a field holds such a number (``overview.personal-data`` at the field).
    """
    overview = Overview(
        command.introduction, command.personnel, command.management_rules, command.training_records, command.quality_control
    )
    texts = {
        "introduction": overview.introduction,
        "management_rules": overview.management_rules,
        "training_records": overview.training_records,
        "quality_control": overview.quality_control,
    }
    for index, person in enumerate(overview.personnel):
        texts[f"personnel.{index}.number"] = person.number
        texts[f"personnel.{index}.qualification"] = person.qualification
    if telling := [path for path, text in texts.items() if _PERSONAL.search(text)]:
        raise Invalid("overview.personal-data", fields={path: ["overview.personal-data"] for path in telling})
    return [] if overview == state.overview else [e.OverviewRevised(command.discharger_id, overview)]
