"""What the simulated national platform keeps: permits as a log of changes, and uploads with their first answer, in one SQLite file.

What was acknowledged is on disk before the answer goes out: a kill -9 loses none of it.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS permit (number TEXT PRIMARY KEY, position INTEGER NOT NULL UNIQUE, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS upload (
    client_id TEXT PRIMARY KEY, place INTEGER NOT NULL UNIQUE, digest TEXT NOT NULL, body TEXT NOT NULL,
    status INTEGER NOT NULL, answer TEXT NOT NULL, times_sent INTEGER NOT NULL
);
"""


class PermitIncomplete(ValueError):
    """A permit that the simulator does not hold yet was given without all of its fields."""


class NationalState:
    """The store. Safe to be used from several threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(folder / "national.sqlite", check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    @property
    def is_new(self) -> bool:
        """Whether no permit was ever put in."""
        return bool(self._one("SELECT count(*) FROM permit")[0] == 0)

    def put_permit(self, changes: Mapping[str, Any], required: frozenset[str]) -> dict[str, Any]:
        """Add a permit, or change fields of one that is held; it moves to the end of the list. Answers the record.

        Raises:
            PermitIncomplete: it is not held, and required fields are missing.
        """
        number = changes.get("PWXKZBH")
        with self._lock, self._database:
            held = self._database.execute("SELECT record FROM permit WHERE number = ?", (number,)).fetchone()
            record = (json.loads(held[0]) if held else {}) | dict(changes)
            missing = required - record.keys()
            if missing or not isinstance(number, str):
                raise PermitIncomplete(f"missing: {', '.join(sorted(missing))}")
            self._database.execute(
                "INSERT INTO permit SELECT ?, coalesce(max(position), 0) + 1, ? FROM permit WHERE true"
                " ON CONFLICT (number) DO UPDATE SET position = excluded.position, record = excluded.record",
                (number, json.dumps(record, ensure_ascii=False)),
            )
        return record

    def permits_after(self, position: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
        """Up to ``limit`` records behind that position of the list, each with its own."""
        with self._lock:
            rows = self._database.execute(
                "SELECT position, record FROM permit WHERE position > ? ORDER BY position LIMIT ?", (position, limit)
            ).fetchall()
        return [(found, json.loads(record)) for found, record in rows]

    def permit(self, number: str) -> dict[str, Any] | None:
        """One record, or None."""
        row = self._one("SELECT record FROM permit WHERE number = ?", number)
        return json.loads(row[0]) if row else None

    def take_upload(
        self, client_id: str, body: bytes, judge: Callable[[str], tuple[int, dict[str, Any]]]
    ) -> tuple[int, dict[str, Any]] | None:
        """Status and answer of an upload. ``judge`` is asked once per client id, with a number for the receipt; after that the first
        answer is given again. None if the id stands for another body."""
        digest = hashlib.sha256(body).hexdigest()
        with self._lock, self._database:
            held = self._database.execute("SELECT digest, status, answer FROM upload WHERE client_id = ?", (client_id,)).fetchone()
            if held is None:
                (place,) = self._database.execute("SELECT count(*) + 1 FROM upload").fetchone()
                status, answer = judge(f"MN{place:010d}")
                self._database.execute(
                    "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, 1)",
                    (client_id, place, digest, body.decode(), status, json.dumps(answer, ensure_ascii=False)),
                )
                return status, answer
            if held[0] != digest:
                return None
            self._database.execute("UPDATE upload SET times_sent = times_sent + 1 WHERE client_id = ?", (client_id,))
        return (200 if held[1] == 201 else held[1]), json.loads(held[2])

    def answer_of(self, client_id: str) -> dict[str, Any] | None:
        """The first answer to an upload, or None if it never came."""
        row = self._one("SELECT answer FROM upload WHERE client_id = ?", client_id)
        return json.loads(row[0]) if row else None

    def uploads(self) -> list[dict[str, Any]]:
        """Every upload in the order of arrival: its id, how often it was sent, its body, and the answer."""
        with self._lock:
            rows = self._database.execute("SELECT client_id, times_sent, body, answer FROM upload ORDER BY place").fetchall()
        return [
            {"client_id": client_id, "times_sent": times, "body": json.loads(body), "answer": json.loads(answer)}
            for client_id, times, body, answer in rows
        ]

    def _one(self, query: str, *values: str) -> Any:
        with self._lock:
            return self._database.execute(query, values).fetchone()
