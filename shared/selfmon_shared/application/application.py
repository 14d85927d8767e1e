"""One service at work: commands, queries, feed and following, on its store.

Everything here is synchronous and framework-free; ``messaging`` calls it from nameko workers, tests call it directly.
"""

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from selfmon_shared.application.definition import CommandSpec, Follow, QuerySpec, ServiceDefinition, TaskSpec
from selfmon_shared.application.settings import Settings
from selfmon_shared.eventstore import feed, following, taskstore
from selfmon_shared.eventstore.database import Database, is_contention
from selfmon_shared.eventstore.idempotency import claim_key, store_result
from selfmon_shared.eventstore.model import Model
from selfmon_shared.eventstore.rebuilding import unless_rebuilt
from selfmon_shared.eventstore.work import SqlWork
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.codec import canonical_json, from_data, to_data
from selfmon_shared.kernel.contract import Announcement, Message
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound, Refusal, Unavailable
from selfmon_shared.kernel.events import Origin, Recorded
from selfmon_shared.observability.metrics import COMMANDS, FOLLOWED, PARKED, QUERIES

log = structlog.get_logger()

COMMAND_ATTEMPTS = 8
PARK_AFTER = 3


class RpcClient(Protocol):
    """What an application needs of :class:`selfmon_shared.messaging.rpc.RpcClient`."""

    def call(self, container: str, request: Mapping[str, Any]) -> Any:
        """The answer to a request."""
        ...


@dataclass(frozen=True)
class Call:
    """What travels with one call: who acts, under which idempotency key, in which conversation, until when."""

    actor: Actor
    correlation: str
    idempotency_key: str | None = None


