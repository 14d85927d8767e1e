"""The public tables."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "public_dischargers",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("industry_code", sa.Text, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
    )
    op.create_index("public_dischargers_region", "public_dischargers", ["region"])
    op.create_table(
        "public_points",
        sa.Column("point_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
    )
    op.create_index("public_points_discharger", "public_points", ["discharger_id"])
    for table in ("public_diagrams", "public_overviews", "public_plans"):
        op.create_table(
            table,
            sa.Column("discharger_id", sa.Text, primary_key=True),
            sa.Column("view", sa.Text, nullable=False),
        )
    op.create_table(
        "public_values",
        sa.Column("publication_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
    )
    op.create_index("public_values_discharger_day", "public_values", ["discharger_id", "day"])
    op.create_table(
        "public_reasons",
        sa.Column("registration_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("starts_at", UtcTime, nullable=False),
        sa.Column("view", sa.Text, nullable=False),
    )
    op.create_index("public_reasons_discharger", "public_reasons", ["discharger_id", "starts_at"])
