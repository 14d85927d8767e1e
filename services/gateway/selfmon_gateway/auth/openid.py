"""A portal that speaks OpenID Connect: discovery, authorization code with PKCE, validated id_tokens, log-out in both directions.

Authlib carries the protocol; signatures are checked by joserfc, which it is built on.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from selfmon_gateway.auth.attempts import Begun, Redeemed, UsedTokens
from selfmon_gateway.auth.claims import ClaimNames
from selfmon_gateway.auth.portals import OIDC, TIMEOUT, Arrival, Departure, required
from selfmon_gateway.auth.refusals import SignOnRefused
from selfmon_shared.application.settings import Settings
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.clock import Clock
from selfmon_shared.kernel.errors import Unavailable

log = structlog.get_logger()

LAUNCH_TOKEN_LIFE = timedelta(seconds=60)
LOGOUT_TOKEN_LIFE = timedelta(minutes=10)
LEEWAY = timedelta(seconds=30)
KNOWN_FOR = timedelta(hours=1)
KEYS_AT_MOST_EVERY = timedelta(seconds=10)
BACK_CHANNEL_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
# Signatures by a public key alone: "none" proves nothing, and a shared secret would let whoever knows it name anybody.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")


class OpenIdPortal:
    """One realm's client at one issuer (``SIGN_ON_<REALM>_ISSUER``, ``…_CLIENT_ID``, ``…_CLIENT_SECRET_FILE`` or ``…_CLIENT_SECRET``)."""

    provider = OIDC

    def __init__(self, settings: Settings, realm: Realm, used: UsedTokens, clock: Clock) -> None:
        prefix = f"SIGN_ON_{realm.upper()}"
        self._realm = realm
        self._issuer = required(settings, f"{prefix}_ISSUER")
        self._client_id = required(settings, f"{prefix}_CLIENT_ID")
        secret_file = settings.text(f"{prefix}_CLIENT_SECRET_FILE")
        secret = Path(secret_file).read_text(encoding="utf-8").strip() if secret_file else settings.text(f"{prefix}_CLIENT_SECRET")
        self._secret = secret or None
        self._auth_method = settings.text(f"{prefix}_CLIENT_AUTH") or None
        self._scope = settings.text(f"{prefix}_SCOPE", "openid profile email")
        self._verify: str | bool = settings.text("SIGN_ON_CA_FILE") or True
        self._names = ClaimNames.of(settings, realm, "sub")
        self._used = used
        self._clock = clock
        self._known: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    def entrance(self, begun: Begun, back: str, hint: str | None = None) -> str:
        """See :class:`~selfmon_gateway.auth.portals.Portal`."""
        further = {"login_hint": hint} if hint else {}
        with self._session(redirect_uri=back) as session:
            address, _ = session.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.code_verifier,
                **further,
            )
        return str(address)

    def arrived(self, said: Mapping[str, str], redeemed: Redeemed, back: str) -> Arrival:
        """See :class:`~selfmon_gateway.auth.portals.Portal`."""
        if "error" in said:
            log.info("sign-on-refused-by-portal", realm=self._realm.value, error=said["error"][:100])
            raise SignOnRefused("login.refused-by-portal")
        if said.get("iss", self._issuer) != self._issuer:
            raise SignOnRefused("login.token-invalid")
        if "code" not in said:
            raise SignOnRefused("login.request-incomplete")
        metadata = self._metadata()
        with self._session(redirect_uri=back) as session:
            token = session.fetch_token(metadata["token_endpoint"], code=said["code"], code_verifier=redeemed.code_verifier)
            id_token = token.get("id_token")
            if not isinstance(id_token, str):
                raise SignOnRefused("login.token-invalid")
            claims = self._checked(id_token, nonce=redeemed.nonce, access_token=token.get("access_token"))
            more: dict[str, Any] = {}
            if "userinfo_endpoint" in metadata and token.get("access_token"):
                answer = session.get(metadata["userinfo_endpoint"])
                answer.raise_for_status()
                more = answer.json()
        if more and more.get("sub") != claims["sub"]:
            raise SignOnRefused("login.token-invalid")
        return self._arrival({**more, **claims}, id_token)

    def launched(self, said: Mapping[str, str], _back: str) -> Arrival | None:
        """A token that the portal has issued to us within the last minute, once; or only the wish to sign on (``iss``)."""
        id_token = said.get("id_token")
        if id_token is None:
            if said.get("iss") != self._issuer:
                raise SignOnRefused("login.request-incomplete")
            return None
        claims = self._checked(id_token)
        issued = _moment(claims.get("iat"))
        if issued is None or not isinstance(claims.get("jti"), str) or self._clock() - issued > LAUNCH_TOKEN_LIFE:
            raise SignOnRefused("login.token-invalid")
        self._used.use(self._realm, f"{self._issuer}#{claims['jti']}", issued + LAUNCH_TOKEN_LIFE + LEEWAY)
        return self._arrival(claims, id_token)

    def departed(self, said: Mapping[str, str]) -> Departure:
        """OpenID Connect Back-Channel Logout 1.0, 2.6: a logout_token for this client."""
        claims, header = self._signed(said.get("logout_token", ""))
        now = self._clock()
        named = isinstance(claims.get("sid"), str) or isinstance(claims.get("sub"), str)
        jti, events = claims.get("jti"), claims.get("events")
        issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp", now.timestamp()))
        if (
            str(header.get("typ", "logout+jwt")).lower().removeprefix("application/") not in ("logout+jwt", "jwt")
            or claims.get("iss") != self._issuer
            or self._client_id not in _listed(claims.get("aud"))
            or not isinstance(events, dict)
            or BACK_CHANNEL_LOGOUT not in events
            or "nonce" in claims
            or not named
            or not isinstance(jti, str)
            or issued is None
            or abs(now - issued) > LOGOUT_TOKEN_LIFE
            or expires is None
            or expires + LEEWAY < now
        ):
            raise SignOnRefused("login.token-invalid")
        self._used.use(self._realm, f"{self._issuer}#logout#{jti}", now + 2 * LOGOUT_TOKEN_LIFE)
        return Departure(claims.get("sid"), claims.get("sub"))

    def farewell(self, id_token: str | None, back: str) -> str | None:
        """RP-initiated log-out; None where the issuer has no ``end_session_endpoint``."""
        with self._portal_errors():
            address = self._metadata().get("end_session_endpoint")
        if not address:
            return None
        said = {"client_id": self._client_id, "post_logout_redirect_uri": back, **({"id_token_hint": id_token} if id_token else {})}
        return str(add_params_to_uri(address, list(said.items())))

    def _arrival(self, claims: Mapping[str, Any], id_token: str) -> Arrival:
        sid = claims.get("sid")
        return Arrival(
            person=self._names.person(claims),
            subject=str(claims["sub"]),
            email=self._names.email_of(claims),
            provider_session=sid if isinstance(sid, str) else None,
            id_token=id_token,
        )

    def _checked(self, id_token: str, *, nonce: str | None = None, access_token: str | None = None) -> dict[str, Any]:
        """The claims of an id_token of this issuer for this client, unexpired, with this nonce.

        Raises:
            SignOnRefused: it is none (``login.token-invalid``).
        """
        claims, header = self._signed(id_token)
        options: Any = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        token = CodeIDToken(claims, header, options, {"nonce": nonce, "client_id": self._client_id, "access_token": access_token})
        try:
            token.validate(now=int(self._clock().timestamp()), leeway=int(LEEWAY.total_seconds()))
        except (JoseError, ValueError, TypeError) as error:
            log.info("token-refused", realm=self._realm.value, why=str(error)[:200])
            raise SignOnRefused("login.token-invalid") from error
        return dict(claims)

    def _signed(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Claims and header of a token that this issuer has signed."""
        allowed = self._metadata().get("id_token_signing_alg_values_supported") or ["RS256"]
        registry = JWSRegistry(algorithms=[name for name in allowed if name in ALGORITHMS], strict_check_header=False)
        try:
            try:
                decoded = jwt.decode(token, self._key_set(), registry=registry)
            except InvalidKeyIdError:  # the issuer has changed its keys
                decoded = jwt.decode(token, self._key_set(anew=True), registry=registry)
        except (JoseError, ValueError, TypeError) as error:
            log.info("token-refused", realm=self._realm.value, why=str(error)[:200])
            raise SignOnRefused("login.token-invalid") from error
        return dict(decoded.claims), dict(decoded.header)

    def _metadata(self) -> dict[str, Any]:
        now, known = self._clock(), self._known
        if known is not None and abs(now - known[0]) <= KNOWN_FOR:
            return known[1]
        found: dict[str, Any] = self._fetched(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer:
            log.error("issuer-differs", realm=self._realm.value, set_to=self._issuer, found=found.get("issuer"))
            raise Unavailable("login.portal-away", retry_after=30)
        self._known = now, found
        return found

    def _key_set(self, *, anew: bool = False) -> KeySet:
        address = self._metadata()["jwks_uri"]
        now, keys = self._clock(), self._keys
        # A key id that nobody knows must not make us ask the issuer at every request.
        if keys is not None and abs(now - keys[0]) <= (KEYS_AT_MOST_EVERY if anew else KNOWN_FOR):
            return keys[1]
        with self._portal_errors():
            found = KeySet.import_key_set(self._fetched(address))
        self._keys = now, found
        return found

    def _fetched(self, address: str) -> Any:
        with self._session() as session:
            answer = session.get(address, withhold_token=True)
            answer.raise_for_status()
            return answer.json()

    @contextmanager
    def _session(self, **options: Any) -> Iterator[Any]:
        with (
            self._portal_errors(),
            OAuth2Session(
                self._client_id,
                self._secret,
                token_endpoint_auth_method=self._auth_method,
                scope=self._scope,
                code_challenge_method="S256",
                default_timeout=TIMEOUT,
                **options,
            ) as session,
        ):
            session.trust_env = False
            session.verify = self._verify
            yield session

    @contextmanager
    def _portal_errors(self) -> Iterator[None]:
        """Tell what the browser brought from what the portal fails at.

        Raises:
            SignOnRefused: the portal does not accept the code (``login.ticket-invalid``).
            Unavailable: the portal cannot be reached or does not know us (``login.portal-away``).
        """
        try:
            yield
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise SignOnRefused("login.ticket-invalid") from error
            log.error("portal-refuses-client", realm=self._realm.value, error=str(error)[:200])
            raise Unavailable("login.portal-away", retry_after=30) from error
        except (RequestException, ValueError, KeyError) as error:
            log.error("portal-away", realm=self._realm.value, error=str(error)[:200])
            raise Unavailable("login.portal-away", retry_after=30) from error


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _listed(audience: Any) -> list[Any]:
    return audience if isinstance(audience, list) else [audience]
