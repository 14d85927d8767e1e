"""The versions of a discharger's plan: their numbers, and that one at a time is rendered, handed in, in force (P2, P3)."""

from dataclasses import dataclass, replace
from typing import Any

from selfmon_plan import events as e
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Conflict


@dataclass(frozen=True)
class VersionsState:
    """How many versions there are, and which plan is being rendered, handed in, in force."""

    count: int = 0
    rendering: str | None = None
    open: str | None = None
    in_force: str | None = None


def _evolve_versions(state: VersionsState, event: Any) -> VersionsState:
    match event:
        case e.VersionNumbered():
            state = replace(state, count=event.version)
        case e.RenderingBegun():
            state = replace(state, rendering=event.plan_id)
        case e.RenderingEnded():
            state = replace(state, rendering=None)
        case e.SubmissionOpened():
            state = replace(state, open=event.plan_id)
        case e.SubmissionClosed():
            state = replace(state, open=None)
        case e.VersionInForce():
            state = replace(state, in_force=event.plan_id)
    return state


VERSIONS = Aggregate("plans", VersionsState(), _evolve_versions)


def begin_rendering(versions: VersionsState, plan_id: str) -> list[Any]:
    """P2: number a new version and render it, one at a time.

    Raises:
        Conflict: another one is being rendered (``plan.busy``).
    """
    if versions.rendering is not None:
        raise Conflict("plan.busy")
    return [e.VersionNumbered(plan_id, versions.count + 1), e.RenderingBegun(plan_id)]


def end_rendering(versions: VersionsState, plan_id: str) -> list[Any]:
    """The rendering of this plan is over."""
    return [e.RenderingEnded(plan_id)] if versions.rendering == plan_id else []


def close_submission(versions: VersionsState, plan_id: str) -> list[Any]:
    """The submission of this plan is over."""
    return [e.SubmissionClosed(plan_id)] if versions.open == plan_id else []


def open_submission(versions: VersionsState, plan_id: str, *, is_new: bool) -> list[Any]:
    """P3: hand a version in, one at a time; a document of another origin becomes a version of its own.

    Raises:
        Conflict: another one is handed in (``plan.open-submission``).
    """
    if versions.open is not None:
        raise Conflict("plan.open-submission")
    numbered = [e.VersionNumbered(plan_id, versions.count + 1)] if is_new else []
    return [*numbered, e.SubmissionOpened(plan_id)]
