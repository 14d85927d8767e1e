"""Hourly values entered by hand (D1, D1b, D2, D4, D5)."""

from datetime import date, timedelta

import pytest
from data_cases import (
    COD,
    COUNTY,
    DISCHARGER,
    ELSEWHERE,
    FIRM,
    PM,
    POINTS,
    SO2,
    STRANGER,
    have_plan,
    hour_of,
    hourly,
    item,
    local,
    point,
    rows,
    yesterday,
)

from selfmon_data import merkle
from selfmon_data.domain.entries import leaf
from selfmon_data.service import definition
from selfmon_shared.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from selfmon_shared.testing.service import ServiceUnderTest, running

MARCH_1 = date(2026, 3, 1)


def refused(data: ServiceUnderTest, payload: dict[str, object]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as found:
        data.command("enter-hourly", payload, FIRM)
    return found.value.fields


def test_D1b_the_clerk_enters_yesterdays_values(data: ServiceUnderTest) -> None:
    values = [(SO2, hour_of(MARCH_1, hour), f"{20 + hour}.5") for hour in range(24)]
    done = data.command("enter-hourly", hourly(*values), FIRM)
    assert (done["count"], done["corrected"], done["exceeding"]) == (24, 0, 9)
    found = rows(data, MARCH_1, MARCH_1)
    assert len(found) == 24
    newest = found[0]
    assert (newest["value"], newest["exceeds"], newest["multiple"], newest["source"]) == ("43.5", True, "0.257", "entered")
    assert (newest["limit_text"], newest["unit"], newest["late"], newest["withheld"]) == ("35", "mg/m³", False, False)
    assert newest["recorded_by"] == FIRM.id
    assert newest["published_at"] == newest["recorded_at"]


def test_D1_values_of_a_point_with_a_logger_are_supplements(data: ServiceUnderTest) -> None:
    assigned = {"mn": "12345678901234", "discharger_id": DISCHARGER, "version": 1, "access_password": "123456"}
    data.receive("enterprise", "LoggerAssigned", assigned["mn"], {**assigned, "point_id": "stack"})
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 1), "3")), FIRM)
    data.receive("enterprise", "LoggerAssigned", assigned["mn"], {**assigned, "point_id": None, "version": 2})
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 2), "3")), FIRM)
    assert [row["source"] for row in rows(data, MARCH_1, MARCH_1)] == ["entered", "supplement"]


def test_D1b_every_wrong_row_is_named_and_nothing_is_half_done(data: ServiceUnderTest) -> None:
    good, today = hour_of(MARCH_1, 5), yesterday(data) + timedelta(days=1)
    payload = hourly(
        (SO2, good, "12.3"),
        ("nothing", good, "1"),
        (PM, good, "1"),
        (SO2, good + timedelta(minutes=10), "1"),
        (SO2, hour_of(today, 9), "1"),
        (SO2, hour_of(date(2026, 1, 28), 23), "1"),
        (SO2, hour_of(MARCH_1, 6), "缺测"),
        (SO2, hour_of(MARCH_1, 7), "-0.1"),
        (SO2, hour_of(MARCH_1, 8), "1E999"),
        (SO2, good, "12.4"),
    )
    payload["values"][0]["converted"] = "x"
    assert refused(data, payload) == {
        "values.0.converted": ["results.value-invalid"],
        "values.1.item_id": ["results.item-unknown"],
        "values.2.item_id": ["results.not-automatic"],
        "values.3.hour": ["results.not-hour"],
        "values.4.hour": ["results.future"],
        "values.5.hour": ["results.before-plan"],
        "values.6.value": ["results.value-invalid"],
        "values.7.value": ["results.negative"],
        "values.8.value": ["results.value-invalid"],
        "values.9.hour": ["results.twice"],
    }
    assert rows(data, date(2026, 1, 1), date(2026, 3, 31)) == []
    assert data.announced("ResultsRecorded") == []


def test_D1b_values_may_be_as_old_as_the_province_allows(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(date(2026, 1, 29), 0), "1"), (SO2, hour_of(date(2026, 3, 2), 8), "1")), FIRM)
    assert len(rows(data, date(2026, 1, 29), date(2026, 3, 2))) == 2


