"""Enterprise's read tables, rebuilt from its own events alone. ``state`` is the aggregate's state as JSON, beside what is searched by."""

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

read = MetaData()

dischargers = Table(
    "dischargers",
    read,
    Column("discharger_id", Text, primary_key=True),
    Column("uscc", String(18), nullable=False),
    Column("name", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("permit_state", String(8), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Index("dischargers_uscc", "uscc"),
    Index("dischargers_region", "region"),
)

permits = Table(
    "permits",
    read,
    Column("permit_number", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("confirmed", Text),
)

points = Table(
    "points",
    read,
    Column("point_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Index("points_code", "discharger_id", "code", unique=True),
)

loggers = Table(
    "loggers",
    read,
    Column("mn", String(24), primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("point_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Index("loggers_discharger", "discharger_id"),
)

diagrams = Table(
    "diagrams",
    read,
    Column("discharger_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)

matchings = Table(
    "matchings",
    read,
    Column("permit_number", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
)
