"""Followers: one greenlet per source, which pulls the source's log. Wake-ups only make it look sooner."""

import threading
import time

import structlog
from sqlalchemy.exc import DBAPIError

from selfmon_shared.application.application import Application
from selfmon_shared.application.definition import Follow
from selfmon_shared.application.settings import service_of
from selfmon_shared.eventstore.feed import PAGE_EVENTS, Page, page_of_data
from selfmon_shared.eventstore.following import Cursor
from selfmon_shared.kernel.errors import Refusal
from selfmon_shared.messaging.rpc import RpcClient
from selfmon_shared.observability.metrics import FORKED, LAG

log = structlog.get_logger()

PULL_EVERY = 2.0
"""Seconds between two looks at a source that has sent no wake-up."""
RUN = 25
"""Messages that are applied in one transaction."""


class Follower:
    """Follows one source for one service. With ``pull`` off it never looks: wake-ups carry nothing (negative control)."""

    def __init__(self, application: Application, follow: Follow, client: RpcClient, *, pull: bool = True) -> None:
        self._application = application
        self._follow = follow
        self._client = client
        self._pull = pull
        self._wake = threading.Event()
        self._stopping = False
        self._labels = (application.consumer_of(follow), follow.source)

    @property
    def source(self) -> str:
        """The source that is followed."""
        return self._follow.source

    def serves(self, application: Application) -> bool:
        """Whether this follower belongs to the application."""
        return self._application is application

    def wake(self) -> None:
        """Look at the source now."""
        self._wake.set()

    def stop(self) -> None:
        """End :meth:`run` after the message at hand."""
        self._stopping = True
        self._wake.set()

    def run(self) -> None:
        """Follow until stopped; outages of the source, the broker or the store are waited out."""
        while self._pull and not self._stopping:
            self._wake.clear()
            try:
                self.catch_up()
            except Refusal as refusal:
                log.debug("source-away", source=self.source, reason=refusal.code)
            except DBAPIError as error:
                log.warning("follower-store-trouble", source=self.source, error=str(error))
            except Exception as error:
                log.error("follower-failed", source=self.source, exc_info=error)
            self._wake.wait(PULL_EVERY)

    def catch_up(self) -> int:
        """Apply everything that the source has published and this service has not seen; answers how many messages."""
        applied = 0
        while not self._stopping:
            cursor = self._application.cursor(self._follow)
            FORKED.labels(*self._labels).set(0 if cursor.forked_at is None else 1)
            if cursor.forked_at is not None:
                return applied
            if self._follow.from_now and cursor.event_id is None and cursor.position == 0 and self._begin_at_head(cursor):
                continue
            page = self._page(cursor)
            if page.forked:
                self._application.fork_noticed(cursor)
                continue
            done = self._apply(cursor, page)
            applied += done
            if done == len(page.messages) and (not page.messages or page.messages[-1].position >= page.head):
                LAG.labels(*self._labels).set(0)
                return applied
            LAG.labels(*self._labels).set(page.head - cursor.position)
        return applied

    def _page(self, cursor: Cursor) -> Page:
        request = {"kind": "feed", "source": self.source, "after": cursor.position, "after_id": cursor.event_id, "limit": PAGE_EVENTS}
        return page_of_data(self._client.call(f"{service_of(self.source)}-feed", request))

    def _begin_at_head(self, cursor: Cursor) -> bool:
        position, event_id = self._client.call(f"{service_of(self.source)}-feed", {"kind": "head", "source": self.source})
        if position == 0:
            return False
        self._application.start_from(cursor, position, event_id)
        return True

    def _apply(self, cursor: Cursor, page: Page) -> int:
        present: Cursor | None = cursor
        done = 0
        while done < len(page.messages) and present is not None and not self._stopping:
            run = page.messages[done : done + RUN]
            present = self._application.apply_run(self._follow, present, run)
            done += len(run) if present is not None else 0  # None: another instance has moved the cursor
            time.sleep(0)  # SQLite never yields by itself: let the process's other greenlets run
        return done
