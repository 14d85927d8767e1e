"""From a known person to a session at this browser, whatever the means of sign-on."""

from dataclasses import replace

import structlog
from flask import Response, g, request

from selfmon_gateway.audit import auditing
from selfmon_gateway.auth.addresses import own_address
from selfmon_gateway.auth.development import DevelopmentSignOn
from selfmon_gateway.auth.guards import cookie_name
from selfmon_gateway.auth.people import Person
from selfmon_gateway.auth.portals import Arrival
from selfmon_gateway.auth.sessions import Session
from selfmon_gateway.parts import parts
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.errors import Forbidden, Invalid, NotFound, Unavailable

log = structlog.get_logger()

APPLICATION = "自行监测"
"""What the province's portal must have granted an officer (R1)."""


def client_address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def development() -> DevelopmentSignOn:
    """The development provider.

    Raises:
        NotFound: no realm signs on by it.
    """
    provider = parts().development
    if provider is None:
        raise NotFound("route.unknown")
    return provider


def picked(realm: Realm, person_id: str) -> Person:
    """Development only: the person of the list; one that is not in it counts as a failure.

    Raises:
        Invalid: there is no such person.
        TooMany: this address or account is locked.
    """
    provider, failures = development(), parts().failures
    failures.require_open(client_address(), realm, person_id)
    try:
        return provider.person(realm.value, person_id)
    except Invalid:
        failures.note(client_address(), realm, person_id[:128])
        raise


def with_officer_record(person: Person) -> tuple[Person, bool]:
    """An EPB person with the region that review knows him by, and whether he is an applicant only: review does not know him, or the
    portal has not granted him this application (R1).

    Raises:
        Unavailable: review is away.
    """
    try:
        record = parts().services.query("review", "officer", {}, person.actor, g.correlation)
    except Forbidden as refused:
        if refused.code != "officer.unknown":
            raise
        return person, True
    except Unavailable as away:
        raise Unavailable("login.officers-away", retry_after=away.retry_after) from away
    return replace(person, region=record["region"]), APPLICATION not in record["applications"]


def begin_session(person: Person, provider: str, *, arrival: Arrival | None = None, applicant: bool = False) -> tuple[str, Session]:
    """The person's new session and its cookie; what this browser had before is over.

    Raises:
        TooMany: the account is locked.
    """
    auditing("gateway.sign-on", person)
    parts().failures.require_open(client_address(), person.realm, person.id)
    parts().accounts.signed_on(person, None if arrival is None else arrival.email)
    begun = parts().sessions.begin(
        person,
        provider,
        address=client_address(),
        browser=request.headers.get("User-Agent", ""),
        former_cookie=request.cookies.get(cookie_name()),
        applicant=applicant,
        arrival=arrival,
    )
    parts().failures.forget(person.realm, person.id)
    return begun


def give_cookie(answer: Response, cookie: str) -> Response:
    """Let the browser hold the session's cookie, for as long as it runs."""
    answer.set_cookie(cookie_name(), cookie, path="/", httponly=True, samesite="Lax", secure=parts().secure_cookies)
    return answer


def take_cookie(answer: Response) -> Response:
    """Take the session's cookie from the browser."""
    answer.delete_cookie(cookie_name(), path="/", httponly=True, samesite="Lax", secure=parts().secure_cookies)
    return answer


def farewell(session: Session) -> str | None:
    """Where the browser goes on to end the portal's session too; None where there is no such address, or the portal is away."""
    portal = parts().portals.get(session.person.realm)
    if portal is None or portal.provider != session.provider:
        return None
    try:
        return portal.farewell(session.id_token, own_address("/sign-out"))
    except Unavailable as away:
        log.warning("portal-session-not-ended", realm=session.person.realm.value, code=away.code)
        return None
