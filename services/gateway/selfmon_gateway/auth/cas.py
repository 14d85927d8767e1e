"""A portal that speaks CAS 3.0: service tickets validated with attributes, single log-out. python-cas carries the protocol."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import ParseError

import requests
import structlog
from cas import CASClientV3

from selfmon_gateway.auth.attempts import Begun, Redeemed, UsedTokens
from selfmon_gateway.auth.claims import ClaimNames
from selfmon_gateway.auth.portals import CAS, TIMEOUT, Arrival, Departure, required
from selfmon_gateway.auth.refusals import SignOnRefused
from selfmon_shared.application.settings import Settings
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.clock import Clock
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Unavailable

log = structlog.get_logger()
# At debug level python-cas writes the portal's whole answer down: names and addresses of persons.
logging.getLogger("cas").setLevel(logging.WARNING)

# No ticket lives longer; a portal's usual is ten seconds to five minutes.
TICKET_REMEMBERED = timedelta(days=1)
_LONGEST_TICKET = 512
_LONGEST_MESSAGE = 16 * 1024


class _Http(requests.Session):
    """With a deadline on every request, and errors for what is no answer."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def request(self, *args: Any, **options: Any) -> requests.Response:
        answer = super().request(*args, **{"timeout": TIMEOUT, **options})
        if answer.status_code >= 500:
            answer.raise_for_status()
        return answer


class CasPortal:
    """One realm's service at one CAS server (``SIGN_ON_<REALM>_CAS_URL``)."""

    provider = CAS

    def __init__(self, settings: Settings, realm: Realm, used: UsedTokens, clock: Clock) -> None:
        self._realm = realm
        self._server = required(settings, f"SIGN_ON_{realm.upper()}_CAS_URL").rstrip("/") + "/"
        self._verify: str | bool = settings.text("SIGN_ON_CA_FILE") or True
        self._names = ClaimNames.of(settings, realm, "user")
        self._used = used
        self._clock = clock

    def entrance(self, begun: Begun, back: str, _hint: str | None = None) -> str:
        """CAS knows no state: it travels in the service's address, which the ticket is bound to."""
        return str(self._client(_with_state(back, begun.state)).get_login_url())

    def arrived(self, said: Mapping[str, str], _redeemed: Redeemed, back: str) -> Arrival:
        """See :class:`~selfmon_gateway.auth.portals.Portal`."""
        return self._validated(said, _with_state(back, said["state"]))

    def launched(self, said: Mapping[str, str], back: str) -> Arrival | None:
        """A ticket that the portal has issued for ``back``."""
        return self._validated(said, back)

    def departed(self, said: Mapping[str, str]) -> Departure:
        """Single log-out: it names the service ticket, which only the portal and we know."""
        message = said.get("logoutRequest", "")
        if not message or len(message) > _LONGEST_MESSAGE or "<!" in message:
            raise SignOnRefused("login.token-invalid")
        try:
            tickets = CASClientV3.get_saml_slos(message)
        except ValueError as error:
            raise SignOnRefused("login.token-invalid") from error
        if not tickets or not tickets[0].text:
            raise SignOnRefused("login.token-invalid")
        return Departure(provider_session=sm3(tickets[0].text.strip()))

    def farewell(self, _id_token: str | None, back: str) -> str | None:
        """The portal's log-out page, which leads back."""
        return str(self._client(back).get_logout_url(back))

    def _validated(self, said: Mapping[str, str], service: str) -> Arrival:
        ticket = said.get("ticket", "")
        if not ticket:
            raise SignOnRefused("login.request-incomplete")
        if len(ticket) > _LONGEST_TICKET or not ticket.isascii() or not ticket.isprintable():
            raise SignOnRefused("login.ticket-invalid")
        self._used.use(self._realm, f"{self._server}#{ticket}", self._clock() + TICKET_REMEMBERED)
        with _Http() as session:
            try:
                user, attributes, _ = self._client(service, session).verify_ticket(ticket)
            except (requests.RequestException, ParseError, ValueError, IndexError, AttributeError) as error:
                log.error("portal-away", realm=self._realm.value, error=str(error)[:200])
                raise Unavailable("login.portal-away", retry_after=30) from error
        if user is None:
            raise SignOnRefused("login.ticket-invalid")
        claims = {**(attributes or {}), "user": user}
        return Arrival(self._names.person(claims), user, self._names.email_of(claims), sm3(ticket))

    def _client(self, service: str, session: requests.Session | None = None) -> CASClientV3:
        return CASClientV3(service_url=service, server_url=self._server, verify_ssl_certificate=self._verify, session=session or _Http())


def _with_state(back: str, state: str) -> str:
    return f"{back}?{urlencode({'state': state})}"
