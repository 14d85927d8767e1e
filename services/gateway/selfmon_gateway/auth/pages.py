"""The pages of sign-on (E1, R1). They work without JavaScript."""

from typing import Any

from flask import Blueprint, Response, request

from selfmon_gateway.audit import auditing
from selfmon_gateway.auth import development
from selfmon_gateway.auth.addresses import CONSOLE, safe_next
from selfmon_gateway.auth.guards import cookie_name
from selfmon_gateway.auth.people import Person, region_name
from selfmon_gateway.pages import page
from selfmon_gateway.parts import parts
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.errors import NotFound

resource = Blueprint("sign-in", __name__)

TITLES = {Realm.ENTERPRISE: "企业用户（环保脸谱）", Realm.EPB: "环保用户（环保云桌面）", Realm.OPERATOR: "平台运维与审计"}


@resource.get("/sign-in")
def choose() -> Response:
    """Choose the portal; with the development provider, the person."""
    wanted = safe_next(request.args.get("next"))
    cookie = request.cookies.get(cookie_name())
    if cookie and parts().sessions.find(cookie) is not None:
        return _sent_to(wanted)
    provider = parts().development
    realms = [_choice(realm, provider) for realm in TITLES]
    banner = None if provider is None else development.BANNER
    answer = page("sign-in/choose.html", realms=realms, banner=banner, next="" if wanted == CONSOLE else wanted)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@resource.post("/sign-in/<realm>/development")
def pick(realm: str) -> Response:
    """Development only: sign on as a person of the list."""
    provider = parts().development
    if provider is None:
        raise NotFound("route.unknown")
    auditing("gateway.sign-on")
    person = provider.person(realm, request.form.get("person_id", ""))
    auditing("gateway.sign-on", person)
    return signed_on(person, development.PROVIDER, safe_next(request.form.get("next")))


def signed_on(person: Person, provider: str, wanted: str) -> Response:
    """Begin the person's session, and send the browser on."""
    cookie, _session = parts().sessions.begin(
        person,
        provider,
        address=request.remote_addr or "",
        browser=request.headers.get("User-Agent", ""),
        former_cookie=request.cookies.get(cookie_name()),
    )
    answer = _sent_to(wanted)
    answer.set_cookie(cookie_name(), cookie, path="/", httponly=True, samesite="Lax", secure=parts().secure_cookies)
    return answer


def _sent_to(address: str) -> Response:
    return Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _choice(realm: Realm, provider: development.DevelopmentSignOn | None) -> dict[str, Any]:
    people = None if provider is None else [_shown(person) for person in provider.people(realm.value)]
    means = "由统一门户登录" if provider is None else "开发登录：选择一位人员"
    register = parts().settings.text("SIGN_ON_REGISTER_URL") if realm is Realm.ENTERPRISE else ""
    return {"name": realm.value, "title": TITLES[realm], "means": means, "enter": "登录", "people": people, "register": register}


def _shown(person: Person) -> dict[str, str]:
    return {"id": person.id, "name": person.name, "unit": person.unit, "region_name": region_name(person.region)}
