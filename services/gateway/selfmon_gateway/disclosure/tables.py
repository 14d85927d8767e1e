"""The public tables. ``view`` holds what the owner's contract declares public, as JSON; the other columns are there to find it by."""

from sqlalchemy import Column, Date, Index, MetaData, String, Table, Text

from selfmon_shared.eventstore.columns import UtcTime

public = MetaData()

dischargers = Table(
    "public_dischargers",
    public,
    Column("discharger_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("industry_code", Text, nullable=False),
    Column("view", Text, nullable=False),
    Column("uscc", Text),
    Column("permit_number", Text),
    Index("public_dischargers_region", "region"),
)

points = Table(
    "public_points",
    public,
    Column("point_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("view", Text, nullable=False),
    Index("public_points_discharger", "discharger_id"),
)

diagrams = Table(
    "public_diagrams",
    public,
    Column("discharger_id", Text, primary_key=True),
    Column("view", Text, nullable=False),
)

overviews = Table(
    "public_overviews",
    public,
    Column("discharger_id", Text, primary_key=True),
    Column("view", Text, nullable=False),
)

plans = Table(
    "public_plans",
    public,
    Column("discharger_id", Text, primary_key=True),
    Column("view", Text, nullable=False),
)

values = Table(
    "public_values",
    public,
    Column("publication_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("view", Text, nullable=False),
    Column("item_id", Text),
    Column("period_kind", Text),
    Index("public_values_discharger_day", "discharger_id", "day"),
    Index("public_values_item_day", "item_id", "day"),
)

reasons = Table(
    "public_reasons",
    public,
    Column("registration_id", Text, primary_key=True),
    Column("discharger_id", Text, nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("view", Text, nullable=False),
    Index("public_reasons_discharger", "discharger_id", "starts_at"),
)

changes = Table(
    "public_changes",
    public,
    Column("discharger_id", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("event_id", String(36), nullable=False),
    Column("newest_day", Date),
)
"""The last message of each source that changed what is shown of a discharger, and the newest day with published values. A row belongs
to one source, and so to one follower: transactions never wait for each other here."""

EVERYBODY = "*"
"""Stands in ``changes`` for the list of all dischargers."""
