"""Manual monitoring events (D3, D3b)."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from data_cases import (
    DISCHARGER,
    FIRM,
    NMHC,
    NOISE,
    PH,
    PM,
    SO2,
    SS,
    STRANGER,
    have_plan,
    item,
    know_discharger,
    local,
    manual,
    point,
    rows,
)

from selfmon_data.bootstrap import define
from selfmon_shared.kernel.errors import Conflict, Invalid, NotFound
from selfmon_shared.testing.service import ServiceUnderTest, running

MARCH_1, MARCH_2 = date(2026, 3, 1), date(2026, 3, 2)


def entered(data: ServiceUnderTest, payload: dict[str, Any]) -> dict[str, Any]:
    data.command("enter-manual", payload, FIRM)
    return next(row for row in rows(data, date(2026, 1, 1), date(2026, 12, 31)) if row["item_id"] == payload["item_id"])


def refused(data: ServiceUnderTest, payload: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as found:
        data.command("enter-manual", payload, FIRM)
    return found.value.fields


def test_D3b_a_monitoring_event_is_judged_on_the_mean_of_its_samples(data: ServiceUnderTest) -> None:
    row = entered(data, manual(SS, MARCH_1, "9.8", "10.4", "0.5L", load_percent="85", report_number="HJ-001", report_date=MARCH_2))
    assert (row["value"], row["exceeds"], row["source"], row["period_kind"]) == ("6.8", False, "manual", "manual")
    assert row["time"] == "2026-02-28T16:00:00Z"
    assert [sample["value"] for sample in row["monitoring"]["samples"]] == ["9.8", "10.4", "0.5L"]
    assert (row["monitoring"]["laboratory"], row["monitoring"]["load_percent"]) == ("江苏示例检测有限公司", "85")
    assert (row["monitoring"]["report_number"], row["monitoring"]["report_date"]) == ("HJ-001", "2026-03-02")


def test_D3b_the_mean_is_rounded_once_when_it_is_judged(data: ServiceUnderTest) -> None:
    assert entered(data, manual(SS, MARCH_1, "10.4", "10.5"))["exceeds"] is False
    row = entered(data, manual(SS, MARCH_1, "10.5", "10.6", "10.6"))
    assert (row["revision"], row["value"], row["exceeds"], row["multiple"]) == (2, "10.6", True, "0.1")


def test_D3b_nothing_detected_is_kept_as_below_the_detection_limit(data: ServiceUnderTest) -> None:
    assert entered(data, manual(SS, MARCH_1, "0.5L", "<0.4"))["value"] == "0.5L"


def test_D3b_ph_is_judged_on_each_sample(data: ServiceUnderTest) -> None:
    row = entered(data, manual(PH, MARCH_1, "7.2", "9.6", "6.1"))
    assert (row["value"], row["exceeds"], row["limit_text"]) == ("9.6", True, "6~9")
    assert entered(data, manual(PH, MARCH_1, "7.2", "6.1"))["value"] == "6.1"


def test_D3b_fugitive_emissions_are_judged_on_the_maximum(data: ServiceUnderTest) -> None:
    row = entered(data, manual(NMHC, MARCH_1, "1.2", "4.1", "0.07L", "2.0"))
    assert (row["value"], row["exceeds"], row["multiple"]) == ("4.1", True, "0.025")


def test_D4_a_reference_oxygen_content_converts_the_measured_value(data: ServiceUnderTest) -> None:
    samples = [{"value": "8", "oxygen": "11", "flow": "12000", "temperature": "110.5"}, {"value": "9", "oxygen": "11"}]
    row = entered(data, manual(PM, MARCH_1, *samples))
    assert (row["value"], row["converted"], row["exceeds"], row["multiple"]) == ("8", "13", True, "0.3")
    for oxygen in ({}, {"oxygen": "21"}):
        row = entered(data, manual(PM, MARCH_1, {"value": "8.5", **oxygen}))
        assert (row["converted"], row["exceeds"]) == (None, False)


def test_D3b_an_item_without_a_limit_is_not_judged(data: ServiceUnderTest) -> None:
    have_plan(data, local(2026, 3, 1), [_noise_without_limit()], version=2)
    row = entered(data, manual(NOISE, MARCH_1, "70"))
    assert (row["exceeds"], row["limit_text"]) == (None, "—")


def _noise_without_limit() -> dict[str, Any]:
    ph = item(PH, "w01001", "pH值", "manual", "1/day", None, unit="")
    return point("east", "boundary-noise", item(NOISE, "n00001", "昼间噪声", "manual", "不定", None, unit="dB(A)"), ph)


def test_D3b_ph_without_bounds_is_kept_and_not_judged(data: ServiceUnderTest) -> None:
    have_plan(data, local(2026, 3, 1), [_noise_without_limit()], version=2)
    assert entered(data, manual(PH, MARCH_1, "7.2", "7.4"))["exceeds"] is None


def test_D3_every_wrong_field_is_named(data: ServiceUnderTest) -> None:
    payload = manual("nothing", date(2026, 3, 3), "12", "x", "-1", analysed_on=MARCH_1, report_date=date(2026, 4, 1))
    assert refused(data, payload) == {
        "item_id": ["results.item-unknown"],
        "sampled_on": ["results.future"],
        "analysed_on": ["results.analysed-before-sampled"],
        "report_date": ["results.future"],
        "samples.1.value": ["results.value-invalid"],
        "samples.2.value": ["results.negative"],
    }
    assert refused(data, manual(SO2, MARCH_1, "12")) == {"item_id": ["results.not-manual"]}
    assert refused(data, manual(SS, MARCH_2, "12", analysed_on=date(2026, 3, 3))) == {"analysed_on": ["results.future"]}
    assert refused(data, manual(SS, date(2026, 1, 28), "12")) == {"sampled_on": ["results.before-plan"]}
    assert data.announced("ResultsRecorded") == []


@pytest.mark.parametrize(
    ("item_id", "sampled_on", "last_day"),
    [
        (PH, MARCH_1, date(2026, 4, 1)),
        (SS, date(2026, 3, 5), date(2026, 5, 1)),
        (PM, MARCH_1, date(2026, 5, 1)),
        (NMHC, MARCH_1, date(2026, 7, 31)),
        (NOISE, MARCH_1, date(2026, 5, 1)),
    ],
)
def test_D3_the_entry_window_closes_days_after_the_calendar_period(
    data: ServiceUnderTest, item_id: str, sampled_on: date, last_day: date
) -> None:
    data.clock.move_to(local(last_day.year, last_day.month, last_day.day, 23, 59))
    data.command("enter-manual", manual(item_id, sampled_on, "7"), FIRM)
    data.clock.move_to(local(last_day.year, last_day.month, last_day.day + 1) if last_day.day < 30 else local(2026, 8, 1))
    assert refused(data, manual(item_id, sampled_on, "7")) == {"sampled_on": ["results.window-closed"]}


def test_D3_the_window_and_the_days_before_the_plan_are_the_provinces_settings(tmp_path: Path) -> None:
    with running(define({"ENTRY_WINDOW_DAYS": "3", "ENTRY_BACK_DAYS": "1"}), tmp_path) as strict:
        strict.clock.move_to(local(2026, 4, 3, 12))
        know_discharger(strict)
        have_plan(strict, local(2026, 3, 2))
        strict.command("enter-manual", manual(SS, MARCH_1, "5"), FIRM)
        assert refused(strict, manual(SS, date(2026, 2, 28), "5")) == {"sampled_on": ["results.before-plan"]}
        assert refused(strict, manual(PH, date(2026, 3, 30), "7")) == {"sampled_on": ["results.window-closed"]}


def test_D5_manual_values_are_late_working_days_after_the_report(data: ServiceUnderTest) -> None:
    data.clock.move_to(local(2026, 3, 16, 9))
    assert entered(data, manual(SS, MARCH_1, "5", analysed_on=date(2026, 3, 6)))["late"] is True
    assert entered(data, manual(NMHC, MARCH_1, "1", analysed_on=date(2026, 3, 6), report_date=date(2026, 3, 9)))["late"] is False


def test_D3_no_entry_without_a_plan_and_none_for_another_firm(data: ServiceUnderTest, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        data.command("enter-manual", manual(SS, MARCH_1, "5"), STRANGER)
    other = tmp_path / "fresh"
    other.mkdir()
    with running(define(), other) as fresh, pytest.raises(Conflict) as refusal:
        fresh.command("enter-manual", manual(SS, MARCH_1, "5"), FIRM)
    assert refusal.value.code == "plan.not-in-force"


def test_D5_a_manual_value_is_public_by_its_sampling_day(data: ServiceUnderTest) -> None:
    data.command("enter-manual", manual(SS, MARCH_1, "12"), FIRM)
    (published,) = data.announced("PublicationChanged")
    assert (published["day"], published["period_kind"], published["values"][0]["value"]) == ("2026-03-01", "manual", "12")
    assert "江苏示例检测有限公司" not in str(published)
    (batch,) = data.announced("ResultsRecorded")
    assert (batch["period_kind"], batch["count"], batch["discharger_id"]) == ("manual", 1, DISCHARGER)
    assert data.rebuild_differences() == []


def test_settings_that_are_no_numbers_are_refused_at_start() -> None:
    with pytest.raises(ValueError, match="seven"):
        define({"ENTRY_WINDOW_DAYS": "seven"})
