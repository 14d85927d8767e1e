"""The account application page (R1): what an EPB person sees whom the portal has signed on, but whom review does not know as an officer.

It works without JavaScript. No password is asked for; one that is sent is not read.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, request

from selfmon_gateway.audit import auditing
from selfmon_gateway.auth.addresses import CONSOLE
from selfmon_gateway.auth.guards import cookie_name, present_session
from selfmon_gateway.auth.sessions import csrf_token
from selfmon_gateway.pages import page
from selfmon_gateway.parts import parts
from selfmon_gateway.problems import CATALOGUE
from selfmon_shared.contracts import review
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.errors import Invalid, NotFound, Refusal
from selfmon_shared.kernel.periods import SHANGHAI
from selfmon_shared.reference.regions import full_name, regions

resource = Blueprint("account", __name__)

APPLY = review.PROVIDER.command("apply-for-account")
MINE = review.PROVIDER.query("account-application")

FIELDS = {
    "name": ("姓名", True, "name", ""),
    "mobile": ("手机号", True, "tel", "11 位手机号码"),
    "email": ("邮箱", True, "email", "审核结果会发到此邮箱"),
    "county": ("所在区县", True, "address-level3", ""),
    "township": ("所在乡镇/街道", False, "off", ""),
    "unit": ("单位", True, "organization", ""),
    "department": ("部门/科室", True, "off", ""),
    "account": ("账号", False, "off", "希望使用的门户账号，可不填"),
}
"""The form's text columns: label, whether it must be filled in, what browsers may fill it with, help."""


@resource.get("/sign-in/epb/application")
def application() -> Response:
    """The form, or what was received."""
    _require_epb()
    try:
        received = parts().services.query("review", MINE.name, {}, present_session().person.actor, g.correlation)
    except NotFound:
        return _form({"name": present_session().person.name, "applications": ["自行监测"]})
    if "correct" in request.args:
        return _form(received)
    labels = {name: label for name, (label, *_) in FIELDS.items()}
    return _answer("sign-in/received.html", received=received, at=_clock_time(received["applied_at"]), labels=labels)


@resource.post("/sign-in/epb/application")
def apply() -> Response:
    """Hand the form in; what is wrong is said beside the field, and nothing that was typed is lost."""
    _require_epb()
    auditing("review.apply-for-account")
    typed: dict[str, Any] = {name: request.form.get(name, "").strip() for name in (*FIELDS, "region")}
    typed["applications"] = request.form.getlist("applications")
    try:
        APPLY.load(typed)
        intention = request.form.get("intention") or str(uuid.uuid4())
        parts().services.command("review", APPLY.name, typed, present_session().person.actor, g.correlation, intention[:128])
    except Invalid as refused:
        g.result = refused.code
        return _form(typed, refused)
    return Response(status=303, headers={"Location": request.path, "Cache-Control": "no-store"})


def _require_epb() -> None:
    if present_session().person.realm is not Realm.EPB:
        raise NotFound("route.unknown")


def _form(values: Mapping[str, Any], refused: Refusal | None = None) -> Response:
    wrong = {} if refused is None else dict(CATALOGUE.field_messages(refused))
    for name in wrong:
        if not values.get(name):  # what is empty has no format yet, and 暂无 is no telephone number
            wrong[name] = ["请至少选择一项"] if name == "applications" else ["此项必填"]
    return _answer(
        "sign-in/application.html",
        200 if refused is None else refused.status,
        values=values,
        fields=FIELDS,
        wrong=wrong,
        regions=[(code, full_name(code)) for code in sorted(regions())],
        applications=_applications(),
        intention=str(uuid.uuid4()),
    )


def _answer(template: str, status: int = 200, **context: Any) -> Response:
    session = present_session()
    token = csrf_token(request.cookies[cookie_name()])
    answer = page(template, status, session=session, csrf=token, console=None if session.applicant else CONSOLE, **context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _clock_time(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _applications() -> Sequence[str]:
    listed = parts().settings.text("ACCOUNT_APPLICATIONS")
    return [name for entry in listed.split(",") if (name := entry.strip())] or review.APPLICATIONS
