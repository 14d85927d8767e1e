"""Permit matching (E9)."""

from collections.abc import Mapping
from typing import Any

from selfmon_enterprise.commands import ClearMatch, MatchPoints
from selfmon_enterprise.domain import matching
from selfmon_enterprise.domain.discharger import WRONG
from selfmon_enterprise.domain.matching import MATCHING
from selfmon_enterprise.domain.permit import PERMIT
from selfmon_enterprise.handlers.scope import Work, done, own_discharger, own_point
from selfmon_shared.kernel.errors import Conflict, NotFound


def match_points(command: MatchPoints, uow: Work) -> Mapping[str, Any]:
    """E9."""
    permit_number = _matchable_permit(command.discharger_id, uow)
    point = own_point(command.point_id, uow)
    if point.state.discharger_id != command.discharger_id:
        raise NotFound("point.unknown")
    pairs = uow.load(MATCHING, permit_number)
    events = matching.match_points(pairs.state, command, uow.load(PERMIT, permit_number).state, point.state)
    return done(uow.append(pairs, events, expected_version=command.expected_version))


def clear_match(command: ClearMatch, uow: Work) -> Mapping[str, Any]:
    """E9."""
    pairs = uow.load(MATCHING, _matchable_permit(command.discharger_id, uow))
    return done(uow.append(pairs, matching.clear_match(pairs.state, command), expected_version=command.expected_version))


def _matchable_permit(discharger_id: str, uow: Work) -> str:
    """The number of the discharger's permit.

    Raises:
        NotFound: it has none (N4).
        Conflict: the enterprise has said that the permit is not its own: the flow stops (E2).
    """
    site = own_discharger(discharger_id, uow).state
    if site.permit_number is None:
        raise NotFound("discharger.no-permit")
    if site.permit_check == WRONG:
        raise Conflict("permit.wrong-enterprise")
    return site.permit_number
