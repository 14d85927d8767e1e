"""The follower that has notices mailed: it begins at the sources' heads, so what is old is never sent."""

from collections.abc import Mapping
from typing import Any

from selfmon_gateway.inbox.handlers import TOLD, Handler, notice_of
from selfmon_gateway.mail.choices import recipients
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.contract import Message

CONSUMER = "gateway-mail"
SEND = "mail"


def have_mailed(message: Message, uow: Any) -> None:
    """One task for each whom the notice is mailed to: kind, key and moment follow from the event, so once and never twice."""
    notice = notice_of(message)
    if notice is None:
        return
    told = {
        "event_id": message.event_id,
        "kind": notice.kind,
        "title": notice.title,
        "discharger_id": notice.discharger_id,
        "occurred_at": to_data(message.occurred_at),
    }
    for realm, person_id in recipients(uow.connection, notice, uow.now):
        key = f"{message.event_id}:{realm}:{person_id}"
        uow.schedule(SEND, key, message.occurred_at, {**told, "realm": realm, "person_id": person_id})


HANDLERS: Mapping[str, Handler] = dict.fromkeys(TOLD, have_mailed)
