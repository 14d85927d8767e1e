"""The event store: log, outbox, idempotent commands, cursors, tasks, seals, in one SQL transaction per unit of work.

SQLite (embedded) and PostgreSQL (production) pass one suite, ``shared/tests/eventstore``.
"""
