"""The tying of permit points to own points (E9), n to m; what still holds outlives a revision of the permit (N5)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from selfmon_enterprise.commands import ClearMatch, MatchPoints
from selfmon_enterprise.domain.permit import PermitState
from selfmon_enterprise.domain.point import ACTIVE, PointState
from selfmon_enterprise.domain.problems import refuse
from selfmon_enterprise.events import MatchCleared, MatchLapsed, PointsMatched
from selfmon_enterprise.forms import Pair
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Conflict, NotFound


@dataclass(frozen=True)
class MatchingState:
    """A permit's pairs, in the order in which they were made."""

    permit_number: str = ""
    discharger_id: str = ""
    pairs: tuple[Pair, ...] = ()

    def pair(self, permit_point: str, point_id: str) -> Pair | None:
        """The pair of these two, if they are matched."""
        return next((pair for pair in self.pairs if (pair.permit_point, pair.point_id) == (permit_point, point_id)), None)


def evolve_matching(matching: MatchingState, event: Any) -> MatchingState:
    """A matching after an event."""
    match event:
        case PointsMatched():
            pair = Pair(permit_point=event.permit_point, point_id=event.point_id, item_ids=event.item_ids)
            others = _without(matching, event.permit_point, (event.point_id,))
            return MatchingState(event.permit_number, event.discharger_id, (*others, pair))
        case MatchCleared():
            return replace(matching, pairs=_without(matching, event.permit_point, event.point_ids))
        case MatchLapsed():
            return replace(matching, pairs=tuple(pair for pair in matching.pairs if pair.permit_point != event.permit_point))
        case _:
            return matching


def _without(matching: MatchingState, permit_point: str, point_ids: tuple[str, ...]) -> tuple[Pair, ...]:
    return tuple(pair for pair in matching.pairs if pair.permit_point != permit_point or pair.point_id not in point_ids)


MATCHING = Aggregate("matching", MatchingState(), evolve_matching)


def public_state(matching: MatchingState, version: int) -> dict[str, Any]:
    """The contract ``MatchingChanged``."""
    return {
        "permit_number": matching.permit_number,
        "discharger_id": matching.discharger_id,
        "version": version,
        "pairs": [asdict(pair) for pair in matching.pairs],
    }


def match_points(matching: MatchingState, command: MatchPoints, permit: PermitState, point: PointState) -> list[Any]:
    """E9: the own point answers for the permit point; matched again with other items, those count.

    Raises:
        NotFound: an item is none of the point's.
        Conflict: the point is deactivated, or just these are matched already.
        Invalid: the permit has no such point, or an item is deactivated.
    """
    if not point.is_active:
        raise Conflict("point.inactive")
    refuse(
        {"permit_point": None if command.permit_point in permit.point_keys else "matching.point-unknown", **_item_problems(command, point)}
    )
    present = matching.pair(command.permit_point, command.point_id)
    if present is not None and present.item_ids == command.item_ids:
        raise Conflict("matching.already-there")
    return [PointsMatched(permit.permit_number, command.discharger_id, command.permit_point, command.point_id, command.item_ids)]


def _item_problems(command: MatchPoints, point: PointState) -> Mapping[str, str | None]:
    states = [point.item(item_id).state for item_id in command.item_ids]
    return {f"item_ids.{number}": None if state == ACTIVE else "item.inactive" for number, state in enumerate(states)}


def clear_match(matching: MatchingState, command: ClearMatch) -> list[Any]:
    """E9: take one pair back, or all of the permit point.

    Raises:
        NotFound: nothing of that is matched.
    """
    matched = tuple(pair.point_id for pair in matching.pairs if pair.permit_point == command.permit_point)
    cleared = matched if command.point_id is None else tuple(point_id for point_id in matched if point_id == command.point_id)
    if not cleared:
        raise NotFound("matching.not-there")
    return [MatchCleared(command.permit_point, cleared)]


def fit(matching: MatchingState, permit: PermitState, former: MatchingState | None) -> list[Any]:
    """N5: after a new revision, drop what no longer holds; take over from the site's former permit what does."""
    lapsed = dict.fromkeys(pair.permit_point for pair in matching.pairs if pair.permit_point not in permit.point_keys)
    return [*(MatchLapsed(place, permit.revision) for place in lapsed), *_taken_over(permit, former)]


def _taken_over(permit: PermitState, former: MatchingState | None) -> Iterator[PointsMatched]:
    for pair in former.pairs if former else ():
        if pair.permit_point in permit.point_keys:
            yield PointsMatched(permit.permit_number, permit.discharger_id, pair.permit_point, pair.point_id, pair.item_ids)
