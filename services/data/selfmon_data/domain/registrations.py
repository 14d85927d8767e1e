"""Abnormal registrations: who is covered, since when, and what becomes of duties and publication (A1, A2, O2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from selfmon_data.commands import EndAbnormal, RegisterAbnormal
from selfmon_data.domain.plan import PlanState
from selfmon_data.duties import Span
from selfmon_data.events import AbnormalEnded, AbnormalReturned, AbnormalRevoked, AbnormalSubmitted, AbnormalTookEffect
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.codec import canonical_json, to_data
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound

NONE, SUBMITTED, IN_FORCE, RETURNED, ENDED, REVOKED = "none", "submitted", "in-force", "returned", "ended", "revoked"

MOVES: Mapping[str, frozenset[str]] = {
    NONE: frozenset({SUBMITTED}),
    SUBMITTED: frozenset({IN_FORCE, RETURNED}),
    IN_FORCE: frozenset({ENDED, REVOKED}),
    ENDED: frozenset({REVOKED}),
    RETURNED: frozenset(),
    REVOKED: frozenset(),
}
STOPPED, NOT_PUBLIC, DEVICE_FAULT = "stopped", "not-public", "device-fault"
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
_LABELS = {STOPPED: "停产期间数据"}


@dataclass(frozen=True)
class Registration:
    """One registration. No points and no items: the whole discharger. ``ends_at`` None: open-ended."""

    state: str = NONE
    registration_id: str = ""
    discharger_id: str = ""
    kind: str = ""
    point_ids: tuple[str, ...] = ()
    item_ids: tuple[str, ...] = ()
    starts_at: datetime = FOR_EVER
    ends_at: datetime | None = None
    reason: str = ""

    @property
    def has_effect(self) -> bool:
        """Whether it was approved and not revoked; one that has ended keeps its effect on the time it covered."""
        return self.state in (IN_FORCE, ENDED)

    @property
    def span(self) -> Span:
        """From its start to its end."""
        return self.starts_at, max(self.starts_at, self.ends_at or FOR_EVER)

    def covers(self, point_id: str, item_id: str) -> bool:
        """Whether it speaks of this item."""
        return not (self.point_ids or self.item_ids) or point_id in self.point_ids or item_id in self.item_ids

    def covers_at(self, point_id: str, item_id: str, moment: datetime) -> bool:
        """Whether it has effect on this item at this moment."""
        start, end = self.span
        return self.has_effect and start <= moment < end and self.covers(point_id, item_id)


def evolve_registration(state: Registration, event: Any) -> Registration:
    """A registration after an event."""
    match event:
        case AbnormalSubmitted():
            return Registration(
                SUBMITTED,
                event.registration_id,
                event.discharger_id,
                event.kind,
                event.point_ids,
                event.item_ids,
                event.starts_at,
                event.ends_at,
                event.reason,
            )
        case AbnormalTookEffect():
            return replace(state, state=IN_FORCE)
        case AbnormalReturned():
            return replace(state, state=RETURNED)
        case AbnormalEnded():
            return replace(state, state=ENDED, ends_at=event.ends_at)
        case AbnormalRevoked():
            return replace(state, state=REVOKED)
        case _:
            return state


REGISTRATION = Aggregate("registration", Registration(), evolve_registration)


def moves(state: str) -> list[str]:
    """A1: the commands that the enterprise may give a registration now."""
    return ["end-abnormal"] if ENDED in MOVES[state] else []


def register(state: Registration, command: RegisterAbnormal, plan: PlanState, others: Iterable[Registration]) -> list[Any]:
    """A1: file a registration, ahead or afterwards (补登记).

    Raises:
        Invalid: points or items that no plan in force has, the end before the start, the same time and scope registered twice.
    """
    if state.state != NONE:
        return []
    problems = _problems(command, plan)
    if not problems and any(_overlap(command, other, plan) for other in others):
        problems["starts_at"] = ["abnormal.overlaps"]
    if problems:
        raise Invalid("input.invalid", fields=problems)
    content = {
        "discharger_id": command.discharger_id,
        "kind": command.kind,
        "point_ids": list(command.point_ids),
        "item_ids": list(command.item_ids),
        "starts_at": command.starts_at,
        "ends_at": command.ends_at,
        "reason": command.reason,
    }
    return [
        AbnormalSubmitted(
            registration_id=command.command_id,
            discharger_id=command.discharger_id,
            kind=command.kind,
            point_ids=command.point_ids,
            item_ids=command.item_ids,
            starts_at=command.starts_at,
            ends_at=command.ends_at,
            reason=command.reason,
            digest=sm3(canonical_json(to_data(content))),
            afterwards=command.starts_at < command.at,
        )
    ]


def _problems(command: RegisterAbnormal, plan: PlanState) -> dict[str, list[str]]:
    items = plan.current.items if plan.current else {}
    points = {planned.point.point_id for planned in items.values()}
    problems = {f"point_ids.{i}": ["abnormal.point-unknown"] for i, point in enumerate(command.point_ids) if point not in points}
    problems |= {f"item_ids.{i}": ["abnormal.item-unknown"] for i, item in enumerate(command.item_ids) if item not in items}
    if command.ends_at is not None and command.ends_at <= command.starts_at:
        problems["ends_at"] = ["abnormal.reversed"]
    return problems


def _overlap(command: RegisterAbnormal, other: Registration, plan: PlanState) -> bool:
    """Registrations of different kinds may overlap: a device can fail while nothing may be published."""
    if other.kind != command.kind or other.state not in (SUBMITTED, IN_FORCE, ENDED):
        return False
    start, end = other.span
    if command.starts_at >= end or (command.ends_at or FOR_EVER) <= start:
        return False
    mine = Registration(point_ids=command.point_ids, item_ids=command.item_ids)
    items = plan.current.items.values() if plan.current else ()
    whole = not (mine.point_ids or mine.item_ids) or not (other.point_ids or other.item_ids)
    return whole or any(
        mine.covers(planned.point.point_id, planned.item.item_id) and other.covers(planned.point.point_id, planned.item.item_id)
        for planned in items
    )


def end(state: Registration, command: EndAbnormal) -> list[Any]:
    """A1: give it its end, which may be sooner than registered, never later.

    Raises:
        NotFound: there is none.
        Conflict: it is not in force.
        Invalid: the end lies before its start, or after the registered end.
    """
    if state.state == NONE:
        raise NotFound("abnormal.unknown")
    if ENDED not in MOVES[state.state]:
        raise Conflict("abnormal.not-in-force")
    if command.ends_at < state.starts_at:
        raise Invalid("input.invalid", fields={"ends_at": ["abnormal.reversed"]})
    if command.ends_at > state.span[1]:
        raise Invalid("input.invalid", fields={"ends_at": ["abnormal.longer"]})
    return [AbnormalEnded(command.ends_at)]


def approve(state: Registration) -> list[Any]:
    """A2: review has approved it."""
    return [AbnormalTookEffect()] if IN_FORCE in MOVES[state.state] else []


def send_back(state: Registration, reason: str) -> list[Any]:
    """A2: review has returned it."""
    return [AbnormalReturned(reason)] if RETURNED in MOVES[state.state] else []


def revoke(state: Registration, reason: str) -> list[Any]:
    """A2: review has taken its approval back."""
    return [AbnormalRevoked(reason)] if REVOKED in MOVES[state.state] else []


def withheld(registrations: Iterable[Registration], point_id: str, item_id: str, moment: datetime) -> bool:
    """O2: whether a value is kept from the public."""
    return any(one.kind == NOT_PUBLIC and one.covers_at(point_id, item_id, moment) for one in registrations)


def label(registrations: Iterable[Registration], point_id: str, item_id: str, moment: datetime) -> str | None:
    """A2: how a value is labelled that came although its duty was waived."""
    return next((_LABELS[one.kind] for one in registrations if one.kind in _LABELS and one.covers_at(point_id, item_id, moment)), None)


def waivers(registrations: Sequence[Registration], point_id: str, item_id: str) -> list[Span]:
    """A2: when nothing is owed of an item: production stopped, or monitored but lawfully not public."""
    return _spans(registrations, (STOPPED, NOT_PUBLIC), point_id, item_id)


def faults(registrations: Sequence[Registration], point_id: str, item_id: str) -> list[Span]:
    """A2: when hourly duties of an item are swapped for manual ones."""
    return _spans(registrations, (DEVICE_FAULT,), point_id, item_id)


def _spans(registrations: Sequence[Registration], kinds: tuple[str, ...], point_id: str, item_id: str) -> list[Span]:
    return [one.span for one in registrations if one.kind in kinds and one.has_effect and one.covers(point_id, item_id)]
