"""What review offers: officers, review tasks and decisions (R1, R4, R5, R7)."""

from selfmon_shared.contracts import decisions
from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.fields import Choice, Flag, Free, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.contracts.steps import NoArguments, next_steps
from selfmon_shared.contracts.timeline import timeline_of

SERVICE = "review"
SUBJECTS = ("plan", "abnormal", "annual-report")
TASK_STATES = ("open", "approved", "returned", "withdrawn", "revoked")
APPLICATIONS = ("一企一档", "排污权管理", "ODS管理", "源清单管理", "危废监管", "自行监测", "自动监控", "应急系统")
"""What the province's portal opens for officers, as its form lists it (R1); a province may list others."""


class Decision(Record):
    """A decision on a submission; it names the digest that the officer saw."""

    submission_id = Id(required=True)
    subject_id = Id(required=True, metadata={"description": "plan or registration"})
    discharger_id = Id(required=True)
    digest = Text(required=True)
    officer_id = Id(required=True)
    decided_at = Moment(required=True)


class Approved(Decision):
    """The bureau in charge has approved."""

    comment = Text(required=True, blank=True)


class Returned(Decision):
    """The bureau in charge has returned it, with a reason."""

    reason = Text(required=True)


class Withdrawn(Record):
    """The enterprise has its submission back; it was not yet decided."""

    submission_id = Id(required=True)
    subject_id = Id(required=True)
    discharger_id = Id(required=True)
    withdrawn_at = Moment(required=True)


class OfficerChanged(Record):
    """An officer's region and applications; who he is stays with review."""

    officer_id = Id(required=True)
    region = Id(required=True)
    applications = Many(Text(), required=True)
    active = Flag(required=True)


# --- commands and their answers


class EnrolOfficer(Record):
    """R1: an officer as the province's portal knows him; by the platform only."""

    officer_id = Id(required=True)
    region = Id(required=True)
    applications = Many(Text(), load_default=lambda: ["自行监测"])
    name = Text(required=True, max_length=50)


