"""What the public pages and the public API of one application share: warm pages, their versions, the limit per address."""

from dataclasses import dataclass

from flask import Flask, current_app, request

from selfmon_gateway.disclosure.limiting import AddressLimit
from selfmon_gateway.disclosure.warm_pages import Versions, WarmPages
from selfmon_gateway.parts import EXTENSION as PARTS
from selfmon_gateway.parts import Parts

EXTENSION = "selfmon_disclosure"
_PAGES, _MEGABYTES = 5000, 64


@dataclass
class Site:
    """See the module."""

    versions: Versions
    pages: WarmPages
    limit: AddressLimit | None

    @staticmethod
    def of(parts: Parts) -> "Site":
        """By ``PUBLIC_CACHE_PAGES``, ``PUBLIC_CACHE_MB`` and ``PUBLIC_LIMIT``.

        Raises:
            ValueError: a setting says something else than it can.
        """
        settings = parts.settings
        most_pages = int(settings.text("PUBLIC_CACHE_PAGES", str(_PAGES)))
        most_bytes = int(settings.text("PUBLIC_CACHE_MB", str(_MEGABYTES))) * 1024 * 1024
        return Site(Versions(parts.database), WarmPages(most_pages, most_bytes), AddressLimit.of(settings))


def install(app: Flask) -> None:
    """Give the application its site; its :class:`Parts` must be there."""
    app.extensions[EXTENSION] = Site.of(app.extensions[PARTS])


def site() -> Site:
    """The site of the application that serves the present request."""
    found: Site = current_app.extensions[EXTENSION]
    return found


def count_request() -> None:
    """Before every public request.

    Raises:
        TooMany: the address has asked too often.
    """
    limit = site().limit
    if limit is not None:
        limit.count(request.remote_addr or "")
