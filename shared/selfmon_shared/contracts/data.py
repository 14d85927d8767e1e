"""What data offers: results and their publication, duties, abnormal registrations (D1–D6, A1–A2)."""

from collections.abc import Mapping
from typing import Any

from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.enterprise import OfDischarger
from selfmon_shared.contracts.fields import Choice, Day, Exact, Flag, Free, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.contracts.notices import Notice, about
from selfmon_shared.contracts.steps import next_steps
from selfmon_shared.contracts.timeline import timeline_of

SERVICE = "data"
RESULTS = "data.results"
PERIOD_KINDS = ("hour", "day", "manual")
VALUE_SOURCES = ("logger", "re-sent", "supplement", "entered", "manual")
ABNORMAL_KINDS = ("stopped", "not-public", "device-fault", "other")
ABNORMAL_STATES = ("submitted", "returned", "withdrawn", "in-force", "ended", "revoked")
MONTH = r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"


class AbnormalFields(Record):
    """What a registration says (A1). No points and no items: the whole discharger. ``to`` None: open-ended."""

    kind = Choice(ABNORMAL_KINDS, required=True)
    point_ids = Many(Id(), load_default=list, at_most=1000)
    item_ids = Many(Id(), load_default=list, at_most=5000)
    starts_at = Moment(required=True)
    ends_at = Moment(allow_none=True, load_default=None)
    reason = Text(required=True, max_length=1000)


# --- contract events


class ResultsRecorded(Record):
    """A batch of values; they are fetched by ``batch_id`` (look-up ``batch``), and each can be proved by ``merkle_root``."""

    batch_id = Id(required=True)
    discharger_id = Id(required=True)
    period_kind = Choice(PERIOD_KINDS, required=True)
    first = Moment(required=True)
    last = Moment(required=True)
    count = Whole(required=True)
    merkle_root = Text(required=True)
    recorded_at = Moment(required=True)


class AbnormalRegistered(AbnormalFields):
    """A registration was filed; it has no effect before approval."""

    submission_id = Id(required=True)
    registration_id = Id(required=True)
    discharger_id = Id(required=True)
    digest = Text(required=True)
    afterwards = Flag(required=True, metadata={"description": "补登记: filed after its period began"})
    submitted_at = Moment(required=True)


class AbnormalTookEffect(AbnormalFields):
    """A registration is in force (A2)."""

    registration_id = Id(required=True)
    discharger_id = Id(required=True)
    in_force_from = Moment(required=True)


class AbnormalEnded(Record):
    """An open-ended or longer registration was given its end."""

    registration_id = Id(required=True)
    discharger_id = Id(required=True)
    ends_at = Moment(required=True)


class AbnormalRevoked(Record):
    """The approval was taken back, with a reason; the duties are back."""

    registration_id = Id(required=True)
    discharger_id = Id(required=True)
    reason = Text(required=True)
    revoked_at = Moment(required=True)


class PublishedValue(Record):
    """One published value of an item."""

    time = Moment(required=True, metadata={"description": "start of the hour, or the sampling day"})
    value = Text(required=True, metadata={"description": "as entered, e.g. 12.3 or 0.025L"})
    exceeds = Flag(allow_none=True, required=True, metadata={"description": "None: not judged"})
    multiple = Exact(allow_none=True, required=True)
    source = Choice(VALUE_SOURCES, required=True)
    late = Flag(required=True)


class PublicationChanged(Record):
    """All published values of one item and day; with ``withheld`` nothing is shown but 依法不予公开 (O2)."""

    publication_id = Id(required=True, metadata={"description": "item, period kind and day"})
    discharger_id = Id(required=True)
    point_id = Id(required=True)
    point_name = Text(required=True)
    item_id = Id(required=True)
    pollutant_code = Text(required=True)
    pollutant_name = Text(required=True)
    unit = Text(required=True, blank=True)
    limit_text = Text(required=True, blank=True)
    period_kind = Choice(PERIOD_KINDS, required=True)
    day = Day(required=True)
    withheld = Flag(required=True)
    values = Many(One(PublishedValue), required=True)


