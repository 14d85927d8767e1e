"""The national platform over HTTP, as ``national-api.yaml`` describes it.

A plain synchronous client without threads: under eventlet its sockets are the patched ones.
"""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import quote

import httpx

from selfmon_permit_sync.adapters.wire import AnswerUnreadable, parse_outcome, parse_page, parse_permit, upload_body
from selfmon_permit_sync.national import (
    MalformedRecord,
    NationalRecordMalformed,
    NationalUnavailable,
    PermitPage,
    PermitRecord,
    Receipt,
    Refusal,
    Upload,
)
from selfmon_shared.kernel.uscc import normalise

_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_REFUSING = frozenset({400, 409, 413, 422})


class _Unanswered(NationalUnavailable):
    """No usable answer this time; ``again``: asking at once once more may help."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again


class HttpNationalPlatform:
    """The port over HTTP.

    Args:
        base_url: the root of the paths of ``national-api.yaml``.
        token: the bearer token, where one is demanded.
        timeout: seconds to connect, and between two pieces of an answer.
        deadline: seconds for one whole answer.
        attempts: how often a call is made at most; every call of this interface is idempotent.
        backoff: seconds before the second attempt, doubled for each further one.
        max_bytes: an answer larger than this is not read to its end.
        proxy: an outbound proxy. The environment's proxies and certificates are not looked at: settings are explicit.
        tls: the TLS settings, where the default trust store does not do.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        timeout: float = 20.0,
        deadline: float = 60.0,
        attempts: int = 3,
        backoff: float = 0.5,
        max_bytes: int = 32 * 1024 * 1024,
        proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})},
            timeout=timeout,
            proxy=proxy,
            verify=tls or True,
            trust_env=False,
        )
        self._deadline = deadline
        self._attempts = attempts
        self._backoff = backoff
        self._max_bytes = max_bytes
        self._pause = pause

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    def permits_since(self, cursor: str | None, limit: int) -> PermitPage:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        params = {"limit": str(limit)} | ({} if cursor is None else {"cursor": cursor})
        _, data = self._ask("GET", "permits", {200}, params=params)
        try:
            return parse_page(data, breathe=_breathe)
        except AnswerUnreadable as error:
            _unreadable(error)

    def permit(self, number: str) -> PermitRecord | None:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        number = normalise(number)
        status, data = self._ask("GET", f"permits/{quote(number, safe='')}", {200, 404})
        if status == 404:
            _check_own_404(data)
            return None
        record = parse_permit(data)
        if isinstance(record, MalformedRecord):
            raise NationalRecordMalformed(record)
        if record.number != number:
            raise NationalUnavailable(f"answer about another permit: {record.number}")
        return record

    def send(self, upload: Upload) -> Receipt | Refusal:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        path = f"uploads/{quote(upload.client_id, safe='')}"
        _, data = self._ask("PUT", path, {200, 201} | _REFUSING, content=upload_body(upload))
        return self._outcome(data, upload.client_id)

    def receipt_of(self, client_id: str) -> Receipt | Refusal | None:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        status, data = self._ask("GET", f"uploads/{quote(client_id, safe='')}", {200, 404})
        if status == 404:
            _check_own_404(data)
            return None
        return self._outcome(data, client_id)

    def _outcome(self, data: Any, client_id: str) -> Receipt | Refusal:
        try:
            return parse_outcome(data, client_id)
        except AnswerUnreadable as error:
            _unreadable(error)

    def _ask(self, method: str, path: str, expected: set[int] | frozenset[int], **request: Any) -> tuple[int, Any]:
        """Status and JSON of an answer with one of the expected statuses, after a few attempts."""
        attempt = 1
        while True:
            try:
                return self._ask_once(method, path, expected, **request)
            except _Unanswered as error:
                if not error.again or attempt >= self._attempts:
                    raise
            self._pause(self._backoff * 2 ** (attempt - 1))
            attempt += 1

    def _ask_once(
        self,
        method: str,
        path: str,
        expected: set[int] | frozenset[int],
        *,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> tuple[int, Any]:
        headers = {} if content is None else {"Content-Type": "application/json"}
        try:
            with self._client.stream(method, path, params=params, content=content, headers=headers) as response:
                if response.status_code not in expected:
                    raise _Unanswered(f"status {response.status_code}", again=response.status_code in _TRANSIENT)
                body = self._read(response)
        except httpx.TimeoutException as error:
            raise _Unanswered("timeout") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _Unanswered(f"connection: {error or type(error).__name__}") from error
        try:
            return response.status_code, json.loads(body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise _Unanswered("answer is no JSON") from error

    def _read(self, response: httpx.Response) -> bytes:
        end = time.monotonic() + self._deadline
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._max_bytes:
                raise _Unanswered(f"answer larger than {self._max_bytes} bytes", again=False)
            if time.monotonic() > end:
                raise _Unanswered("timeout")
        return bytes(body)


def _breathe() -> None:
    """Let other greenlets run, where there are such."""
    time.sleep(0)


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _check_own_404(data: Any) -> None:
    """A 404 counts only if the platform itself says so: a proxy's or a wrong address's would look like "there is none".

    Raises:
        NationalUnavailable: it is not the interface's own 404.
    """
    if not (isinstance(data, Mapping) and data.get("code") == "not-found"):
        raise NationalUnavailable("status 404 that is not the interface's")


def _unreadable(error: AnswerUnreadable) -> NoReturn:
    raise NationalUnavailable(f"answer: {error}") from error
