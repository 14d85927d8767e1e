"""Officers, dischargers and review tasks."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "officers",
        sa.Column("officer_id", sa.Text, primary_key=True),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("applications", sa.Text, nullable=False),
    )
    op.create_table(
        "dischargers",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("bureau", sa.Text, nullable=False),
    )
    op.create_table(
        "review_tasks",
        sa.Column("submission_id", sa.Text, primary_key=True),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("submission", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("submitted_at", UtcTime, nullable=False),
        sa.Column("decided_at", UtcTime),
        sa.Column("officer_id", sa.Text),
        sa.Column("comment", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("void_decisions", sa.Text, nullable=False),
    )
    op.create_index("review_tasks_state", "review_tasks", ["state", "submitted_at"])
    op.create_index("review_tasks_discharger", "review_tasks", ["discharger_id"])
