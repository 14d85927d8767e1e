"""Calls to the services: one request form, the actor signed for 60 seconds, a deadline on every call."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tokens import sign_actor
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.clock import Clock
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE, RpcClient

_TOKEN_USED_FOR = timedelta(seconds=20)
_MOST_TOKENS = 5000


def key_path(settings: Settings) -> Path:
    """Where the key stands that actor tokens are signed with (``ACTOR_PRIVATE_KEY_FILE``)."""
    return Path(settings.text("ACTOR_PRIVATE_KEY_FILE", str(settings.data_dir / "actor-private.pem")))


class Signer:
    """Signs who acts. A token serves several calls within 20 of its 60 seconds: a signature costs as much as half a call."""

    def __init__(self, read_key: Callable[[], str], clock: Clock) -> None:
        self._read_key = read_key
        self._clock = clock
        self._tokens: dict[Actor, tuple[str, datetime]] = {}

    def token(self, actor: Actor) -> str:
        """A token that is good for 40 seconds at least.

        Raises:
            Unavailable: the key is not there yet (``service.away``).
        """
        now = self._clock()
        made = self._tokens.get(actor)
        if made is not None and timedelta() <= now - made[1] < _TOKEN_USED_FOR:
            return made[0]
        try:
            token = sign_actor(actor, self._read_key(), now)
        except OSError as error:
            raise Unavailable("service.away") from error
        if len(self._tokens) >= _MOST_TOKENS:
            self._tokens.clear()
        self._tokens[actor] = (token, now)
        return token


class Services:
    """The services, as request handlers call them."""

    def __init__(self, client: RpcClient, signer: Signer, *, timeout: float = DEFAULT_DEADLINE) -> None:
        self._client = client
        self._signer = signer
        self._timeout = timeout

    def command(self, service: str, name: str, payload: Mapping[str, Any], actor: Actor, correlation: str, key: str) -> Mapping[str, Any]:
        """Have a command done; answers its result.

        Raises:
            Refusal: what the service refused, or ``Unavailable`` where it did not answer.
        """
        result: Mapping[str, Any] = self._call(service, "command", name, payload, actor, correlation, key)
        return result

    def query(
        self, service: str, name: str, arguments: Mapping[str, Any], actor: Actor, correlation: str, *, timeout: float | None = None
    ) -> Any:
        """Ask a query; answers plain data of its view, within ``timeout`` seconds (at most the setting's).

        Raises:
            Refusal: as for commands.
        """
        return self._call(service, "query", name, arguments, actor, correlation, None, timeout)

    def _call(
        self,
        service: str,
        kind: str,
        name: str,
        payload: Mapping[str, Any],
        actor: Actor,
        correlation: str,
        key: str | None,
        timeout: float | None = None,
    ) -> Any:
        within = self._timeout if timeout is None else min(timeout, self._timeout)
        request = {
            "kind": kind,
            "name": name,
            "payload": payload,
            "actor": self._signer.token(actor),
            "correlation": correlation,
            "idempotency_key": key,
            "deadline": time.time() + within,
        }
        try:
            return self._client.call(service, request, within)
        except Unavailable as refused:
            refused.params.setdefault("service", service)  # which part is away is told to the user
            raise
