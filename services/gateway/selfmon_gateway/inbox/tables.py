"""Notices and what is needed to deliver them (copies of what is followed), and the read marks, which are the gateway's own."""

from sqlalchemy import Boolean, Column, Index, MetaData, String, Table, Text

from selfmon_gateway.tables import own
from selfmon_shared.eventstore.columns import UtcTime

copied = MetaData()

notices = Table(
    "inbox_notices",
    copied,
    Column("event_id", String(36), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("screen", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("to_enterprise", Boolean, nullable=False),
    Column("to_bureau", Boolean, nullable=False),
    Column("discharger_id", Text),
    Column("uscc", String(18)),
    Column("person_realm", String(12)),
    Column("person_id", Text),
    Column("occurred_at", UtcTime, nullable=False),
    Index("inbox_notices_uscc", "uscc", "occurred_at"),
    Index("inbox_notices_discharger", "discharger_id", "occurred_at"),
    Index("inbox_notices_occurred", "occurred_at"),
    Index("inbox_notices_person", "person_realm", "person_id"),
)

dischargers = Table(
    "inbox_dischargers",
    copied,
    Column("discharger_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Index("inbox_dischargers_region", "region"),
)

reads = Table(
    "inbox_reads",
    own,
    Column("realm", String(12), primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("event_id", String(36), primary_key=True),
    Column("read_at", UtcTime, nullable=False),
)
"""An event's id stays the same when the copies are built anew, and so do the marks."""
