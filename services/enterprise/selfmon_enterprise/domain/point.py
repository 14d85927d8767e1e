"""A monitoring point with its items (E5, E6): added, revised, deactivated, never deleted."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any

from selfmon_enterprise.commands import AddItem, AddPoint, DeactivateItem, DeactivatePoint, ReviseItem, RevisePoint
from selfmon_enterprise.domain.problems import refuse
from selfmon_enterprise.events import ItemAdded, ItemDeactivated, ItemRevised, PointAdded, PointDeactivated, PointRevised
from selfmon_enterprise.forms import Item, ItemForm, LimitForm, PointForm, form_of
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.kernel.errors import Conflict, NotFound
from selfmon_shared.kernel.frequency import Frequency, FrequencyInvalid
from selfmon_shared.kernel.limits import Limit, can_be_negative
from selfmon_shared.reference.pollutants import Pollutant, pollutant
from selfmon_shared.reference.tables import UnknownCode

NONE, ACTIVE, INACTIVE = "none", "active", "inactive"

MOVES: Mapping[str, frozenset[str]] = {
    NONE: frozenset({ACTIVE}),
    ACTIVE: frozenset({ACTIVE, INACTIVE}),
    INACTIVE: frozenset(),
}
"""Of points and of items: what is inactive stays as it is."""

MANUAL, AUTOMATIC = "manual", "automatic"


@dataclass(frozen=True)
class ItemState:
    """An item and where it stands."""

    item: Item
    state: str = ACTIVE
    deactivation_reason: str | None = None


@dataclass(frozen=True)
class PointState:
    """A point and its items, in the order in which they were added."""

    point_id: str = ""
    discharger_id: str = ""
    form: PointForm | None = None
    state: str = NONE
    deactivation_reason: str | None = None
    items: tuple[ItemState, ...] = ()

    @property
    def is_active(self) -> bool:
        """Whether it is still monitored at."""
        return self.state == ACTIVE

    def item(self, item_id: str) -> ItemState:
        """One of its items.

        Raises:
            NotFound: it has no such item.
        """
        found = next((held for held in self.items if held.item.item_id == item_id), None)
        if found is None:
            raise NotFound("item.unknown")
        return found

    @property
    def active_items(self) -> tuple[Item, ...]:
        """What is monitored here."""
        return tuple(held.item for held in self.items if held.state == ACTIVE) if self.is_active else ()


def evolve_point(point: PointState, event: Any) -> PointState:  # noqa: PLR0911  (one case an event)
    """A point after an event."""
    match event:
        case PointAdded():
            return PointState(event.point_id, event.discharger_id, event.form, ACTIVE)
        case PointRevised():
            return replace(point, form=event.form)
        case PointDeactivated():
            return replace(point, state=INACTIVE, deactivation_reason=event.reason)
        case ItemAdded():
            return replace(point, items=(*point.items, ItemState(event.item)))
        case ItemRevised():
            return _with_item(point, ItemState(event.item))
        case ItemDeactivated():
            return _with_item(point, replace(point.item(event.item_id), state=INACTIVE, deactivation_reason=event.reason))
        case _:
            return point


def _with_item(point: PointState, changed: ItemState) -> PointState:
    items = tuple(changed if held.item.item_id == changed.item.item_id else held for held in point.items)
    return replace(point, items=items)


POINT = Aggregate("point", PointState(), evolve_point)


def public_state(point: PointState, version: int) -> dict[str, Any]:
    """The contract ``PointRevised``."""
    assert point.form is not None, "a point begins with its form"
    return {
        **asdict(point.form),
        "point_id": point.point_id,
        "discharger_id": point.discharger_id,
        "version": version,
        "active": point.is_active,
        "deactivation_reason": point.deactivation_reason,
        "items": [
            {**asdict(held.item), "active": held.state == ACTIVE, "deactivation_reason": held.deactivation_reason} for held in point.items
        ],
    }


def moves(point: PointState) -> list[str]:
    """E5–E7: the commands that the enterprise may give a point now."""
    return ["revise-point", "deactivate-point", "add-item", "assign-logger"] if ACTIVE in MOVES[point.state] else []


def item_moves(point: PointState, held: ItemState) -> list[str]:
    """E6: the commands that the enterprise may give one of its items now."""
    return ["revise-item", "deactivate-item"] if ACTIVE in MOVES[point.state] and ACTIVE in MOVES[held.state] else []


def add_point(point: PointState, command: AddPoint, *, code_taken: bool) -> list[Any]:
    """E5: a new point, whose id is the command's; its code is the discharger's own choice.

    Raises:
        Invalid: the code is another point's, or the period ends before it begins.
    """
    return [PointAdded(command.command_id, command.discharger_id, _point_form(command, code_taken=code_taken))]


def revise_point(point: PointState, command: RevisePoint, *, code_taken: bool) -> list[Any]:
    """E5: the point's fields, whole.

    Raises:
        Conflict: it is deactivated.
        Invalid: as for a new one.
    """
    _changeable(point)
    form = _point_form(command, code_taken=code_taken)
    return [] if form == point.form else [PointRevised(form)]


def deactivate_point(point: PointState, command: DeactivatePoint) -> list[Any]:
    """E5: the point is no longer used.

    Raises:
        Conflict: it is deactivated.
    """
    _changeable(point)
    return [PointDeactivated(command.reason)]


def add_item(point: PointState, command: AddItem) -> list[Any]:
    """E6: a new item, whose id is the command's.

    Raises:
        Conflict: the point is deactivated.
        Invalid: a field breaks a rule; with the problem of each field.
    """
    _changeable(point)
    return [ItemAdded(_accepted(point, command, command.command_id))]


def revise_item(point: PointState, command: ReviseItem) -> list[Any]:
    """E6: the item's fields, whole.

    Raises:
        NotFound: no such item.
        Conflict: point or item are deactivated.
        Invalid: a field breaks a rule; with the problem of each field.
    """
    present = _changeable_item(point, command.item_id)
    item = _accepted(point, command, command.item_id)
    return [] if item == present.item else [ItemRevised(item)]


def deactivate_item(point: PointState, command: DeactivateItem) -> list[Any]:
    """E6: the item is no longer monitored.

    Raises:
        NotFound: no such item.
        Conflict: point or item are deactivated.
    """
    _changeable_item(point, command.item_id)
    return [ItemDeactivated(command.item_id, command.reason)]


def _changeable(point: PointState) -> None:
    if ACTIVE not in MOVES[point.state]:
        raise Conflict("point.inactive")


def _changeable_item(point: PointState, item_id: str) -> ItemState:
    _changeable(point)
    held = point.item(item_id)
    if ACTIVE not in MOVES[held.state]:
        raise Conflict("item.inactive")
    return held


def _point_form(command: AddPoint | RevisePoint, *, code_taken: bool) -> PointForm:
    refuse({"code": "point.code-taken" if code_taken else None, "valid_to": _period_problem(command)})
    return form_of(PointForm, command)


def _period_problem(form: PointForm | ItemForm) -> str | None:
    return "period.reversed" if form.valid_to < form.valid_from else None


def _accepted(point: PointState, form: ItemForm, item_id: str) -> Item:
    """The item that the form makes, its frequency and limits read, its pollutant named."""
    factor, frequency = _factor(form.pollutant_code), _frequency(form.frequency)
    limits = _limits(form.limits, factor)
    automatic = form.method == AUTOMATIC
    twins = (other for other in point.active_items if other.item_id != item_id)
    refuse(
        {
            "pollutant_code": _pollutant_problem(form, factor, twins),
            "frequency": _frequency_problem(form, frequency),
            "limits.upper": _upper_problem(limits),
            "range_high": _reversed(form.range_low, form.range_high, "item.range-reversed"),
            "device_name": _blank(form.device_name, "item.device-required") if automatic else None,
            "device_model": _blank(form.device_model, "item.device-required") if automatic else None,
            "monitoring_method": None if automatic else _blank(form.monitoring_method, "item.method-required"),
            "method_source": None if automatic else _blank(form.method_source, "item.method-required"),
            "unable_reason": None if form.able else _blank(form.unable_reason, "item.unable-reason-required"),
            "valid_to": _period_problem(form),
        }
    )
    assert factor is not None, "refused above"
    return Item(
        **vars(replace(form_of(ItemForm, form), limits=limits, frequency=frequency.code)),
        item_id=item_id,
        pollutant_name=factor.name,
        frequency_wording=frequency.wording,
        per_year=frequency.per_year,
    )


def _factor(code: str) -> Pollutant | None:
    try:
        found = pollutant(code)
    except UnknownCode:
        return None
    return None if found.is_category else found


def _pollutant_problem(form: ItemForm, factor: Pollutant | None, others: Iterable[Item]) -> str | None:
    if factor is None:
        return "item.pollutant-unknown"
    twin = any((other.pollutant_code, other.method) == (form.pollutant_code, form.method) for other in others)
    return "item.already-there" if twin else None


def _frequency(text: str) -> Frequency:
    """The frequency of a code or of a permit's wording."""
    try:
        return Frequency.from_code(text)
    except FrequencyInvalid:
        return Frequency.parse(text)


