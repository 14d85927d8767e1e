"""Permits, the intake of their list, records set aside, and uploads."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "permits",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("national_at", UtcTime, nullable=False),
    )
    op.create_index("permits_discharger", "permits", ["discharger_id"])
    op.create_table(
        "dischargers",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("region", sa.String(12), nullable=False),
    )
    op.create_table(
        "intake",
        sa.Column("list", sa.String(12), primary_key=True),
        sa.Column("cursor", sa.Text),
        sa.Column("in_step", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text),
    )
    op.create_table(
        "quarantine",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("received_at", UtcTime, nullable=False),
    )
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("permit_number", sa.Text),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("document", sa.Text),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("receipt", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("lines", sa.Text, nullable=False),
        sa.Column("requested_at", UtcTime, nullable=False),
        sa.Column("settled_at", UtcTime),
    )
    op.create_index("uploads_discharger", "uploads", ["discharger_id", "requested_at"])
