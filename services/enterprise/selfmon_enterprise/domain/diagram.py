"""The monitoring diagram (E8): an upload is checked first; only the newest one counts."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from selfmon_enterprise.commands import ReviseDiagram
from selfmon_enterprise.domain.problems import refuse
from selfmon_enterprise.events import DiagramAccepted, DiagramOffered, DiagramRefused
from selfmon_enterprise.forms import Mark
from selfmon_shared.kernel.aggregate import Aggregate

NONE, CHECKING, IN_FORCE, REFUSED = "none", "checking", "in-force", "refused"

MOVES: Mapping[str, frozenset[str]] = {
    NONE: frozenset({CHECKING}),
    CHECKING: frozenset({CHECKING, IN_FORCE, REFUSED}),
    IN_FORCE: frozenset({CHECKING}),
    REFUSED: frozenset({CHECKING}),
}
"""Of the newest upload."""


@dataclass(frozen=True)
class DiagramState:
    """The diagram in force (``digest`` None: none yet), and the newest upload."""

    discharger_id: str = ""
    digest: str | None = None
    media_type: str | None = None
    marks: tuple[Mark, ...] = ()
    revised_at: datetime | None = None
    upload_state: str = NONE
    upload_problem: str | None = None
    offer_id: str = ""
    offered_marks: tuple[Mark, ...] = ()


def evolve_diagram(diagram: DiagramState, event: Any) -> DiagramState:
    """A diagram after an event."""
    match event:
        case DiagramOffered():
            return replace(
                diagram,
                discharger_id=event.discharger_id,
                offer_id=event.offer_id,
                offered_marks=event.marks,
                upload_state=CHECKING,
                upload_problem=None,
            )
        case DiagramAccepted():
            return replace(
                diagram,
                digest=event.digest,
                media_type=event.media_type,
                marks=diagram.offered_marks,
                revised_at=event.accepted_at,
                upload_state=IN_FORCE,
            )
        case DiagramRefused():
            return replace(diagram, upload_state=REFUSED, upload_problem=event.problem)
        case _:
            return diagram


DIAGRAM = Aggregate("diagram", DiagramState(), evolve_diagram)


def public_state(diagram: DiagramState, version: int) -> dict[str, Any]:
    """The contract ``DiagramRevised``."""
    return {
        "discharger_id": diagram.discharger_id,
        "version": version,
        "digest": diagram.digest,
        "media_type": diagram.media_type,
        "marks": [asdict(mark) for mark in diagram.marks],
        "revised_at": diagram.revised_at,
    }


def offer(_diagram: DiagramState, command: ReviseDiagram, active_points: frozenset[str]) -> list[Any]:
    """E8: an upload to be checked, with the points marked on it.

    Raises:
        Invalid: a mark names no active point of the discharger.
    """
    unknown = (number for number, mark in enumerate(command.marks) if mark.point_id not in active_points)
    refuse({f"marks.{number}.point_id": "diagram.mark-unknown" for number in unknown})
    return [DiagramOffered(command.discharger_id, command.command_id, command.upload, command.filename, command.marks)]


def accept(diagram: DiagramState, offer_id: str, digest: str, media_type: str, at: datetime) -> list[Any]:
    """E8: the check found a picture; it is in force, unless a newer upload has come meanwhile."""
    return [DiagramAccepted(offer_id, digest, media_type, at)] if _awaited(diagram, offer_id, IN_FORCE) else []


def reject(diagram: DiagramState, offer_id: str, problem: str) -> list[Any]:
    """E8: the upload cannot be used; the diagram in force stays."""
    return [DiagramRefused(offer_id, problem)] if _awaited(diagram, offer_id, REFUSED) else []


def _awaited(diagram: DiagramState, offer_id: str, target: str) -> bool:
    return diagram.offer_id == offer_id and target in MOVES[diagram.upload_state]
