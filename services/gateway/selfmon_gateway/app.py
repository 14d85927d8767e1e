"""The gateway's web application: sign-on, the API below /api/v1, and what the public sees. No business rules.

Behind proxies that add X-Forwarded-For, ``TRUSTED_PROXIES`` says how many.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask_smorest import Api
from marshmallow import Schema
from werkzeug.middleware.proxy_fix import ProxyFix

from selfmon_gateway import console, edge, pages, problems
from selfmon_gateway.api import (
    audit,
    dischargers,
    exchange,
    files,
    inbox,
    manual,
    plans,
    points,
    preferences,
    processes,
    reference,
    results,
    reviews,
    sign_on,
    workbench,
)
from selfmon_gateway.api.routes import BODY_LIMIT
from selfmon_gateway.auth import application
from selfmon_gateway.auth import pages as sign_in
from selfmon_gateway.disclosure import api as disclosure
from selfmon_gateway.disclosure import pages as site_pages
from selfmon_gateway.disclosure import site
from selfmon_gateway.manual import pages as manual_pages
from selfmon_gateway.parts import EXTENSION, Parts
from selfmon_shared.contracts.fields import Exact
from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE, RpcClient

PAGES = (pages, sign_in, application, site_pages, manual_pages, console)
RESOURCES = (
    sign_on,
    dischargers,
    points,
    plans,
    results,
    reviews,
    exchange,
    files,
    audit,
    workbench,
    inbox,
    preferences,
    disclosure,
    reference,
    manual,
)

_CONFIGURATION = {
    "API_TITLE": "排污单位自行监测信息发布平台",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "MAX_CONTENT_LENGTH": BODY_LIMIT,
}


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest for the OpenAPI page; errors are ours (:mod:`selfmon_gateway.problems`)."""

    ERROR_SCHEMA = problems.Problem
    DEFAULT_ERROR_RESPONSE_NAME = None  # every route says by number what it may answer

    def _register_error_handlers(self) -> None:
        pass


class NoServices:
    """The RPC client of a process that never calls a service."""

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        """Refuse.

        Raises:
            Unavailable: always.
        """
        raise Unavailable("service.away")

    def close(self) -> None:
        """Nothing to close."""


def create_app(environment: Mapping[str, str], client: RpcClient) -> Flask:
    """The application for these settings, on an RPC client that it shares with nobody else's breaker."""
    return _application(environment, client, PAGES, RESOURCES)


def create_public_app(environment: Mapping[str, str]) -> Flask:
    """What everybody may see, alone: the disclosure site, its API, health. Nobody can sign on here, and no service is ever called."""
    settings = {name: value for name, value in environment.items() if not name.startswith("SIGN_ON")}
    app = _application(settings, NoServices(), (pages, site_pages), (disclosure,))
    app.register_blueprint(site_pages.front)
    return app


def _application(environment: Mapping[str, str], client: RpcClient, shown: Sequence[Any], resources: Sequence[Any]) -> Flask:
    app = Flask("selfmon_gateway", static_folder=None)
    app.config.update(_CONFIGURATION)
    app.extensions[EXTENSION] = Parts.of(environment, client)
    site.install(app)
    proxies = int(environment.get("TRUSTED_PROXIES", "0"))
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    problems.register(app)
    edge.register(app)
    for module in (processes, *shown):
        app.register_blueprint(module.resource)
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    api = ProblemApi(app, spec_kwargs={"marshmallow_plugin": plugin})
    api.register_field(Exact, "string", "decimal")
    for module in resources:
        api.register_blueprint(module.resource)
    return app


def _schema_name(schema: Any) -> str:
    """Component names that tell providers apart, and a body without the address's ids from the whole record."""
    cls = schema if isinstance(schema, type) else type(schema)
    whole = not (isinstance(schema, Schema) and (schema.exclude or schema.only))
    module = cls.__module__.removesuffix(".views").rsplit(".", 1)[-1]
    return f"{module}.{cls.__name__}{'' if whole else '.body'}"
