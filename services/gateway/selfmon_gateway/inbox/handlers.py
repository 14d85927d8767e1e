"""How the inbox follows the services: a contract event's own notice, kept once; and where a discharger lies (R7)."""

from collections.abc import Callable, Mapping
from typing import Any

from selfmon_gateway.inbox.tables import dischargers, notices
from selfmon_shared.contracts.notices import Notice
from selfmon_shared.contracts.providers import PROVIDERS, event_named
from selfmon_shared.eventstore.upserts import insert_new, upsert
from selfmon_shared.kernel.contract import Message

CONSUMER = "gateway-inbox"
USCC_LENGTH = 18

Handler = Callable[[Message, Any], None]


def notice_of(message: Message) -> Notice | None:
    """What the owner of the event tells people of it."""
    return event_named(message.type).notice_of(message.payload)


def keep_notice(message: Message, uow: Any) -> None:
    """Keep what people are told; the same event again is nothing new."""
    notice = notice_of(message)
    if notice is None:
        return
    row = {
        "event_id": message.event_id,
        "kind": notice.kind,
        "title": notice.title,
        "text": notice.text,
        "screen": notice.screen,
        "subject": notice.subject,
        "to_enterprise": notice.to_enterprise,
        "to_bureau": notice.to_bureau,
        "discharger_id": notice.discharger_id,
        "uscc": None if notice.discharger_id is None else notice.discharger_id[:USCC_LENGTH],
        "person_realm": notice.person_realm,
        "person_id": notice.person_id,
        "occurred_at": message.occurred_at,
    }
    insert_new(uow.connection, notices, row)


def keep_discharger(message: Message, uow: Any) -> None:
    """R7: a discharger's name and region, which say what bureaus see; a notice may be there before it."""
    row = {name: message.payload[name] for name in ("discharger_id", "name", "region")}
    upsert(uow.connection, dischargers, ["discharger_id"], [row])


TOLD = tuple(event.name for provider in PROVIDERS.values() for event in provider.events if event.notice is not None)
"""Every contract event that tells people something."""

HANDLERS: Mapping[str, Handler] = {"EnterpriseRevised": keep_discharger} | dict.fromkeys(TOLD, keep_notice)
