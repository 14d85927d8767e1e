"""Abnormal registrations on the store: effect, publication, scope (A1, A2, O2)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from data_cases import (
    COD,
    COUNTY,
    DISCHARGER,
    ELSEWHERE,
    FIRM,
    PH,
    SO2,
    SS,
    STRANGER,
    hour_of,
    hourly,
    ledger_rows,
    local,
    manual,
    rows,
)

from selfmon_data.commands import EndAbnormal, RegisterAbnormal
from selfmon_data.domain import registrations
from selfmon_data.domain.plan import PlanState
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from selfmon_shared.testing.service import ServiceUnderTest

MARCH_1 = date(2026, 3, 1)
START, END = local(2026, 3, 1, 4), local(2026, 3, 1, 8)


def register(data: ServiceUnderTest, kind: str = "stopped", starts_at: datetime = START, **more: Any) -> str:
    said = {"discharger_id": DISCHARGER, "kind": kind, "starts_at": starts_at, "reason": "示例检修", **more}
    registration_id: str = data.command("register-abnormal", said, FIRM)["registration_id"]
    return registration_id


def decide(data: ServiceUnderTest, registration_id: str, name: str, **more: Any) -> None:
    about = {"submission_id": registration_id, "subject_id": registration_id, "discharger_id": DISCHARGER, "digest": "d"}
    data.receive("review", name, registration_id, {**about, "officer_id": "county", "decided_at": data.clock.now(), **more})


def approved(data: ServiceUnderTest, kind: str = "stopped", starts_at: datetime = START, **more: Any) -> str:
    registration_id = register(data, kind, starts_at, **more)
    decide(data, registration_id, "AbnormalApproved", comment="")
    return registration_id


def refused(data: ServiceUnderTest, **said: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as found:
        register(data, **said)
    return found.value.fields


def published(data: ServiceUnderTest) -> dict[str, tuple[bool, list[str]]]:
    newest = {event["publication_id"]: event for event in data.announced("PublicationChanged")}
    return {key: (event["withheld"], [value["value"] for value in event["values"]]) for key, event in newest.items()}


def state(data: ServiceUnderTest, registration_id: str) -> dict[str, Any]:
    listed = data.query("registrations", {"discharger_id": DISCHARGER}, FIRM)
    found: dict[str, Any] = next(row for row in listed if row["registration_id"] == registration_id)
    return found


def test_A1_a_registration_waits_for_the_bureau_and_has_no_effect_yet(data: ServiceUnderTest) -> None:
    registration_id = register(data, point_ids=["stack"], ends_at=END)
    (filed,) = data.announced("AbnormalRegistered")
    assert (filed["submission_id"], filed["afterwards"], filed["point_ids"]) == (registration_id, True, ["stack"])
    assert len(filed["digest"]) == 64
    assert (state(data, registration_id)["state"], state(data, registration_id)["decided_at"]) == ("submitted", None)
    assert ledger_rows(data, "2026-03")[SO2]["waived"] == 0
    register(data, "other", data.clock.now() + timedelta(days=1))
    assert data.announced("AbnormalRegistered")[1]["afterwards"] is False


def test_A2_it_is_in_force_after_approval_and_comes_back_with_a_reason_otherwise(data: ServiceUnderTest) -> None:
    first, second = approved(data, point_ids=["stack"], ends_at=END), register(data, "device-fault", item_ids=[SO2])
    decide(data, first, "AbnormalApproved", comment="")
    decide(data, first, "AbnormalReturned", reason="太迟")
    decide(data, second, "AbnormalReturned", reason="请补充材料")
    decide(data, second, "AbnormalApprovalRevoked", reason="无")
    assert [event["registration_id"] for event in data.announced("AbnormalTookEffect")] == [first]
    assert state(data, first)["state"] == "in-force"
    assert (state(data, second)["state"], state(data, second)["returned_reason"]) == ("returned", "请补充材料")
    with pytest.raises(Conflict) as refusal:
        data.command("end-abnormal", {"registration_id": second, "ends_at": END}, FIRM)
    assert refusal.value.code == "abnormal.not-in-force"


def test_A1_what_cannot_be_registered_is_named(data: ServiceUnderTest) -> None:
    assert refused(data, point_ids=["stack", "none"], item_ids=["nothing"], ends_at=START) == {
        "point_ids.1": ["abnormal.point-unknown"],
        "item_ids.0": ["abnormal.item-unknown"],
        "ends_at": ["abnormal.reversed"],
    }
    register(data, point_ids=["stack"], ends_at=END)
    assert refused(data, item_ids=[SO2], starts_at=local(2026, 3, 1, 7)) == {"starts_at": ["abnormal.overlaps"]}
    assert refused(data, starts_at=local(2026, 3, 1, 7)) == {"starts_at": ["abnormal.overlaps"]}
    register(data, item_ids=[COD], starts_at=local(2026, 3, 1, 7))
    register(data, item_ids=[SO2], starts_at=END)
    register(data, "device-fault", item_ids=[SO2])
    register(data, item_ids=[SO2], starts_at=local(2026, 3, 1, 1), ends_at=START)


def test_A2_values_of_a_stop_are_stored_and_labelled(data: ServiceUnderTest) -> None:
    approved(data, item_ids=[SO2], ends_at=END)
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 3), "1"), (SO2, hour_of(MARCH_1, 4), "2")), FIRM)
    assert [(row["value"], row["labelled"]) for row in rows(data, MARCH_1, MARCH_1)] == [("2", "停产期间数据"), ("1", None)]


def test_A2_a_stop_waives_the_duties_and_a_revocation_brings_them_back(data: ServiceUnderTest) -> None:
    before = ledger_rows(data, "2026-03")
    registration_id = approved(data, point_ids=["stack"], ends_at=END)
    during = ledger_rows(data, "2026-03")
    assert (before[SO2]["owed"], during[SO2]["owed"], during[SO2]["waived"]) == (33, 29, 4)
    assert during[COD] == before[COD]
    decide(data, registration_id, "AbnormalApprovalRevoked", reason="实际仍在生产")
    assert ledger_rows(data, "2026-03") == before
    assert data.announced("AbnormalRevoked")[0]["reason"] == "实际仍在生产"
    assert state(data, registration_id)["state"] == "revoked"


def test_A1_a_registration_ends_sooner_never_later(data: ServiceUnderTest) -> None:
    registration_id = approved(data, point_ids=["stack"])
    assert ledger_rows(data, "2026-03")[SO2]["waived"] == 29
    for ends_at, code in ((START - timedelta(hours=1), "abnormal.reversed"),):
        with pytest.raises(Invalid) as refusal:
            data.command("end-abnormal", {"registration_id": registration_id, "ends_at": ends_at}, FIRM)
        assert refusal.value.fields == {"ends_at": [code]}
    assert data.command("end-abnormal", {"registration_id": registration_id, "ends_at": END}, FIRM)["state"] == "ended"
    assert ledger_rows(data, "2026-03")[SO2]["waived"] == 4
    (ended,) = data.announced("AbnormalEnded")
    assert ended["ends_at"] == "2026-03-01T00:00:00Z"
    other = approved(data, "device-fault", point_ids=["stack"], ends_at=END)
    with pytest.raises(Invalid) as refusal:
        data.command("end-abnormal", {"registration_id": other, "ends_at": END + timedelta(hours=1)}, FIRM)
    assert refusal.value.fields == {"ends_at": ["abnormal.longer"]}
    decide(data, registration_id, "AbnormalApprovalRevoked", reason="有误")
    assert ledger_rows(data, "2026-03")[SO2]["waived"] == 0


def test_O2_what_is_not_public_is_taken_back_and_kept_back(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly(*((SO2, hour_of(MARCH_1, hour), str(hour)) for hour in (4, 5))), FIRM)
    data.command("enter-manual", manual(SS, MARCH_1, "5"), FIRM)
    registration_id = approved(data, "not-public", item_ids=[SO2])
    assert data.run_tasks() > 0
    assert published(data) == {f"{SO2}:hour:2026-03-01": (True, []), f"{SS}:manual:2026-03-01": (False, ["5"])}
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 6), "6"), (SO2, hour_of(MARCH_1, 3), "3")), FIRM)
    assert published(data)[f"{SO2}:hour:2026-03-01"] == (False, ["3"])
    shown = rows(data, MARCH_1, MARCH_1, item_id=SO2)
    assert [(row["value"], row["withheld"], row["published_at"] is None) for row in shown] == [
        ("6", True, True),
        ("5", True, True),
        ("4", True, True),
        ("3", False, False),
    ]
    decide(data, registration_id, "AbnormalApprovalRevoked", reason="不涉密")
    data.run_tasks()
    assert published(data)[f"{SO2}:hour:2026-03-01"] == (False, ["3", "4", "5", "6"])
    assert data.rebuild_differences() == []


def test_O2_an_earlier_end_makes_the_rest_public(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "5"), (SO2, hour_of(MARCH_1, 9), "9")), FIRM)
    data.clock.move_to(local(2026, 4, 2))
    data.command("enter-hourly", hourly((SO2, hour_of(date(2026, 4, 1), 5), "4.1")), FIRM)
    registration_id = approved(data, "not-public")
    data.run_tasks()
    assert published(data) == {f"{SO2}:hour:2026-03-01": (True, []), f"{SO2}:hour:2026-04-01": (True, [])}
    data.command("end-abnormal", {"registration_id": registration_id, "ends_at": END}, FIRM)
    data.run_tasks()
    assert published(data) == {f"{SO2}:hour:2026-03-01": (False, ["9"]), f"{SO2}:hour:2026-04-01": (False, ["4.1"])}


def test_O2_a_registration_without_values_announces_nothing(data: ServiceUnderTest) -> None:
    approved(data, "not-public", item_ids=[PH])
    data.run_tasks()
    assert data.announced("PublicationChanged") == []


def test_A2_while_a_device_is_out_hourly_duties_are_manual_ones(data: ServiceUnderTest) -> None:
    data.clock.move_to(local(2026, 3, 3))
    with pytest.raises(Invalid):
        data.command("enter-manual", manual(SO2, MARCH_1, "5"), FIRM)
    approved(data, "device-fault", local(2026, 3, 1), item_ids=[SO2], ends_at=local(2026, 3, 2))
    assert ledger_rows(data, "2026-03")[SO2]["owed"] == 24 + 4
    data.command("enter-manual", manual(SO2, MARCH_1, "5", "6", "7"), FIRM)
    row = ledger_rows(data, "2026-03")[SO2]
    assert (row["owed"], row["monitored"], row["missing"], row["published"]) == (28, 3, 25, 1)


def test_N2_a_registration_shows_its_receipt_and_refusal(data: ServiceUnderTest) -> None:
    registration_id = approved(data)
    about = {"upload_id": "u1", "kind": "abnormal", "subject_id": registration_id, "discharger_id": DISCHARGER}
    data.receive("permit-sync", "UploadRefused", "u1", {**about, "reason": "格式错误", "lines": [], "refused_at": data.clock.now()})
    assert (state(data, registration_id)["upload_state"], state(data, registration_id)["upload_reason"]) == ("refused", "格式错误")
    data.receive("permit-sync", "UploadAcknowledged", "u1", {**about, "receipt": "R-1", "acknowledged_at": data.clock.now()})
    assert (state(data, registration_id)["upload_state"], state(data, registration_id)["receipt"]) == ("acknowledged", "R-1")


def test_E1_registrations_are_the_firms_and_its_officers(data: ServiceUnderTest) -> None:
    registration_id = approved(data)
    said = {"discharger_id": DISCHARGER, "kind": "other", "starts_at": START, "reason": "示例"}
    with pytest.raises(NotFound):
        data.command("register-abnormal", said, STRANGER)
    with pytest.raises(Forbidden):
        data.command("register-abnormal", said, COUNTY)
    end = {"registration_id": registration_id, "ends_at": END}
    with pytest.raises(NotFound) as unknown:
        data.command("end-abnormal", end, STRANGER)
    assert unknown.value.code == "discharger.unknown"
    with pytest.raises(NotFound) as unknown:
        data.command("end-abnormal", {**end, "registration_id": "none"}, FIRM)
    assert unknown.value.code == "abnormal.unknown"
    assert len(data.query("registrations", {"discharger_id": DISCHARGER}, COUNTY)) == 1
    with pytest.raises(Forbidden):
        data.query("registrations", {"discharger_id": DISCHARGER}, ELSEWHERE)
    with pytest.raises(NotFound):
        data.query("registrations", {"discharger_id": DISCHARGER}, STRANGER)


def test_A1_filing_again_under_the_same_id_files_nothing() -> None:
    command = RegisterAbnormal(
        at=START, by="a", command_id="r1", discharger_id=DISCHARGER, kind="other", starts_at=START, ends_at=END, reason="示例"
    )
    filed = registrations.register(registrations.Registration(), command, PlanState(), [])
    state_after = registrations.REGISTRATION.fold(filed)
    assert registrations.register(state_after, command, PlanState(), []) == []
    assert registrations.REGISTRATION.fold([object()], state_after) == state_after
    with pytest.raises(NotFound):
        registrations.end(registrations.Registration(), EndAbnormal(at=START, by="a", command_id="e1", registration_id="r1", ends_at=END))


def told(data: ServiceUnderTest, registration_id: str, actor: Actor = FIRM) -> list[tuple[str, str, str | None]]:
    rows = data.query("registration-timeline", {"registration_id": registration_id}, actor)
    return [(row["who"], row["what"], row["note"]) for row in rows]


def test_A1_A2_a_registration_tells_its_way_and_what_may_be_done_next(data: ServiceUnderTest) -> None:
    registration_id = register(data)
    decide(data, registration_id, "AbnormalApproved", comment="")
    assert registrations_of(data)[0]["moves"] == ["end-abnormal"]
    assert registrations_of(data, COUNTY)[0]["moves"] == []
    data.command("end-abnormal", {"registration_id": registration_id, "ends_at": local(2026, 3, 1, 6)}, FIRM)
    assert registrations_of(data)[0]["moves"] == []
    decide(data, registration_id, "AbnormalApprovalRevoked", reason="与现场不符")
    assert told(data, registration_id) == told(data, registration_id, COUNTY)
    assert told(data, registration_id) == [
        ("企业", "补登记，提交审核", "示例检修"),
        ("生态环境部门", "审核通过，登记生效", None),
        ("企业", "登记结束时间", "2026-03-01 06:00"),
        ("生态环境部门", "撤销审核通过，恢复监测要求", "与现场不符"),
    ]


def registrations_of(data: ServiceUnderTest, actor: Actor = FIRM) -> list[Any]:
    found: list[Any] = data.query("registrations", {"discharger_id": DISCHARGER}, actor)
    return found


def test_E1_the_way_of_a_registration_is_for_those_who_may_see_it(data: ServiceUnderTest) -> None:
    registration_id = register(data)
    with pytest.raises(NotFound):
        told(data, registration_id, STRANGER)
    with pytest.raises(Forbidden):
        told(data, registration_id, ELSEWHERE)
    with pytest.raises(NotFound):
        told(data, "none")
