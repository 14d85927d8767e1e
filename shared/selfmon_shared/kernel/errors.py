"""What can go wrong in a way that a caller must be told.

Each error carries a stable code; its one Chinese message stands in :mod:`selfmon_shared.contracts.errors`.
The class says what the caller can do about it, and so which HTTP status the gateway answers.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """A command or query that is answered with an error; nothing of it was done.

    ``code`` is stable (``plan.not-exported``), ``params`` fill the message, ``fields`` maps a field path
    (``items.3.value``) to the messages or codes that concern it.
    """

    status: ClassVar[int] = 500

    def __init__(self, code: str, *, fields: Mapping[str, list[str]] | None = None, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        details = {**self.params, **({"fields": self.fields} if self.fields else {})}
        return f"{self.code} {details}" if details else self.code


class Invalid(Refusal):
    """The input breaks a rule; sending it again unchanged is refused again."""

    status = 422


class Conflict(Refusal):
    """The thing has changed, or its state does not allow this move; ``params`` carry the current version where there is one."""

    status = 409


class Forbidden(Refusal):
    """The actor is known but may not do this to that object (an officer outside the region)."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or none that this actor may know of (another enterprise's)."""

    status = 404


class Unavailable(Refusal):
    """A part is away for the moment; the same request can be sent again after ``retry_after`` seconds."""

    status = 503

    def __init__(self, code: str, *, retry_after: int = 5, **params: Any) -> None:
        super().__init__(code, **params)
        self.retry_after = retry_after


KINDS: Mapping[int, type[Refusal]] = {kind.status: kind for kind in (Invalid, Conflict, Forbidden, NotFound, Unavailable)}
