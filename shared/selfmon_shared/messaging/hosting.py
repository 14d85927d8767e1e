"""One process and the services in it: nameko containers, relays, followers, task runners, sealers, health."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import eventlet
import structlog
from eventlet import wsgi
from nameko.extensions import DependencyProvider
from nameko.runners import ServiceRunner

from selfmon_shared.application.application import Application
from selfmon_shared.application.definition import ServiceDefinition
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import ensure_recurring, run_one
from selfmon_shared.eventstore import idempotency, sealing
from selfmon_shared.eventstore.revisions import newest_revision, present_revision
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging import inproc, wire
from selfmon_shared.messaging.entrypoints import WakeUps, feed_class, service_class
from selfmon_shared.messaging.followers import Follower
from selfmon_shared.messaging.inproc_rpc import InprocRpcClient
from selfmon_shared.messaging.names import RPC_EXCHANGE, is_inproc
from selfmon_shared.messaging.pika_rpc import PikaRpcClient
from selfmon_shared.messaging.relay import Relay, announcer_for
from selfmon_shared.messaging.rpc import RpcClient
from selfmon_shared.observability.health import Health, health_app
from selfmon_shared.observability.metrics import SEALED

log = structlog.get_logger()

SEAL_EVERY = 3.0
FORGET_EVERY = 3600.0
TASKS_EVERY = 0.5
STOP_WITHIN = 8.0


def rpc_client_for(amqp_uri: str) -> RpcClient:
    """The RPC client of a transport."""
    return InprocRpcClient() if is_inproc(amqp_uri) else PikaRpcClient(amqp_uri)


def public_key_of(settings: Settings) -> Callable[[], str]:
    """Reads the key that actor tokens are checked with, once it is there."""
    cached: list[str] = []

    def read() -> str:
        if not cached:
            path = Path(settings.text("ACTOR_PUBLIC_KEY_FILE", str(settings.data_dir / "actor-public.pem")))
            try:
                cached.append(path.read_text())
            except OSError as error:
                raise Unavailable("service.away") from error
        return cached[0]

    return read


class Host:
    """All that runs in one process for the given services; ``child`` hosts only the services' child tasks."""

    def __init__(self, definitions: Iterable[ServiceDefinition], environment: Mapping[str, str], *, child: bool = False) -> None:
        self.definitions = tuple(definitions)
        self.environment = environment
        self.child = child
        self.health = Health()
        self.applications: list[Application] = []
        self.client: RpcClient | None = None
        self._runner: ServiceRunner | None = None
        self._followers: list[Follower] = []
        self._relays: list[Relay] = []
        self._threads: list[Any] = []
        self._health_thread: Any = None
        self._task_wakes: list[threading.Event] = []
        self._stopping = False

    @property
    def amqp_uri(self) -> str:
        """The broker that this process talks through."""
        return Settings.read("", self.environment).amqp_uri

    # --- start

    def start(self) -> None:
        """Start everything; waits for stores and broker as long as it takes."""
        inproc.register()
        wire.register()
        self._serve_health()
        for definition in self.definitions:
            application = Application(definition, Settings.read(definition.name, self.environment))
            self._wait_for_store(application)
            if self._stopping:
                return
            self.applications.append(application)
            ensure_recurring(application)
        if not self.child:
            self.client = rpc_client_for(self.amqp_uri)
            for application in self.applications:
                application.client = self.client
                self._start_following(application)
            self._start_containers()
        for application in self.applications:
            self._start_work(application)
        self.health.ready = True
        log.info("ready", services=[d.name for d in self.definitions], child=self.child)

    def _wait_for_store(self, application: Application) -> None:
        """Wait until the store is there and migrated (migrations run while the old code is alive, so newer is fine)."""
        wanted = newest_revision(application.definition.package)
        warned = False
        while not self._stopping:
            try:
                present = present_revision(application.database)
                if present >= wanted:
                    return
                reason = f"store is at revision {present or 'none'}, this code needs {wanted}"
            except Exception as error:
                reason = str(error)
            if not warned:
                log.warning("waiting-for-store", service=application.definition.name, reason=reason)
                warned = True
            time.sleep(0.5)

    def _start_following(self, application: Application) -> None:
        assert self.client is not None
        pull = Settings.read("", self.environment).flag("SELFMON_PULL", True)
        relay = Relay(application, announcer_for(self.amqp_uri))
        application.on_commit = relay.wake
        self._relays.append(relay)
        self._spawn(relay.run)
        for follow in application.definition.follows:
            follower = Follower(application, follow, self.client, pull=pull)
            self._followers.append(follower)
            self._spawn(follower.run)

    def _start_containers(self) -> None:
        config = {
            "AMQP_URI": self.amqp_uri,
            "rpc_exchange": RPC_EXCHANGE,
            "HEARTBEAT": None if is_inproc(self.amqp_uri) else 10,
            "max_workers": int(self.environment.get("SELFMON_WORKERS", "10")),
            "TRANSPORT_OPTIONS": {"max_retries": 3, "interval_start": 0.2, "interval_step": 0.2, "interval_max": 1},
        }
        self._runner = ServiceRunner(config)
        for application in self.applications:
            public_key = public_key_of(application.settings)
            sources = sorted({follow.source for follow in application.definition.follows})
            classes = [feed_class(application, public_key)]
            if application.definition.commands or application.definition.queries:
                classes.append(service_class(application, public_key))
            if sources:
                # The listener is an extension of the feed's container: its workers are never all busy.
                classes[0].wake_ups = _listener(sources, self._woken(application))  # type: ignore[attr-defined]
            for cls in classes:
                self._runner.add_service(cls)
        self._runner.start()

    def _woken(self, application: Application) -> Callable[[str], None]:
        def wake(source: str) -> None:
            for follower in self._followers:
                if follower.source == source and follower.serves(application):
                    follower.wake()

        return wake

    def _start_work(self, application: Application) -> None:
        wake = threading.Event()
        self._task_wakes.append(wake)
        application.on_scheduled = wake.set
        kinds = [spec.kind for spec in application.definition.tasks if spec.child == self.child]
        if kinds:
            self._spawn(self._run_tasks, application, kinds, wake)
        if not self.child:
            self._spawn(self._repeat, SEAL_EVERY, self._seal, application)
            self._spawn(self._repeat, FORGET_EVERY, self._forget, application)

    def _spawn(self, function: Callable[..., None], *args: Any) -> None:
        self._threads.append(eventlet.spawn(function, *args))

    def _run_tasks(self, application: Application, kinds: list[str], wake: threading.Event) -> None:
        while not self._stopping:
            try:
                if run_one(application, kinds, lambda: self._stopping):
                    continue
            except Unavailable:
                pass
            except Exception as error:
                log.error("task-runner-failed", service=application.definition.name, exc_info=error)
            wake.wait(TASKS_EVERY)
            wake.clear()

    def _repeat(self, seconds: float, work: Callable[[Application], None], application: Application) -> None:
        while not self._stopping:
            try:
                work(application)
            except Exception as error:  # two instances at once, or the store is away: the next round does it
                log.debug("done-later", service=application.definition.name, work=work.__name__, error=str(error))
            deadline = time.monotonic() + seconds
            while not self._stopping and time.monotonic() < deadline:
                time.sleep(0.2)

    @staticmethod
    def _seal(application: Application) -> None:
        with application.database.writing() as connection:
            sealed = sealing.seal(connection, application.clock())
        if sealed is not None:
            SEALED.labels(application.definition.name).set(sealed.position)

    @staticmethod
    def _forget(application: Application) -> None:
        with application.database.writing() as connection:
            idempotency.forget_old(connection, application.clock())

    def _serve_health(self) -> None:
        port = int(self.environment.get("HEALTH_PORT", "0"))
        if port:
            host = self.environment.get("HEALTH_HOST", "127.0.0.1")
            listener = eventlet.listen((host, port))
            self._health_thread = eventlet.spawn(wsgi.server, listener, health_app(self.health), log_output=False)

    # --- stop

    def stop(self) -> None:
        """Stop within the deadline: commands at hand are finished, tasks handed back, followers stop between two messages."""
        self._stopping = True
        self.health.ready = False
        for wake in self._task_wakes:
            wake.set()
        for follower in self._followers:
            follower.stop()
        with eventlet.Timeout(STOP_WITHIN, False):
            if self._runner is not None:
                self._runner.stop()
            for relay in self._relays:
                relay.stop()
            for thread in self._threads:
                thread.wait()
        if self.client is not None:
            with eventlet.Timeout(1, False):
                self.client.close()
        for application in self.applications:
            application.close()
        log.info("stopped")


def _listener(sources: list[str], on_wake: Callable[[str], None]) -> Any:
    class Listener(DependencyProvider):  # type: ignore[misc]
        wake_ups = WakeUps(sources, on_wake)

    return Listener()
