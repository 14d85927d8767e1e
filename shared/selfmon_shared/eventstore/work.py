"""The unit of work on a SQL store: the adapter of :class:`selfmon_shared.kernel.work.UnitOfWork`."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from selfmon_shared.eventstore import store, tables
from selfmon_shared.eventstore.model import Model
from selfmon_shared.eventstore.taskstore import cancel, schedule
from selfmon_shared.eventstore.upserts import upsert
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.aggregate import Aggregate, Loaded
from selfmon_shared.kernel.codec import canonical_json
from selfmon_shared.kernel.errors import Conflict
from selfmon_shared.kernel.events import Origin, Recorded

S = TypeVar("S")


class SqlWork:
    """One open transaction. Commands see it through the port; the application finishes it with :meth:`flush`."""

    def __init__(self, connection: Connection, model: Model, *, actor: Actor, origin: Origin, now: datetime) -> None:
        self.connection = connection
        self.actor = actor
        self.origin = origin
        self.now = now
        self.reads: Any = model.reads(connection)
        self._model = model
        self._pending: list[Recorded] = []
        self._outbox: list[store.OutboxRow] = []
        self.scheduled = False

    def load(self, aggregate: Aggregate[S], key: str) -> Loaded[S]:
        """See the port."""
        stream = aggregate.stream(key)
        history = store.load_stream(self.connection, stream, self._model)
        history += [recorded for recorded in self._pending if recorded.stream == stream]
        return Loaded(aggregate, key, aggregate.fold(recorded.data for recorded in history), len(history))

    def append(self, loaded: Loaded[S], events: Sequence[Any], *, expected_version: int | None = None) -> Loaded[S]:
        """See the port."""
        if expected_version is not None and expected_version != loaded.version:
            raise Conflict("record.changed", expected=expected_version, current=loaded.version)
        state, version = loaded.state, loaded.version
        for event in events:
            state, version = loaded.aggregate.evolve(state, event), version + 1
            recorded = Recorded(str(uuid.uuid4()), loaded.stream, version, event, self.origin, self.now)
            self._pending.append(recorded)
            self._model.project(recorded, self.connection)
            self._announce(recorded, state)
        return Loaded(loaded.aggregate, loaded.key, state, version)

    def _announce(self, recorded: Recorded, state: Any) -> None:
        for announcement in self._model.announce(recorded, state, self.reads):
            self._outbox.append(
                store.OutboxRow(
                    event_id=str(uuid.uuid4()),
                    source=self._model.sources.get(announcement.type, self._model.service),
                    type=announcement.type,
                    version=self._model.contract_versions[announcement.type],
                    key=announcement.key,
                    payload=canonical_json(announcement.payload),
                    correlation=self.origin.correlation,
                )
            )

    def schedule(self, kind: str, key: str, run_at: datetime | None = None, payload: Mapping[str, Any] | None = None) -> None:
        """See the port."""
        schedule(self.connection, kind, key, run_at or self.now, payload or {})
        self.scheduled = True

    def cancel(self, kind: str, key: str) -> None:
        """See the port."""
        cancel(self.connection, kind, key, self.now)

    def remember_person(self, person_id: str, values: Mapping[str, str]) -> None:
        """See the port."""
        row = {"person_id": person_id, "values": canonical_json(dict(values)), "noted_at": self.now, "erased_at": None}
        upsert(self.connection, tables.persons, ["person_id"], [row])

    def person(self, person_id: str) -> Mapping[str, str]:
        """See the port."""
        row = self.connection.execute(select(tables.persons).where(tables.persons.c.person_id == person_id)).one_or_none()
        values: dict[str, str] = {} if row is None or row.erased_at is not None else json.loads(row._mapping["values"])
        return values

    def flush(self) -> int:
        """Write what was appended, as the transaction's last statement; answers how many outbox rows it made."""
        if self._pending:
            store.append(self.connection, [store.event_row(recorded, self._model) for recorded in self._pending], self._outbox)
        return len(self._outbox)
