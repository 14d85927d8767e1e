"""Review's pure core."""

from datetime import UTC, datetime

from selfmon_review import domain
from selfmon_review.commands import ApplyForAccount, Approve, Return, Revoke, Withdraw
from selfmon_review.events import (
    AccountAppliedFor,
    ApprovalRevoked,
    DecisionVoid,
    OfficerEnrolled,
    SubmissionApproved,
    SubmissionReturned,
    SubmissionWithdrawn,
    TaskOpened,
)
from selfmon_shared.testing.scenario import Given

AT = datetime(2026, 3, 2, tzinfo=UTC)
BASE = {"at": AT, "by": "officer-1", "command_id": "c1"}


def opened(subject: str = "plan") -> TaskOpened:
    return TaskOpened("s1", subject, "p1", "91320102MA00000000001"[:21], "title", "d1", {}, AT)


def test_R4_the_officer_approves_what_he_saw() -> None:
    Given(domain.TASK, [opened()]).when(domain.approve, Approve(**BASE, submission_id="s1", digest="d1"), in_charge=True).then(
        SubmissionApproved("officer-1", "")
    )


def test_R4_a_changed_submission_is_not_approved() -> None:
    Given(domain.TASK, [opened()]).when(domain.approve, Approve(**BASE, submission_id="s1", digest="d2"), in_charge=True).then_refused(
        "task.digest-changed"
    )


def test_R7_a_higher_level_gives_its_reason_for_taking_over() -> None:
    given = Given(domain.TASK, [opened()])
    given.when(domain.approve, Approve(**BASE, submission_id="s1", digest="d1"), in_charge=False).then_refused(
        "task.takeover-reason-required", comment=["task.takeover-reason-required"]
    )
    given.when(domain.approve, Approve(**BASE, submission_id="s1", digest="d1", comment="县局委托"), in_charge=False).then(
        SubmissionApproved("officer-1", "县局委托")
    )


def test_R4_the_first_decision_wins() -> None:
    Given(domain.TASK, [opened(), SubmissionReturned("o2", "不清楚")]).when(
        domain.approve, Approve(**BASE, submission_id="s1", digest="d1"), in_charge=True
    ).then_refused("task.decided")
    Given(domain.TASK, [opened(), SubmissionWithdrawn()]).when(
        domain.return_, Return(**BASE, submission_id="s1", digest="d1", reason="x")
    ).then_refused("task.decided")


def test_R4_nothing_handed_in_nothing_decided() -> None:
    Given(domain.TASK).when(domain.return_, Return(**BASE, submission_id="s1", digest="d1", reason="x")).then_refused("task.unknown")
    Given(domain.TASK).when(domain.revoke, Revoke(**BASE, submission_id="s1", reason="x")).then_refused("task.unknown")


def test_P3_a_withdrawal_after_the_decision_is_recorded_as_without_effect() -> None:
    withdraw = Withdraw(**BASE, submission_id="s1")
    Given(domain.TASK, [opened()]).when(domain.withdraw, withdraw).then(SubmissionWithdrawn())
    Given(domain.TASK, [opened(), SubmissionApproved("o", "")]).when(domain.withdraw, withdraw).then(DecisionVoid("withdrawal"))


def test_A2_only_an_approved_registration_can_be_revoked() -> None:
    revoke = Revoke(**BASE, submission_id="s1", reason="已恢复生产")
    Given(domain.TASK, [opened("abnormal"), SubmissionApproved("o", "")]).when(domain.revoke, revoke).then(
        ApprovalRevoked("officer-1", "已恢复生产")
    )
    Given(domain.TASK, [opened("abnormal")]).when(domain.revoke, revoke).then_refused("task.not-revocable")
    Given(domain.TASK, [opened("plan"), SubmissionApproved("o", "")]).when(domain.revoke, revoke).then_refused("task.not-revocable")


APPLICATION_FORM = {
    "name": "示例申请人",
    "mobile": "13800000000",
    "email": "applicant@example.cn",
    "county": "玄武区",
    "township": "",
    "region": "320102",
    "unit": "示例生态环境局",
    "department": "监测科",
    "account": "",
    "applications": ("自行监测",),
}


def test_R1_who_is_no_officer_applies_for_an_account() -> None:
    apply = ApplyForAccount(**BASE, **APPLICATION_FORM)
    applied = AccountAppliedFor("officer-1", "p1", "320102", ("自行监测",))
    Given(domain.OFFICER).when(domain.apply_for_account, apply, person_id="p1").then(applied)
    lacking = [OfficerEnrolled("officer-1", "320102", ("危废监管",))]
    Given(domain.OFFICER, lacking).when(domain.apply_for_account, apply, person_id="p1").then(applied)


def test_R1_an_officer_of_this_application_need_not_apply() -> None:
    known = [OfficerEnrolled("officer-1", "320102", ("自行监测",))]
    apply = ApplyForAccount(**BASE, **APPLICATION_FORM)
    Given(domain.OFFICER, known).when(domain.apply_for_account, apply, person_id="p1").then_refused("officer.known")


def test_R1_an_application_names_a_region_that_exists() -> None:
    apply = ApplyForAccount(**BASE, **{**APPLICATION_FORM, "region": "999999"})
    Given(domain.OFFICER).when(domain.apply_for_account, apply, person_id="p1").then_refused("region.unknown", region=["region.unknown"])
