"""Commands that can be sent again: the first answer counts, two at once too."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from selfmon_shared.eventstore.tables import commands
from selfmon_shared.eventstore.upserts import insert_new
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.errors import Invalid

KEPT_FOR = timedelta(days=30)

_of_claim = and_(commands.c.actor == bindparam("claimed_by"), commands.c.key == bindparam("claimed_key"))
_CLAIMED = select(commands).where(_of_claim)
_STORE = update(commands).where(_of_claim).values(result=bindparam("result_text"))


def claim_key(connection: Connection, actor: str, key: str, digest: str, now: datetime) -> Mapping[str, Any] | None:
    """Claim a key, as the transaction's first statement; answers the stored result if the command has been done.

    A second transaction with the same key waits here until the first has ended.

    Raises:
        Invalid: the key was used for another request (``command.key-reused``).
    """
    if insert_new(connection, commands, {"actor": actor, "key": key, "digest": digest, "recorded_at": now}):
        return None
    row = connection.execute(_CLAIMED, {"claimed_by": actor, "claimed_key": key}).one()
    if row.digest != digest:
        raise Invalid("command.key-reused")
    result: Mapping[str, Any] = json.loads(row.result)
    return result


def store_result(connection: Connection, actor: str, key: str, result: Mapping[str, Any]) -> None:
    """Keep the answer under the claimed key."""
    connection.execute(_STORE, {"claimed_by": actor, "claimed_key": key, "result_text": canonical_json(dict(result))})


def forget_old(connection: Connection, now: datetime) -> int:
    """Drop answers older than 30 days; answers how many."""
    return connection.execute(delete(commands).where(commands.c.recorded_at < now - KEPT_FOR)).rowcount
