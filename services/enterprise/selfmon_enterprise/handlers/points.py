"""Points, items and loggers (E5–E7)."""

from collections.abc import Mapping
from typing import Any

from selfmon_enterprise.commands import AddItem, AddPoint, AssignLogger, DeactivateItem, DeactivatePoint, ReviseItem, RevisePoint
from selfmon_enterprise.domain import logger, point
from selfmon_enterprise.domain.logger import LOGGER
from selfmon_enterprise.domain.point import POINT
from selfmon_enterprise.handlers.scope import Work, done, own_discharger, own_point


def add_point(command: AddPoint, uow: Work) -> Mapping[str, Any]:
    """E5."""
    own_discharger(command.discharger_id, uow)
    taken = uow.reads.point_with_code(command.discharger_id, command.code) is not None
    added = uow.load(POINT, command.command_id)
    return done(uow.append(added, point.add_point(added.state, command, code_taken=taken)))


def revise_point(command: RevisePoint, uow: Work) -> Mapping[str, Any]:
    """E5."""
    own = own_point(command.point_id, uow)
    taken = uow.reads.point_with_code(own.state.discharger_id, command.code) not in (None, command.point_id)
    events = point.revise_point(own.state, command, code_taken=taken)
    return done(uow.append(own, events, expected_version=command.expected_version))


def deactivate_point(command: DeactivatePoint, uow: Work) -> Mapping[str, Any]:
    """E5."""
    own = own_point(command.point_id, uow)
    return done(uow.append(own, point.deactivate_point(own.state, command), expected_version=command.expected_version))


def add_item(command: AddItem, uow: Work) -> Mapping[str, Any]:
    """E6; the answer's id is the new item's, its version the point's."""
    own = own_point(command.point_id, uow)
    after = uow.append(own, point.add_item(own.state, command), expected_version=command.expected_version)
    return {"id": command.command_id, "version": after.version}


def revise_item(command: ReviseItem, uow: Work) -> Mapping[str, Any]:
    """E6; the answer's version is the point's."""
    own = own_point(command.point_id, uow)
    after = uow.append(own, point.revise_item(own.state, command), expected_version=command.expected_version)
    return {"id": command.item_id, "version": after.version}


def deactivate_item(command: DeactivateItem, uow: Work) -> Mapping[str, Any]:
    """E6; the answer's version is the point's."""
    own = own_point(command.point_id, uow)
    after = uow.append(own, point.deactivate_item(own.state, command), expected_version=command.expected_version)
    return {"id": command.item_id, "version": after.version}


def assign_logger(command: AssignLogger, uow: Work) -> Mapping[str, Any]:
    """E7."""
    own = own_point(command.point_id, uow)
    placed = uow.load(LOGGER, command.mn)
    return done(uow.append(placed, logger.assign(placed.state, command, own.state)))
