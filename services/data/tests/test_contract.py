"""Answers and announcements are of the form that the contract promises."""

from datetime import date

import pytest
from data_cases import COUNTY, DISCHARGER, FIRM, PH, SO2, hour_of, hourly, local, manual

from selfmon_shared.contracts.data import ERRORS, PROVIDER
from selfmon_shared.contracts.errors import ErrorCatalogue
from selfmon_shared.kernel.errors import Invalid
from selfmon_shared.testing.service import ServiceUnderTest

MARCH_1 = date(2026, 3, 1)


def test_every_answer_is_of_the_form_that_the_contract_promises(data: ServiceUnderTest) -> None:
    explained = {"discharger_id": DISCHARGER, "item_id": SO2, "hour": hour_of(MARCH_1, 5), "reason": "检修"}
    filed = {"discharger_id": DISCHARGER, "kind": "stopped", "starts_at": local(2026, 3, 1), "reason": "检修"}
    answers = {
        "enter-hourly": data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "36")), FIRM),
        "enter-manual": data.command("enter-manual", manual(PH, MARCH_1, "7.0", load_percent="80"), FIRM),
        "explain-abnormal": data.command("explain-abnormal", explained, FIRM),
        "register-abnormal": data.command("register-abnormal", filed, FIRM),
    }
    for name, answer in answers.items():
        assert PROVIDER.command(name).result().validate(answer) == {}, name
        assert set(answer) == set(PROVIDER.command(name).result().fields), name
    of_days = {"discharger_id": DISCHARGER, "from_day": MARCH_1, "to_day": MARCH_1}
    of_month = {"discharger_id": DISCHARGER, "month": "2026-03"}
    for name, arguments in (("results", of_days), ("ledger", of_month), ("registrations", {"discharger_id": DISCHARGER})):
        contract = PROVIDER.query(name)
        answer = data.query(name, arguments, COUNTY)
        assert contract.view(many=contract.many).validate(answer) == {}, name
        rows = answer if contract.many else answer["rows"]
        view = contract.view() if contract.many else contract.view().fields["rows"].inner.schema  # type: ignore[attr-defined]
        assert rows, name
        assert set(rows[0]) == set(view.fields), name


def test_no_event_carries_an_account_or_person(data: ServiceUnderTest) -> None:
    data.command("enter-hourly", hourly((SO2, hour_of(MARCH_1, 5), "36")), FIRM)
    assert all(FIRM.id not in str(event) for event in data.announced())


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1026-03-01T05:00:00+08:00", "1900-01-01T00:00:00+08:00"]
)
def test_moments_that_no_calendar_holds_are_refused_at_their_field(data: ServiceUnderTest, moment: str) -> None:
    filed = {"discharger_id": DISCHARGER, "kind": "stopped", "starts_at": moment, "reason": "检修"}
    for name, payload, field in (
        ("register-abnormal", filed, "starts_at"),
        ("enter-hourly", hourly((SO2, moment, "3")), "values.0.hour"),
        ("explain-abnormal", {"discharger_id": DISCHARGER, "item_id": SO2, "hour": moment, "reason": "检修"}, "hour"),
    ):
        with pytest.raises(Invalid) as refused:
            data.command(name, payload, FIRM)
        assert refused.value.fields == {field: ["应在 1900 年至 2199 年之间"]}
    with pytest.raises(Invalid) as refused:
        data.query("ledger", {"discharger_id": DISCHARGER, "month": "2026-03", "until": moment}, COUNTY)
    assert refused.value.fields == {"until": ["应在 1900 年至 2199 年之间"]}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_no_calendar_holds_are_refused_at_their_field(data: ServiceUnderTest, day: str) -> None:
    with pytest.raises(Invalid) as refused:
        data.command("enter-manual", manual(PH, MARCH_1, "7.0", report_date=day), FIRM)
    assert refused.value.fields == {"report_date": ["应在 1900 年至 2199 年之间"]}
    with pytest.raises(Invalid) as refused:
        data.query("results", {"discharger_id": DISCHARGER, "from_day": day, "to_day": day}, COUNTY)
    assert set(refused.value.fields) == {"from_day", "to_day"}


def test_a_field_says_the_bound_that_was_passed(data: ServiceUnderTest) -> None:
    with pytest.raises(Invalid) as refused:
        data.query("results", {"discharger_id": DISCHARGER, "from_day": "2024-01-01", "to_day": "2026-01-01"}, COUNTY)
    said = ErrorCatalogue(ERRORS).field_messages(refused.value)
    assert said == {"to_day": ["查询时间跨度过大，请缩小到 366 天以内"]}


@pytest.mark.parametrize("month", ["0000-01", "0001-01", "9999-12", "２０２６-03"])
def test_months_that_no_calendar_holds_are_refused_at_their_field(data: ServiceUnderTest, month: str) -> None:
    with pytest.raises(Invalid) as refused:
        data.query("ledger", {"discharger_id": DISCHARGER, "month": month}, COUNTY)
    assert refused.value.fields == {"month": ["应为月份，如 2026-01"]}


@pytest.mark.parametrize("number", ["8_5", "1e-999999", "1e999999", "NaN", "Infinity", "0e-99"])
def test_numbers_that_a_clerk_cannot_mean_are_refused_at_their_field(data: ServiceUnderTest, number: str) -> None:
    with pytest.raises(Invalid) as refused:
        data.command("enter-manual", manual(PH, MARCH_1, "7.0", load_percent=number), FIRM)
    assert refused.value.fields == {"load_percent": ["应为数字，如 12.5"]}
