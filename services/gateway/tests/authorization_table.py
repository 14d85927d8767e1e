"""Who may use which route: one row for each. A route without a row fails the test that walks them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOBODY, STRANGER, ELSEWHERE, NEIGHBOUR = "no session", "other enterprise", "other city's officer", "other county's officer"
WRONG_REALM, IN_CHARGE, EXPIRED, NO_TOKEN = "wrong realm", "officer in charge", "expired session", "missing CSRF token"
Answers = Mapping[str, int]

BUILT = 0
"""The console's page once it is built; the route says so where it is not."""
_SIGNED_IN = {NOBODY: 401, EXPIRED: 401, NO_TOKEN: 403}
THING: Answers = {**_SIGNED_IN, STRANGER: 404, ELSEWHERE: 403, NEIGHBOUR: 403, WRONG_REALM: 403, IN_CHARGE: 200}
"""Seen by its own enterprise and the officers above its region: another enterprise is not told that it exists."""
OWN: Answers = {**THING, IN_CHARGE: 403}
"""A command that only its own enterprise gives."""
OFFICERS: Answers = {**_SIGNED_IN, STRANGER: 403, ELSEWHERE: 403, NEIGHBOUR: 403, WRONG_REALM: 403}
"""A decision that only an officer takes whose region covers the discharger's."""
STAFF: Answers = {**OFFICERS, IN_CHARGE: 403}
"""For those who operate or audit the platform."""
EACH: Answers = {**_SIGNED_IN, **dict.fromkeys((STRANGER, ELSEWHERE, NEIGHBOUR, WRONG_REALM, IN_CHARGE), 200)}
"""Each signed-in person, of his own."""


@dataclass(frozen=True)
class Row:
    """A route: ``{name}`` in address and body are ids of the platform. ``by`` may use it and is answered ``status``."""

    method: str
    rule: str
    answers: Answers | None
    path: str
    by: str = "clerk"
    status: int | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    form: bool = False

    @property
    def is_public(self) -> bool:
        """Whether it needs no session."""
        return self.answers is None

    @property
    def is_unsafe(self) -> bool:
        """Whether it may change something."""
        return self.method != "GET"


def _api(method: str, rule: str, answers: Answers | None, query: str = "", **more: Any) -> Row:
    path = rule.replace("<", "{").replace(">", "}")
    return Row(method, f"/api/v1{rule}", answers, f"/api/v1{path}{query}", **more)


def _public(rule: str, path: str | None = None, status: int = 200, method: str = "GET", **more: Any) -> Row:
    return Row(method, rule, None, path or rule.replace("<", "{").replace(">", "}"), status=status, **more)


_PERIOD = {"valid_from": "2026-01-01", "valid_to": "2030-12-31"}
_POINT = {"code": "FQ-900", "name": "示例", "kind": "organised-exhaust", "emission_standard": "无", **_PERIOD}
_ITEM = {
    "pollutant_code": "a34013", "method": "manual", "frequency": "1次/季", "limits": {"upper": "20"},
    "monitoring_method": "重量法", "method_source": "HJ 836-2017", **_PERIOD,
}  # fmt: skip
_PROFILE = {
    "name": "江苏示例热电有限公司", "region": "320115", "address": "示例路2号", "longitude": "118.84", "latitude": "31.95",
    "industry_code": "4412", "production_cycle": "全年", "commissioned_laboratory": "无", "legal_person": "示例法人",
}  # fmt: skip
_DISCREPANCY = {
    "lines": [{"place": "DA001", "wrong": "甲", "right": "乙"}],
    "contact": {"company": "江苏示例热电有限公司", "person": "示例人", "telephone": "025-12345678"},
}
_APPLICATION = {
    "name": "示例申请人", "mobile": "13800000000", "email": "applicant@example.cn", "county": "江宁区", "region": "320115",
    "unit": "示例生态环境局", "department": "监测科", "applications": ["自行监测"],
}  # fmt: skip
_SAMPLING = {
    "sampled_on": "{today}",
    "analysed_on": "{today}",
    "laboratory": "示例检测",
    "method": "HJ 693-2014",
    "samples": [{"value": "1"}],
}
_UPLOAD = {"upload": "0" * 64, "filename": "盖章件.pdf"}
_SCAN = {**_UPLOAD, "title": "监测方案", "free_of_personal_data": True}
_STOP = {"kind": "stopped", "starts_at": "{later}", "reason": "检修"}
_PAIR = {"permit_point": "DA001", "point_id": "{point_id}"}
_SITE = "/dischargers/<discharger_id>"

