"""Review's read tables, rebuilt from its own events alone."""

from sqlalchemy import Column, Index, MetaData, String, Table, Text

from selfmon_shared.eventstore.columns import UtcTime

read = MetaData()

officers = Table(
    "officers",
    read,
    Column("officer_id", Text, primary_key=True),
    Column("region", String(12), nullable=False),
    Column("applications", Text, nullable=False),
)

account_applications = Table(
    "account_applications",
    read,
    Column("officer_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("applications", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("applied_at", UtcTime, nullable=False),
    Index("account_applications_region", "region", "applied_at"),
)

dischargers = Table(
    "dischargers",
    read,
    Column("discharger_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("region", String(12), nullable=False),
    Column("bureau", Text, nullable=False),
)

tasks_read = Table(
    "review_tasks",
    read,
    Column("submission_id", Text, primary_key=True),
    Column("subject", String(16), nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("discharger_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("submission", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("submitted_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Column("officer_id", Text),
    Column("comment", Text),
    Column("reason", Text),
    Column("void_decisions", Text, nullable=False),
    Index("review_tasks_state", "state", "submitted_at"),
    Index("review_tasks_discharger", "discharger_id"),
)