class MonthFigures(Record):
    """Owed, monitored, … of a discharger and month (D6), over all items."""

    discharger_id = Id(required=True)
    month = Text(required=True, pattern=MONTH)
    plan_id = Id(allow_none=True, required=True)
    owed = Whole(required=True)
    monitored = Whole(required=True)
    waived = Whole(required=True)
    missing = Whole(required=True)
    published = Whole(required=True)
    late = Whole(required=True)


# --- commands and their answers


class EnteredValue(Record):
    """One hourly value. ``value`` is a number or a number with L (below the detection limit)."""

    item_id = Id(required=True)
    hour = Moment(required=True, metadata={"description": "start of the hour"})
    value = Text(required=True, max_length=30, none=False)
    converted = Text(allow_none=True, load_default=None, max_length=30, metadata={"description": "折算 value where the standard judges it"})
    flag = Choice(("N", "F", "M", "S", "D", "C", "T", "B"), load_default="N")


class EnterHourly(Record):
    """D1, D1b: values of automatic items entered by hand; for an item with a logger they are supplements."""

    discharger_id = Id(required=True)
    values = Many(One(EnteredValue), required=True, at_least=1, at_most=5000)


class Sample(Record):
    """One sample of a monitoring event."""

    value = Text(required=True, max_length=30, none=False)
    oxygen = Exact(allow_none=True, load_default=None, low="0", high="21")
    flow = Exact(allow_none=True, load_default=None, low="0")
    temperature = Exact(allow_none=True, load_default=None)


class EnterManual(Record):
    """D3, D3b: one item's monitoring event with its samples."""

    discharger_id = Id(required=True)
    item_id = Id(required=True)
    sampled_on = Day(required=True)
    analysed_on = Day(required=True)
    laboratory = Text(required=True, max_length=200)
    method = Text(required=True, max_length=200)
    load_percent = Exact(allow_none=True, load_default=None, low="0", high="200")
    report_number = Text(load_default="", max_length=100)
    report_date = Day(allow_none=True, load_default=None)
    samples = Many(One(Sample), required=True, at_least=1, at_most=100)


class ExplainAbnormal(Record):
    """D2: the reason for an abnormal automatic value; the value stays as it is."""

    discharger_id = Id(required=True)
    item_id = Id(required=True)
    hour = Moment(required=True)
    reason = Text(required=True, max_length=500)


class RegisterAbnormal(AbnormalFields):
    """A1."""

    discharger_id = Id(required=True)


class EndAbnormal(Record):
    """Give a registration its end."""

    registration_id = Id(required=True)
    ends_at = Moment(required=True)


class Entered(Record):
    """How many values were taken, of which new and corrected, and how many exceed their limit."""

    batch_id = Id()
    count = Whole()
    corrected = Whole()
    exceeding = Whole()


class AbnormalDone(Record):
    """The registration and its state."""

    registration_id = Id()
    state = Choice(ABNORMAL_STATES)


# --- queries and their views


class ResultsOf(Record):
    """Values of a discharger, newest first, within days of Asia/Shanghai."""

    discharger_id = Id(required=True)
    item_id = Id(allow_none=True, load_default=None)
    period_kind = Choice(PERIOD_KINDS, allow_none=True, load_default=None)
    from_day = Day(required=True)
    to_day = Day(required=True)
    revisions = Flag(load_default=False, metadata={"description": "earlier revisions too"})
    page = Whole(load_default=1, low=1)
    page_size = Whole(load_default=200, low=1, high=2000)


