"""Development sign-on for scripts, the signed-in person, and his sessions (E1, R1). People sign on at ``/sign-in`` (``auth.pages``)."""

from typing import Any

from flask import Response, request

from selfmon_gateway.api.routes import Resource, json_answer, json_body, query_arguments
from selfmon_gateway.audit import auditing
from selfmon_gateway.auth import portals
from selfmon_gateway.auth.arriving import begin_session, development, farewell, give_cookie, picked, take_cookie
from selfmon_gateway.auth.development import BANNER
from selfmon_gateway.auth.guards import cookie_name, present_session
from selfmon_gateway.auth.people import Person, region_name
from selfmon_gateway.auth.sessions import Session, csrf_token
from selfmon_gateway.parts import parts
from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.fields import Choice, Flag, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.errors import NotFound

REALMS = tuple(realm.value for realm in portals.REALMS)

resource = Resource("sign-on", "登录（开发）、当前用户、会话")


class PeopleOf(Record):
    """Of one realm, or of all."""

    realm = Choice(REALMS, load_default=None)


class SignOn(Record):
    """Who signs on."""

    realm = Choice(REALMS, required=True)
    person_id = Id(required=True)


class PersonView(Record):
    """A person as the sign-on provider names him."""

    realm = Choice(REALMS)
    person_id = Id()
    name = Text()
    unit = Text()
    uscc = Id(allow_none=True)
    region = Id(allow_none=True)
    region_name = Text()
    roles = Many(Text())


class PeopleView(Record):
    """Who can be picked."""

    development = Flag()
    banner = Text()
    people = Many(One(PersonView))


class Me(PersonView):
    """The signed-in person with his session; ``csrf_token`` goes with every unsafe request as X-CSRF-Token."""

    session_id = Id()
    csrf_token = Text()
    began_at = Moment()
    ends_at = Moment()
    applicant = Flag(metadata={"description": "without an officer record: may only apply for an account, at /sign-in/epb/application"})
    development = Flag()
    banner = Text(allow_none=True)


class SessionView(Record):
    """A session of the signed-in person."""

    session_id = Id()
    present = Flag()
    address = Text()
    browser = Text()
    began_at = Moment()
    seen_at = Moment()


class Ended(Record):
    """How many sessions were ended."""

    ended = Whole()


class SignedOut(Ended):
    """Where the browser goes on to end the portal's session too, if there is such an address."""

    continue_at = Text(allow_none=True)


@resource.serve("GET", "/sign-on/people", arguments=PeopleOf, answer=PeopleView)
def people() -> Response:
    """Development only: who can be picked."""
    provider = development()
    realm = load(PeopleOf(), query_arguments(PeopleOf()))["realm"]
    return json_answer({"development": True, "banner": BANNER, "people": [_person(person) for person in provider.people(realm)]})


@resource.serve("POST", "/sign-on", body={"application/json": {"schema": SignOn}}, answer=Me, csrf=False)
def sign_on() -> Response:
    """Development only: sign on as one of them."""
    auditing("gateway.sign-on")
    chosen = load(SignOn(), json_body())
    cookie, session = begin_session(picked(Realm(chosen["realm"]), chosen["person_id"]), portals.DEVELOPMENT)
    return give_cookie(json_answer(_me(session, cookie)), cookie)


@resource.serve("GET", "/me", answer=Me)
def me() -> Response:
    """Who is signed in."""
    return json_answer(_me(present_session(), request.cookies[cookie_name()]))


@resource.serve("POST", "/sign-out", answer=SignedOut)
def sign_out() -> Response:
    """End this session; who wants the portal's to end too goes on to ``continue_at``."""
    auditing("gateway.sign-out")
    session = present_session()
    continue_at = farewell(session)
    ended = parts().sessions.end(session.person, session.session_id)
    return take_cookie(json_answer({"ended": ended, "continue_at": continue_at}))


@resource.serve("GET", "/sessions", answer={"type": "array", "items": SessionView})
def sessions() -> Response:
    """The signed-in person's sessions at all browsers."""
    present = present_session()
    return json_answer(
        [
            {
                "session_id": session.session_id,
                "present": session.session_id == present.session_id,
                "address": session.address,
                "browser": session.browser,
                **to_data({"began_at": session.began_at, "seen_at": session.seen_at}),
            }
            for session in parts().sessions.of_person(present.person)
        ]
    )


@resource.serve("DELETE", "/sessions", answer=Ended)
def end_sessions() -> Response:
    """Sign out everywhere, here too."""
    auditing("gateway.sign-out-everywhere")
    return take_cookie(json_answer({"ended": parts().sessions.end(present_session().person)}))


@resource.serve("DELETE", "/sessions/<session_id>", answer=Ended)
def end_session(session_id: str) -> Response:
    """End one session of the signed-in person."""
    auditing("gateway.sign-out-elsewhere")
    ended = parts().sessions.end(present_session().person, session_id)
    if not ended:
        raise NotFound("session.unknown")
    return json_answer({"ended": ended})


def _me(session: Session, cookie: str) -> dict[str, Any]:
    signed_on_for_show = session.provider == portals.DEVELOPMENT
    return {
        **_person(session.person),
        "session_id": session.session_id,
        "csrf_token": csrf_token(cookie),
        **to_data({"began_at": session.began_at, "ends_at": session.ends_at}),
        "applicant": session.applicant,
        "development": signed_on_for_show,
        "banner": BANNER if signed_on_for_show else None,
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "realm": person.realm.value,
        "person_id": person.id,
        "name": person.name,
        "unit": person.unit,
        "uscc": person.uscc,
        "region": person.region,
        "region_name": region_name(person.region),
        "roles": sorted(person.roles),
    }
