"""The gateway as a follower (gateway-feed): it keeps the public tables and the inbox, and has notices mailed.

It has no commands, queries or events of its own. Its three followers go on by themselves: what holds up one does not hold up the others.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

from sqlalchemy import Connection, MetaData

from selfmon_gateway.disclosure.handlers import HANDLERS
from selfmon_gateway.disclosure.tables import public
from selfmon_gateway.inbox import handlers as inbox
from selfmon_gateway.inbox.tables import copied
from selfmon_gateway.mail import handlers as mail
from selfmon_gateway.mail.server import is_configured
from selfmon_gateway.mail.tasks import SENDING, MailPorts
from selfmon_shared.application.definition import Follow, MessageHandler, ServiceDefinition
from selfmon_shared.application.settings import Settings
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


def _follows(handlers: Mapping[str, MessageHandler], consumer: str = "", *, from_now: bool = False) -> Iterator[Follow]:
    def source(name: str) -> str:
        return event_named(name).source

    for published, names in groupby(sorted(handlers, key=source), key=source):
        chosen = list(names)
        versions = {name: event_named(name).version for name in chosen}
        yield Follow(published, {name: handlers[name] for name in chosen}, versions, consumer, from_now)


def copies() -> MetaData:
    """All tables that only copy what is followed; read marks and choices are none of them."""
    together = MetaData()
    for table in (*public.sorted_tables, *copied.sorted_tables):
        table.to_metadata(together)
    return together


def define(environment: Mapping[str, str] | None = None) -> ServiceDefinition:
    """The definition of the gateway; mail is sent if ``environment`` names a mail server."""
    mailing = is_configured(Settings.read("gateway", environment or {}))
    return ServiceDefinition(
        name="gateway",
        package="selfmon_gateway",
        provider=Provider("gateway"),
        model=Model("gateway", EventTypes("gateway"), MetaData(), project_nothing, NoReads, copies=copies()),
        follows=(
            *_follows(HANDLERS),
            *_follows(inbox.HANDLERS, inbox.CONSUMER),
            *(_follows(mail.HANDLERS, mail.CONSUMER, from_now=True) if mailing else ()),
        ),
        tasks=(SENDING,) if mailing else (),
        ports=MailPorts.of,
    )
