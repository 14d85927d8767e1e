"""The pages of sign-on (E1, R1). They work without JavaScript.

A realm's portal sends browsers to ``/sign-in/<realm>/return`` and, from its tile, to ``/sign-in/<realm>/launch``; its own messages about
ended sessions come to ``/sign-in/<realm>/back-channel`` (CAS: also to the two others, as its services are registered).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Blueprint, Response, request

from selfmon_gateway.audit import auditing
from selfmon_gateway.auth.addresses import CONSOLE, own_address, safe_next
from selfmon_gateway.auth.arriving import begin_session, client_address, farewell, give_cookie, picked, take_cookie, with_officer_record
from selfmon_gateway.auth.attempts import LIFE
from selfmon_gateway.auth.development import BANNER, DevelopmentSignOn
from selfmon_gateway.auth.guards import cookie_name, present_session
from selfmon_gateway.auth.people import Person, region_name
from selfmon_gateway.auth.portals import DEVELOPMENT, REALMS, Arrival, Portal
from selfmon_gateway.auth.refusals import SignOnRefused
from selfmon_gateway.auth.sessions import Session, csrf_token
from selfmon_gateway.pages import page
from selfmon_gateway.parts import parts
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import NotFound

log = structlog.get_logger()

resource = Blueprint("sign-in", __name__)

TITLES = {Realm.ENTERPRISE: "企业用户（环保脸谱）", Realm.EPB: "环保用户（环保云桌面）", Realm.OPERATOR: "平台运维与审计"}
APPLICATION_PAGE = "/sign-in/epb/application"


@resource.after_request
def keep_nothing(answer: Response) -> Response:
    """No page of sign-on is kept by browsers."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


@resource.get("/sign-in")
def choose() -> Response:
    """Choose the portal; with the development provider, the person. Who is signed on already goes on at once."""
    wanted = safe_next(request.args.get("next"))
    session = _session_here()
    if session is not None:
        return _sent_to(APPLICATION_PAGE if session.applicant else wanted)
    realms = [_choice(realm) for realm in REALMS]
    banner = BANNER if parts().development else None
    shown = [choice for choice in realms if choice is not None]
    return page("sign-in/choose.html", realms=shown, banner=banner, next="" if wanted == CONSOLE else wanted)


@resource.post("/sign-in/<realm>/development")
def pick(realm: str) -> Response:
    """Development only: sign on as a person of the list."""
    auditing("gateway.sign-on")
    person = picked(_realm(realm), request.form.get("person_id", ""))
    return _signed_on(person, DEVELOPMENT, safe_next(request.form.get("next")))


@resource.get("/sign-in/<realm>")
def enter(realm: str) -> Response:
    """Go to the realm's portal."""
    wanted = safe_next(request.args.get("next"))
    if _realm(realm) not in parts().portals:
        return _sent_to("/sign-in")
    return _to_portal(_realm(realm), wanted)


@resource.get("/sign-in/<realm>/return")
def returned(realm: str) -> Response:
    """Come back from the portal: with a code (OIDC) or a ticket (CAS), and the state that this browser left with."""
    where, portal = _realm(realm), _portal(realm)
    with _counted(where):
        _only_windows()
        said = request.args.to_dict()
        state = said.get("state", "")
        cookie = _state_cookie(state)
        redeemed = parts().attempts.redeem(where, state, request.cookies.get(cookie, ""))
        arrival = portal.arrived(said, redeemed, own_address(request.path))
    answer = _signed_on(arrival.person, portal.provider, redeemed.wanted, arrival)
    answer.delete_cookie(cookie, path="/", httponly=True, samesite="Lax", secure=parts().secure_cookies)
    return answer


@resource.route("/sign-in/<realm>/launch", methods=["GET", "POST"])
def launched(realm: str) -> Response:
    """Come from the portal's tile: with a ticket or token, by link or POST; or let the portal begin a sign-on (OIDC ``iss``)."""
    where, portal = _realm(realm), _portal(realm)
    if request.method == "POST":
        said = request.values.to_dict()
    else:  # an address is kept in histories and logs: a ticket is used up at once, a signed token is none to stand there
        said = {name: value for name, value in request.args.items() if name != "id_token"}
    if "logoutRequest" in request.form:
        return departed(realm)
    wanted = safe_next(_path_here(said.get("target_link_uri", "")))
    with _counted(where):
        _only_windows()
        arrival = portal.launched(said, own_address(request.path))
    if arrival is None:
        return _to_portal(where, wanted, said.get("login_hint"))
    return _signed_on(arrival.person, portal.provider, wanted, arrival)


@resource.post("/sign-in/<realm>/return")
def departed_by_ticket(realm: str) -> Response:
    """CAS single log-out goes to the address that the ticket was for."""
    return departed(realm)