def _frequency_problem(form: ItemForm, frequency: Frequency) -> str | None:
    if not frequency.is_understood:
        return "item.frequency-unknown"
    # Every 2 or 4 hours is continuous monitoring too, and owes fewer values: the code keeps which one it is.
    return "item.automatic-is-continuous" if form.method == AUTOMATIC and not frequency.is_continuous else None


def _limits(form: LimitForm, factor: Pollutant | None) -> LimitForm:
    """The limits; bounds that only the text states (``6~9``) are read from it, a missing unit is the pollutant's."""
    unit = form.unit or (factor.permit_unit if factor else "")
    if form.lower is not None or form.upper is not None:
        return replace(form, unit=unit)
    stated = Limit.parse(form.text, unit=unit)
    return replace(form, lower=stated.lower, upper=stated.upper, unit=stated.unit)


def _upper_problem(limits: LimitForm) -> str | None:
    if limits.upper is not None and limits.upper < 0 and not can_be_negative(limits.unit):
        return "item.limit-negative"
    return _reversed(limits.lower, limits.upper, "item.limits-reversed")


def _reversed(low: Decimal | None, high: Decimal | None, problem: str) -> str | None:
    return problem if low is not None and high is not None and high < low else None


def _blank(text: str, problem: str) -> str | None:
    return None if text else problem
