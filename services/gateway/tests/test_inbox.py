"""The inbox: the union of the services' notices, for those whom their owners tell (R7, E1)."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from gateway_platform import DISCHARGER, Platform
from sqlalchemy import func, select

from selfmon_gateway.inbox.handlers import CONSUMER, keep_notice
from selfmon_gateway.inbox.tables import notices
from selfmon_gateway.service import definition
from selfmon_shared.contracts.providers import PROVIDERS, event_named
from selfmon_shared.eventstore import rebuilding
from selfmon_shared.kernel.contract import Message

OTHER = "91320500MA0000000X001"


def tell(platform: Platform, name: str, payload: dict[str, Any]) -> Message:
    source = event_named(name).source
    return platform.gateway.receive(source, name, payload.get("submission_id", DISCHARGER), payload, consumer=CONSUMER)


def profile(platform: Platform, discharger_id: str = DISCHARGER, region: str = "320102", name: str = "江苏示例热电有限公司") -> None:
    tell(platform, "EnterpriseRevised", {"discharger_id": discharger_id, "name": name, "region": region})


def submitted(platform: Platform, discharger_id: str = DISCHARGER, submission_id: str = "s1") -> Message:
    said = {"submission_id": submission_id, "plan_id": "p1", "discharger_id": discharger_id, "title": "监测方案", "version": 1}
    return tell(platform, "PlanSubmitted", said)


def returned(platform: Platform, discharger_id: str = DISCHARGER, submission_id: str = "s1") -> Message:
    said = {"submission_id": submission_id, "subject_id": "p1", "discharger_id": discharger_id, "reason": "缺少噪声监测点"}
    return tell(platform, "PlanReturned", said)


def shown(platform: Platform, person: str, **arguments: str) -> list[dict[str, Any]]:
    answered = platform.signed_on(person).get("/inbox", query_string=arguments)
    assert answered.status_code == 200, answered.text
    assert answered.json["total"] == len(answered.json["rows"])
    rows: list[dict[str, Any]] = answered.json["rows"]
    return rows


def kinds(platform: Platform, person: str, **arguments: str) -> list[str]:
    return [row["kind"] for row in shown(platform, person, **arguments)]


def test_every_contract_event_with_a_notice_is_followed_by_the_inbox() -> None:
    told = {event.name: event.source for provider in PROVIDERS.values() for event in provider.events if event.notice is not None}
    followed = {name: follow.source for follow in definition.follows if follow.consumer == CONSUMER for name in follow.handlers}
    assert followed == {**told, "EnterpriseRevised": "enterprise"}


def test_R4_a_returned_plan_is_told_to_the_enterprise_with_the_reason(platform: Platform) -> None:
    profile(platform)
    message = returned(platform)
    (row,) = shown(platform, "clerk")
    assert (row["event_id"], row["kind"], row["kind_word"], row["title"]) == (
        message.event_id,
        "plan-returned",
        "监测方案被退回",
        "监测方案被退回",
    )
    assert row["text"] == "监测方案被退回：缺少噪声监测点。请修改后重新导入。"
    assert (row["screen"], row["subject"], row["discharger_name"], row["read_at"]) == ("plans", "p1", "江苏示例热电有限公司", None)
    assert kinds(platform, "officer") == []


def test_E1_an_enterprise_sees_only_what_its_own_dischargers_are_told(platform: Platform) -> None:
    returned(platform)
    returned(platform, OTHER, "s2")
    assert [row["discharger_id"] for row in shown(platform, "clerk")] == [DISCHARGER]
    assert [row["discharger_id"] for row in shown(platform, "stranger")] == [OTHER]
    assert kinds(platform, "operator") == []


def test_R7_a_bureau_sees_what_lies_in_its_region_and_below_wherever_that_is_known(platform: Platform) -> None:
    submitted(platform)
    assert kinds(platform, "officer") == []
    profile(platform)
    profile(platform, OTHER, "320506")
    submitted(platform, OTHER, "s2")
    assert [row["discharger_id"] for row in shown(platform, "officer")] == [DISCHARGER]
    assert [row["discharger_id"] for row in shown(platform, "elsewhere")] == [OTHER]
    assert shown(platform, "elsewhere", in_charge="true") == []
    assert kinds(platform, "officer", in_charge="true") == ["plan-submitted"]
    profile(platform, region="320505")
    assert kinds(platform, "officer") == []
    assert len(shown(platform, "elsewhere")) == 2


def test_N2_a_refused_upload_is_told_to_enterprise_and_bureau(platform: Platform) -> None:
    profile(platform)
    refused = {"upload_id": "u1", "kind": "results", "discharger_id": DISCHARGER, "reason": "超出量程", "lines": []}
    tell(platform, "UploadRefused", refused)
    tell(platform, "UploadAcknowledged", {**refused, "receipt": "R1"})
    for person in ("clerk", "officer"):
        (row,) = shown(platform, person)
        assert row["text"] == "国家平台退回了上传的监测数据：超出量程。更正后可重新上传。"


def test_R1_a_changed_officer_is_told_himself_and_nobody_else(platform: Platform) -> None:
    tell(platform, "OfficerChanged", {"officer_id": "officer", "region": "320102", "applications": ["自行监测"], "active": True})
    assert kinds(platform, "officer") == ["officer-changed"]
    for person in ("elsewhere", "clerk", "auditor"):
        assert kinds(platform, person) == []


def test_the_same_event_is_kept_once(platform: Platform) -> None:
    message = returned(platform)
    with platform.gateway.application.database.writing() as connection:
        keep_notice(message, SimpleNamespace(connection=connection))
        assert connection.execute(select(func.count()).select_from(notices)).scalar() == 1


def unread(platform: Platform, person: str) -> tuple[int, bool]:
    answered = platform.signed_on(person).get("/inbox/unread").json
    return answered["count"], answered["more"]


def mark(platform: Platform, person: str, **body: Any) -> Any:
    return platform.signed_on(person).post("/inbox/read", body)


def test_unread_ones_are_counted_and_marked_by_each_person_for_himself(platform: Platform) -> None:
    first, second = returned(platform), returned(platform, submission_id="s2")
    assert unread(platform, "clerk") == (2, False)
    assert mark(platform, "clerk", ids=[first.event_id]).json == {"marked": 1}
    assert mark(platform, "clerk", ids=[first.event_id]).json == {"marked": 0}
    assert unread(platform, "clerk") == (1, False)
    assert [row["event_id"] for row in shown(platform, "clerk", unread="true")] == [second.event_id]
    read = {row["event_id"]: row["read_at"] is not None for row in shown(platform, "clerk")}
    assert read == {first.event_id: True, second.event_id: False}
    assert mark(platform, "clerk", all=True).json == {"marked": 1}
    assert unread(platform, "clerk") == (0, False)


def test_R7_what_lies_below_is_in_the_inbox_and_does_not_count_as_unread(platform: Platform) -> None:
    profile(platform, OTHER, "320506")
    submitted(platform, OTHER)
    assert (kinds(platform, "elsewhere"), unread(platform, "elsewhere")) == (["plan-submitted"], (0, False))
    profile(platform, OTHER, "320500")
    assert unread(platform, "elsewhere") == (1, False)


def test_E1_nobody_marks_what_he_does_not_see(platform: Platform) -> None:
    message = returned(platform)
    assert mark(platform, "stranger", ids=[message.event_id]).json == {"marked": 0}
    assert mark(platform, "stranger", all=True).json == {"marked": 0}
    assert unread(platform, "clerk") == (1, False)
    assert mark(platform, "clerk").status_code == 422
    assert mark(platform, "clerk", ids=["no such id!"]).status_code == 422
    assert platform.browser().get("/inbox").status_code == 401


def test_the_link_of_a_mail_leads_to_one_notice(platform: Platform) -> None:
    message = returned(platform)
    found = platform.signed_on("clerk").get(f"/inbox/{message.event_id}")
    assert (found.status_code, found.json["kind_word"]) == (200, "监测方案被退回")
    for person in ("stranger", "officer"):
        missing = platform.signed_on(person).get(f"/inbox/{message.event_id}")
        assert (missing.status_code, missing.json["detail"]) == (404, "没有找到这条消息")


def test_many_unread_ones_are_told_as_many(platform: Platform) -> None:
    row = {"kind": "plan-returned", "title": "t", "text": "t", "screen": "plans", "subject": "p", "to_enterprise": True, "to_bureau": False}
    place = {"discharger_id": DISCHARGER, "uscc": DISCHARGER[:18], "occurred_at": platform.gateway.clock.now()}
    with platform.gateway.application.database.writing() as connection:
        connection.execute(notices.insert(), [{**row, **place, "event_id": str(uuid.uuid4())} for _ in range(120)])
    assert unread(platform, "clerk") == (100, True)
    page = platform.signed_on("clerk").get("/inbox?page=6&page_size=20").json
    assert (page["total"], len(page["rows"])) == (120, 20)


def test_read_marks_survive_when_the_copies_are_built_anew(platform: Platform) -> None:
    message = returned(platform)
    mark(platform, "clerk", all=True)
    rebuilding.rebuild(platform.gateway.application.database, platform.gateway.application.model)
    assert shown(platform, "clerk") == []
    follow = next(f for f in definition.follows if f.source == "review" and f.consumer == CONSUMER)
    platform.gateway.application.apply(follow, platform.gateway.application.cursor(follow), message)
    (row,) = shown(platform, "clerk")
    assert row["read_at"] is not None
    assert unread(platform, "clerk") == (0, False)


@pytest.mark.parametrize("arguments", [{"page": "0"}, {"page_size": "201"}, {"unread": "perhaps"}, {"nothing": "1"}])
def test_what_the_inbox_cannot_answer_is_told_at_the_field(platform: Platform, arguments: dict[str, str]) -> None:
    assert platform.signed_on("clerk").get("/inbox", query_string=arguments).status_code == 422
