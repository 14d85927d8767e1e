"""Plan's pure core: overview, numbering, one version's moves."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from plan_facts import point

from selfmon_plan import events as e
from selfmon_plan.commands import CancelExport, ImportPlan, ReviseOverview, WithdrawPlan
from selfmon_plan.domain import noted, numbering, overview, plan
from selfmon_plan.domain.plan import Decision, Scan
from selfmon_plan.facts import Coverage, Overview, Qualification
from selfmon_shared.contracts.plan import PLAN_STATES
from selfmon_shared.testing.scenario import Given

AT = datetime(2026, 3, 2, tzinfo=UTC)
BASE: dict[str, Any] = {"at": AT, "by": "account-1", "command_id": "c1"}
DIGEST = "ab" * 32
SHORT = Coverage("P", 1, weaker=1)

DRAFTED = e.PlanDrafted("p1", "D", 1, "示例方案", (point(),), Coverage(), {}, DIGEST)
FOREIGN = e.PlanDrafted("p1", "D", 1, "示例方案", (point(),), Coverage())
RENDERING = [DRAFTED, e.PlanExportRequested()]
EXPORTED = [*RENDERING, e.PlanExported("pdf", 12)]
OFFERED = e.PlanImportOffered("s1", "示例方案", "u" * 64, "scan.pdf", "", Coverage())
CHECKING = [*EXPORTED, OFFERED]
SUBMITTED = [*CHECKING, e.PlanSubmitted("s1", DIGEST, "doc", "orig", 12, True, True, ())]
IN_FORCE = [*SUBMITTED, e.PlanPutInForce("s1", "o1", AT)]
RETURNED = [*SUBMITTED, e.PlanReturned("s1", "缺少噪声监测点", "o1", AT)]
FAILED = [*RENDERING, e.PlanExportFailed("document.render-failed", {})]


def bring(**changes: Any) -> ImportPlan:
    fields = {"discharger_id": "D", "title": "示例方案", "upload": "u" * 64, "filename": "scan.pdf", "free_of_personal_data": True}
    return ImportPlan(**{**BASE, **fields, **changes})


def scan(**changes: Any) -> Scan:
    code = ("P1", DIGEST[:32].upper())
    return Scan(
        **{"document": "doc", "original": "orig", "pages": 12, "platform_export": True, "seal_found": True, "codes": (code,), **changes}
    )


def decision(what: str, submission_id: str = "s1", digest: str | None = DIGEST) -> Decision:
    return Decision(what, submission_id, AT, digest, "o1", "缺少噪声监测点")


# --- overview


def test_P1_the_overview_is_kept_whole_even_if_incomplete() -> None:
    revise = ReviseOverview(**BASE, discharger_id="D", introduction="示例企业", personnel=(Qualification("01", "上岗证"),))
    revised = e.OverviewRevised("D", Overview("示例企业", (Qualification("01", "上岗证"),)))
    Given(overview.OVERVIEW).when(overview.revise_overview, revise).then(revised)
    Given(overview.OVERVIEW, [revised]).when(overview.revise_overview, revise).then()
    assert revised.overview.missing == ("管理制度", "培训记录")
    assert Overview("a", (Qualification("01", "b"),), "c", "d").missing == ()


@pytest.mark.parametrize("text", ["联系人 13800000000", "证件 320102199001010011", "32010219900101001X，持证"])
def test_P1_no_mobile_or_identity_number_is_published(text: str) -> None:
    revise = ReviseOverview(
        **BASE, discharger_id="D", introduction=text, personnel=(Qualification("01", "上岗证"), Qualification("02", text))
    )
    refused = {"introduction": ["overview.personal-data"], "personnel.1.qualification": ["overview.personal-data"]}
    Given(overview.OVERVIEW).when(overview.revise_overview, revise).then_refused("overview.personal-data", **refused)


def test_P1_a_credit_code_and_an_office_telephone_are_no_personal_data() -> None:
    revise = ReviseOverview(**BASE, discharger_id="D", introduction="91320102MA1TESTX0G，025-12345678，证书号 2026031500123456789")
    assert Given(overview.OVERVIEW).when(overview.revise_overview, revise).refusal is None


# --- numbering


def test_P2_one_rendering_at_a_time() -> None:
    begun = [e.VersionNumbered("p1", 1), e.RenderingBegun("p1")]
    Given(numbering.VERSIONS).when(numbering.begin_rendering, "p1").then(*begun)
    Given(numbering.VERSIONS, begun).when(numbering.begin_rendering, "p2").then_refused("plan.busy")
    Given(numbering.VERSIONS, begun).when(numbering.end_rendering, "p2").then()
    ended = [*begun, e.RenderingEnded("p1")]
    Given(numbering.VERSIONS, ended).when(numbering.begin_rendering, "p2").then(e.VersionNumbered("p2", 2), e.RenderingBegun("p2"))


def test_P3_one_open_submission_at_a_time() -> None:
    Given(numbering.VERSIONS).when(numbering.open_submission, "p1", is_new=False).then(e.SubmissionOpened("p1"))
    Given(numbering.VERSIONS).when(numbering.open_submission, "p1", is_new=True).then(e.VersionNumbered("p1", 1), e.SubmissionOpened("p1"))
    opened = Given(numbering.VERSIONS, [e.SubmissionOpened("p1")])
    opened.when(numbering.open_submission, "p2", is_new=True).then_refused("plan.open-submission")
    opened.when(numbering.close_submission, "p2").then()
    opened.when(numbering.close_submission, "p1").then(e.SubmissionClosed("p1"))
    assert Given(numbering.VERSIONS, [e.VersionInForce("p1"), DRAFTED]).state.in_force == "p1"


# --- one version


def test_P2_an_export_is_drafted_rendered_and_exported() -> None:
    assert plan.draft(DRAFTED) == RENDERING
    Given(plan.PLAN, RENDERING).when(plan.end_rendering, e.PlanExported("pdf", 12)).then(e.PlanExported("pdf", 12))
    failure = e.PlanExportFailed("document.render-failed", {})
    Given(plan.PLAN, RENDERING).when(plan.end_rendering, failure).then(failure)


def test_P2_an_export_can_be_cancelled_only_while_it_is_rendered() -> None:
    cancel = CancelExport(**BASE, plan_id="p1")
    Given(plan.PLAN, RENDERING).when(plan.cancel_export, cancel).then(e.PlanExportCancelled())
    Given(plan.PLAN, EXPORTED).when(plan.cancel_export, cancel).then_refused("plan.not-rendering")
    Given(plan.PLAN).when(plan.cancel_export, cancel).then_refused("plan.unknown")
    cancelled = Given(plan.PLAN, [*RENDERING, e.PlanExportCancelled()])
    cancelled.when(plan.end_rendering, e.PlanExported("pdf", 12)).then()


@pytest.mark.parametrize("history", [EXPORTED, RETURNED, [*SUBMITTED, e.PlanWithdrawn("s1")], [FOREIGN]])
def test_P3_what_is_not_under_way_can_be_brought(history: list[Any]) -> None:
    offered = e.PlanImportOffered("c1", "示例方案", "u" * 64, "scan.pdf", "", Coverage(), None)
    Given(plan.PLAN, history).when(plan.offer, bring(), None, Coverage()).then(offered)


@pytest.mark.parametrize("history", [RENDERING, FAILED, CHECKING, SUBMITTED, IN_FORCE, [*IN_FORCE, e.PlanSuperseded("p2")]])
def test_P3_what_is_under_way_or_over_cannot_be_brought(history: list[Any]) -> None:
    Given(plan.PLAN, history).when(plan.offer, bring(), None, Coverage()).then_refused("plan.not-exported")


def test_P3_the_importer_confirms_that_there_are_no_personal_data() -> None:
    refused = {"free_of_personal_data": ["plan.personal-data"]}
    Given(plan.PLAN, EXPORTED).when(plan.offer, bring(free_of_personal_data=False), None, Coverage()).then_refused(
        "plan.personal-data", **refused
    )


def test_P4_falling_short_needs_a_reason_and_nothing_else() -> None:
    given = Given(plan.PLAN, EXPORTED)
    refused = {"weaker_reason": ["plan.weaker-reason-required"]}
    for coverage in (SHORT, Coverage("P", 1, missing=1)):
        given.when(plan.offer, bring(), None, coverage).then_refused("plan.weaker-reason-required", **refused)
        assert given.when(plan.offer, bring(weaker_reason="设备检修"), None, coverage).refusal is None
    assert given.when(plan.offer, bring(), None, Coverage("P", 1, unclear=3, stricter=1)).refusal is None


def test_P3_a_good_scan_is_submitted_under_the_frozen_digest() -> None:
    submitted = e.PlanSubmitted("s1", DIGEST, "doc", "orig", 12, True, True, ())
    Given(plan.PLAN, CHECKING).when(plan.submit, "p1", "s1", scan()).then(submitted)
    Given(plan.PLAN, CHECKING).when(plan.submit, "p1", "another", scan()).then()
    Given(plan.PLAN, SUBMITTED).when(plan.submit, "p1", "s1", scan()).then()


ODD = [
    (scan(platform_export=False, codes=()), "doc", ["非平台导出：文件上没有平台导出的页码标识"]),
    (scan(platform_export=None, codes=()), DIGEST, ["扫描件不够清晰，无法确认是否为平台导出的方案"]),
    (scan(codes=(("P2", DIGEST[:32].upper()),)), "doc", ["文件上的页码标识属于另一份或另一版方案，请核对"]),
    (scan(codes=(("P1", "0" * 32),)), "doc", ["文件上的页码标识属于另一份或另一版方案，请核对"]),
    (scan(pages=3), DIGEST, ["盖章件共 3 页，少于导出的 12 页"]),
    (scan(seal_found=False), DIGEST, ["未识别到红色印章（仅提示，不影响提交）"]),
    (scan(seal_found=None), DIGEST, []),
]


@pytest.mark.parametrize(("found", "digest", "told"), ODD)
def test_P3_what_is_odd_about_a_scan_is_told_and_never_blocks(found: Scan, digest: str, told: list[str]) -> None:
    (submitted,) = Given(plan.PLAN, CHECKING).when(plan.submit, "p1", "s1", found).events
    assert submitted.digest == digest
    assert list(submitted.warnings) == told


def test_P3_a_document_of_another_origin_is_known_by_the_scans_digest() -> None:
    (submitted,) = Given(plan.PLAN, [FOREIGN, OFFERED]).when(plan.submit, "p1", "s1", scan(platform_export=False, codes=())).events
    assert submitted.digest == "doc"


@pytest.mark.parametrize(("before", "state"), [([FOREIGN], "draft"), (EXPORTED, "exported"), (RETURNED, "returned")])
def test_P3_a_refused_scan_puts_the_version_back(before: list[Any], state: str) -> None:
    given = Given(plan.PLAN, [*before, OFFERED])
    refused = e.PlanImportRefused("s1", "file.encrypted", {}, state)
    given.when(plan.refuse, "s1", "file.encrypted", {}).then(refused)
    given.when(plan.refuse, "another", "file.encrypted", {}).then()
    assert Given(plan.PLAN, [*before, OFFERED, refused]).state.state == state


def test_P3_a_submission_can_be_asked_back_once_while_it_is_open() -> None:
    withdraw = WithdrawPlan(**BASE, plan_id="p1")
    Given(plan.PLAN, SUBMITTED).when(plan.withdraw, withdraw).then(e.WithdrawalAsked("s1"))
    Given(plan.PLAN, [*SUBMITTED, e.WithdrawalAsked("s1")]).when(plan.withdraw, withdraw).then()
    Given(plan.PLAN, EXPORTED).when(plan.withdraw, withdraw).then_refused("plan.not-submitted")
    Given(plan.PLAN).when(plan.withdraw, withdraw).then_refused("plan.unknown")


def test_R4_decisions_on_the_open_submission_are_followed() -> None:
    given = Given(plan.PLAN, SUBMITTED)
    given.when(plan.decide, decision("approved")).then(e.PlanPutInForce("s1", "o1", AT))
    given.when(plan.decide, decision("returned")).then(e.PlanReturned("s1", "缺少噪声监测点", "o1", AT))
    given.when(plan.decide, decision("withdrawn", digest=None)).then(e.PlanWithdrawn("s1"))


def test_R4_other_decisions_are_without_effect() -> None:
    for history, made in (
        (SUBMITTED, decision("approved", "s0")),
        (SUBMITTED, decision("approved", digest="other")),
        (EXPORTED, decision("returned")),
        (IN_FORCE, decision("withdrawn")),
        ([], decision("approved")),
    ):
        Given(plan.PLAN, history).when(plan.decide, made).then(e.DecisionVoid(made.submission_id, made.what))


def test_P3_only_the_plan_in_force_is_superseded() -> None:
    Given(plan.PLAN, IN_FORCE).when(plan.supersede, "p2").then(e.PlanSuperseded("p2"))
    Given(plan.PLAN, EXPORTED).when(plan.supersede, "p2").then()


def test_P4_a_changed_proof_is_recorded() -> None:
    Given(plan.PLAN, SUBMITTED).when(plan.recompute, SHORT).then(e.CoverageRecomputed(SHORT))
    Given(plan.PLAN, [*SUBMITTED, e.CoverageRecomputed(SHORT)]).when(plan.recompute, SHORT).then()


def test_states_are_the_contracts_and_every_event_makes_an_allowed_move() -> None:
    assert plan.MOVES.keys() - {plan.NONE} == set(PLAN_STATES)
    for history in (IN_FORCE, RETURNED, FAILED, [*RENDERING, e.PlanExportCancelled()], [*IN_FORCE, e.PlanSuperseded("p2")]):
        states = [plan.PLAN.fold(history[:length]).state for length in range(len(history) + 1)]
        for before, after in pairwise(states):
            assert after in plan.MOVES[before]


def test_an_older_version_of_a_fact_never_replaces_a_newer_one() -> None:
    facts = [
        (noted.DIAGRAM, e.DiagramNoted("D", 2, "digest", ())),
        (noted.MATCHING, e.MatchingNoted("P", "D", 2, ())),
        (noted.POINT, e.PointNoted("D", 2, True, point())),
        (noted.LOGGER, e.LoggerNoted("mn", "D", 2, None)),
    ]
    for aggregate, fact in facts:
        given: Given[Any] = Given(aggregate, [fact, "another event"])
        given.when(noted.note, 2, fact).then()
        given.when(noted.note, 3, fact).then(fact)
