"""Sending: the address and the wish are looked up at the last moment; an outage is waited out, up to three days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from selfmon_gateway.inbox.tables import dischargers
from selfmon_gateway.mail.choices import read_choice
from selfmon_gateway.mail.handlers import SEND
from selfmon_gateway.mail.letters import AddressInvalid, Letter
from selfmon_gateway.mail.server import MailRefused, MailServer
from selfmon_shared.application.definition import TaskSpec
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import TaskContext

log = structlog.get_logger()

GIVEN_UP_AFTER = timedelta(days=3)
"""What could not be mailed for so long is in the inbox, and no news any more."""


@dataclass(frozen=True)
class MailPorts:
    """The mail server, if there is one, and the address at which people reach the platform (``PUBLIC_BASE_URL``)."""

    server: MailServer | None
    base_url: str

    @staticmethod
    def of(settings: Settings) -> "MailPorts":
        """As the settings say."""
        return MailPorts(MailServer.of(settings), settings.text("PUBLIC_BASE_URL").rstrip("/"))


def send(context: TaskContext) -> Mapping[str, Any]:
    """``mail``: send one notice to one person; answers what became of it.

    Raises:
        MailServerAway: the server is away, or asks to try later.
    """
    told, server = context.task.payload, context.ports.server
    occurred_at = datetime.fromisoformat(told["occurred_at"])
    if server is None or context.now - occurred_at > GIVEN_UP_AFTER:
        return {"outcome": "expired"}
    with context.reading() as reads:
        choice = read_choice(reads.connection, told["realm"], told["person_id"])
        named = select(dischargers.c.name).where(dischargers.c.discharger_id == told["discharger_id"])
        name = reads.connection.execute(named).scalar() or told["discharger_id"] or ""
    if choice.reached_at is None or not choice.wants(told["kind"]):
        return {"outcome": "not-wanted"}
    base = context.ports.base_url
    link = f"{base}/console/inbox?notice={told['event_id']}" if base else ""
    letter = Letter(told["event_id"], told["title"], name, occurred_at, link)
    try:
        server.send(letter.to(choice.reached_at, server.sender, context.now))
    except AddressInvalid:
        return {"outcome": "address-invalid"}
    except MailRefused as refused:
        log.warning("mail-refused", task=context.task.key, reason=str(refused))
        return {"outcome": "refused", "reason": str(refused)}
    return {"outcome": "sent"}


SENDING = TaskSpec(SEND, send, lease=timedelta(minutes=2), max_attempts=None)
