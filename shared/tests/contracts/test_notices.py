"""Every contract event tells people something, or is known to tell nothing; nothing personal is told."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import fields

from selfmon_shared.contracts.contract import ContractEvent
from selfmon_shared.contracts.notices import KINDS, Notice
from selfmon_shared.contracts.providers import PROVIDERS, event_named
from selfmon_shared.kernel.codec import to_data

TELL_NOTHING = {
    "EnterpriseRevised", "PointRevised", "LoggerAssigned", "DiagramRevised", "MatchingChanged", "DiscrepancyReported",
    "OverviewRevised", "PlanWithdrawalAsked",
    "ResultsRecorded", "PublicationChanged", "MonthFigures", "AbnormalRevoked",
}  # fmt: skip
"""The user's own doing, figures, or what another event tells already."""

PERSONAL = {"officer_id", "contact_id", "person_id", "access_password", "legal_person", "telephone", "email"}
MARK = "personal-mark"


def events() -> Iterator[ContractEvent]:
    for provider in PROVIDERS.values():
        yield from provider.events


def sample(field: Any, name: str) -> Any:
    if name in PERSONAL:
        return MARK
    if isinstance(field, fields.Nested):
        return {inner: sample(one, inner) for inner, one in field.schema.fields.items()}
    if isinstance(field, fields.List):
        return [sample(field.inner, name)]
    if isinstance(field, fields.Boolean):
        return True
    if isinstance(field, fields.Integer):
        return 2
    if isinstance(field, fields.DateTime):
        return datetime.fromisoformat("2026-03-01T00:00:00+00:00")
    if isinstance(field, fields.Date):
        return date(2026, 3, 1)
    choices = [choice for check in field.validators for choice in getattr(check, "choices", ())]
    return choices[0] if choices else Decimal(1) if "Exact" in type(field).__name__ else f"{name}-示例"


def payload_of(event: ContractEvent) -> Any:
    return to_data({name: sample(field, name) for name, field in event.schema().fields.items()})


def test_every_contract_event_has_a_notice_or_is_known_to_have_none() -> None:
    silent = {event.name for event in events() if event.notice is None}
    assert silent == TELL_NOTHING


@pytest.mark.parametrize("event", [event for event in events() if event.notice is not None], ids=lambda event: event.name)
def test_a_notice_is_chinese_and_holds_no_personal_data(event: ContractEvent) -> None:
    notice = event.notice_of(payload_of(event))
    assert notice is not None
    assert any("一" <= letter <= "鿿" for letter in notice.title)
    assert notice.text.endswith("。")
    assert MARK not in notice.title + notice.text
    assert "{" not in notice.title + notice.text
    spoken_to = KINDS[notice.kind].to
    assert (notice.to_enterprise, notice.to_bureau) == ("enterprise" in spoken_to, "bureau" in spoken_to)
    assert (notice.person_id is not None) == ("person" in spoken_to)


def test_every_kind_of_notice_is_told_by_some_event() -> None:
    told = {notice.kind for event in events() if (notice := event.notice_of(payload_of(event)))}
    assert told == set(KINDS)


def test_R4_what_somebody_has_written_freely_is_not_in_the_title() -> None:
    returned = {**payload_of(event_named("PlanReturned")), "reason": "请致电"}
    notice = event_named("PlanReturned").notice_of(returned)
    assert notice is not None
    assert (notice.title, notice.text) == ("监测方案被退回", "监测方案被退回：请致电。请修改后重新导入。")


def test_R1_an_officer_whose_access_has_ended_is_told_so() -> None:
    notice = event_named("OfficerChanged").notice_of({**payload_of(event_named("OfficerChanged")), "active": False})
    assert notice is not None
    assert (notice.text, notice.person_realm) == ("您的审核权限已停用。", "epb")
    moved = {"officer_id": "o", "region": "320102", "applications": [], "active": True}
    notice = event_named("OfficerChanged").notice_of(moved)
    assert notice is not None
    assert notice.text == "您的审核权限已更新：江苏省南京市玄武区，已开通应用：无。"


def test_N2_an_upload_that_was_taken_whole_tells_nothing() -> None:
    assert event_named("UploadAcknowledged").notice_of({"lines": []}) is None
    assert event_named("EnterpriseRevised").notice_of({}) is None


def test_a_notice_has_a_known_kind_and_screen_and_somebody_whom_it_is_for() -> None:
    good: dict[str, Any] = {"kind": "plan-approved", "title": "a\r\nb" + "c" * 300, "text": "示例", "screen": "plans", "subject": "p1"}
    notice = Notice(**good, discharger_id="d1")
    assert notice.title.startswith("a b")
    assert len(notice.title) == 200
    for wrong in ({"kind": "none"}, {"screen": "none"}, {"discharger_id": None}, {"person_id": "p"}):
        with pytest.raises(ValueError):
            Notice(**{**good, "discharger_id": "d1", **wrong})
