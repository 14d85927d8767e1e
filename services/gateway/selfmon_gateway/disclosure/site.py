"""What the public pages and the public API of one application share: warm pages, their versions, the limit per address."""

import json
from dataclasses import dataclass

from flask import Flask, current_app, request

from selfmon_gateway.console import BUILT
from selfmon_gateway.disclosure.limiting import AddressLimit
from selfmon_gateway.disclosure.warm_pages import Versions, WarmPages
from selfmon_gateway.parts import EXTENSION as PARTS
from selfmon_gateway.parts import Parts

EXTENSION = "selfmon_disclosure"
_PAGES, _MEGABYTES = 5000, 64
_CHARTS = "src/disclosure.ts"


@dataclass
class Site:
    """See the module."""

    versions: Versions
    pages: WarmPages
    limit: AddressLimit | None
    charts: str | None

    @staticmethod
    def of(parts: Parts) -> "Site":
        """By ``PUBLIC_CACHE_PAGES``, ``PUBLIC_CACHE_MB`` and ``PUBLIC_LIMIT``.

        Raises:
            ValueError: a setting says something else than it can.
        """
        settings = parts.settings
        most_pages = int(settings.text("PUBLIC_CACHE_PAGES", str(_PAGES)))
        most_bytes = int(settings.text("PUBLIC_CACHE_MB", str(_MEGABYTES))) * 1024 * 1024
        return Site(Versions(parts.database), WarmPages(most_pages, most_bytes), AddressLimit.of(settings), charts_script())


def charts_script() -> str | None:
    """The address of the script that draws charts above the tables; None where the web application is not built: tables are enough."""
    try:
        manifest = json.loads((BUILT / ".vite" / "manifest.json").read_text(encoding="utf-8"))
        return f"/{manifest[_CHARTS]['file']}"
    except (OSError, ValueError, KeyError):
        return None


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
