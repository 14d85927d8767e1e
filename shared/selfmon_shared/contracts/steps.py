"""Next steps (工作台): what every service that owns a part of the main flow answers about its part, and the order of the whole.

A service computes its steps from its own state by its own rules; the gateway puts them in this order and copies no rule.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from selfmon_shared.contracts.contract import QueryContract
from selfmon_shared.contracts.fields import Choice, Day, Flag, Many, Record, Text, Whole
from selfmon_shared.contracts.screens import SCREENS
from selfmon_shared.kernel.steps import BLOCKED, DONE, OPEN, RETURNED, WAITING, NextStep

QUERY = "next-steps"
STEP_STATES = (DONE, OPEN, WAITING, RETURNED, BLOCKED)
FLOW = (
    "permit-check",
    "profile",
    "points",
    "loggers",
    "diagram",
    "matching",
    "item-check",
    "overview",
    "plan-export",
    "plan-import",
    "plan-in-force",
    "hourly-entry",
    "manual-entry",
    "registrations",
    "uploads",
    "plan-review",
    "abnormal-review",
)
"""Every step, in the order of the flow; the last two are the officers'."""


class StepView(Record):
    """One step of the flow and where it stands; ``why`` in Chinese, ``due`` the last day for the first of ``count`` things."""

    step = Choice(FLOW)
    title = Text()
    state = Choice(STEP_STATES)
    why = Text(allow_none=True, max_length=2000)
    due = Day(allow_none=True)
    count = Whole(allow_none=True)
    rules = Many(Text())
    screen = Choice(SCREENS)
    optional = Flag()


_SCREEN_OF = {
    "loggers": "points",
    "plan-export": "plans",
    "plan-import": "plans",
    "plan-in-force": "plans",
    "plan-review": "plan-reviews",
    "abnormal-review": "abnormal-reviews",
}


class NoArguments(Record):
    """No fields."""


def next_steps(arguments: type[Record], *rules: str) -> QueryContract:
    """The query of a service that owns a part of the flow."""
    return QueryContract(QUERY, arguments, StepView, many=True, rules=rules)


def views(steps: Iterable[NextStep]) -> list[dict[str, Any]]:
    """The steps as the contract shows them, each with its screen."""
    return [{**asdict(step), "screen": _SCREEN_OF.get(step.step, step.step)} for step in steps]


def in_order(steps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps of several services in the order of the flow; a name that this version doesn't know comes last."""
    return sorted(steps, key=lambda step: FLOW.index(step["step"]) if step["step"] in FLOW else len(FLOW))
