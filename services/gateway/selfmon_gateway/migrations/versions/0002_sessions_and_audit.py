"""Sessions and the audit trail."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime
from selfmon_shared.eventstore.migrating import guard_append_only

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("session_id", sa.String(36), nullable=False, unique=True),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("realm", sa.String(12), nullable=False),
        sa.Column("uscc", sa.String(18)),
        sa.Column("region", sa.String(12)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("browser", sa.Text, nullable=False),
        sa.Column("began_at", UtcTime, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
    )
    op.create_index("sessions_person", "sessions", ["realm", "person_id"])
    op.create_index("sessions_began", "sessions", ["began_at"])
    op.create_table(
        "audit_trail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("person_id", sa.Text),
        sa.Column("realm", sa.String(12)),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("correlation", sa.Text, nullable=False),
    )
    op.create_index("audit_trail_at", "audit_trail", ["at"])
    op.create_index("audit_trail_person", "audit_trail", ["person_id", "at"])
    guard_append_only(op, "audit_trail")
