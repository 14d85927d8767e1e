"""Routes that carry a request to a service: each is one line that names the address and the contract.

The contract's schemas are used as they are, for checking and for OpenAPI. Ids in the address are merged into the payload.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from flask import Response, g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from selfmon_gateway.audit import auditing
from selfmon_gateway.auth.guards import present_session
from selfmon_gateway.parts import parts
from selfmon_gateway.problems import Malformed, Problem
from selfmon_shared.contracts.contract import CommandContract, Provider, QueryContract
from selfmon_shared.contracts.fields import Flag, Whole
from selfmon_shared.kernel.errors import Invalid
from selfmon_shared.messaging.wire import encode

View = TypeVar("View", bound=Callable[..., Response])

KEY_HEADER = "Idempotency-Key"
BODY_LIMIT = 4 * 1024 * 1024
_KEY_FORM = re.compile(r"[\x21-\x7e]{1,128}")
_PATH_ID = re.compile(r"<(\w+)>")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOST_DIGITS = 9

KEY_PARAMETER = {
    "in": "header",
    "name": KEY_HEADER,
    "required": True,
    "schema": {"type": "string", "maxLength": 128},
    "description": "one per intention; a repeat with the same key answers the first result",
}
CSRF_PARAMETER = {
    "in": "header",
    "name": "X-CSRF-Token",
    "required": True,
    "schema": {"type": "string"},
    "description": "as GET /me and the sign-on give it",
}


@dataclass(frozen=True)
class Route:
    """An address and the command or query behind it."""

    method: str
    path: str
    service: str
    contract: CommandContract | QueryContract
    status: int = 200

    @property
    def ids(self) -> tuple[str, ...]:
        """The payload fields that stand in the address."""
        return tuple(_PATH_ID.findall(self.path))

    @cached_property
    def schema(self) -> Schema:
        """The schema of the whole payload."""
        return self.contract.schema()

    @property
    def act(self) -> str:
        """As the audit trail names it."""
        return f"{self.service}.{self.contract.name}"


@dataclass(frozen=True)
class RoutesOf:
    """Makes the routes to one provider."""

    provider: Provider

    def command(self, method: str, path: str, name: str, status: int = 200) -> Route:
        """A route to the command of that name."""
        return Route(method, path, self.provider.service, self.provider.command(name), status)

    def query(self, path: str, name: str) -> Route:
        """A route to the query of that name."""
        return Route("GET", path, self.provider.service, self.provider.query(name))


def json_answer(data: Any, status: int = 200) -> Response:
    """An answer as JSON."""
    return Response(encode(data), status=status, content_type="application/json")


def json_body() -> dict[str, Any]:
    """The request's JSON record; an empty body is an empty record.

    Raises:
        Malformed: it is none (``request.malformed``).
    """
    request.max_content_length = BODY_LIMIT
    raw = request.get_data(cache=False)
    if not raw.strip():
        return {}
    if request.mimetype != "application/json":
        raise Malformed("request.malformed")
    try:
        body = json.loads(raw.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Malformed("request.malformed") from error
    if not isinstance(body, dict) or (b"\\ud" in raw.lower() and _LONE_SURROGATE.search(json.dumps(body, ensure_ascii=False))):
        raise Malformed("request.malformed")
    return body


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def query_arguments(schema: Schema) -> dict[str, Any]:
    """The arguments in the address, with numbers and flags as such; empty ones count as not given."""
    return {name: _typed(schema.fields.get(name), value) for name, value in request.args.items() if value != ""}


def _typed(field: Any, value: str) -> Any:
    digits = value.removeprefix("-")
    if isinstance(field, Whole) and digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return int(value)
    if isinstance(field, Flag) and value in ("true", "false"):
        return value == "true"
    return value


def idempotency_key() -> str:
    """The request's idempotency key.

    Raises:
        Malformed: it has none, or one of another form (``command.key-missing``).
    """
    key = request.headers.get(KEY_HEADER, "")
    if not _KEY_FORM.fullmatch(key):
        raise Malformed("command.key-missing")
    return key


def merged(body: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """The payload: the body with the ids of the address.

    Raises:
        Invalid: the body names other ids.
    """
    if differing := [name for name, value in ids.items() if name in body and body[name] != value]:
        raise Invalid("input.invalid", fields={name: ["request.id-differs"] for name in differing})
    return {**body, **ids}


def do(route: Route, ids: Mapping[str, str]) -> Response:
    """Serve a route to a command."""
    auditing(route.act)
    key = idempotency_key()
    payload = merged(json_body(), ids)
    route.contract.load(payload)
    answer = parts().services.command(route.service, route.contract.name, payload, present_session().person.actor, g.correlation, key)
    return json_answer(answer, route.status)


def ask(route: Route, ids: Mapping[str, str]) -> Response:
    """Serve a route to a query."""
    arguments = merged(query_arguments(route.schema), ids)
    return json_answer(asked(route.service, route.contract, arguments))


def asked(service: str, contract: CommandContract | QueryContract, arguments: Mapping[str, Any]) -> Any:
    """What a service answers the signed-in person."""
    contract.load(arguments)
    return parts().services.query(service, contract.name, arguments, present_session().person.actor, g.correlation)


class Resource(Blueprint):  # type: ignore[misc]
    """A resource below /api/v1: routes to services, and routes of the gateway's own."""

    def __init__(self, name: str, description: str, routes: Iterable[Route] = ()) -> None:
        super().__init__(name, __name__, url_prefix="/api/v1", description=description)
        for route in routes:
            self._carry(route)

    def serve(
        self,
        method: str,
        path: str,
        *,
        answer: Any = None,
        content: Mapping[str, Any] | None = None,
        arguments: type[Schema] | None = None,
        body: Mapping[str, Any] | None = None,
        status: int = 200,
        csrf: bool = True,
    ) -> Callable[[View], View]:
        """Decorator of the gateway's own routes.

        ``answer`` is the schema of a JSON answer, ``content`` the media types of another; ``arguments`` the schema of what stands behind
        the question mark, ``body`` the media types of what is sent; ``csrf``: whether an unsafe request needs the session's token.
        """
        parameters: list[Any] = [{"in": "query", "schema": arguments}] if arguments else []
        if method != "GET" and csrf:
            parameters.append(CSRF_PARAMETER)
        documentation = _operation(status, content or _json(answer), parameters, body)

        def register(view: View) -> View:
            self.add_url_rule(path, endpoint=view.__name__, view_func=self.doc(**documentation)(view), methods=[method])
            return view

        return register

    def _carry(self, route: Route) -> None:
        is_command = isinstance(route.contract, CommandContract)

        def view(**ids: str) -> Response:
            return do(route, ids) if is_command else ask(route, ids)

        view.__doc__ = (route.contract.schema.__doc__ or "").strip()
        documented = self.doc(**_documentation(route))(view)
        self.add_url_rule(route.path, endpoint=f"{route.service}-{route.contract.name}", view_func=documented, methods=[route.method])


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_REFUSALS: Mapping[str, str] = {
    "400": "the request cannot be read",
    "401": "nobody is signed in, or no longer",
    "403": "the person must not do that, or see that",
    "404": "there is no such thing, or none that the person may know of",
    "405": "no such method here",
    "409": "it does not fit the present state",
    "413": "too large",
    "422": "something was filled in wrongly: messages per field",
    "429": "too often",
    "503": "a part is away for the moment: Retry-After says when to ask again",
}
"""What any route may answer instead."""


def _operation(status: int, content: Mapping[str, Any], parameters: list[Any], body: Mapping[str, Any] | None) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": Problem}}
    refusals = {number: {"description": said, "content": problem} for number, said in _REFUSALS.items()}
    operation: dict[str, Any] = {"responses": {str(status): {"description": "done", "content": dict(content)}, **refusals}}
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = {"required": True, "content": dict(body)}
    return operation


def _documentation(route: Route) -> dict[str, Any]:
    contract = route.contract
    fields = contract.schema(exclude=[name for name in route.ids if name in route.schema.fields])
    if isinstance(contract, CommandContract):
        body = _json(fields) if fields.fields else None
        operation = _operation(route.status, _json(contract.result), [KEY_PARAMETER, CSRF_PARAMETER], body)
    else:
        answer = {"type": "array", "items": contract.view} if contract.many else contract.view
        operation = _operation(route.status, _json(answer), [{"in": "query", "schema": fields}] if fields.fields else [], None)
    return {**operation, "operationId": route.act, "x-rules": list(contract.rules)}
