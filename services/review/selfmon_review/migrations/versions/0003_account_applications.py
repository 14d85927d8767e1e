"""Account applications."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "account_applications",
        sa.Column("officer_id", sa.Text, primary_key=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("applications", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("applied_at", UtcTime, nullable=False),
    )
    op.create_index("account_applications_region", "account_applications", ["region", "applied_at"])