class ResultView(Record):
    """A value with all that it knows (D4)."""

    item_id = Id()
    point_id = Id()
    pollutant_name = Text()
    period_kind = Choice(PERIOD_KINDS)
    time = Moment()
    revision = Whole()
    value = Text()
    converted = Text(allow_none=True)
    unit = Text()
    flag = Text()
    source = Choice(VALUE_SOURCES)
    limit_text = Text()
    exceeds = Flag(allow_none=True)
    multiple = Exact(allow_none=True)
    reason = Text(allow_none=True)
    recorded_at = Moment()
    recorded_by = Text()
    published_at = Moment(allow_none=True)
    withheld = Flag()
    late = Flag()
    labelled = Text(allow_none=True, metadata={"description": "e.g. 停产期间数据"})
    upload_state = Text(allow_none=True)
    receipt = Text(allow_none=True)
    upload_reason = Text(allow_none=True, metadata={"description": "why the national platform refused it (N2)"})
    monitoring = Free(allow_none=True, metadata={"description": "D3b, of manual values: dates, laboratory, method, load, report, samples"})


class ResultPage(Record):
    """A page of values."""

    total = Whole()
    rows = Many(One(ResultView))


class LedgerOf(Record):
    """The monitoring ledger (运行台账) of a month: live, or as it will stand at ``until`` if nothing more is entered."""

    discharger_id = Id(required=True)
    until = Moment(allow_none=True, load_default=None)
    month = Text(required=True, pattern=MONTH, hint="应为月份，如 2026-01")


class LedgerRow(Record):
    """One item's month. ``owed`` is what the plan asks, less what is ``waived``; ``monitored`` (of it ``valid``) what was done of it;
    ``missing`` what was not, and whose time has run out. ``published`` and ``late`` count values.
    """

    point_id = Id()
    point_name = Text()
    item_id = Id()
    pollutant_name = Text()
    method = Text()
    frequency_wording = Text()
    owed = Whole()
    monitored = Whole()
    valid = Whole()
    waived = Whole()
    missing = Whole()
    published = Whole()
    late = Whole()


class LedgerView(Record):
    """The ledger; ``plan_id`` None means 无方案, never 100 % (D6)."""

    discharger_id = Id()
    month = Text()
    plan_id = Id(allow_none=True)
    rows = Many(One(LedgerRow))


class OfRegistration(Record):
    """Of one registration."""

    registration_id = Id(required=True)


class RegistrationView(AbnormalFields):
    """A registration and where it stands."""

    registration_id = Id()
    submission_id = Id()
    discharger_id = Id()
    state = Choice(ABNORMAL_STATES)
    afterwards = Flag()
    submitted_at = Moment()
    decided_at = Moment(allow_none=True)
    returned_reason = Text(allow_none=True)
    upload_state = Text(allow_none=True)
    receipt = Text(allow_none=True)
    upload_reason = Text(allow_none=True)
    moves = Many(Text(), metadata={"description": "the commands that the actor may give it now"})


# --- notices

_KIND_WORDS = {"stopped": "停产未监测", "not-public": "正常监测未公开", "device-fault": "设备故障", "other": "其他"}


def _registered(payload: Mapping[str, Any]) -> Notice:
    filed = "补登记" if payload["afterwards"] else "登记"
    text = f"企业提交了不正常运行登记（{_KIND_WORDS[payload['kind']]}，{filed}），请审核。"
    return about(payload, "abnormal-submitted", text, "abnormal-reviews", "submission_id")


def _took_effect(payload: Mapping[str, Any]) -> Notice:
    text = f"不正常运行登记（{_KIND_WORDS[payload['kind']]}）已生效。"
    return about(payload, "abnormal-in-force", text, "registrations", "registration_id")


def _ended(payload: Mapping[str, Any]) -> Notice:
    return about(payload, "abnormal-ended", "企业确定了不正常运行登记的结束时间。", "abnormal-reviews", "registration_id")


_PUBLIC_ABNORMAL = frozenset({"registration_id", "discharger_id", "kind", "point_ids", "item_ids", "starts_at", "ends_at", "reason"})

