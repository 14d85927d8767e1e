"""Dischargers, permits, points, loggers, diagrams and matchings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "dischargers",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("permit_state", sa.String(8), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("dischargers_uscc", "dischargers", ["uscc"])
    op.create_index("dischargers_region", "dischargers", ["region"])
    op.create_table(
        "permits",
        sa.Column("permit_number", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Text),
    )
    op.create_table(
        "points",
        sa.Column("point_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("points_code", "points", ["discharger_id", "code"], unique=True)
    op.create_table(
        "loggers",
        sa.Column("mn", sa.String(24), primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("point_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("loggers_discharger", "loggers", ["discharger_id"])
    op.create_table(
        "diagrams",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "matchings",
        sa.Column("permit_number", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