def test_D4_a_second_value_of_an_hour_is_a_correction_and_the_first_one_stays(data: ServiceUnderTest) -> None:
    hour = hour_of(MARCH_1, 5)
    data.command("enter-hourly", hourly((SO2, hour, "36")), FIRM)
    done = data.command("enter-hourly", hourly((SO2, hour, "34.0"), (SO2, hour_of(MARCH_1, 6), "1")), FIRM)
    assert (done["count"], done["corrected"]) == (2, 1)
    current = rows(data, MARCH_1, MARCH_1)
    assert [(row["revision"], row["value"]) for row in current] == [(1, "1"), (2, "34.0")]
    every = rows(data, MARCH_1, MARCH_1, revisions=True, item_id=SO2, period_kind="hour")
    assert [(row["revision"], row["value"], row["exceeds"]) for row in every] == [(1, "1", False), (2, "34.0", False), (1, "36", True)]


def test_D4_what_was_not_detected_is_kept_as_written_and_does_not_exceed(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "0.025L")), FIRM)
    (row,) = rows(data, MARCH_1, MARCH_1)
    assert (row["value"], row["exceeds"]) == ("0.025L", False)


def test_D4_the_converted_value_counts_where_there_is_one(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "30"), converted="40"), FIRM)
    (row,) = rows(data, MARCH_1, MARCH_1)
    assert (row["value"], row["converted"], row["exceeds"], row["multiple"]) == ("30", "40", True, "0.143")


def test_D4_only_normal_values_are_judged(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "99"), flag="M"), FIRM)
    (row,) = rows(data, MARCH_1, MARCH_1)
    assert (row["exceeds"], row["flag"]) == (None, "M")


def test_D4_wastewater_is_judged_on_the_daily_mean(data: ServiceUnderTest) -> None:
    first = data.command("enter-hourly", hourly(*((COD, hour_of(MARCH_1, hour), "52") for hour in range(19))), FIRM)
    assert first["exceeding"] == 0
    assert rows(data, MARCH_1, MARCH_1, period_kind="day") == []
    data.command("enter-hourly", hourly(*((COD, hour_of(MARCH_1, hour), "50.5") for hour in range(19, 23))), FIRM)
    (mean,) = rows(data, MARCH_1, MARCH_1, period_kind="day")
    assert (mean["value"], mean["exceeds"], mean["revision"]) == ("51.7", True, 1)
    data.command("enter-hourly", hourly((COD, hour_of(MARCH_1, 0), "5")), FIRM)
    (mean,) = rows(data, MARCH_1, MARCH_1, period_kind="day")
    assert (mean["value"], mean["exceeds"], mean["revision"]) == ("49.7", False, 2)
    assert [event["period_kind"] for event in data.announced("ResultsRecorded")] == ["hour", "hour", "day", "hour", "day"]


def test_D4_a_day_that_is_not_over_has_no_mean(data: ServiceUnderTest) -> None:
    data.clock.move_to(local(2026, 3, 2, 23, 30))
    data.command("enter-hourly", hourly(*((COD, hour_of(date(2026, 3, 2), hour), "52") for hour in range(22))), FIRM)
    assert rows(data, MARCH_1, date(2026, 3, 2), period_kind="day") == []


def test_D4_limits_are_those_of_the_time(data: ServiceUnderTest) -> None:
    stricter = [point("stack", "organised-exhaust", item(SO2, "a21026", "二氧化硫", "automatic", "continuous", "10"))]
    have_plan(data, local(2026, 3, 2, 8), stricter, version=2)
    have_plan(data, local(2026, 3, 2, 7), POINTS, version=1)
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "20"), (SO2, hour_of(date(2026, 3, 2), 8), "20")), FIRM)
    assert [(row["limit_text"], row["exceeds"]) for row in rows(data, MARCH_1, date(2026, 3, 2))] == [("10", True), ("35", False)]
    data.command("enter-hourly", hourly((COD, hour_of(MARCH_1, 5), "20")), FIRM)
    assert refused(data, hourly((COD, hour_of(date(2026, 3, 2), 8), "20"))) == {"values.0.item_id": ["results.item-unknown"]}


def test_D4_contradicting_bounds_and_wordings_judge_nothing_that_they_do_not_say(data: ServiceUnderTest) -> None:
    limits = {"two": {"upper": "1", "lower": "2"}, "none": {"upper": None}}
    items = [item(name, "a21026", "二氧化硫", "automatic", "continuous", **bounds) for name, bounds in limits.items()]
    never = item("never", "a20068", "铍", "automatic", "continuous", None)
    never["limits"]["text"] = "不得检出"
    inactive = item("inactive", "a20068", "铍", "automatic", "continuous", "1", active=False)
    have_plan(data, local(2026, 3, 1, 0, 1), [point("stack", "organised-exhaust", *items, never, inactive)], version=2)
    values = ((name, hour_of(MARCH_1, 5), "1.5") for name in ("two", "none", "never"))
    data.command("enter-hourly", hourly(*values), FIRM)
    assert {row["item_id"]: row["exceeds"] for row in rows(data, MARCH_1, MARCH_1)} == {"two": None, "none": None, "never": True}
    assert refused(data, hourly(("inactive", hour_of(MARCH_1, 5), "1"))) == {"values.0.item_id": ["results.item-unknown"]}


