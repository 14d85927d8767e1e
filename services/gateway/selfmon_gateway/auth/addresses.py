"""Where a browser may be sent: only to the consoles, never to another site."""

from urllib.parse import quote, unquote, urlsplit

from flask import request

from selfmon_gateway.parts import parts

CONSOLE = "/console/"
SIGN_IN = "/sign-in"


def safe_next(wanted: str | None) -> str:
    """The wanted address if it lies below ``/console/``; else the console's own.

    What browsers would read as another site or folder is refused: ``//host``, backslashes, control characters, dot segments, and all of
    these in percent code.
    """
    if not wanted or len(wanted) > 2000:
        return CONSOLE
    plain = unquote(unquote(wanted))
    parted = urlsplit(wanted)
    crooked = "\\" in plain or "//" in unquote(unquote(parted.path)) or not plain.isprintable()
    dots = any(segment in (".", "..") for segment in plain.partition("?")[0].partition("#")[0].split("/"))
    if crooked or dots or parted.scheme or parted.netloc or not wanted.startswith(CONSOLE):
        return CONSOLE
    return wanted


def sign_in_for(wanted: str) -> str:
    """The sign-in page that leads on to this address."""
    chosen = safe_next(wanted)
    return SIGN_IN if chosen == CONSOLE else f"{SIGN_IN}?next={quote(chosen, safe='/')}"


def own_address(path: str) -> str:
    """The absolute address of a path here, as browsers and portals know it (``PUBLIC_BASE_URL``, else as the request came)."""
    return (parts().settings.text("PUBLIC_BASE_URL") or request.host_url).rstrip("/") + path


def is_own_origin(origin: str) -> bool:
    """Whether an ``Origin`` header names this site."""
    here = urlsplit(own_address("/"))
    return origin == f"{here.scheme}://{here.netloc}" or origin == request.host_url.rstrip("/")
