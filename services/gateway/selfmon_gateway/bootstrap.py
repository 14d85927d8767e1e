"""The gateway as a follower (gateway-feed): it keeps the public tables, and has no commands, queries or events of its own."""

from itertools import groupby
from typing import Any

from sqlalchemy import Connection, MetaData

from selfmon_gateway.disclosure.handlers import HANDLERS
from selfmon_gateway.disclosure.tables import public
from selfmon_shared.application.definition import Follow, ServiceDefinition
from selfmon_shared.contracts.contract import Provider
from selfmon_shared.contracts.providers import event_named
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.events import EventTypes, Recorded


class NoReads:
    """The gateway's handlers look nothing up."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection


def project_nothing(_recorded: Recorded, _connection: Connection) -> None:
    """The gateway has no events; its tables are rebuilt by following again from the beginning."""


def _follows() -> tuple[Follow, ...]:
    def source(name: str) -> str:
        return event_named(name).source

    def follow(source: str, names: Any) -> Follow:
        chosen = list(names)
        return Follow(source, {name: HANDLERS[name] for name in chosen}, {name: event_named(name).version for name in chosen})

    return tuple(follow(name, types) for name, types in groupby(sorted(HANDLERS, key=source), key=source))


def define() -> ServiceDefinition:
    """The definition of the gateway."""
    return ServiceDefinition(
        name="gateway",
        package="selfmon_gateway",
        provider=Provider("gateway"),
        model=Model("gateway", EventTypes("gateway"), MetaData(), project_nothing, NoReads, copies=public),
        follows=_follows(),
    )
