"""Enterprise's pure core."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from selfmon_enterprise import events
from selfmon_enterprise.commands import AssignLogger, ConfirmPermit, DeactivatePoint, OpenSite, ReviseDiagram, ReviseProfile
from selfmon_enterprise.domain import diagram, discharger, discrepancy, item_check, logger, matching, permit, point
from selfmon_enterprise.forms import Item, LimitForm, PointForm, Profile, form_of
from selfmon_shared.kernel.aggregate import Aggregate
from selfmon_shared.testing.scenario import Given

AT = datetime(2026, 3, 2, tzinfo=UTC)
BASE: dict[str, Any] = {"at": AT, "by": "account-1", "command_id": "c1"}
SITE = "91320102MA1EXAMP0T001"
NUMBER = f"{SITE}P"
FORM = PointForm(
    code="FQ-01", name="1#", kind="organised-exhaust", emission_standard="无", valid_from=date(2026, 1, 1), valid_to=date(2030, 12, 31)
)
ITEM = Item(
    pollutant_code="a21026",
    method="manual",
    frequency="1/quarter",
    limits=LimitForm(upper=Decimal(50), unit="mg/m³"),
    valid_from=date(2026, 1, 1),
    valid_to=date(2030, 12, 31),
    item_id="i1",
    pollutant_name="二氧化硫",
    frequency_wording="1次/季",
    per_year=Decimal(4),
)
REQUIREMENT = {
    "key": "r1",
    "point": "DA001",
    "content": "烟气",
    "pollutant": "二氧化硫",
    "pollutant_code": "a21026",
    "facility": "manual",
    "frequency": "1/quarter",
    "frequency_wording": "1次/季",
    "limit_text": "50",
    "limit_unit": "mg/Nm3",
}
TIED = events.PermitTied(SITE, SITE[:18], NUMBER, 1, True, Profile(name="示例", region="320102"), "示例局", "")
PLACED = events.LoggerAssigned("8810202XM00001", SITE, "p1", "123456")
ADDED = events.PointAdded("p1", SITE, FORM)


def test_N4_a_site_is_opened_once() -> None:
    command = OpenSite(**BASE, name="示例", region="320102")
    opened = events.SiteOpened(SITE, SITE[:18], "示例", "320102", "南京市玄武生态环境局")
    Given(discharger.DISCHARGER).when(discharger.open_site, command, SITE).then(opened)
    Given(discharger.DISCHARGER, [opened]).when(discharger.open_site, command, SITE).then_refused("discharger.exists")
    Given(discharger.DISCHARGER).when(discharger.open_site, replace(command, region="320100"), SITE).then_refused(
        "region.not-county", region=["region.not-county"]
    )


def test_E2_the_check_moves_only_where_it_may() -> None:
    yes, no = (ConfirmPermit(**BASE, discharger_id=SITE, is_mine=mine) for mine in (True, False))
    confirmed, disowned = events.PermitConfirmed(NUMBER), events.PermitDisowned(NUMBER)
    Given(discharger.DISCHARGER).when(discharger.confirm_permit, yes).then_refused("discharger.no-permit")
    Given(discharger.DISCHARGER, [TIED]).when(discharger.confirm_permit, yes).then(confirmed)
    Given(discharger.DISCHARGER, [TIED, confirmed]).when(discharger.confirm_permit, yes).then()
    Given(discharger.DISCHARGER, [TIED, confirmed]).when(discharger.confirm_permit, no).then(disowned)
    Given(discharger.DISCHARGER, [TIED, disowned]).when(discharger.confirm_permit, yes).then(confirmed)
    assert discharger.DISCHARGER.fold([TIED, disowned, TIED]).permit_check == "open"
    assert discharger.DISCHARGER.fold([TIED, confirmed, replace(TIED, check_open=False, prefill=None)]).permit_check == "confirmed"


def test_E4_saving_the_same_again_is_nothing_new() -> None:
    command = ReviseProfile(**BASE, name="示例", region="320102", industry_code="4412", discharger_id=SITE, legal_person="示例甲")
    saved = events.ProfileRevised(form_of(Profile, command), "南京市玄武生态环境局", "热电联产")
    Given(discharger.DISCHARGER, [TIED]).when(discharger.revise_profile, command).then(saved)
    Given(discharger.DISCHARGER, [TIED, saved]).when(discharger.revise_profile, command).then()


def test_N1_only_the_sites_present_permit_lapses() -> None:
    Given(discharger.DISCHARGER, [TIED]).when(discharger.lapse_permit, NUMBER).then(events.PermitLapsed(NUMBER))
    Given(discharger.DISCHARGER, [TIED]).when(discharger.lapse_permit, f"{SITE}V").then()
    Given(discharger.DISCHARGER, [TIED, events.PermitLapsed(NUMBER)]).when(discharger.lapse_permit, NUMBER).then()


def test_E5_what_is_deactivated_stays_so() -> None:
    command = DeactivatePoint(**BASE, point_id="p1", reason="拆除")
    gone = events.PointDeactivated("拆除")
    Given(point.POINT, [ADDED]).when(point.deactivate_point, command).then(gone)
    Given(point.POINT, [ADDED, gone]).when(point.deactivate_point, command).then_refused("point.inactive")
    assert point.POINT.fold([ADDED, events.ItemAdded(ITEM), gone]).active_items == ()


def test_E7_a_logger_moves_within_the_company_only() -> None:
    command = AssignLogger(**BASE, point_id="p1", mn=PLACED.mn, access_password="123456")
    here = point.POINT.fold([ADDED])
    elsewhere = replace(here, discharger_id="91320500MA1EXAMP0X001")
    Given(logger.LOGGER).when(logger.assign, command, here).then(PLACED)
    Given(logger.LOGGER, [PLACED]).when(logger.assign, command, here).then()
    Given(logger.LOGGER, [PLACED]).when(logger.assign, command, replace(here, discharger_id=f"{SITE[:18]}002")).then(
        replace(PLACED, discharger_id=f"{SITE[:18]}002")
    )
    Given(logger.LOGGER, [PLACED]).when(logger.assign, command, elsewhere).then_refused("logger.mn-taken", mn=["logger.mn-taken"])
    Given(logger.LOGGER).when(logger.assign, command, point.POINT.fold([ADDED, events.PointDeactivated("")])).then_refused("point.inactive")


def test_E8_a_check_decides_the_newest_upload_once() -> None:
    first, second = (events.DiagramOffered(SITE, name, "0" * 64, "图.png", ()) for name in ("o1", "o2"))
    accepted = events.DiagramAccepted("o1", "d", "image/png", AT)
    Given(diagram.DIAGRAM, [first]).when(diagram.accept, "o1", "d", "image/png", AT).then(accepted)
    Given(diagram.DIAGRAM, [first, second]).when(diagram.accept, "o1", "d", "image/png", AT).then()
    Given(diagram.DIAGRAM, [first, second]).when(diagram.reject, "o1", "坏图").then()
    Given(diagram.DIAGRAM, [first, accepted]).when(diagram.reject, "o1", "坏图").then()
    command = ReviseDiagram(**BASE, discharger_id=SITE, upload="0" * 64, filename="图.png")
    Given(diagram.DIAGRAM, [first]).when(diagram.offer, command, frozenset()).then(
        events.DiagramOffered(SITE, "c1", "0" * 64, "图.png", ())
    )


def limit_comparison(limits: LimitForm, text: str | None, unit: str | None = "mg/Nm3") -> tuple[str, str]:
    lines = item_check.compare(replace(ITEM, limits=limits), {**REQUIREMENT, "limit_text": text, "limit_unit": unit})
    return lines[2]["comparison"], lines[3]["comparison"]


@pytest.mark.parametrize(
    ("limits", "text", "comparison"),
    [
        (LimitForm(upper=Decimal(50), unit="mg/m³"), "50", ("equal", "equal")),
        (LimitForm(upper=Decimal("0.05"), unit="g/m³"), "50", ("equal", "equal")),
        (LimitForm(upper=Decimal(60), unit="mg/m³"), "50", ("weaker", "equal")),
        (LimitForm(unit="mg/m³"), "50", ("weaker", "equal")),
        (LimitForm(lower=Decimal(6), upper=Decimal(8), text="6~8"), "6~9", ("stricter", "equal")),
        (LimitForm(lower=Decimal(5), upper=Decimal(8)), "6~9", ("stricter", "weaker")),
        (LimitForm(upper=Decimal(5), text="5(8)"), "5", ("weaker", "equal")),
        (LimitForm(text="不得检出"), "0.01", ("stricter", "equal")),
        (LimitForm(upper=Decimal(50), unit="kg/h"), "50", ("unknown", "equal")),
        (LimitForm(upper=Decimal(50), unit="mg/m³"), "见附件", ("unknown", "unknown")),
        (LimitForm(text="见附件", unit="mg/m³"), "见附件", ("equal", "equal")),
        (LimitForm(upper=Decimal(50), unit="mg/m³"), "/", ("stricter", "equal")),
        (LimitForm(upper=Decimal(50), unit="mg/m³"), None, ("unknown", "equal")),
        (LimitForm(), None, ("equal", "equal")),
    ],
)
def test_E10_limits_are_compared_bound_by_bound(limits: LimitForm, text: str | None, comparison: tuple[str, str]) -> None:
    assert limit_comparison(limits, text) == comparison


def test_E10_a_limit_shows_as_it_was_written() -> None:
    lines = item_check.compare(replace(ITEM, limits=LimitForm(lower=Decimal(6), upper=Decimal(9))), {**REQUIREMENT, "limit_text": "见附件"})
    assert [(line["own"], line["permit"]) for line in lines[2:]] == [("9", "见附件"), ("6", "见附件")]


@pytest.mark.parametrize(
    ("frequency", "wording", "comparison"),
    [
        ("1/quarter", "1次/季", "equal"),
        ("1/month", "每季监测一次", "stricter"),
        ("1/year", "1次/季", "weaker"),
        ("continuous", "1次/季", "stricter"),
    ],
)
def test_E10_frequencies_are_compared_and_a_code_that_is_none_is_read_by_its_wording(frequency: str, wording: str, comparison: str) -> None:
    lines = item_check.compare(replace(ITEM, frequency=frequency), {**REQUIREMENT, "frequency": wording, "frequency_wording": wording})
    assert lines[1]["comparison"] == comparison


def test_E10_a_frequency_that_is_not_understood_is_not_compared() -> None:
    lines = item_check.compare(ITEM, {**REQUIREMENT, "frequency": "unknown#视情况", "frequency_wording": "视情况"})
    assert lines[1] == {"field": "frequency", "own": "1次/季", "permit": "视情况", "comparison": "unknown"}


def test_E10_pollutants_meet_by_code_then_by_wording() -> None:
    tied = matching.MATCHING.fold([events.PointsMatched(NUMBER, SITE, "DA001", "p1", ())])
    points = {"p1": point.POINT.fold([ADDED, events.ItemAdded(ITEM)])}
    for said, covered in (("二氧化硫", 1), ("SO2", 1), ("氮氧化物", 0), ("示例物质", 0)):
        lines = item_check.check_items([{**REQUIREMENT, "pollutant_code": None, "pollutant": said}], tied, points)
        assert item_check.covered(lines) == covered, said
    assert item_check.covered(item_check.check_items([REQUIREMENT], tied, {})) == 0


def test_N5_nothing_that_was_ended_is_ended_again() -> None:
    ended = events.PermitEnded(NUMBER, SITE, "revoked", AT)
    Given(permit.PERMIT).when(permit.end, NUMBER, SITE, "revoked", AT).then(ended)
    Given(permit.PERMIT, [ended]).when(permit.end, NUMBER, SITE, "revoked", AT).then()


@pytest.mark.parametrize(
    ("aggregate", "history"),
    [
        (discharger.DISCHARGER, [TIED]),
        (permit.PERMIT, [events.PermitEnded(NUMBER, SITE, "revoked", AT)]),
        (point.POINT, [ADDED]),
        (matching.MATCHING, [events.PointsMatched(NUMBER, SITE, "DA001", "p1", ())]),
        (diagram.DIAGRAM, [events.DiagramOffered(SITE, "o1", "0" * 64, "图.png", ())]),
    ],
)
def test_an_event_of_a_later_kind_leaves_a_state_as_it_is(aggregate: Aggregate[Any], history: list[Any]) -> None:
    assert aggregate.fold([*history, object()]) == aggregate.fold(history)


def test_E3_a_report_keeps_what_was_said() -> None:
    said = events.DiscrepancyReported("r1", SITE, None, (), "contact:c1", AT)
    assert discrepancy.DISCREPANCY.fold([said]).report == said