def test_D4_only_a_temperature_may_be_negative(data: ServiceUnderTest) -> None:
    degrees = item("degrees", "a01012", "烟气温度", "automatic", "continuous", None, unit="℃")
    have_plan(data, local(2026, 3, 1, 0, 1), [point("stack", "organised-exhaust", degrees)], version=2)
    data.command("enter-hourly", hourly(("degrees", hour_of(MARCH_1, 5), "-5.2")), FIRM)
    assert rows(data, MARCH_1, MARCH_1)[0]["value"] == "-5.2"


def test_D5_a_value_after_the_disclosure_time_limit_is_late_and_its_correction_is_not_worse(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "5")), FIRM)
    data.clock.move_to(local(2026, 3, 9, 12))
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "6"), (SO2, hour_of(MARCH_1, 6), "5")), FIRM)
    data.command("enter-hourly", hourly((SO2, hour_of(date(2026, 3, 2), 5), "6")), FIRM)
    assert [row["late"] for row in rows(data, MARCH_1, date(2026, 3, 2))] == [False, True, False]
    published = data.announced("PublicationChanged")[-2]["values"]
    assert [value["late"] for value in published] == [False, True]


def test_D5_values_are_public_as_soon_as_they_are_submitted(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "5"), (SO2, hour_of(date(2026, 3, 2), 5), "36")), FIRM)
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 4), "0.5L")), FIRM)
    first, second, third = data.announced("PublicationChanged")
    assert (first["day"], first["withheld"], [value["value"] for value in first["values"]]) == ("2026-03-01", False, ["5"])
    assert second["publication_id"] == f"{SO2}:hour:2026-03-02"
    assert (second["values"][0]["exceeds"], second["values"][0]["multiple"]) == (True, "0.0286")
    assert [value["value"] for value in third["values"]] == ["0.5L", "5"]
    assert (third["pollutant_name"], third["point_name"], third["limit_text"]) == ("二氧化硫", "示例stack", "35")


def test_D4_every_value_of_a_batch_is_proved_by_its_root(data: ServiceUnderTest) -> None:
    done = data.command("enter-hourly", hourly(*((SO2, hour_of(MARCH_1, hour), str(hour)) for hour in range(5))), FIRM)
    (announced,) = data.announced("ResultsRecorded")
    assert (announced["batch_id"], announced["count"]) == (done["batch_id"], 5)
    (event,) = data.events(f"entries-{DISCHARGER}-{done['batch_id']}")
    lines = [leaf("hour", value) for value in event.values]
    assert all(merkle.verify(line, merkle.proof(lines, i), announced["merkle_root"]) for i, line in enumerate(lines))


def test_N2_a_batch_is_fetched_for_the_upload_and_shows_its_receipt_or_refusal(data: ServiceUnderTest) -> None:
    done = data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "36"), (SO2, hour_of(MARCH_1, 6), "1")), FIRM)
    batch = data.application.look_up("batch", {"batch_id": done["batch_id"]})
    assert (batch["discharger_id"], batch["period_kind"]) == (DISCHARGER, "hour")
    assert batch["values"][0] == {
        "item_id": SO2,
        "point_code": "STACK",
        "pollutant_code": "a21026",
        "time": "2026-02-28T21:00:00Z",
        "value": "36",
        "unit": "mg/m³",
        "flag": "N",
        "source": "entered",
        "exceeds": True,
    }
    with pytest.raises(NotFound):
        data.application.look_up("batch", {"batch_id": "none"})

    def uploads() -> list[tuple[str | None, ...]]:
        return [(row["upload_state"], row["receipt"], row["upload_reason"]) for row in rows(data, MARCH_1, MARCH_1)]

    about = {"upload_id": "u1", "kind": "results", "subject_id": done["batch_id"], "discharger_id": DISCHARGER}
    assert uploads() == [(None, None, None), (None, None, None)]
    refused_at, acknowledged_at = {"refused_at": data.clock.now()}, {"acknowledged_at": data.clock.now()}
    data.receive("permit-sync", "UploadRefused", "u1", {**about, **refused_at, "reason": "格式错误", "lines": []})
    assert uploads() == [("refused", None, "格式错误")] * 2
    lines = [{"line": f"{SO2} 2026-02-28T21:00:00Z", "reason": "单位不符"}]
    data.receive("permit-sync", "UploadAcknowledged", "u1", {**about, **acknowledged_at, "receipt": "R-1", "lines": lines})
    assert uploads() == [("acknowledged", "R-1", None), ("refused", None, "单位不符")]
    for kind, subject in (("results", "another"), ("plan", "p1")):
        answer = {**about, "kind": kind, "subject_id": subject, "receipt": "R-2", "acknowledged_at": data.clock.now()}
        data.receive("permit-sync", "UploadAcknowledged", "u2", answer)
    assert rows(data, MARCH_1, MARCH_1)[0]["receipt"] == "R-1"
    assert data.rebuild_differences() == []


