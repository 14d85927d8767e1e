"""What the public pages find dischargers and values by, and which of them have changed.

The new columns stay empty until the rows are written anew: ``selfmon rebuild gateway`` follows everything from the beginning.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("public_dischargers", sa.Column("uscc", sa.Text))
    op.add_column("public_dischargers", sa.Column("permit_number", sa.Text))
    op.add_column("public_values", sa.Column("item_id", sa.Text))
    op.add_column("public_values", sa.Column("period_kind", sa.Text))
    op.create_index("public_values_item_day", "public_values", ["item_id", "day"])
    op.create_table(
        "public_changes",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("newest_day", sa.Date),
    )