class ApplyForAccount(Record):
    """R1: the columns of 江苏省生态环境厅统一门户新建账号申请表; there is no password, and none is ever kept."""

    name = Text(required=True, max_length=50)
    mobile = Text(required=True, pattern=r"^1\d{10}$", hint="应为 11 位手机号码")
    email = Text(required=True, max_length=100, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", hint="应为邮箱地址，如 name@example.cn")
    county = Text(required=True, max_length=50)
    township = Text(load_default="", max_length=50)
    region = Text(required=True, pattern=r"^\d{6}$", hint="应为六位行政区代码")
    unit = Text(required=True, max_length=100)
    department = Text(required=True, max_length=100)
    account = Text(load_default="", max_length=50)
    applications = Many(Text(max_length=30), required=True, at_least=1, at_most=30)


class Approve(Record):
    """R4, R5."""

    submission_id = Id(required=True)
    digest = Text(required=True)
    comment = Text(load_default="", max_length=1000)


class Return(Record):
    """R4, R5: with a reason."""

    submission_id = Id(required=True)
    digest = Text(required=True)
    reason = Text(required=True, max_length=1000)


class Revoke(Record):
    """Take an approval of a registration back, with a reason (A2)."""

    submission_id = Id(required=True)
    reason = Text(required=True, max_length=1000)


class TaskDone(Record):
    """The task and its state after the command."""

    submission_id = Id()
    state = Choice(TASK_STATES)


class OfficerDone(Record):
    """The officer's id."""

    officer_id = Id()


class AccountAppliedFor(Record):
    """Of whom the application is, and what has become of it."""

    officer_id = Id()
    state = Choice(("received",))


# --- queries and their views


class Tasks(Record):
    """The tasks in the officer's region, oldest first."""

    state = Choice(TASK_STATES, allow_none=True, load_default=None)
    subject = Choice(SUBJECTS, allow_none=True, load_default=None)
    region = Id(allow_none=True, load_default=None)
    name = Text(allow_none=True, load_default=None)
    page = Whole(load_default=1, low=1)
    page_size = Whole(load_default=50, low=1, high=500)


class OfTask(Record):
    """Of one submission."""

    submission_id = Id(required=True)


class TaskRow(Record):
    """One task."""

    submission_id = Id()
    subject = Choice(SUBJECTS)
    subject_id = Id()
    discharger_id = Id()
    discharger_name = Text()
    region = Id()
    region_name = Text()
    bureau = Text()
    title = Text()
    state = Choice(TASK_STATES)
    submitted_at = Moment()
    decided_at = Moment(allow_none=True)


class TaskPage(Record):
    """A page of tasks."""

    total = Whole()
    rows = Many(One(TaskRow))


class TaskView(TaskRow):
    """One task with what was submitted (the contract event's payload) and what was decided."""

    digest = Text()
    submission = Free()
    officer_id = Id(allow_none=True)
    comment = Text(allow_none=True)
    reason = Text(allow_none=True)
    void_decisions = Many(Text())
    in_charge = Flag(metadata={"description": "the asking officer's own bureau is in charge; if not, an approval needs a reason (R7)"})
    moves = Many(Text(), metadata={"description": "the commands that the actor may give it now"})


class OfficerView(Record):
    """The officer who asks."""

    officer_id = Id()
    region = Id()
    region_name = Text()
    applications = Many(Text())
    name = Text()


class AccountApplicationView(Record):
    """R1: the application of the one who asks, as he filled it in."""

    officer_id = Id()
    state = Choice(("received",))
    applied_at = Moment()
    name = Text()
    mobile = Text()
    email = Text()
    county = Text()
    township = Text()
    region = Id()
    region_name = Text()
    unit = Text()
    department = Text()
    account = Text()
    applications = Many(Text())


class Nothing(Record):
    """No fields."""


PROVIDER = Provider(
    service=SERVICE,
    commands=(
        CommandContract("enrol-officer", EnrolOfficer, OfficerDone, ("R1",)),
        CommandContract("apply-for-account", ApplyForAccount, AccountAppliedFor, ("R1",)),
        CommandContract("approve", Approve, TaskDone, ("R4", "R5")),
        CommandContract("return", Return, TaskDone, ("R4", "R5")),
        CommandContract("revoke", Revoke, TaskDone, ("A2",)),
    ),
    queries=(
        QueryContract("tasks", Tasks, TaskPage, rules=("R4", "R5", "R7")),
        QueryContract("task", OfTask, TaskView, rules=("R4", "R5")),
        timeline_of("task", OfTask, "R4", "R5"),
        QueryContract("officer", Nothing, OfficerView, rules=("R1",)),
        QueryContract("account-application", Nothing, AccountApplicationView, rules=("R1",)),
        next_steps(NoArguments, "R4", "R5", "R7"),
    ),
    events=(
        ContractEvent("PlanApproved", 1, Approved, "submission_id", SERVICE, rules=("R4",), notice=decisions.plan_approved),
        ContractEvent("PlanReturned", 1, Returned, "submission_id", SERVICE, rules=("R4",), notice=decisions.plan_returned),
        ContractEvent("PlanWithdrawn", 1, Withdrawn, "submission_id", SERVICE, rules=("P3",), notice=decisions.plan_withdrawn),
        ContractEvent("AbnormalApproved", 1, Approved, "submission_id", SERVICE, rules=("R5",), notice=decisions.abnormal_approved),
        ContractEvent("AbnormalReturned", 1, Returned, "submission_id", SERVICE, rules=("R5",), notice=decisions.abnormal_returned),
        ContractEvent("AbnormalApprovalRevoked", 1, Returned, "submission_id", SERVICE, rules=("A2",), notice=decisions.approval_revoked),
        ContractEvent("OfficerChanged", 1, OfficerChanged, "officer_id", SERVICE, rules=("R1",), notice=decisions.officer_changed),
    ),
)

ERRORS = {
    "task.unknown": "没有找到该审核任务",
    "task.takeover-reason-required": "上级部门代为审核时须说明理由",
    "task.decided": "该任务已处理（{state}），请刷新",
    "task.digest-changed": "提交内容已变化，请刷新后重新审核",
    "task.not-revocable": "只有已通过的不正常运行登记可以撤销",
    "officer.known": "您的账号已开通“自行监测”应用，无需申请，请重新登录",
    "account-application.unknown": "您还没有填写账号申请表",
    "officer.unknown": "您的账号尚未开通“自行监测”应用，请填写账号申请表",
}
