"""Whether the basic information is complete, as the next steps ask (E4, P2). Empty until the next event or rebuild."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("dischargers", sa.Column("complete", sa.Boolean))
