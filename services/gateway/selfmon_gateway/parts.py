"""What the request handlers work with: one set for each application, made from its settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import current_app

from selfmon_gateway.audit import AuditTrail
from selfmon_gateway.auth.accounts import Accounts
from selfmon_gateway.auth.attempts import Attempts, UsedTokens
from selfmon_gateway.auth.cas import CasPortal
from selfmon_gateway.auth.development import DevelopmentSignOn
from selfmon_gateway.auth.lockout import FAILURES, WITHIN, Failures
from selfmon_gateway.auth.openid import OpenIdPortal
from selfmon_gateway.auth.portals import CAS, OIDC, Portal, means_of
from selfmon_gateway.auth.sessions import Sessions
from selfmon_gateway.rpc import Services, Signer, key_path
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tokens import create_keys
from selfmon_shared.blobs import BlobStore
from selfmon_shared.eventstore.database import Database
from selfmon_shared.eventstore.revisions import newest_revision, present_revision
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.clock import Clock
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE, RpcClient

EXTENSION = "selfmon_gateway"
PACKAGE = "selfmon_gateway"


@dataclass
class Parts:
    """Store, sign-on, sessions, audit trail, services and blobs of one application."""

    settings: Settings
    clock: Clock
    database: Database
    sessions: Sessions
    audit: AuditTrail
    services: Services
    blobs: BlobStore
    development: DevelopmentSignOn | None
    portals: Mapping[Realm, Portal]
    attempts: Attempts
    failures: Failures
    accounts: Accounts
    _ready: list[bool] = field(default_factory=list)

    @staticmethod
    def of(environment: Mapping[str, str], client: RpcClient) -> "Parts":
        """The parts for these settings and this RPC client."""
        settings = Settings.read("gateway", environment)
        development = DevelopmentSignOn.of(settings)
        if development is not None and not key_path(settings).exists():
            create_keys(settings.data_dir)
        database, clock = Database(settings.database_url), settings.clock
        timeout = settings.seconds("GATEWAY_TIMEOUT", DEFAULT_DEADLINE).total_seconds()
        return Parts(
            settings=settings,
            clock=clock,
            database=database,
            sessions=Sessions(database, clock),
            audit=AuditTrail(database, clock),
            services=Services(client, Signer(_key_reader(settings), clock), timeout=timeout),
            blobs=BlobStore.of(settings),
            development=development,
            portals=_portals(settings, UsedTokens(database, clock), clock),
            attempts=Attempts(database, clock),
            failures=_failures(settings, database, clock),
            accounts=Accounts(database, clock),
        )

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies go over https only (``COOKIE_SECURE``): yes, but in development."""
        return self.settings.flag("COOKIE_SECURE", self.development is None)

    def require_store(self) -> None:
        """Make sure that the store is there and migrated; looked up until it once was.

        Raises:
            Unavailable: it is not (``service.maintenance``, ``database.away``).
        """
        if self._ready:
            return
        if present_revision(self.database) < newest_revision(PACKAGE):
            raise Unavailable("service.maintenance")
        self._ready.append(True)


def _portals(settings: Settings, used: UsedTokens, clock: Clock) -> Mapping[Realm, Portal]:
    kinds: Mapping[str, type[OpenIdPortal] | type[CasPortal]] = {OIDC: OpenIdPortal, CAS: CasPortal}
    return {realm: kinds[means](settings, realm, used, clock) for realm, means in means_of(settings).items() if means in kinds}


def _failures(settings: Settings, database: Database, clock: Clock) -> Failures:
    within = settings.seconds("SIGN_ON_LOCKED_FOR", WITHIN.total_seconds())
    return Failures(database, clock, most=int(settings.text("SIGN_ON_FAILURES", str(FAILURES))), within=within)


def _key_reader(settings: Settings) -> Callable[[], str]:
    cached: list[str] = []

    def read() -> str:
        if not cached:
            cached.append(key_path(settings).read_text(encoding="ascii"))
        return cached[0]

    return read


def parts() -> Parts:
    """The parts of the application that serves the present request."""
    found: Parts = current_app.extensions[EXTENSION]
    return found
