"""The tables that every service's store has, beside its own read tables.

``events``, ``outbox`` and ``seals`` are append-only: the application's database role has no UPDATE or DELETE on them, and a trigger
raises for everyone. ``log_head`` is the one row whose lock orders the commits (MEASURED "Event store").
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from selfmon_shared.eventstore.columns import UtcTime

log = MetaData()
_big = BigInteger().with_variant(Integer, "sqlite")

APPEND_ONLY = ("events", "outbox", "seals")

log_head = Table(
    "log_head",
    log,
    Column("id", Integer, primary_key=True),
    Column("events", _big, nullable=False),
    Column("outbox", _big, nullable=False),
    Column("maintenance", Boolean, nullable=False),
)

events = Table(
    "events",
    log,
    Column("position", _big, primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("stream", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("metadata", Text, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("digest", String(64), nullable=False),
    UniqueConstraint("stream", "version", name="events_stream_version"),
)

outbox = Table(
    "outbox",
    log,
    Column("position", _big, primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("occurred_at", UtcTime, nullable=False),
    Index("outbox_source_position", "source", "position"),
)

seals = Table(
    "seals",
    log,
    Column("position", _big, primary_key=True, autoincrement=False),
    Column("head", String(64), nullable=False),
    Column("sealed_at", UtcTime, nullable=False),
)

commands = Table(
    "commands",
    log,
    Column("actor", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("result", Text),
    Column("recorded_at", UtcTime, nullable=False),
)

cursors = Table(
    "cursors",
    log,
    Column("consumer", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", _big, nullable=False),
    Column("event_id", String(36)),
    Column("forked_at", UtcTime),
    Column("updated_at", UtcTime, nullable=False),
)

followed = Table(
    "followed",
    log,
    Column("consumer", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", _big, primary_key=True, autoincrement=False),
    Column("event_id", String(36), nullable=False),
    Column("type", Text, nullable=False),
    Column("key", Text, nullable=False),
)

parked = Table(
    "parked",
    log,
    Column("consumer", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", _big, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", UtcTime, nullable=False),
    Index("parked_key", "consumer", "source", "key"),
)

tasks = Table(
    "tasks",
    log,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("run_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("claim", String(36)),
    Column("claimed_until", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("result", Text),
    Column("finished_at", UtcTime),
    UniqueConstraint("kind", "key", "run_at", name="tasks_kind_key_run_at"),
    Index("tasks_due", "state", "due_at"),
)

persons = Table(
    "persons",
    log,
    Column("person_id", Text, primary_key=True),
    Column("values", Text, nullable=False),
    Column("noted_at", UtcTime, nullable=False),
    Column("erased_at", UtcTime),
)
