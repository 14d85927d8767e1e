"""Sign-on through the portals: what has been begun, what is used up, what failed, who has signed on."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import UtcTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "sign_on_attempts",
        sa.Column("state_digest", sa.String(64), primary_key=True),
        sa.Column("realm", sa.String(12), nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("code_verifier", sa.Text, nullable=False),
        sa.Column("next", sa.Text, nullable=False),
        sa.Column("browser_digest", sa.String(64), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("began_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
        sa.Column("used_at", UtcTime),
    )
    op.create_index("sign_on_attempts_expires", "sign_on_attempts", ["expires_at"])
    op.create_index("sign_on_attempts_address", "sign_on_attempts", ["address", "began_at"])
    op.create_table(
        "used_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("realm", sa.String(12), nullable=False),
        sa.Column("used_at", UtcTime, nullable=False),
        sa.Column("expires_at", UtcTime, nullable=False),
    )
    op.create_index("used_tokens_expires", "used_tokens", ["expires_at"])
    op.create_table(
        "sign_on_failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("realm", sa.String(12), nullable=False),
        sa.Column("person_id", sa.Text),
        sa.Column("at", UtcTime, nullable=False),
    )
    op.create_index("sign_on_failures_address", "sign_on_failures", ["address", "at"])
    op.create_index("sign_on_failures_person", "sign_on_failures", ["realm", "person_id", "at"])
    op.create_table(
        "accounts",
        sa.Column("realm", sa.String(12), primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("uscc", sa.String(18)),
        sa.Column("region", sa.String(12)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("first_on", UtcTime, nullable=False),
        sa.Column("last_on", UtcTime, nullable=False),
    )
    op.create_index("accounts_uscc", "accounts", ["uscc"])
    op.create_index("accounts_region", "accounts", ["region"])
    op.add_column("sessions", sa.Column("applicant", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("sessions", sa.Column("subject", sa.Text))
    op.add_column("sessions", sa.Column("provider_session", sa.Text))
    op.add_column("sessions", sa.Column("id_token", sa.Text))
    op.create_index("sessions_provider_session", "sessions", ["realm", "provider_session"])
    op.create_index("sessions_subject", "sessions", ["realm", "subject"])
