"""Outbox rows published per second by the real relay, against what pika publishes with confirms on the same broker at most."""

import os
import subprocess
import sys
from collections.abc import Mapping

from selfmon_deploy.bench.appending import BATCH, append_batch
from selfmon_deploy.bench.figures import Figure
from selfmon_deploy.bench.rounds import Bench
from selfmon_shared.application.application import Application
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import migrating
from selfmon_shared.eventstore.database import Database
from selfmon_shared.testing.tally import PACKAGE, tally


def measure(run: Bench) -> list[Figure]:
    """Rates of both (see :mod:`.publisher`) in alternating rounds, from an outbox on PostgreSQL."""
    database = run.postgres.create_service_database("bench_relay")
    migrating.migrate(PACKAGE, database.owner_url, Database(database.app_url).url.username)
    application = Application(tally(), Settings("tally", run.folder, database.app_url, database.owner_url, "inproc://local", {}))
    for number in range(run.extent.rows // BATCH):
        append_batch(application, f"r{number}")
    application.close()
    environment = {"AMQP_URI": run.broker.add_vhost("bench-relay"), "TALLY_DATABASE_URL": database.app_url}
    ours, bare = [], []
    for _ in range(run.extent.rounds):
        bare.append(_round("bare", run.extent.rows, environment))
        ours.append(_round("relay", run.extent.rows, environment))
    return [Figure("relay, outbox on PostgreSQL", ours, "1/s", bare, "pika, 500 in flight, confirms + mandatory", 0.7)]


def _round(kind: str, rows: int, environment: Mapping[str, str]) -> float:
    command = [sys.executable, "-m", "selfmon_deploy.bench.publisher", kind, str(rows)]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"publishing failed: {done.stderr[-800:]}")
    return float(done.stdout)
