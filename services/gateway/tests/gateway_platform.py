"""A gateway on real services in this process: requests go through the code that serves them behind the broker."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from selfmon_shared.kernel.errors import Unavailable
from selfmon_shared.messaging.entrypoints import answer
from selfmon_shared.messaging.rpc import DEFAULT_DEADLINE, answer_of
from selfmon_shared.testing.service import ServiceUnderTest

DISCHARGER = "91320102MA1TESTX0G001"
USCC = DISCHARGER[:18]
PEOPLE = [
    {"realm": "enterprise", "id": "clerk", "name": "示例办事员", "uscc": USCC, "region": None, "unit": "江苏示例热电有限公司", "roles": []},
    {"realm": "enterprise", "id": "stranger", "name": "示例他人", "uscc": "91320500MA0000000X", "unit": "示例其他公司", "roles": []},
    {"realm": "epb", "id": "officer", "name": "示例科员", "region": "320102", "unit": "示例生态环境局", "roles": []},
    {"realm": "epb", "id": "elsewhere", "name": "示例外市科员", "region": "320500", "unit": "示例外市生态环境局", "roles": []},
    {"realm": "operator", "id": "operator", "name": "示例运维", "unit": "示例平台", "roles": ["operator"]},
    {"realm": "operator", "id": "auditor", "name": "示例审计", "unit": "示例平台", "roles": ["auditor"]},
]


class DirectClient:
    """Carries requests as the broker does, as JSON, to services in this process."""

    def __init__(self, folder: Path) -> None:
        self.services: dict[str, ServiceUnderTest] = {}
        self._key = folder / "actor-public.pem"

    def call(self, container: str, request: Mapping[str, Any], timeout: float = DEFAULT_DEADLINE) -> Any:
        assert timeout > 0
        service = self.services.get(container)
        if service is None:
            raise Unavailable("service.away")
        reply = answer(service.application, self._key.read_text, json.loads(json.dumps(dict(request))))
        return answer_of({"result": json.loads(json.dumps(reply)), "error": None})

    def close(self) -> None:
        pass


@dataclass
class Platform:
    """The gateway's application with the services behind it."""

    app: Flask
    client: DirectClient
    gateway: ServiceUnderTest
    review: ServiceUnderTest
    folder: Path

    def browser(self) -> "Browser":
        return Browser(self.app)

    def signed_on(self, person_id: str) -> "Browser":
        browser = self.browser()
        browser.sign_on(next(p["realm"] for p in PEOPLE if p["id"] == person_id), person_id)
        return browser

    def submit_plan(self, submission_id: str = "s1") -> None:
        profile = {"discharger_id": DISCHARGER, "name": "江苏示例热电有限公司", "region": "320102", "bureau": "示例生态环境局"}
        self.review.receive("enterprise", "EnterpriseRevised", DISCHARGER, profile)
        plan = {"submission_id": submission_id, "plan_id": "p1", "discharger_id": DISCHARGER, "title": "监测方案", "digest": "d1"}
        self.review.receive("plan", "PlanSubmitted", submission_id, {**plan, "submitted_at": self.review.clock.now()})


class Browser:
    """A browser with its cookies; commands carry a key and the session's token, as our pages send them."""

    _keys = iter(range(1_000_000))

    def __init__(self, app: Flask) -> None:
        self.http: FlaskClient = app.test_client()
        self.csrf = ""

    def sign_on(self, realm: str, person_id: str) -> Any:
        response = self.http.post("/api/v1/sign-on", json={"realm": realm, "person_id": person_id})
        assert response.status_code == 200, response.text
        self.csrf = response.json["csrf_token"]
        return response

    def get(self, path: str, **options: Any) -> Any:
        return self.http.get(f"/api/v1{path}", **options)

    def send(self, method: str, path: str, body: Any = None, key: str | None = None, headers: Mapping[str, str] | None = None) -> Any:
        sent = {"X-CSRF-Token": self.csrf, "Idempotency-Key": key or f"key-{next(self._keys)}", **(headers or {})}
        return self.http.open(f"/api/v1{path}", method=method, json=body, headers=sent)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.send("POST", path, body, **options)
