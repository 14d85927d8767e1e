"""Pages that are made once and kept in memory as long as what they show is unchanged (DESIGN 8).

A page of one discharger is made anew only when that discharger's public rows change, the list only when the list does; and both when the
"as of" that they print moves on by a minute. What is kept is bounded, and belongs to one process.
"""

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from selfmon_gateway.disclosure import queries
from selfmon_shared.eventstore.database import Database

LOOK_EVERY = 1.0
_MOST_VERSIONS = 10_000
_LEVEL = 6
Key = tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """What a page shows: ``changed_by`` differs after every change; ``as_of`` is what it prints, to the minute."""

    changed_by: str
    as_of: datetime | None


class Versions:
    """The present version of each discharger's pages, looked up at most every ``look_every`` seconds."""

    def __init__(self, database: Database, every: float = LOOK_EVERY) -> None:
        self._database = database
        self.look_every = every
        self._seen: dict[str, tuple[Version, float]] = {}

    def present(self, discharger_id: str) -> Version:
        """The version of what is shown of a discharger, or of the list of all (``EVERYBODY``).

        Raises:
            Unavailable: the store is away.
        """
        now = time.monotonic()
        seen = self._seen.get(discharger_id)
        if seen is not None and now - seen[1] < self.look_every:
            return seen[0]
        with self._database.asking() as connection:
            as_of = queries.as_of(connection)
            minute = None if as_of is None else as_of.replace(second=0, microsecond=0)
            version = Version(queries.changed_by(connection, discharger_id), minute)
        if len(self._seen) >= _MOST_VERSIONS:
            self._seen.clear()
        self._seen[discharger_id] = version, now
        return version


@dataclass(frozen=True)
class Page:
    """A page as it is sent; ``etag`` holds for both forms of the body."""

    body: bytes
    content_type: str
    zipped: bytes
    etag: str

    @staticmethod
    def of(text: str | bytes, content_type: str = "text/html; charset=utf-8") -> "Page":
        """A page with this text, compressed here and never again."""
        body = text.encode() if isinstance(text, str) else text
        return Page(body, content_type, gzip.compress(body, _LEVEL, mtime=0), f'W/"{blake2b(body, digest_size=12).hexdigest()}"')

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.body) + len(self.zipped)


@dataclass
class WarmPages:
    """Pages by address; the ones longest not asked for go first. ``most_pages`` 0 keeps none."""

    most_pages: int
    most_bytes: int
    _kept: OrderedDict[Key, tuple[Version, Page]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    bytes: int = 0

    def __len__(self) -> int:
        return len(self._kept)

    def page(self, key: Key, version: Version, make: Callable[[], Page]) -> Page:
        """The kept page of this version, else a new one."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == version:
                self._kept.move_to_end(key)
                return kept[1]
        page = make()
        with self._lock:
            self._keep(key, version, page)
        return page

    def _keep(self, key: Key, version: Version, page: Page) -> None:
        self._drop(key)
        if page.size > self.most_bytes // 4:
            return
        self._kept[key] = version, page
        self.bytes += page.size
        while len(self._kept) > self.most_pages or self.bytes > self.most_bytes:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        if (dropped := self._kept.pop(key, None)) is not None:
            self.bytes -= dropped[1].size