PROVIDER = Provider(
    service=SERVICE,
    commands=(
        CommandContract("enter-hourly", EnterHourly, Entered, ("D1", "D1b", "D4")),
        CommandContract("enter-manual", EnterManual, Entered, ("D3", "D3b", "D4")),
        CommandContract("explain-abnormal", ExplainAbnormal, Entered, ("D2",)),
        CommandContract("register-abnormal", RegisterAbnormal, AbnormalDone, ("A1",)),
        CommandContract("end-abnormal", EndAbnormal, AbnormalDone, ("A1",)),
    ),
    queries=(
        QueryContract("results", ResultsOf, ResultPage, rules=("D4",)),
        QueryContract("ledger", LedgerOf, LedgerView, rules=("D6",)),
        QueryContract("registrations", OfDischarger, RegistrationView, many=True, rules=("A1",)),
        timeline_of("registration", OfRegistration, "A1", "A2", "N2"),
        next_steps(OfDischarger, "D1", "D1b", "D3", "A1", "A2"),
    ),
    events=(
        ContractEvent("ResultsRecorded", 1, ResultsRecorded, "batch_id", RESULTS, rules=("D4", "N2")),
        ContractEvent("AbnormalRegistered", 1, AbnormalRegistered, "registration_id", SERVICE, rules=("A1",), notice=_registered),
        ContractEvent(
            "AbnormalTookEffect", 1, AbnormalTookEffect, "registration_id", SERVICE, _PUBLIC_ABNORMAL, ("A2", "O1", "O2"), _took_effect
        ),
        ContractEvent(
            "AbnormalEnded",
            1,
            AbnormalEnded,
            "registration_id",
            SERVICE,
            frozenset({"registration_id", "discharger_id", "ends_at"}),
            ("A1",),
            _ended,
        ),
        ContractEvent(
            "AbnormalRevoked", 1, AbnormalRevoked, "registration_id", SERVICE, frozenset({"registration_id", "discharger_id"}), ("A2",)
        ),
        ContractEvent(
            "PublicationChanged",
            1,
            PublicationChanged,
            "publication_id",
            SERVICE,
            frozenset(PublicationChanged().fields),
            ("D5", "O1", "O2"),
        ),
        ContractEvent("MonthFigures", 1, MonthFigures, "discharger_id", SERVICE, rules=("D6", "R6")),
    ),
)

ERRORS = {
    "plan.not-in-force": "监测方案尚未生效，不能录入监测数据",
    "results.item-unknown": "该项目不在生效的监测方案中",
    "results.not-automatic": "该项目不是自动监测项目",
    "results.not-manual": "该项目不是手工监测项目",
    "results.not-hour": "时间应为整点",
    "results.future": "不能录入尚未到来的时间",
    "results.value-invalid": "应为数值，如 12.3；低于检出限的填检出限加 L，如 0.025L",
    "results.negative": "数值不能为负",
    "results.twice": "同一项目同一时间填写了两次",
    "results.before-plan": "该时间早于监测方案生效日期",
    "results.window-closed": "该监测周期的录入时间已截止，请联系管辖生态环境部门",
    "results.analysed-before-sampled": "分析日期不能早于采样日期",
    "results.unknown": "没有找到该监测数据",
    "results.too-long": "查询时间跨度过大，请缩小到 {days} 天以内",
    "abnormal.unknown": "没有找到该不正常运行登记",
    "abnormal.reversed": "结束时间不能早于开始时间",
    "abnormal.point-unknown": "登记的监测点不在生效的监测方案中",
    "abnormal.item-unknown": "登记的监测项目不在生效的监测方案中",
    "abnormal.not-in-force": "该登记未生效",
    "abnormal.longer": "只能提前结束；需要延长的，请另行登记",
    "abnormal.overlaps": "与已有登记的时间和范围重叠",
}