def test_D2_an_abnormal_value_is_explained_and_stays(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "99")), FIRM)
    explained = {"discharger_id": DISCHARGER, "item_id": SO2, "hour": hour_of(MARCH_1, 5), "reason": "脱硫塔检修"}
    data.command("explain-abnormal", explained, FIRM)
    data.command("explain-abnormal", {**explained, "reason": "脱硫塔喷淋泵故障"}, FIRM)
    (row,) = rows(data, MARCH_1, MARCH_1)
    assert (row["value"], row["exceeds"], row["reason"]) == ("99", True, "脱硫塔喷淋泵故障")
    for change in ({"hour": hour_of(MARCH_1, 6)}, {"item_id": "nothing"}):
        with pytest.raises(NotFound) as unknown:
            data.command("explain-abnormal", {**explained, **change}, FIRM)
        assert unknown.value.code == "results.unknown"
    assert all("脱硫" not in str(event) for event in data.announced())
    assert data.rebuild_differences() == []


def test_E1_nobody_else_enters_or_sees_values(data: ServiceUnderTest) -> None:
    payload = hourly((SO2, hour_of(MARCH_1, 5), "1"))
    explained = {"discharger_id": DISCHARGER, "item_id": SO2, "hour": hour_of(MARCH_1, 5), "reason": "检修"}
    for actor, kind in ((STRANGER, NotFound), (COUNTY, Forbidden)):
        for name, content in (("enter-hourly", payload), ("explain-abnormal", explained)):
            with pytest.raises(kind):
                data.command(name, content, actor)
    asked = {"discharger_id": DISCHARGER, "from_day": MARCH_1, "to_day": MARCH_1}
    assert data.query("results", asked, COUNTY)["total"] == 0
    with pytest.raises(Forbidden):
        data.query("results", asked, ELSEWHERE)
    for name, arguments in (("results", asked), ("ledger", {"discharger_id": DISCHARGER, "month": "2026-03"})):
        with pytest.raises(NotFound):
            data.query(name, arguments, STRANGER)
    with pytest.raises(Forbidden):
        data.query("results", {**asked, "discharger_id": "91320500MA0000000X001"}, COUNTY)


def test_D4_results_are_paged_and_their_span_is_bounded(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly(*((SO2, hour_of(MARCH_1, hour), str(hour)) for hour in range(5))), FIRM)
    page = {"discharger_id": DISCHARGER, "from_day": MARCH_1, "to_day": MARCH_1, "page": 2, "page_size": 2}
    found = data.query("results", page, FIRM)
    assert (found["total"], [row["value"] for row in found["rows"]]) == (5, ["2", "1"])
    with pytest.raises(Invalid) as refusal:
        data.query("results", {**page, "from_day": date(2025, 2, 28)}, FIRM)
    assert (refusal.value.code, refusal.value.params) == ("results.too-long", {"days": 366})
    data.query("results", {**page, "from_day": date(2025, 3, 1)}, FIRM)


def test_D1_no_values_without_a_plan_in_force(tmp_path: object) -> None:
    with running(definition, tmp_path) as fresh:  # type: ignore[arg-type]
        for payload, name in ((hourly((SO2, hour_of(MARCH_1, 5), "1")), "enter-hourly"),):
            with pytest.raises(Conflict) as refusal:
                fresh.command(name, payload, FIRM)
            assert refusal.value.code == "plan.not-in-force"


def test_a_repeated_request_is_answered_and_not_done_twice(data: ServiceUnderTest) -> None:
    payload = hourly((SO2, hour_of(MARCH_1, 5), "1"))
    first = data.command("enter-hourly", payload, FIRM, key="k1")
    assert data.command("enter-hourly", payload, FIRM, key="k1") == first
    assert rows(data, MARCH_1, MARCH_1, revisions=True)[0]["revision"] == 1
    assert data.rebuild_differences() == []
