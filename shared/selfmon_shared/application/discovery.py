"""Which services are installed: each names its definition in the entry point group ``selfmon.services``.

So one command line serves any of them, and an image holds just the one that it runs.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from selfmon_shared.application.definition import ServiceDefinition

SERVICES, WEB, COMMANDS = "selfmon.services", "selfmon.web", "selfmon.commands"


def definitions() -> dict[str, ServiceDefinition]:
    """The definitions of all installed services, by name."""
    return {point.name: point.load() for point in sorted(entry_points(group=SERVICES), key=lambda p: p.name)}


def definition_of(service: str) -> ServiceDefinition:
    """The definition of one service.

    Raises:
        LookupError: it is not installed here.
    """
    for point in entry_points(group=SERVICES):
        if point.name == service:
            definition: ServiceDefinition = point.load()
            return definition
    raise LookupError(f"no service {service!r} is installed; there are: {', '.join(sorted(p.name for p in entry_points(group=SERVICES)))}")


def web_application(environment: Mapping[str, str], client: Any) -> Any:
    """The gateway's WSGI application, on an RPC client that exists already.

    Raises:
        LookupError: the gateway is not installed here.
    """
    for point in entry_points(group=WEB):
        create: Callable[[Mapping[str, str], Any], Any] = point.load()
        return create(environment, client)
    raise LookupError("the gateway is not installed")
