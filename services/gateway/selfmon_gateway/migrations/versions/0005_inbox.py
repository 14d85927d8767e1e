"""The inbox: notices as copies, who has read which, and what each has mailed to him."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "inbox_notices",
        sa.Column("event_id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("screen", sa.String(32), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("to_enterprise", sa.Boolean, nullable=False),
        sa.Column("to_bureau", sa.Boolean, nullable=False),
        sa.Column("discharger_id", sa.Text),
        sa.Column("uscc", sa.String(18)),
        sa.Column("person_realm", sa.String(12)),
        sa.Column("person_id", sa.Text),
        sa.Column("occurred_at", UtcTime, nullable=False),
    )
    op.create_index("inbox_notices_uscc", "inbox_notices", ["uscc", "occurred_at"])
    op.create_index("inbox_notices_discharger", "inbox_notices", ["discharger_id", "occurred_at"])
    op.create_index("inbox_notices_occurred", "inbox_notices", ["occurred_at"])
    op.create_index("inbox_notices_person", "inbox_notices", ["person_realm", "person_id"])
    op.create_table(
        "inbox_dischargers",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
    )
    op.create_index("inbox_dischargers_region", "inbox_dischargers", ["region"])
    op.create_table(
        "inbox_reads",
        sa.Column("realm", sa.String(12), primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("event_id", sa.String(36), primary_key=True),
        sa.Column("read_at", UtcTime, nullable=False),
    )
    op.create_table(
        "mail_choices",
        sa.Column("realm", sa.String(12), primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("address", sa.Text),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("changed_at", UtcTime, nullable=False),
    )
