"""Dischargers, plans, results and registrations."""

import sqlalchemy as sa
from alembic import op

from selfmon_shared.eventstore.columns import Exact, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "dischargers",
        sa.Column("discharger_id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("region", sa.String(12), nullable=False),
        sa.Column("permit_ended_at", UtcTime),
    )
    op.create_table(
        "plans",
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("in_force_from", UtcTime, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
    )
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("period_kind", sa.String(8), nullable=False),
        sa.Column("merkle_root", sa.String(64), nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False),
        sa.Column("monitoring", sa.Text),
        sa.Column("upload_state", sa.String(16)),
        sa.Column("receipt", sa.Text),
        sa.Column("upload_reason", sa.Text),
        sa.Column("refused_lines", sa.Text),
    )
    op.create_table(
        "results",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("period_kind", sa.String(8), primary_key=True),
        sa.Column("time", UtcTime, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("current", sa.Boolean, nullable=False),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("point_id", sa.Text, nullable=False),
        sa.Column("point_code", sa.Text, nullable=False),
        sa.Column("point_name", sa.Text, nullable=False),
        sa.Column("pollutant_code", sa.Text, nullable=False),
        sa.Column("pollutant_name", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("number", Exact, nullable=False),
        sa.Column("converted", sa.Text),
        sa.Column("flag", sa.String(2), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("limit_text", sa.Text, nullable=False),
        sa.Column("exceeds", sa.Boolean),
        sa.Column("multiple", Exact),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("samples", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("recorded_at", UtcTime, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
    )
    op.create_table(
        "explanations",
        sa.Column("item_id", sa.Text, primary_key=True),
        sa.Column("hour", UtcTime, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("explained_at", UtcTime, nullable=False),
        sa.Column("explained_by", sa.Text, nullable=False),
    )
    op.create_table(
        "registrations",
        sa.Column("registration_id", sa.Text, primary_key=True),
        sa.Column("discharger_id", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("point_ids", sa.Text, nullable=False),
        sa.Column("item_ids", sa.Text, nullable=False),
        sa.Column("starts_at", UtcTime, nullable=False),
        sa.Column("ends_at", UtcTime),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("afterwards", sa.Boolean, nullable=False),
        sa.Column("submitted_at", UtcTime, nullable=False),
        sa.Column("decided_at", UtcTime),
        sa.Column("returned_reason", sa.Text),
        sa.Column("upload_state", sa.String(16)),
        sa.Column("receipt", sa.Text),
        sa.Column("upload_reason", sa.Text),
    )
    op.create_index("plans_discharger", "plans", ["discharger_id", "version"])
    op.create_index("results_discharger_time", "results", ["discharger_id", "time"])
    op.create_index("results_batch", "results", ["batch_id", "ordinal"])
    op.create_index("registrations_discharger", "registrations", ["discharger_id", "submitted_at"])
