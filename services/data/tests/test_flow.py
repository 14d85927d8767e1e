"""What the enterprise has to enter next (D1, D1b, D3) and what became of its registrations (A1, A2)."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from data_cases import (
    COD,
    COUNTY,
    DISCHARGER,
    ELSEWHERE,
    FIRM,
    NMHC,
    PH,
    PM,
    POINTS,
    SO2,
    SS,
    STRANGER,
    have_plan,
    hour_of,
    hourly,
    know_discharger,
    local,
    manual,
)

from selfmon_data.service import definition
from selfmon_shared.kernel.errors import Forbidden, NotFound
from selfmon_shared.testing.service import ServiceUnderTest, running

MARCH_1 = date(2026, 3, 1)


def steps(data: ServiceUnderTest, actor: Any = FIRM) -> dict[str, dict[str, Any]]:
    return {step["step"]: step for step in data.query("next-steps", {"discharger_id": DISCHARGER}, actor)}


def register(data: ServiceUnderTest, kind: str = "stopped") -> str:
    said = {"discharger_id": DISCHARGER, "kind": kind, "starts_at": local(2026, 3, 1, 4), "reason": "示例检修"}
    registration_id: str = data.command("register-abnormal", said, FIRM)["registration_id"]
    return registration_id


def give_back(data: ServiceUnderTest, registration_id: str) -> None:
    about = {"submission_id": registration_id, "subject_id": registration_id, "discharger_id": DISCHARGER, "digest": "d"}
    returned = {**about, "officer_id": "county", "decided_at": data.clock.now(), "reason": "请说明停产范围"}
    data.receive("review", "AbnormalReturned", registration_id, returned)


def test_D3_without_a_plan_in_force_nothing_can_be_entered(tmp_path: Path) -> None:
    with running(definition, tmp_path) as data:
        know_discharger(data)
        found = steps(data)
        assert [(name, step["state"], step["why"]) for name, step in found.items()] == [
            ("hourly-entry", "blocked", "监测方案尚未生效，不能录入监测数据"),
            ("manual-entry", "blocked", "监测方案尚未生效，不能录入监测数据"),
        ]


def test_D1b_today_enters_what_is_missing_up_to_yesterday(data: ServiceUnderTest) -> None:
    entry = steps(data)["hourly-entry"]
    assert (entry["state"], entry["count"], entry["due"], entry["screen"]) == ("open", 48, "2026-03-02", "hourly-entry")
    values = [(item_id, hour_of(MARCH_1, hour), "1") for item_id in (SO2, COD) for hour in range(24)]
    data.command("enter-hourly", hourly(*values[1:]), FIRM)
    assert steps(data)["hourly-entry"]["why"] == "截至昨日，本月自动监测缺 1 个数据，请补录；今日须录入昨日数据"
    data.command("enter-hourly", hourly(values[0]), FIRM)
    assert (steps(data)["hourly-entry"]["state"], steps(data)["hourly-entry"]["count"]) == ("done", None)
    data.clock.move(timedelta(days=1))
    assert steps(data)["hourly-entry"]["count"] == 48


def test_D1b_on_the_first_of_a_month_the_last_day_of_the_month_before_is_asked(data: ServiceUnderTest) -> None:
    data.clock.move_to(local(2026, 4, 1, 8))
    assert steps(data)["hourly-entry"]["count"] == 2 * 24 * 31


def test_D3_manual_values_are_due_by_the_end_of_their_period_then_of_the_entry_window(data: ServiceUnderTest) -> None:
    entry = steps(data)["manual-entry"]
    # pH of yesterday and today, and one each of the month, the quarter and the half year.
    assert (entry["state"], entry["count"], entry["due"]) == ("open", 5, "2026-03-02")
    data.command("enter-manual", manual(PH, MARCH_1, "7"), FIRM)
    data.command("enter-manual", manual(PH, date(2026, 3, 2), "7"), FIRM)
    entry = steps(data)["manual-entry"]
    assert (entry["count"], entry["due"], entry["why"]) == (3, "2026-03-31", "有 3 次手工监测数据待录入")
    for item_id in (PM, SS, NMHC):
        data.command("enter-manual", manual(item_id, MARCH_1, "1"), FIRM)
    assert (steps(data)["manual-entry"]["state"], steps(data)["manual-entry"]["due"]) == ("done", None)


def test_D3_a_period_that_is_over_can_be_entered_until_its_window_closes(data: ServiceUnderTest) -> None:
    data.command("enter-manual", manual(PM, MARCH_1, "1"), FIRM)
    have_plan(data, local(2026, 3, 2), [{**POINTS[1], "items": [item for item in POINTS[1]["items"] if item["item_id"] == SS]}], 2)
    data.clock.move_to(local(2026, 4, 20))
    entry = steps(data)["manual-entry"]
    assert (entry["count"], entry["due"]) == (2, "2026-04-30")
    data.command("enter-manual", manual(SS, date(2026, 4, 20), "5"), FIRM)
    entry = steps(data)["manual-entry"]
    assert (entry["count"], entry["due"]) == (1, "2026-05-01")
    data.clock.move_to(local(2026, 5, 2))
    assert steps(data)["manual-entry"]["due"] == "2026-05-31"
    assert "hourly-entry" not in steps(data)


def test_D3_a_plan_without_manual_items_asks_for_no_manual_values(data: ServiceUnderTest) -> None:
    have_plan(data, local(2026, 3, 2), [{**POINTS[1], "items": [item for item in POINTS[1]["items"] if item["item_id"] == COD]}], 2)
    assert list(steps(data)) == ["hourly-entry"]


def test_A2_while_production_is_stopped_nothing_is_owed(data: ServiceUnderTest) -> None:
    registration_id = register(data)
    about = {"submission_id": registration_id, "subject_id": registration_id, "discharger_id": DISCHARGER, "digest": "d"}
    data.receive(
        "review", "AbnormalApproved", registration_id, {**about, "officer_id": "county", "decided_at": data.clock.now(), "comment": ""}
    )
    assert steps(data)["hourly-entry"]["count"] == 8
    assert "registrations" not in steps(data)


def test_A1_a_returned_registration_is_told_until_another_is_filed(data: ServiceUnderTest) -> None:
    assert "registrations" not in steps(data)
    registration_id = register(data)
    assert (steps(data)["registrations"]["state"], steps(data)["registrations"]["count"]) == ("waiting", 1)
    give_back(data, registration_id)
    returned = steps(data)["registrations"]
    assert (returned["state"], returned["why"], returned["screen"]) == ("returned", "请说明停产范围", "registrations")
    data.clock.move(timedelta(hours=1))
    register(data, "other")
    assert steps(data)["registrations"]["state"] == "returned"
    register(data)
    assert steps(data)["registrations"]["state"] == "waiting"


def test_A1_a_return_that_nobody_answers_is_told_for_thirty_days(data: ServiceUnderTest) -> None:
    give_back(data, register(data))
    data.clock.move(timedelta(days=31))
    assert "registrations" not in steps(data)


def test_E1_R7_only_who_may_see_the_discharger_sees_its_steps(data: ServiceUnderTest) -> None:
    assert steps(data, COUNTY)["hourly-entry"]["state"] == "open"
    with pytest.raises(NotFound):
        steps(data, STRANGER)
    with pytest.raises(Forbidden):
        steps(data, ELSEWHERE)
