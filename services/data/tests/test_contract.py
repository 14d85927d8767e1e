"""Answers and announcements are of the form that the contract promises."""

from datetime import date

from data_cases import COUNTY, DISCHARGER, FIRM, PH, SO2, hour_of, hourly, local, manual

from selfmon_shared.contracts.data import PROVIDER
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
