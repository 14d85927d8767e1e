"""Every error with a stable code and a Chinese message, never a stack trace: problem+json (RFC 9457) below /api, a plain page elsewhere."""

import json
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from selfmon_gateway.auth import refusals
from selfmon_gateway.auth.addresses import sign_in_for
from selfmon_gateway.pages import error_page, wants_page
from selfmon_shared.contracts import data, enterprise, permit_sync, plan, review
from selfmon_shared.contracts.errors import ErrorCatalogue
from selfmon_shared.contracts.fields import Free, Many, One, Record, Text, Whole
from selfmon_shared.kernel.errors import Refusal, Unavailable

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"

ERRORS = {
    "request.cross-site": "请求来源不正确，请刷新页面后重试",
    "request.too-many": "访问过于频繁，请在 {minutes} 分钟后再试",
    "request.id-differs": "与地址中的编号不一致",
    "person.unknown": "没有该登录人员",
    "session.unknown": "没有该登录会话",
    "notice.unknown": "没有找到这条消息",
    "actor.auditor-only": "此操作只能由审计人员办理",
}
CATALOGUE = ErrorCatalogue(permit_sync.ERRORS, enterprise.ERRORS, plan.ERRORS, data.ERRORS, review.ERRORS, refusals.ERRORS, ERRORS)

_TITLES = {
    400: "请求不正确",
    401: "未登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持的请求方法",
    409: "与当前状态不符",
    413: "内容过大",
    415: "格式不支持",
    422: "填写有误",
    429: "请稍后再试",
    500: "系统错误",
    503: "暂时不可用",
}
_CODES = {404: "route.unknown", 405: "route.method-not-allowed", 413: "request.too-large"}


PARTS = {"permit-sync": "国家平台交换", "enterprise": "企业信息", "plan": "监测方案", "data": "监测数据", "review": "审核"}
"""What users call the parts of the platform: a refusal of one that is away names it."""


class Malformed(Refusal):
    """The request cannot be read at all, or lacks a header that it must have."""

    status = 400


class NotSignedIn(Refusal):
    """Nobody is signed in, or no longer."""

    status = 401


class FieldProblem(Record):
    """What is wrong with one field (``items.3.value``)."""

    field = Text()
    messages = Many(Text())


class Problem(Record):
    """An error, as RFC 9457 describes it. ``params`` hold what the message was filled with, such as the current version."""

    type = Text()
    title = Text()
    status = Whole()
    code = Text()
    detail = Text()
    errors = Many(One(FieldProblem))
    params = Free()


def problem(refusal: Refusal, status: int | None = None) -> Response:
    """The answer to a refused request; ``status`` where it is not the refusal's own."""
    number = status or refusal.status
    g.result = refusal.code
    response = _page(refusal, number) if wants_page() else _data(refusal, number)
    if isinstance(refusal, Unavailable | refusals.TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def said_of(refusal: Refusal) -> str:
    """The refusal's message; of a service that is away, busy or silent, with the name of that part before it."""
    part = PARTS.get(str(refusal.params.get("service")), "") if refusal.code.startswith("service.") else ""
    return part + CATALOGUE.message(refusal)


def _page(refusal: Refusal, number: int) -> Response:
    if isinstance(refusal, NotSignedIn) and request.method == "GET":
        return Response(status=302, headers={"Location": sign_in_for(request.full_path.removesuffix("?"))})
    messages = tuple(message for said in CATALOGUE.field_messages(refusal).values() for message in said)
    back, back_name = _way_back(refusal)
    title = _TITLES.get(number, "请求未能完成")
    return error_page(title, CATALOGUE.message(refusal), number, messages=messages, back=back, back_name=back_name)


def _way_back(refusal: Refusal) -> tuple[str, str]:
    if request.path.startswith("/public/"):
        return "/public/", "返回信息公开首页"
    return ("/sign-in", "返回登录页") if refusal.code.startswith("login.") else ("/", "返回首页")


def _data(refusal: Refusal, number: int) -> Response:
    body: dict[str, Any] = {
        "type": f"urn:selfmon:error:{refusal.code}",
        "title": _TITLES.get(number, "请求未能完成"),
        "status": number,
        "code": refusal.code,
        "detail": said_of(refusal),
    }
    if refusal.fields:
        body["errors"] = [{"field": field, "messages": messages} for field, messages in CATALOGUE.field_messages(refusal).items()]
    if refusal.params:
        body["params"] = refusal.params
    response = Response(json.dumps(body, ensure_ascii=False, default=str), status=number, content_type=MEDIA_TYPE)
    if isinstance(refusal, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Session"
    return response


def _of_http(error: HTTPException) -> Response:
    number = error.code or 500
    if number < 400:  # a redirect to the address as it should be written
        redirect = error.get_response()
        return Response(status=number, headers=list(redirect.headers.items()))
    code = _CODES.get(number, "request.malformed" if number < 500 else "service.failed")
    response = problem(Refusal(code), number)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _of_failure(error: Exception) -> Response:
    log.error("request-failed", exc_info=error)
    return problem(Refusal("service.failed"))


def register(app: Flask) -> None:
    """Answer every error of the application this way."""
    app.register_error_handler(Refusal, problem)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_failure)
