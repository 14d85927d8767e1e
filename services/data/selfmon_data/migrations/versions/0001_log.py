"""The event log, outbox, cursors and tasks that every service has."""

from alembic import op

from selfmon_shared.eventstore.migrating import create_log

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_log(op)
