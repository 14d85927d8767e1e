"""Data's read tables, rebuilt from its own events alone."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

from selfmon_shared.eventstore.columns import Exact, UtcTime

read = MetaData()

dischargers = Table(
    "dischargers",
    read,
    Column("discharger_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("permit_ended_at", UtcTime),
)

plans = Table(
    "plans",
    read,
    Column("plan_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("in_force_from", UtcTime, nullable=False),
    Column("snapshot", Text, nullable=False),
    Index("plans_discharger", "discharger_id", "version"),
)

batches = Table(
    "batches",
    read,
    Column("batch_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("period_kind", String(8), nullable=False),
    Column("merkle_root", String(64), nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("monitoring", Text),
    Column("upload_state", String(16)),
    Column("receipt", Text),
    Column("upload_reason", Text),
    Column("refused_lines", Text),
)

results = Table(
    "results",
    read,
    Column("item_id", Text, primary_key=True),
    Column("period_kind", String(8), primary_key=True),
    Column("time", UtcTime, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("current", Boolean, nullable=False),
    Column("discharger_id", Text, nullable=False),
    Column("point_id", Text, nullable=False),
    Column("point_code", Text, nullable=False),
    Column("point_name", Text, nullable=False),
    Column("pollutant_code", Text, nullable=False),
    Column("pollutant_name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("number", Exact, nullable=False),
    Column("converted", Text),
    Column("flag", String(2), nullable=False),
    Column("source", String(12), nullable=False),
    Column("limit_text", Text, nullable=False),
    Column("exceeds", Boolean),
    Column("multiple", Exact),
    Column("late", Boolean, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("batch_id", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Index("results_discharger_time", "discharger_id", "time"),
    Index("results_batch", "batch_id", "ordinal"),
)

explanations = Table(
    "explanations",
    read,
    Column("item_id", Text, primary_key=True),
    Column("hour", UtcTime, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("explained_at", UtcTime, nullable=False),
    Column("explained_by", Text, nullable=False),
)

registrations = Table(
    "registrations",
    read,
    Column("registration_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("point_ids", Text, nullable=False),
    Column("item_ids", Text, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime),
    Column("reason", Text, nullable=False),
    Column("afterwards", Boolean, nullable=False),
    Column("submitted_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Column("returned_reason", Text),
    Column("upload_state", String(16)),
    Column("receipt", Text),
    Column("upload_reason", Text),
    Index("registrations_discharger", "discharger_id", "submitted_at"),
)
