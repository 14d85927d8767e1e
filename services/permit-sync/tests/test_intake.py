"""The permit list received, and single permits fetched anew (N1, N3, N4), on the store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from permit_cases import DISCHARGER, NUMBER, OWNER, Bench, newer, record

from selfmon_permit_sync.national import (
    ApplicationKind,
    MalformedRecord,
    NationalUnavailable,
    PermitPage,
)
from selfmon_shared.application.tasks import ensure_recurring
from selfmon_shared.kernel.errors import Forbidden, Invalid, NotFound
from selfmon_shared.kernel.periods import day_of
from selfmon_shared.testing.service import OPERATOR, officer_actor


def test_N1_permits_are_received_page_by_page_to_the_lists_end(bench: Bench) -> None:
    for place in range(5):
        bench.national.put(record(place))
    bench.receive()
    assert {payload["permit_number"] for payload in bench.service.announced("PermitReceived")} == {
        record(place).number for place in range(5)
    }
    intake = bench.intake()
    assert (intake["permits"], intake["cursor"], intake["in_step"], intake["malformed"]) == (5, "5", True, [])


def test_N1_what_is_announced_is_the_whole_permit_in_the_platforms_words(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    (permit,) = bench.service.announced("PermitReceived")
    assert (permit["discharger_id"], permit["uscc"], permit["revision"]) == (DISCHARGER, NUMBER[:18], 1)
    assert permit["region"] == record().county_code
    assert {line["point"] for line in permit["requirements"]} <= {point["key"] for point in permit["points"]}
    assert len({line["key"] for line in permit["requirements"]}) == len(record().requirements)
    assert any(line["pollutant_code"] for line in permit["requirements"])


def test_N1_received_twice_is_received_once(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    turned = newer(record(), outlets=record().outlets[::-1], requirements=record().requirements[::-1])
    bench.national.put(turned)
    bench.receive()
    assert len(bench.service.announced("PermitReceived")) == 1
    assert len(bench.service.events(f"permit-{NUMBER}")) == 1
    assert bench.intake()["cursor"] == "2"
    journal = len(bench.service.announced())
    bench.receive()
    assert len(bench.service.announced()) == journal


def test_N1_a_new_revision_is_announced_and_an_old_one_that_comes_late_is_not(bench: Bench) -> None:
    began = bench.service.clock.now()
    bench.national.put(record())
    bench.receive()
    bench.national.put(newer(record(), enterprise_name="示例新名有限公司"))
    bench.receive()
    bench.national.put(record())
    bench.receive()
    assert [permit["enterprise_name"] for permit in bench.service.announced("PermitReceived")] == [
        record().enterprise_name,
        "示例新名有限公司",
    ]
    # Over midnight the journal is in two streams.
    days = sorted({day_of(moment).isoformat() for moment in (began, bench.service.clock.now())})
    journal = [event for day in days for event in bench.service.events(f"intake-{day}")]
    assert [(page.revised, page.outdated) for page in journal] == [(1, 0), (1, 0), (0, 1)]


def test_N1_a_permit_that_ended_may_come_back(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    ended = newer(record(), application_kind=ApplicationKind.CANCELLED)
    bench.national.put(ended)
    bench.receive()
    bench.national.put(newer(ended, application_kind=ApplicationKind.NEW))
    bench.receive()
    assert [payload["kind"] for payload in bench.service.announced("PermitEnded")] == ["cancelled"]
    assert [payload["revision"] for payload in bench.service.announced("PermitReceived")] == [1, 3]


def test_N1_a_permit_whose_end_comes_first_is_known_as_ended(bench: Bench) -> None:
    bench.national.put(record(deleted=True))
    bench.receive()
    assert bench.service.announced("PermitReceived") == []
    assert bench.service.announced("PermitEnded")[0]["kind"] == "withdrawn"


def test_N1_what_cannot_be_read_is_set_aside_while_the_rest_goes_on(bench: Bench) -> None:
    other = record(1)
    wrong_check = replace(other, number=other.number[:17] + ("0" if other.number[17] != "0" else "1") + other.number[18:])
    bench.national.put(MalformedRecord("digest-1", NUMBER, ("XKYXQXZ: 日期格式不正确",)))
    bench.national.put(wrong_check)
    bench.national.put(record(2))
    bench.receive()
    assert [permit["permit_number"] for permit in bench.service.announced("PermitReceived")] == [record(2).number]
    malformed = {row["permit_number"]: row["problems"] for row in bench.intake()["malformed"]}
    assert malformed[NUMBER] == ["XKYXQXZ: 日期格式不正确"]
    assert malformed[wrong_check.number] == [f"许可证编号 {wrong_check.number} 不正确：统一社会信用代码的校验位不正确"]
    bench.national.put(record())
    bench.receive()
    assert [row["permit_number"] for row in bench.intake()["malformed"]] == [wrong_check.number]


def test_N1_a_national_platform_that_is_down_is_told_and_the_list_goes_on_where_it_stopped(bench: Bench) -> None:
    for place in range(3):
        bench.national.put(record(place))
    real, pages = bench.national.permits_since, []

    def second_page_fails(cursor: str | None, limit: int) -> PermitPage:
        pages.append(cursor)
        if len(pages) == 2:
            raise NationalUnavailable("status 503")
        return real(cursor, limit)

    bench.national.permits_since = second_page_fails  # type: ignore[method-assign]
    bench.receive()
    stopped = bench.intake()
    assert (stopped["permits"], stopped["cursor"], stopped["in_step"], stopped["problem"]) == (2, "2", False, "status 503")
    bench.receive()
    assert (bench.intake()["permits"], bench.intake()["in_step"], bench.intake()["problem"]) == (3, True, None)
    assert pages == [None, "2", "2"]


def test_N1_a_list_that_does_not_move_on_is_left_to_the_next_run(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    bench.national.permits_since = lambda cursor, limit: PermitPage((record(),), cursor or "", True)  # type: ignore[method-assign]
    bench.receive()
    assert bench.intake()["problem"] == "the cursor does not move"
    assert len(bench.service.announced("PermitReceived")) == 1


def test_N1_the_list_is_received_again_and_again(bench: Bench) -> None:
    ensure_recurring(bench.service.application)
    bench.national.put(record())
    assert bench.service.run_tasks() == 0
    bench.service.clock.move(timedelta(seconds=301))
    assert bench.service.run_tasks() == 1
    bench.service.clock.move(timedelta(seconds=301))
    assert bench.service.run_tasks() == 1
    assert bench.intake()["permits"] == 1


def test_N1_only_operators_see_and_start_the_intake(bench: Bench) -> None:
    for actor in (OWNER, officer_actor("320000")):
        for ask in (
            lambda actor=actor: bench.service.command("receive-permits", {}, actor),
            lambda actor=actor: bench.service.command("request-resync", {"permit_number": NUMBER}, actor),
            lambda actor=actor: bench.service.query("intake", {}, actor),
        ):
            with pytest.raises(Forbidden) as refused:
                ask()
            assert refused.value.code == "actor.operator-only"


# --- resync


def test_N3_a_discrepancy_report_has_the_permit_fetched_anew(bench: Bench) -> None:
    bench.national.put(record())
    bench.receive()
    bench.national.put(newer(record(), enterprise_name="示例更正有限公司"))
    report = {"report_id": "r1", "discharger_id": DISCHARGER, "permit_number": NUMBER, "lines": [], "contact_id": "person-1"}
    bench.service.receive("enterprise", "DiscrepancyReported", "r1", {**report, "reported_at": bench.service.clock.now()})
    bench.national.down = 1
    bench.service.run_tasks()
    assert len(bench.service.announced("PermitReceived")) == 1
    bench.later()
    assert bench.service.announced("PermitReceived")[-1]["enterprise_name"] == "示例更正有限公司"
    requested, answered = bench.service.events(f"resync-{NUMBER}")
    assert (requested.report_id, answered.outcome, answered.revision) == ("r1", "revised", 2)


def test_N4_a_report_of_a_firm_without_permit_looks_whether_it_has_been_sent(bench: Bench) -> None:
    bench.national.put(record())
    report = {"report_id": "r1", "discharger_id": DISCHARGER, "permit_number": None, "lines": [], "contact_id": "person-1"}
    bench.service.receive("enterprise", "DiscrepancyReported", "r1", {**report, "reported_at": bench.service.clock.now()})
    bench.service.run_tasks()
    assert bench.service.announced("PermitReceived")[0]["permit_number"] == NUMBER


def test_N3_an_operator_asks_for_one_permit_anew(bench: Bench) -> None:
    with pytest.raises(NotFound) as unknown:
        bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    assert unknown.value.code == "permit.unknown"
    with pytest.raises(Invalid) as invalid:
        bench.service.command("request-resync", {"permit_number": NUMBER[:-1]}, OPERATOR)
    assert invalid.value.fields == {"permit_number": [f"许可证编号 {NUMBER[:-1]} 不正确：应为 22 位"]}
    bench.national.put(record())
    bench.receive()
    bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    bench.service.run_tasks()
    assert [getattr(event, "outcome", "") for event in bench.service.events(f"resync-{NUMBER}")] == ["", "unchanged"]


@pytest.mark.parametrize("answer", [None, MalformedRecord("digest-1", NUMBER, ("DWMC: 此项必填",))])
def test_N3_a_permit_that_cannot_be_had_anew_stays_as_it_is(bench: Bench, answer: MalformedRecord | None) -> None:
    bench.national.put(record())
    bench.receive()
    if answer is None:
        bench.national._permits.clear()
    else:
        bench.national.put(answer)
    bench.service.command("request-resync", {"permit_number": NUMBER}, OPERATOR)
    bench.service.run_tasks()
    assert bench.service.events(f"resync-{NUMBER}")[-1].outcome == ("absent" if answer is None else "malformed")
    assert bench.service.announced("PermitEnded") == []
    assert [row["problems"] for row in bench.intake()["malformed"]] == ([] if answer is None else [["DWMC: 此项必填"]])
