"""What every handler begins with: may this actor touch this discharger, and does it exist (E1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from selfmon_enterprise.domain.discharger import DISCHARGER, DischargerState
from selfmon_enterprise.domain.point import POINT, PointState
from selfmon_shared.kernel.actor import require_enterprise
from selfmon_shared.kernel.aggregate import Loaded
from selfmon_shared.kernel.errors import NotFound
from selfmon_shared.kernel.work import UnitOfWork


@dataclass(frozen=True)
class Site:
    """One of a company's sites, as the read tables know it."""

    discharger_id: str
    name: str
    region: str
    permit_number: str | None
    complete: bool


class Reads(Protocol):
    """Look-ups in enterprise's read tables."""

    def sites_of(self, uscc: str) -> Sequence[Site]:
        """The company's sites, in the order of their ids."""
        ...

    def point_with_code(self, discharger_id: str, code: str) -> str | None:
        """The id of the discharger's point that has this code, active or not."""
        ...

    def active_points(self, discharger_id: str) -> frozenset[str]:
        """The ids of the discharger's active points."""
        ...


Work = UnitOfWork[Reads]


def own_discharger(discharger_id: str, uow: Work) -> Loaded[DischargerState]:
    """The discharger, for its own enterprise.

    Raises:
        NotFound: no such discharger, or another enterprise's.
        Forbidden: an officer asks.
    """
    require_enterprise(uow.actor, discharger_id)
    site = uow.load(DISCHARGER, discharger_id)
    if not site.exists:
        raise NotFound("discharger.unknown", discharger_id=discharger_id)
    return site


def own_point(point_id: str, uow: Work) -> Loaded[PointState]:
    """The monitoring point, for its own enterprise.

    Raises:
        NotFound: no such point, or another enterprise's.
        Forbidden: an officer asks.
    """
    point = uow.load(POINT, point_id)
    try:
        require_enterprise(uow.actor, point.state.discharger_id)
    except NotFound:
        raise NotFound("point.unknown") from None
    if not point.exists:
        raise NotFound("point.unknown")
    return point


def done(thing: Loaded[Any]) -> Mapping[str, Any]:
    """The answer of every command: the thing's id and its new version."""
    return {"id": thing.key, "version": thing.version}
