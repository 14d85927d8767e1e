"""Real portals as processes, the gateway as a server that they can reach, and a browser that fills in their forms."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from selfmon_shared.testing.processes import ManagedProcess

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
USCC = "91320102MA1TESTX0G"
PEOPLE: dict[str, dict[str, Any]] = {
    "clerk": {"name": "示例办事员", "uscc": USCC, "unit": "江苏示例热电有限公司", "email": "clerk@example.cn"},
    "private": {"name": "示例个人用户"},
    "officer": {"name": "示例科员", "region": "320102", "unit": "示例生态环境局", "email": "officer@example.cn"},
    "newcomer": {"name": "示例新人", "region": "320102", "unit": "示例生态环境局"},
}
REALMS = ("enterprise", "epb")
WHO = {"enterprise": "clerk", "epb": "officer"}
FROM_PORTAL = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document", "Origin": "https://portal.example"}
PASSWORD = "示例口令-1"
LANDINGS = ("/console/", "/sign-in/epb/application")


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: Any) -> None:
        pass


class LiveGateway:
    """A listening address whose application each test sets. Browsers and portals know it as localhost: cookies of 127.0.0.1 are the
    portals'."""

    def __init__(self) -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=_Quiet)
        self.url = f"http://localhost:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def serve(self, app: Flask) -> None:
        self._server.app = app

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _nothing(_environ: Any, start: Callable[..., Any]) -> list[bytes]:
    start("503 Service Unavailable", [])
    return []


@contextmanager
def openid_portal(gateway: str, folder: Path) -> Iterator[tuple[str, ManagedProcess]]:
    """oidc-provider with a client for each realm."""
    clients = [
        {
            "client_id": f"selfmon-{realm}",
            "client_secret": f"secret of {realm}",
            "redirect_uris": [f"{gateway}/sign-in/{realm}/return"],
            "post_logout_redirect_uris": [f"{gateway}/sign-out"],
            "backchannel_logout_uri": f"{gateway}/sign-in/{realm}/back-channel",
            "backchannel_logout_session_required": True,
        }
        for realm in REALMS
    ]
    subprocess.run([ROOT / "deploy/setup/oidc-portal.sh"], cwd=ROOT, check=True)
    node = subprocess.run([ROOT / "deploy/setup/node.sh"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    command = [f"{node}/node", HERE / "oidc" / "portal.mjs"]
    with _running(command, "oidc-provider", folder, {"clients": clients, "people": PEOPLE}) as portal:
        yield portal


@contextmanager
def cas_portal(gateway: str, folder: Path) -> Iterator[tuple[str, ManagedProcess]]:
    """django-mama-cas with the gateway as its service."""
    people = {account: {"password": PASSWORD, **said} for account, said in PEOPLE.items()}
    command = [sys.executable, HERE / "cas_portal.py"]
    with _running(command, "django-mama-cas", folder, {"services": [gateway], "people": people}) as portal:
        yield portal


@contextmanager
def _running(command: list[Any], name: str, folder: Path, wanted: Mapping[str, Any]) -> Iterator[tuple[str, ManagedProcess]]:
    settings, log = folder / f"{name}.json", folder / f"{name}.log"
    settings.write_text(json.dumps(wanted), encoding="utf-8")

    def address() -> str:
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return next((line.removeprefix("listening on ") for line in lines if line.startswith("listening on ")), "")

    process = ManagedProcess([*command, settings], name=name, log_path=log, ready=lambda: bool(address()), env=_without_proxies())
    process.start()
    try:
        yield address(), process
    finally:
        process.stop()


def _without_proxies() -> dict[str, str | None]:
    return {name: None for name in os.environ if name.lower().endswith("_proxy")}


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((said, {}))
        elif tag in ("input", "button") and self.forms and said.get("name"):
            self.forms[-1][1].setdefault(said["name"], said.get("value", ""))


class Window:
    """A browser: it keeps cookies, follows redirects until it stands on a page of the consoles, and fills in forms."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self.http = httpx.Client(follow_redirects=False, timeout=20, trust_env=False)
        self.trail: list[str] = []

    def __enter__(self) -> "Window":
        return self

    def __exit__(self, *_error: object) -> None:
        self.http.close()

    def go(self, address: str, *, until: tuple[str, ...] = LANDINGS, **options: Any) -> httpx.Response:
        """Open an address and follow where it leads; what is in ``until`` (paths of the gateway) is not opened any more."""
        answer = self.http.request(options.pop("method", "GET"), urljoin(self.gateway, address), **options)
        return self._followed(answer, until)

    def submit(self, page: httpx.Response, *, until: tuple[str, ...] = LANDINGS, **values: str) -> httpx.Response:
        """Fill in the page's first form."""
        form, fields = _Forms(page.text).forms[0]
        target = urljoin(str(page.url), form.get("action", "") or str(page.url))
        return self._followed(self.http.request(form.get("method", "get").upper(), target, data={**fields, **values}), until)

    def _followed(self, answer: httpx.Response, until: tuple[str, ...]) -> httpx.Response:
        self.trail.append(str(answer.url))
        while answer.is_redirect:
            target = urljoin(str(answer.url), answer.headers["Location"])
            self.trail.append(target)
            if target.startswith(self.gateway) and urlsplit(target).path.startswith(until):
                return answer
            answer = self.http.get(target)
        return answer

    @property
    def landed_on(self) -> str:
        """Path and arguments of the last address."""
        parted = urlsplit(self.trail[-1])
        return parted.path + (f"?{parted.query}" if parted.query else "")

    def came_through(self, part: str) -> dict[str, str]:
        """The arguments of the last address that contains this part."""
        address = next(address for address in reversed(self.trail) if part in address)
        return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}

    def address_of(self, part: str) -> str:
        """The last address that contains this part."""
        return next(address for address in reversed(self.trail) if part in address)

    def me(self) -> httpx.Response:
        return self.http.get(f"{self.gateway}/api/v1/me")

    @property
    def is_signed_on(self) -> bool:
        return self.me().status_code == 200

    @property
    def cookie(self) -> str:
        return str(self.http.cookies.get("selfmon", domain="localhost.local"))
