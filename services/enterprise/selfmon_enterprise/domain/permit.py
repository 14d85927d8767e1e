"""A permit as received: every revision is kept, the newest counts (N1, N5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from selfmon_enterprise.events import PermitEnded, PermitNoted
from selfmon_shared.kernel.aggregate import Aggregate

NOT_NOTED, VALID, ENDED = "none", "valid", "ended"


@dataclass(frozen=True)
class PermitState:
    """The newest revision; ``content`` is ``PermitReceived`` as plain data."""

    permit_number: str = ""
    discharger_id: str = ""
    revision: int = 0
    state: str = NOT_NOTED
    content: Mapping[str, Any] = field(default_factory=dict)

    @property
    def point_keys(self) -> frozenset[str]:
        """The keys of its permit points."""
        return frozenset(point["key"] for point in self.content.get("points", ()))


def evolve_permit(permit: PermitState, event: Any) -> PermitState:
    """A permit after an event."""
    match event:
        case PermitNoted():
            return PermitState(event.permit_number, event.discharger_id, event.revision, VALID, event.permit)
        case PermitEnded():
            return replace(permit, permit_number=event.permit_number, discharger_id=event.discharger_id, state=ENDED)
        case _:
            return permit


PERMIT = Aggregate("permit", PermitState(), evolve_permit)


def note(permit: PermitState, content: Mapping[str, Any]) -> list[Any]:
    """N1: keep a revision; one that is known, or older than the newest, is nothing new."""
    if content["revision"] <= permit.revision:
        return []
    return [PermitNoted(content["permit_number"], content["discharger_id"], content["revision"], dict(content))]


def end(permit: PermitState, permit_number: str, discharger_id: str, kind: str, ended_at: datetime) -> list[Any]:
    """N1: the permit is no longer in force."""
    return [] if permit.state == ENDED else [PermitEnded(permit_number, discharger_id, kind, ended_at)]


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """N5: what points and requirements were added, removed or changed between two revisions, whatever their order."""
    found = []
    for part in ("points", "requirements"):
        old, new = ({entry["key"]: entry for entry in content.get(part, ())} for content in (before, after))
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                kind = "added" if key not in old else "removed" if key not in new else "changed"
                found.append(
                    {"part": part, "kind": kind, "before": _said(part, old.get(key), before), "after": _said(part, new.get(key), after)}
                )
    return found


def _said(part: str, entry: Mapping[str, Any] | None, content: Mapping[str, Any]) -> str:
    if entry is None:
        return ""
    if part == "points":
        return " ".join(filter(None, (entry.get("code"), entry["name"])))
    places = {point["key"]: point.get("code") or point["name"] for point in content.get("points", ())}
    place = places.get(entry["point"], entry["point"])
    method = "自动" if entry["facility"] == "automatic" else "手工"
    limit = f"{entry.get('limit_text') or ''}{entry.get('limit_unit') or ''}"
    return " ".join(filter(None, (place, entry["content"], entry["pollutant"], method, entry["frequency_wording"], limit)))
