"""The guard before every route: it is listed as public, or somebody must be signed in; unsafe requests must come from our own pages."""

from flask import g, request

from selfmon_gateway.auth.sessions import Session, csrf_matches
from selfmon_gateway.parts import parts
from selfmon_gateway.problems import NotSignedIn
from selfmon_shared.kernel.errors import Forbidden

PUBLIC = frozenset(
    {
        "api-docs.openapi_json",
        "pages.static",
        "processes.healthz",
        "processes.metrics",
        "processes.readyz",
        "public.diagram",
        "public.diagram_picture",
        "public.discharger",
        "public.dischargers",
        "public.overview",
        "public.plan",
        "public.plan_document",
        "public.points",
        "public.reasons",
        "public.results",
        "sign-in.choose",
        "sign-in.pick",
        "sign-on.people",
        "sign-on.sign_on",
    }
)
"""Every route that needs no sign-on, by endpoint. A test walks the others."""

WITHOUT_STORE = frozenset({"api-docs.openapi_json", "pages.static", "processes.healthz", "processes.metrics", "processes.readyz"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "X-CSRF-Token"


def cookie_name() -> str:
    """The session cookie's name; with the prefix, browsers hold it to https and this host."""
    return "__Host-selfmon" if parts().secure_cookies else "selfmon"


def guard() -> None:
    """Let the request go on.

    Raises:
        NotSignedIn: nobody is signed in (``actor.unknown``).
        Forbidden: an unsafe request from another site, or without the session's token (``request.cross-site``).
        Unavailable: the gateway's store is away.
    """
    endpoint = request.endpoint
    if endpoint is None or endpoint in WITHOUT_STORE:
        return
    parts().require_store()
    unsafe = request.method not in _SAFE
    if unsafe and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Forbidden("request.cross-site")
    if endpoint in PUBLIC:
        return
    cookie = request.cookies.get(cookie_name(), "")
    session = parts().sessions.find(cookie) if cookie else None
    if session is None:
        raise NotSignedIn("actor.unknown")
    g.session, g.acting = session, session.person
    if unsafe and not csrf_matches(cookie, request.headers.get(CSRF_HEADER, "")):
        raise Forbidden("request.cross-site")


def present_session() -> Session:
    """The session of the present request; there is one on every route that is not public."""
    session: Session = g.session
    return session
