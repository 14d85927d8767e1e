"""Permit-sync's read tables, rebuilt from its own events alone."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

from selfmon_shared.eventstore.columns import UtcTime

read = MetaData()

permits = Table(
    "permits",
    read,
    Column("number", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("national_at", UtcTime, nullable=False),
    Index("permits_discharger", "discharger_id"),
)

dischargers = Table(
    "dischargers",
    read,
    Column("discharger_id", Text, primary_key=True),
    Column("region", String(12), nullable=False),
)

intake = Table(
    "intake",
    read,
    Column("list", String(12), primary_key=True),
    Column("cursor", Text),
    Column("in_step", Boolean, nullable=False),
    Column("problem", Text),
)

quarantine = Table(
    "quarantine",
    read,
    Column("key", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("number", Text),
    Column("problems", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)

uploads = Table(
    "uploads",
    read,
    Column("upload_id", Text, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("discharger_id", Text, nullable=False),
    Column("permit_number", Text),
    Column("content", Text, nullable=False),
    Column("document", Text),
    Column("state", String(12), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("receipt", Text),
    Column("reason", Text),
    Column("lines", Text, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    Index("uploads_discharger", "discharger_id", "requested_at"),
)
