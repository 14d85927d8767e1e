"""The guard before every route: it is listed as public, or somebody must be signed in; unsafe requests must come from our own pages."""

from flask import g, request

from selfmon_gateway.auth.addresses import is_own_origin
from selfmon_gateway.auth.sessions import Session, csrf_matches
from selfmon_gateway.parts import parts
from selfmon_gateway.problems import NotSignedIn
from selfmon_shared.kernel.errors import Forbidden

PUBLIC = frozenset(
    {
        "api-docs.openapi_json",
        "console.asset",
        "console.begin",
        "console.console",
        "console.unsupported",
        "disclosure.discharger",
        "disclosure.home",
        "disclosure.item",
        "disclosure.item_file",
        "disclosure.plan",
        "disclosure.reasons",
        "disclosure.results",
        "disclosure.results_file",
        "manual-pages.book",
        "manual-pages.one",
        "manual-pages.picture",
        "manual.text",
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
        "sign-in.departed",
        "sign-in.departed_by_ticket",
        "sign-in.enter",
        "sign-in.launched",
        "sign-in.pick",
        "sign-in.returned",
        "sign-in.signing_out",
        "sign-on.people",
        "sign-on.sign_on",
    }
)
"""Every route that needs no sign-on, by endpoint. A test walks the others."""

FROM_PORTALS = frozenset({"sign-in.departed", "sign-in.departed_by_ticket", "sign-in.launched"})
"""What portals send: from another site by their nature; they carry tickets and signed tokens instead."""

PLAIN_FORMS = frozenset({"account.apply", "sign-in.sign_out"})
"""Forms of the plain pages: they carry the session's token in a field."""

APPLICANTS_MAY = frozenset(
    {
        "account.application",
        "account.apply",
        "reviews.review-account-application",
        "reviews.review-apply-for-account",
        "sign-in.sign_out",
        "sign-on.end_session",
        "sign-on.end_sessions",
        "sign-on.me",
        "sign-on.sessions",
        "sign-on.sign_out",
    }
)
"""What an EPB person without an officer record may do (R1)."""

WITHOUT_STORE = frozenset(
    {
        "api-docs.openapi_json",
        "console.asset",
        "console.begin",
        "console.console",
        "console.unsupported",
        "pages.static",
        "processes.healthz",
        "processes.metrics",
        "processes.readyz",
    }
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf_token"


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
    if unsafe and endpoint not in FROM_PORTALS and not _from_own_page():
        raise Forbidden("request.cross-site")
    if endpoint in PUBLIC:
        return
    cookie = request.cookies.get(cookie_name(), "")
    session = parts().sessions.find(cookie) if cookie else None
    if session is None:
        raise NotSignedIn("actor.unknown")
    g.session, g.acting = session, session.person
    if unsafe and not csrf_matches(cookie, _csrf_token(endpoint)):
        raise Forbidden("request.cross-site")
    if session.applicant and endpoint not in APPLICANTS_MAY:
        raise Forbidden("officer.unknown")


def _from_own_page() -> bool:
    """Browsers name the site that a request comes from; over plain http some only name its origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or is_own_origin(origin)


def _csrf_token(endpoint: str) -> str:
    """From the header; the plain pages' forms have a field for it."""
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and endpoint in PLAIN_FORMS:
        return request.form.get(CSRF_FIELD, "")
    return sent or ""


def present_session() -> Session:
    """The session of the present request; there is one on every route that is not public."""
    session: Session = g.session
    return session