@resource.post("/sign-in/<realm>/back-channel")
def departed(realm: str) -> Response:
    """The portal says that somebody has signed out there: his sessions end here, in one statement."""
    auditing("gateway.sign-out-by-portal")
    where, portal = _realm(realm), _portal(realm)
    ended = parts().sessions.end_departed(where, portal.departed(request.form.to_dict()))
    log.info("sessions-ended-by-portal", realm=where.value, ended=ended)
    return Response(status=200, content_type="text/plain; charset=utf-8")


@resource.get("/sign-out")
def signing_out() -> Response:
    """Ask whether to sign out; or say that nobody is signed on here."""
    session = _session_here()
    token = csrf_token(request.cookies[cookie_name()]) if session else ""
    return page("sign-in/sign-out.html", session=session, csrf=token)


@resource.post("/sign-out")
def sign_out() -> Response:
    """End the session here, and go on to end the portal's."""
    auditing("gateway.sign-out")
    session = present_session()
    onward = farewell(session)
    parts().sessions.end(session.person, session.session_id)
    answer = page("sign-in/sign-out.html", session=None, csrf="", onward=onward)
    if onward is not None:
        # Not a redirect: the policy for forms would hold the browser back from leaving for the portal.
        answer.headers["Refresh"] = f"0; url={onward}"
    return take_cookie(answer)


def _signed_on(person: Person, provider: str, wanted: str, arrival: Arrival | None = None) -> Response:
    auditing("gateway.sign-on", person)
    applicant = False
    if person.realm is Realm.EPB:
        person, applicant = with_officer_record(person)
    cookie, _ = begin_session(person, provider, arrival=arrival, applicant=applicant)
    return give_cookie(_sent_to(APPLICATION_PAGE if applicant else wanted), cookie)


def _to_portal(realm: Realm, wanted: str, hint: str | None = None) -> Response:
    parts().failures.require_open(client_address())
    begun = parts().attempts.begin(realm, wanted, client_address())
    answer = _sent_to(_portal(realm.value).entrance(begun, own_address(f"/sign-in/{realm.value}/return"), hint))
    answer.set_cookie(
        _state_cookie(begun.state),
        begun.browser,
        max_age=int(LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=parts().secure_cookies,
    )
    return answer


@contextmanager
def _counted(realm: Realm) -> Iterator[None]:
    """Have what is refused counted, logged and written into the audit trail."""
    auditing("gateway.sign-on")
    parts().failures.require_open(client_address())
    try:
        yield
    except SignOnRefused as refused:
        log.warning("sign-on-refused", realm=realm.value, code=refused.code, address=client_address())
        parts().failures.note(client_address(), realm)
        raise


def _only_windows() -> None:
    """A page of another site must not spend our users' attempts with a picture or script of this address."""
    if request.headers.get("Sec-Fetch-Dest", "document") != "document":
        raise NotFound("route.unknown")


def _state_cookie(state: str) -> str:
    """One cookie for each sign-on on its way, so that two windows do not disturb each other."""
    return f"{'__Host-' if parts().secure_cookies else ''}selfmon-on-{sm3(state)[:16]}"


def _session_here() -> Session | None:
    cookie = request.cookies.get(cookie_name())
    return parts().sessions.find(cookie) if cookie else None


def _path_here(address: str) -> str:
    here = own_address("")
    return address[len(here) :] if address.startswith(f"{here}/") else ""


def _realm(name: str) -> Realm:
    for realm in REALMS:
        if realm.value == name:
            return realm
    raise NotFound("route.unknown")


def _portal(realm: str) -> Portal:
    portal = parts().portals.get(_realm(realm))
    if portal is None:
        raise NotFound("route.unknown")
    return portal


def _sent_to(address: str) -> Response:
    return Response(status=303, headers={"Location": address})


def _choice(realm: Realm) -> dict[str, Any] | None:
    shown = {"name": realm.value, "title": TITLES[realm], "register": ""}
    if realm is Realm.ENTERPRISE:
        shown["register"] = parts().settings.text("SIGN_ON_REGISTER_URL")
    provider = parts().development
    if realm in parts().portals:
        return {**shown, "means": "由统一门户登录", "people": None}
    if provider is not None and realm in provider.realms:
        return {**shown, "means": "开发登录：选择一位人员", "people": _people(provider, realm)}
    return {**shown, "means": "尚未开通登录", "people": []} if realm is not Realm.OPERATOR else None


def _people(provider: DevelopmentSignOn, realm: Realm) -> list[dict[str, str]]:
    return [
        {"id": person.id, "name": person.name, "unit": person.unit, "region_name": region_name(person.region)}
        for person in provider.people(realm.value)
    ]
