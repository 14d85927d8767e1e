"""A backup of one service's store, taken while it runs, and its restore: what an operator does after a lost disk."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from drill_site import database_of, part_of

from selfmon_deploy.embedded import CHILD
from selfmon_deploy.setups import ProcessesSetup, Setup
from selfmon_shared.testing.postgres import program_folder


class Backup:
    """A copy of the store of ``service`` as it is now."""

    def __init__(self, setup: Setup, service: str, folder: Path) -> None:
        self.setup, self.service = setup, service
        self.file = folder / f"{service}.backup"
        database = database_of(setup, service, owner=True)
        self.url = database.url
        database.dispose()
        if isinstance(setup, ProcessesSetup):
            self._postgres(setup, "pg_dump", "--format=custom", f"--file={self.file}")
        else:
            with closing(sqlite3.connect(str(self.url.database))) as live, closing(sqlite3.connect(self.file)) as copy:
                live.backup(copy)

    def restore(self) -> None:
        """Stop the service, put the copy in the place of its store, start it again."""
        stopped = [part_of(self.setup, self.service), self.setup.processes.get(f"{self.service}-child") or self.setup.processes[CHILD]]
        for process in stopped:
            process.terminate()
        if isinstance(self.setup, ProcessesSetup):
            self._postgres(self.setup, "pg_restore", "--clean", "--if-exists", "--exit-on-error", str(self.file))
        else:
            path = Path(str(self.url.database))
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            shutil.copyfile(self.file, path)
        for process in stopped:
            process.start()
        self.setup.wait_ready()

    def _postgres(self, setup: ProcessesSetup, program: str, *arguments: str) -> None:
        url = setup.postgres.superuser_url(str(self.url.database)).replace("postgresql+psycopg2://", "postgresql://")
        environment = {**os.environ, "PGCONNECT_TIMEOUT": "10"}
        subprocess.run([program_folder() / program, f"--dbname={url}", *arguments], check=True, capture_output=True, env=environment)
