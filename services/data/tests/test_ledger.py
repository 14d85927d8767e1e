"""The monitoring ledger and its figures (D6)."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from data_cases import (
    COD,
    COUNTY,
    DISCHARGER,
    FIRM,
    NMHC,
    NOISE,
    PH,
    PM,
    SO2,
    SS,
    have_plan,
    hour_of,
    hourly,
    item,
    know_discharger,
    ledger_rows,
    local,
    manual,
    point,
)

from selfmon_data.bootstrap import define, next_refresh
from selfmon_shared.application.tasks import ensure_recurring
from selfmon_shared.testing.service import ServiceUnderTest, running

MARCH_1 = date(2026, 3, 1)


def end_permit(data: ServiceUnderTest, ended_at: datetime) -> None:
    ended = {"permit_number": f"{DISCHARGER}P", "discharger_id": DISCHARGER, "kind": "cancelled", "ended_at": ended_at}
    data.receive("permit-sync", "PermitEnded", DISCHARGER, ended)


def figures(data: ServiceUnderTest, month: str = "2026-03") -> dict[str, Any]:
    return [event for event in data.announced("MonthFigures") if event["month"] == month][-1]


def count_now(data: ServiceUnderTest) -> None:
    data.clock.move(timedelta(minutes=1))
    data.run_tasks()


def test_D6_the_ledger_is_live_item_by_item(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly(*((SO2, hour_of(MARCH_1, hour), "1") for hour in range(24))), FIRM)
    data.command("enter-hourly", hourly((SO2, hour_of(date(2026, 3, 2), 0), "1"), flag="D"), FIRM)
    data.command("enter-manual", manual(PH, MARCH_1, "7"), FIRM)
    found = data.query("ledger", {"discharger_id": DISCHARGER, "month": "2026-03"}, COUNTY)
    assert found["plan_id"] == "plan-1"
    assert [row["item_id"] for row in found["rows"]] == [SO2, PM, COD, PH, SS, NMHC, NOISE]
    so2 = found["rows"][0]
    assert (so2["owed"], so2["monitored"], so2["valid"], so2["missing"], so2["published"]) == (33, 25, 24, 8, 25)
    assert (so2["point_name"], so2["method"], so2["frequency_wording"]) == ("示例stack", "automatic", "continuous")
    ph = found["rows"][3]
    assert (ph["owed"], ph["monitored"], ph["missing"]) == (2, 1, 0)
    data.clock.move(timedelta(hours=1))
    assert ledger_rows(data, "2026-03")[SO2]["missing"] == 9


def test_D6_without_a_plan_there_is_no_plan_and_no_hundred_per_cent(data: ServiceUnderTest) -> None:
    asked = {"discharger_id": DISCHARGER, "month": "2026-02"}
    assert data.query("ledger", asked, FIRM) == {**asked, "plan_id": None, "rows": []}
    end_permit(data, local(2026, 3, 2, 4))
    assert ledger_rows(data, "2026-03")[SO2]["owed"] == 28
    data.clock.move_to(local(2026, 4, 2))
    assert data.query("ledger", {**asked, "month": "2026-04"}, FIRM)["plan_id"] is None


def test_E5_a_permit_may_end_before_anything_else_is_known(tmp_path: Path) -> None:
    with running(define(), tmp_path) as data:
        data.clock.move_to(local(2026, 3, 2, 9, 30))
        end_permit(data, local(2026, 3, 1, 4))
        end_permit(data, local(2026, 3, 1, 4))
        know_discharger(data)
        have_plan(data, local(2026, 3, 1))
        assert ledger_rows(data, "2026-03")[SO2]["owed"] == 4
        assert data.rebuild_differences() == []


def test_D6_a_new_plan_changes_what_is_owed_from_then_on(data: ServiceUnderTest) -> None:
    data.clock.move_to(local(2026, 4, 1))
    by_hand = item(SO2, "a21026", "二氧化硫", "manual", "1/month", "35")
    automatic = item(PM, "a34013", "颗粒物", "automatic", "连续监测", "10")
    have_plan(data, local(2026, 3, 11), [point("stack", "organised-exhaust", by_hand, automatic)], version=2)
    found = ledger_rows(data, "2026-03")
    assert list(found) == [SO2, PM, COD, PH, SS, NMHC, NOISE]
    assert (found[SO2]["owed"], found[SO2]["method"]) == (10 * 24 + 1, "manual")
    assert found[PM]["owed"] == 21 * 24 + 1
    assert found[COD]["owed"] == 10 * 24
    assert found[PH]["owed"] == 10
    assert list(ledger_rows(data, "2026-04")) == [SO2, PM]


def test_D3_a_quarters_sampling_counts_when_the_quarter_ends(data: ServiceUnderTest) -> None:
    data.command("enter-manual", manual(PM, MARCH_1, "5"), FIRM)
    data.command("enter-manual", manual(NMHC, MARCH_1, "1"), FIRM)
    data.command("enter-manual", manual(NOISE, MARCH_1, "60"), FIRM)
    found = ledger_rows(data, "2026-03")
    assert (found[PM]["owed"], found[PM]["monitored"]) == (1, 1)
    assert (found[NMHC]["owed"], found[NMHC]["monitored"]) == (0, 0)
    assert (found[NOISE]["owed"], found[NOISE]["monitored"], found[NOISE]["missing"]) == (0, 1, 0)
    count_now(data)
    data.clock.move_to(local(2026, 7, 1))
    assert ledger_rows(data, "2026-06")[NMHC]["monitored"] == 1


def test_D6_figures_are_announced_at_most_once_a_minute_and_only_when_they_change(data: ServiceUnderTest) -> None:
    assert data.announced("MonthFigures") == []
    for hour in range(5):
        data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, hour), "1")), FIRM)
    count_now(data)
    assert [event["monitored"] for event in data.announced("MonthFigures")] == [5]
    # Owed: 33 hours of SO2 and COD, 2 days of pH, a month of SS, the quarter of PM.
    assert figures(data) == {
        "discharger_id": DISCHARGER,
        "month": "2026-03",
        "plan_id": "plan-1",
        "owed": 33 + 33 + 2 + 1 + 1,
        "monitored": 5,
        "waived": 0,
        "missing": 28 + 33 + 1,
        "published": 5,
        "late": 0,
    }
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 0), "2")), FIRM)
    count_now(data)
    assert len(data.announced("MonthFigures")) == 1
    assert data.rebuild_differences() == []


def test_D6_a_value_of_january_changes_januarys_figures(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(date(2026, 1, 31), 23), "1"), (SO2, hour_of(date(2026, 2, 1), 0), "1")), FIRM)
    count_now(data)
    assert {event["month"]: event["plan_id"] for event in data.announced("MonthFigures")} == {
        "2026-01": None,
        "2026-02": None,
        "2026-03": "plan-1",
    }


def test_D6_figures_grow_with_time_every_night(data: ServiceUnderTest) -> None:
    count_now(data)
    before = figures(data)["missing"]
    ensure_recurring(data.application)
    data.clock.move_to(local(2026, 3, 3, 3, 0, 1))
    data.run_tasks()
    count_now(data)
    assert figures(data)["missing"] > before
    assert next_refresh(local(2026, 3, 3, 2, 59), data.application.settings) == local(2026, 3, 3, 3)
    assert next_refresh(local(2026, 3, 3, 3), data.application.settings) == local(2026, 3, 4, 3)


def test_A2_the_least_operating_days_are_the_provinces_setting(tmp_path: Path) -> None:
    with running(define({"MIN_OPERATING_DAYS": "6"}), tmp_path) as data:
        data.clock.move_to(local(2026, 4, 1))
        know_discharger(data)
        have_plan(data, local(2026, 3, 27))
        assert ledger_rows(data, "2026-03")[SS]["owed"] == 0