ROWS = (
    # dischargers, permit, matching
    _api("GET", "/dischargers", {**EACH, WRONG_REALM: 403}),
    _api("POST", "/dischargers", {**STAFF, STRANGER: 201}, body={"name": "示例二厂", "region": "320115"}),
    _api("GET", _SITE, THING),
    _api("PUT", f"{_SITE}/profile", OWN, body=_PROFILE),
    _api("GET", f"{_SITE}/permit", THING),
    _api("POST", f"{_SITE}/permit-check", OWN, body={"is_mine": True}),
    _api("POST", f"{_SITE}/discrepancies", OWN, body=_DISCREPANCY),
    _api("GET", f"{_SITE}/matching", THING),
    _api("POST", f"{_SITE}/matching/pairs", OWN, body=_PAIR),
    _api("POST", f"{_SITE}/matching/clearing", OWN, body={"permit_point": "DA001"}),
    _api("GET", f"{_SITE}/proposals", THING),
    _api("GET", f"{_SITE}/timeline", THING),
    # points, items, loggers, diagram
    _api("GET", f"{_SITE}/points", THING),
    _api("POST", f"{_SITE}/points", OWN, body=_POINT),
    _api("PUT", "/points/<point_id>", OWN, body={**_POINT, "code": "FQ-001"}),
    _api("POST", "/points/<point_id>/deactivation", OWN, body={"reason": "拆除"}),
    _api("GET", "/points/<point_id>/timeline", THING),
    _api("POST", "/points/<point_id>/items", OWN, body=_ITEM),
    _api("PUT", "/points/<point_id>/items/<item_id>", OWN, body=_ITEM),
    _api("POST", "/points/<point_id>/items/<item_id>/deactivation", OWN, body={"reason": "拆除"}),
    _api("POST", "/points/<point_id>/loggers", OWN, body={"mn": "32011500000002"}),
    _api("GET", f"{_SITE}/loggers", THING),
    _api("GET", "/loggers/<mn>/timeline", THING),
    _api("GET", f"{_SITE}/diagram", THING),
    _api("PUT", f"{_SITE}/diagram", OWN, body=_UPLOAD),
    _api("GET", f"{_SITE}/diagram/picture", THING),
    # overview and plans
    _api("GET", f"{_SITE}/overview", THING),
    _api("PUT", f"{_SITE}/overview", OWN, body={"introduction": "示例"}),
    _api("GET", f"{_SITE}/plans", THING),
    _api("POST", f"{_SITE}/plans", OWN),
    _api("POST", f"{_SITE}/plan-imports", OWN, body=_SCAN),
    _api("GET", "/plans/<plan_id>", THING),
    _api("GET", "/plans/<plan_id>/timeline", THING),
    _api("POST", "/plans/<plan_id>/cancellation", OWN),
    _api("POST", "/plans/<plan_id>/withdrawal", OWN),
    # The plan in force was no export of ours: there is no such file, for those who would see it.
    _api("GET", "/plans/<plan_id>/pdf", {**THING, IN_CHARGE: 404}, status=404),
    _api("GET", "/plans/<plan_id>/document", THING),
    # results, ledger, registrations
    _api("GET", f"{_SITE}/results", THING, "?from_day={today}&to_day={today}"),
    _api("POST", f"{_SITE}/results/hourly", OWN, body={"values": [{"item_id": "{item_id}", "hour": "{hour}", "value": "1"}]}),
    _api("POST", f"{_SITE}/results/manual", OWN, body={"item_id": "{manual_id}", **_SAMPLING}),
    _api("POST", f"{_SITE}/results/explanations", OWN, body={"item_id": "{item_id}", "hour": "{hour}", "reason": "校准"}),
    _api("GET", f"{_SITE}/ledger", THING, "?month={month}"),
    _api("GET", f"{_SITE}/registrations", THING),
    _api("POST", f"{_SITE}/registrations", OWN, body=_STOP),
    _api("GET", "/registrations/<registration_id>/timeline", THING),
    _api("POST", "/registrations/<registration_id>/end", OWN, body={"ends_at": "{later}"}),
    # the exchange with the national platform
    _api("GET", "/permit-intake", STAFF, by="operator"),
    _api("POST", "/permit-intake", STAFF, by="operator"),
    _api("POST", "/permits/<permit_number>/resync", STAFF, by="operator"),
    _api("GET", f"{_SITE}/uploads", THING),
    _api("GET", "/uploads/<upload_id>/timeline", THING),
    _api("POST", "/uploads/<upload_id>/retry", OWN),
    # reviews and officers
    _api("GET", "/reviews", {**OFFICERS, ELSEWHERE: 200, NEIGHBOUR: 200}, by="officer"),
    _api("GET", "/reviews/<submission_id>", THING, by="officer"),
    _api("GET", "/reviews/<submission_id>/timeline", THING, by="officer"),
    _api("POST", "/reviews/<submission_id>/approval", OFFICERS, by="officer", body={"digest": "{digest}"}),
    _api("POST", "/reviews/<submission_id>/return", OFFICERS, by="officer", body={"digest": "{digest}", "reason": "示例"}),
    Row("POST", "/api/v1/reviews/<submission_id>/revocation", OFFICERS, "/api/v1/reviews/{revocable_id}/revocation", "officer",
        body={"reason": "示例"}),
    _api("GET", "/officer", {**OFFICERS, ELSEWHERE: 200, NEIGHBOUR: 200}, by="officer"),
    _api("GET", "/account-application", {**OFFICERS, **dict.fromkeys((ELSEWHERE, NEIGHBOUR, IN_CHARGE), 404)}, by="officer", status=404),
    _api("POST", "/account-application", {**OFFICERS, **dict.fromkeys((ELSEWHERE, NEIGHBOUR, IN_CHARGE), 409)}, by="applicant", status=201,
         body=_APPLICATION),
    _api("POST", "/officers", STAFF, by="operator", body={"officer_id": "officer", "region": "320115", "name": "示例科员"}),
    # what each has of his own
    _api("GET", "/workbench", THING, "?discharger_id={discharger_id}"),
    _api("POST", "/files", {**EACH, **dict.fromkeys((STRANGER, ELSEWHERE, NEIGHBOUR, WRONG_REALM, IN_CHARGE), 201)}),
    _api("GET", "/me", EACH),
    _api("GET", "/sessions", EACH),
    _api("DELETE", "/sessions", EACH),
    Row("DELETE", "/api/v1/sessions/<session_id>", {**EACH, **dict.fromkeys((STRANGER, ELSEWHERE, NEIGHBOUR, WRONG_REALM, IN_CHARGE), 404)},
        "/api/v1/sessions/{session_id}"),
    _api("POST", "/sign-out", EACH),
    _api("GET", "/inbox", EACH),
    _api("GET", "/inbox/<event_id>", {**THING, ELSEWHERE: 404, NEIGHBOUR: 404, WRONG_REALM: 404, IN_CHARGE: 404}),
    _api("GET", "/inbox/unread", EACH),
    _api("POST", "/inbox/read", EACH, body={"all": True}),
    _api("GET", "/preferences/mail", EACH),
    _api("PUT", "/preferences/mail", EACH, body={"kinds": {}}),
    _api("GET", "/audit", STAFF, by="auditor"),
    _api("GET", "/audit.csv", STAFF, by="auditor"),
    _api("GET", "/reference/regions", EACH),
    _api("GET", "/reference/counties", EACH, "?city=320100"),
    _api("GET", "/reference/industries", EACH),
    _api("GET", "/reference/pollutants", EACH),
    _api("GET", "/reference/standards", EACH),
    _api("GET", "/reference/methods", EACH),
    _api("GET", "/reference/frequencies", EACH),
    Row("GET", "/sign-in/epb/application", {NOBODY: 302, EXPIRED: 302, STRANGER: 404}, "/sign-in/epb/application", "applicant"),
    Row("POST", "/sign-in/epb/application", {NOBODY: 401, EXPIRED: 401, STRANGER: 404, NO_TOKEN: 403}, "/sign-in/epb/application",
        "applicant", form=True),
    Row("POST", "/sign-out", {NOBODY: 401, EXPIRED: 401, NO_TOKEN: 403}, "/sign-out", form=True),
    # the public
    _public("/api/v1/openapi.json"),
    _public("/api/v1/public/dischargers"),
    *(_public(f"/api/v1/public{_SITE}{what}") for what in ("", "/diagram", "/diagram/picture", "/overview", "/points", "/reasons")),
    *(_public(f"/api/v1/public{_SITE}/plan{what}") for what in ("", "/document")),
    _public(f"/api/v1/public{_SITE}/results", "/api/v1/public/dischargers/{discharger_id}/results?day={today}"),
    _public("/public/"),
    *(_public(f"/public{_SITE}{what}") for what in ("", "/plan", "/results", "/reasons")),
    _public(f"/public{_SITE}/results.csv", "/public/dischargers/{discharger_id}/results.csv?day={today}"),
    _public(f"/public{_SITE}/items/<item_id>"),
    _public(f"/public{_SITE}/items/<item_id>.csv", "/public/dischargers/{discharger_id}/items/{item_id}.csv?until={today}"),
    _public("/api/v1/help/<name>", "/api/v1/help/sign-in"),
    _public("/help/"),
    _public("/help/<name>", "/help/sign-in"),
    _public("/help/pictures/<path:name>", "/help/pictures/none.png", 404),
    _public("/", status=302),
    _public("/console/", status=BUILT),
    _public("/console/<path:path>", "/console/anything", BUILT),
    _public("/assets/<name>", "/assets/none.js", 404),
    _public("/static/<path:name>", "/static/site.css"),
    _public("/unsupported"),
    _public("/healthz"),
    _public("/readyz"),
    _public("/metrics"),
    _public("/sign-in"),
    _public("/sign-in/<realm>", "/sign-in/enterprise", 303),
    _public("/sign-in/<realm>/return", "/sign-in/enterprise/return", 404),
    _public("/sign-in/<realm>/launch", "/sign-in/enterprise/launch", 404),
    _public("/sign-in/<realm>/launch", "/sign-in/enterprise/launch", 404, "POST"),
    _public("/sign-in/<realm>/return", "/sign-in/enterprise/return", 404, "POST"),
    _public("/sign-in/<realm>/back-channel", "/sign-in/enterprise/back-channel", 404, "POST"),
    _public("/sign-in/<realm>/development", "/sign-in/enterprise/development", 422, "POST", form=True),
    _public("/sign-out"),
    _public("/api/v1/sign-on/people"),
    _public("/api/v1/sign-on", status=200, method="POST", body={"realm": "enterprise", "person_id": "clerk"}),
)  # fmt: skip