class Application:
    """One service, built from its definition and settings.

    ``on_commit`` is called after every commit that wrote outbox rows (it wakes the relay), ``on_scheduled`` after every commit
    that may have made tasks due. ``client`` reaches the other services' look-ups, for tasks.
    """

    def __init__(self, definition: ServiceDefinition, settings: Settings, *, database: Database | None = None) -> None:
        self.definition = definition
        self.settings = settings
        self.database = database or Database(settings.database_url)
        self.clock = settings.clock
        self.model = _checked(definition)
        self.ports = definition.ports(settings)
        self.commands = {spec.contract.name: spec for spec in definition.commands}
        self.queries = {spec.contract.name: spec for spec in definition.queries}
        self.tasks = {spec.kind: spec for spec in definition.tasks}
        self.system = Actor.system(definition.name)
        self.client: RpcClient | None = None
        self.on_commit: Callable[[], None] = _nothing
        self.on_scheduled: Callable[[], None] = _nothing

    # --- commands and queries

    def execute(self, name: str, payload: Mapping[str, Any], call: Call) -> Mapping[str, Any]:
        """Run a command once under its idempotency key; a repeat answers the first result.

        Raises:
            Refusal: the command was refused; nothing of it was done.
        """
        spec = self.commands.get(name)
        if spec is None:
            raise NotFound("command.unknown", name=name)
        if call.idempotency_key is None:
            raise Invalid("command.key-missing")
        started = time.perf_counter()
        outcome = "failed"
        try:
            data = spec.contract.load(payload)
            answer = self._once(spec, data, sm3(canonical_json([name, to_data(data)])), call)
            outcome = "done"
            return answer
        except Refusal as refusal:
            outcome = refusal.code
            raise
        finally:
            COMMANDS.labels(self.definition.name, name, outcome).observe(time.perf_counter() - started)

    def _once(self, spec: CommandSpec, data: dict[str, Any], digest: str, call: Call) -> Mapping[str, Any]:
        retry_conflicts = data.get("expected_version") is None
        key = call.idempotency_key or ""

        def work(uow: SqlWork) -> Mapping[str, Any]:
            command = from_data(spec.command, {**data, "at": uow.now, "by": call.actor.id, "command_id": uow.origin.command_id})
            return spec.handler(command, uow)

        return self._unit(work, call.actor, call.correlation, key=key, digest=digest, retry_conflicts=retry_conflicts)

    def decide(self, work: Callable[[Any], Mapping[str, Any] | None], *, key: str, causation: str | None = None) -> Mapping[str, Any]:
        """Run work of the service's own in one unit of work, once under ``key``; conflicts are tried again."""
        return self._unit(work, self.system, str(uuid.uuid4()), key=key, digest=sm3(key), retry_conflicts=True, causation=causation)

    def _unit(
        self,
        work: Callable[[Any], Mapping[str, Any] | None],
        actor: Actor,
        correlation: str,
        *,
        key: str,
        digest: str,
        retry_conflicts: bool,
        causation: str | None = None,
    ) -> Mapping[str, Any]:
        for attempt in range(1, COMMAND_ATTEMPTS + 1):
            if attempt > 1:  # whoever met another transaction lets it go first
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311
            origin = Origin(actor.id, str(uuid.uuid4()), correlation, causation)
            try:
                with unless_rebuilt(self.database) as connection:
                    uow = SqlWork(connection, self.model, actor=actor, origin=origin, now=self.clock())
                    done = claim_key(connection, actor.id, key, digest, uow.now)
                    if done is not None:
                        return done
                    result = work(uow) or {}
                    store_result(connection, actor.id, key, result)
                    published = uow.flush()
            except Conflict as conflict:
                if conflict.code != "record.changed" or not retry_conflicts or attempt == COMMAND_ATTEMPTS:
                    raise
            except DBAPIError as error:
                if not is_contention(error) or attempt == COMMAND_ATTEMPTS:
                    raise
            else:
                self._committed(published, uow.scheduled)
                return result
        raise AssertionError("unreachable")

    def _committed(self, published: int, scheduled: bool) -> None:
        if published:
            self.on_commit()
        if scheduled:
            self.on_scheduled()

    def ask(self, name: str, arguments: Mapping[str, Any], call: Call) -> Any:
        """Answer a query.

        Raises:
            Refusal: it was refused.
        """
        spec: QuerySpec | None = self.queries.get(name)
        if spec is None:
            raise NotFound("command.unknown", name=name)
        with QUERIES.labels(self.definition.name, name).time():
            loaded = spec.contract.load(arguments)
            with self.reading() as reads:
                moment = {"now": self.clock()} if spec.timed else {}
                return to_data(spec.handler(loaded, call.actor, reads, **moment))

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """The service's look-ups."""
        with self.database.asking() as connection:
            yield self.model.reads(connection)

    # --- publishing

    def feed(self, source: str, after: int, after_id: str | None, limit: int) -> dict[str, Any]:
        """A page of one of this service's published logs, as plain data."""
        with self.database.asking() as connection:
            return feed.page_to_data(feed.read_page(connection, source, after, after_id, limit))

    def feed_head(self, source: str) -> tuple[int, str | None]:
        """Position and id of the newest message of a published log."""
        with self.database.asking() as connection:
            return feed.read_head(connection, source)

    def look_up(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Answer another service's task.

        Raises:
            NotFound: there is no such look-up.
        """
        if name not in self.definition.lookups:
            raise NotFound("command.unknown", name=name)
        with self.reading() as reads:
            return to_data(self.definition.lookups[name](arguments, reads))

    # --- following

    def consumer_of(self, follow: Follow) -> str:
        """The cursor name of a follow."""
        return follow.consumer or self.definition.name

    def cursor(self, follow: Follow) -> following.Cursor:
        """How far this service has come in a source."""
        with self.database.reading() as connection:
            return following.read_cursor(connection, self.consumer_of(follow), follow.source)

    def fork_noticed(self, cursor: following.Cursor) -> None:
        """Stop following a source that was restored from an older copy."""
        with self.database.writing() as connection:
            following.mark_forked(connection, cursor, self.clock())
        log.error("log-forked", source=cursor.source, consumer=cursor.consumer, position=cursor.position, event_id=cursor.event_id)

    def start_from(self, cursor: following.Cursor, position: int, event_id: str | None) -> None:
        """Set the cursor of a follower that begins at the source's head."""
        with self.database.writing() as connection:
            if following.lock_cursor(connection, cursor, self.clock()):
                following.rewind(connection, cursor, position, event_id, self.clock())

    def apply_run(self, follow: Follow, cursor: following.Cursor, messages: Sequence[Message]) -> following.Cursor | None:
        """Apply a run of messages in one transaction with the cursor; if that fails, or one of them needs care, one by one.

        None if another instance has moved the cursor.

        Raises:
            Unavailable, DBAPIError: the database is away or contended; what is not applied is tried again later.
        """
        try:
            return self._apply_together(follow, cursor, messages)
        except Unavailable:
            raise
        except Exception as error:  # one of them is to blame: alone each can be parked
            log.info("run-divided", source=cursor.source, messages=len(messages), error=str(error))
        present: following.Cursor | None = cursor
        for message in messages:
            if present is not None:
                present = self.apply(follow, present, message)
        return present

    def _apply_together(self, follow: Follow, cursor: following.Cursor, messages: Sequence[Message]) -> following.Cursor | None:
        with unless_rebuilt(self.database) as connection:
            uow = self._policy_work(connection, messages[0])
            if not following.lock_cursor(connection, cursor, uow.now):
                return None
            parked_keys = following.parked_keys(connection, cursor.consumer, cursor.source)
            for message in messages:
                handler = follow.handlers.get(message.type)
                if handler is not None:
                    if message.key in parked_keys or message.version > follow.version_of(message.type):
                        raise _NeedsCare(message.reference)
                    uow.origin = self._policy_origin(message)
                    handler(message, uow)
            advanced = following.advance(connection, cursor, messages, uow.now)
            published = uow.flush()
        FOLLOWED.labels(self.definition.name, cursor.source).inc(len(messages))
        self._committed(published, uow.scheduled)
        return advanced

    def apply(self, follow: Follow, cursor: following.Cursor, message: Message) -> following.Cursor | None:
        """Apply one message and move the cursor, in one transaction; None if another instance has moved the cursor.

        A message of an unknown type is passed over; one of a newer version than understood, one whose key is parked, and one that fails
        three times for a reason of its own is parked.

        Raises:
            Unavailable, DBAPIError: the database is away or contended; the message is tried again later.
        """
        parked_because = ""
        for attempt in range(1, PARK_AFTER + 1):
            try:
                return self._apply_once(follow, cursor, message, parked_because)
            except Unavailable:
                raise
            except Conflict as conflict:
                if conflict.code == "record.changed":
                    raise
                parked_because = _reason(conflict, attempt)
            except DBAPIError as error:
                if is_contention(error):
                    raise
                parked_because = _reason(error, attempt)
            except Exception as error:
                parked_because = _reason(error, attempt)
        return self._apply_once(follow, cursor, message, parked_because, park=True)

    def _apply_once(
        self, follow: Follow, cursor: following.Cursor, message: Message, error: str, *, park: bool = False
    ) -> following.Cursor | None:
        consumer = cursor.consumer
        handler = follow.handlers.get(message.type)
        with unless_rebuilt(self.database) as connection:
            uow = self._policy_work(connection, message)
            if not following.lock_cursor(connection, cursor, uow.now):
                return None
            if handler is not None and message.key in following.parked_keys(connection, consumer, message.source):
                park, error = True, ""
            elif handler is not None and message.version > follow.version_of(message.type):
                park, error = True, f"version {message.version} of {message.type} is newer than this service understands"
            if park:
                following.park(connection, consumer, message, error, uow.now)
            elif handler is not None:
                handler(message, uow)
            advanced = following.advance(connection, cursor, [message], uow.now)
            published = uow.flush()
        if park:
            PARKED.labels(self.definition.name, message.source).inc()
            log.error("message-parked", source=message.source, position=message.position, key=message.key, type=message.type, error=error)
        FOLLOWED.labels(self.definition.name, message.source).inc()
        self._committed(published, uow.scheduled)
        return advanced

    def _policy_work(self, connection: Any, message: Message) -> SqlWork:
        return SqlWork(connection, self.model, actor=self.system, origin=self._policy_origin(message), now=self.clock())

    def _policy_origin(self, message: Message) -> Origin:
        return Origin(self.system.id, message.event_id, message.correlation, message.reference)

    def replay_parked(self, source: str | None = None, key: str | None = None) -> tuple[int, str | None]:
        """Apply parked messages in order, each in one transaction under its cursor's lock, until one fails or none is left.

        Answers how many were applied, and the first failure's reason.
        """
        applied = 0
        for follow in self.definition.follows:
            if source not in (None, follow.source):
                continue
            consumer = self.consumer_of(follow)
            while True:
                with self.database.reading() as connection:
                    waiting = following.list_parked(connection, consumer, follow.source, key)
                if not waiting:
                    break
                try:
                    self._replay_one(follow, consumer, waiting[0].message)
                except Exception as error:
                    return applied, _reason(error, 1)
                applied += 1
        return applied, None

    def _replay_one(self, follow: Follow, consumer: str, message: Message) -> None:
        with unless_rebuilt(self.database) as connection:
            uow = self._policy_work(connection, message)
            cursor = following.read_cursor(connection, consumer, follow.source)
            following.lock_cursor(connection, cursor, uow.now)
            if message.version > follow.version_of(message.type):
                raise ValueError(f"version {message.version} of {message.type} is newer than this service understands")
            if message.type in follow.handlers:
                follow.handlers[message.type](message, uow)
            following.unpark(connection, consumer, message)
            published = uow.flush()
        self._committed(published, uow.scheduled)

    def discard_parked(self, source: str, position: int) -> bool:
        """Give a parked message up; answers whether it was there."""
        for follow in self.definition.follows:
            if follow.source != source:
                continue
            with self.database.writing() as connection:
                for waiting in following.list_parked(connection, self.consumer_of(follow), source):
                    if waiting.message.position == position:
                        following.unpark(connection, self.consumer_of(follow), waiting.message)
                        return True
        return False

    # --- tasks

    def claim_task(self, kinds: list[str], now: datetime) -> tuple[TaskSpec, taskstore.Task] | None:
        """Claim the next due task of the given kinds."""
        if not kinds:
            return None
        with self.database.reading() as connection:
            if not taskstore.any_due(connection, kinds, now):
                return None
        with self.database.writing() as connection:
            longest = max(self.tasks[kind].lease for kind in kinds)
            task = taskstore.claim(connection, kinds, now, longest)
        return None if task is None else (self.tasks[task.kind], task)

    def close(self) -> None:
        """Close the store's connections."""
        self.database.dispose()


class _NeedsCare(Exception):
    """A message of a run has a parked key, or a newer version."""


def _nothing() -> None:
    return None


def _reason(error: BaseException, attempt: int) -> str:
    log.warning("message-failed", attempt=attempt, exc_info=error)
    return f"{type(error).__name__}: {error}"[:2000]


def _checked(definition: ServiceDefinition) -> Model:
    """The definition's model, whose announcements are checked against the provider's contract before they are written."""
    events = {event.name: event for event in definition.provider.events}

    def announce(recorded: Recorded, state: Any, reads: Any) -> Iterator[Announcement]:
        for announcement in definition.model.announce(recorded, state, reads):
            plain = json.loads(canonical_json(to_data(dict(announcement.payload))))
            events[announcement.type].check(plain)
            yield replace(announcement, payload=plain)

    return replace(
        definition.model,
        announce=announce,
        contract_versions={type_: event.version for type_, event in events.items()},
        sources={type_: event.source for type_, event in events.items()},
    )
