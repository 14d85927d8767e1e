"""Plan's read tables, rebuilt from its own events alone. Columns of type Text that hold lists or records hold canonical JSON."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

from selfmon_shared.eventstore.columns import UtcTime

read = MetaData()

dischargers = Table(
    "dischargers",
    read,
    Column("discharger_id", Text, primary_key=True),
    Column("region", String(12), nullable=False),
    Column("complete", Boolean),
)

points = Table(
    "points",
    read,
    Column("point_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("point", Text, nullable=False),
    Index("points_discharger", "discharger_id"),
)

loggers = Table(
    "loggers",
    read,
    Column("mn", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("point_id", Text),
    Index("loggers_discharger", "discharger_id"),
)

overviews = Table(
    "overviews",
    read,
    Column("discharger_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("overview", Text, nullable=False),
)

plans = Table(
    "plans",
    read,
    Column("plan_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("digest", Text),
    Column("exported_at", UtcTime),
    Column("pdf", Text),
    Column("pages", Integer),
    Column("document", Text),
    Column("document_pages", Integer),
    Column("platform_export", Boolean),
    Column("seal_found", Boolean),
    Column("submission_id", Text),
    Column("submitted_at", UtcTime),
    Column("decided_at", UtcTime),
    Column("returned_reason", Text),
    Column("problem", Text),
    Column("upload_state", String(12)),
    Column("receipt", Text),
    Column("weaker_reason", Text, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("scan_warnings", Text, nullable=False),
    Column("void_decisions", Text, nullable=False),
    Column("coverage", Text, nullable=False),
    Index("plans_discharger", "discharger_id", "version"),
)

contents = Table(
    "plan_contents",
    read,
    Column("plan_id", Text, primary_key=True),
    Column("content", Text, nullable=False),
    Column("diagram", Text),
)
