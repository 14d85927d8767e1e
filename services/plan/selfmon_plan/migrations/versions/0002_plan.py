"""Foreign facts, overviews, plan versions and their frozen contents."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "dischargers",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("region", sa.String(12), nullable=False),
    )
    op.create_table(
        "points",
        sa.Column("point_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("point", sa.Text, nullable=False),
    )
    op.create_table(
        "loggers",
        sa.Column("mn", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("point_id", sa.Text),
    )
    op.create_table(
        "overviews",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("overview", sa.Text, nullable=False),
    )
    op.create_table(
        "plans",
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("digest", sa.Text),
        sa.Column("exported_at", UtcTime),
        sa.Column("pdf", sa.Text),
        sa.Column("pages", sa.Integer),
        sa.Column("document", sa.Text),
        sa.Column("document_pages", sa.Integer),
        sa.Column("platform_export", sa.Boolean),
        sa.Column("seal_found", sa.Boolean),
        sa.Column("submission_id", sa.Text),
        sa.Column("submitted_at", UtcTime),
        sa.Column("decided_at", UtcTime),
        sa.Column("returned_reason", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("upload_state", sa.String(12)),
        sa.Column("receipt", sa.Text),
        sa.Column("weaker_reason", sa.Text, nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("scan_warnings", sa.Text, nullable=False),
        sa.Column("void_decisions", sa.Text, nullable=False),
        sa.Column("coverage", sa.Text, nullable=False),
    )
    op.create_table(
        "plan_contents",
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("diagram", sa.Text),
    )
    op.create_index("points_discharger", "points", ["discharger_id"])
    op.create_index("loggers_discharger", "loggers", ["discharger_id"])
    op.create_index("plans_discharger", "plans", ["discharger_id", "version"])
