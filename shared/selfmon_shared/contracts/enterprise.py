"""What enterprise offers: dischargers, points with items, loggers, diagram, permit check and matching (E1–E12)."""

from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.fields import Choice, Day, Exact, Flag, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.contracts.permit_sync import PermitPoint, Requirement

SERVICE = "enterprise"
POINT_KINDS = (
    "organised-exhaust", "wastewater-outlet", "workshop-outlet", "inflow", "rainwater", "fugitive-boundary", "fugitive-site",
    "boundary-noise", "surroundings",
)  # fmt: skip
METHODS = ("manual", "automatic")
PERMIT_CHECKS = ("open", "confirmed", "wrong-enterprise")
COMPARISONS = ("equal", "stricter", "weaker", "unknown")


class Profile(Record):
    """The fields of E4 that an enterprise fills in; * of the form are required, 暂无 is allowed text."""

    name = Text(required=True, max_length=200)
    region = Id(required=True, metadata={"description": "county code, within the same prefecture-level city"})
    address = Text(required=True, max_length=300)
    longitude = Exact(required=True, low="73", high="136", metadata={"description": "degrees, WGS 84"})
    latitude = Exact(required=True, low="3", high="54")
    industry_code = Text(required=True, max_length=8)
    production_cycle = Text(required=True, max_length=100)
    commissioned_laboratory = Text(required=True, max_length=200, metadata={"description": "无 if the firm monitors itself"})
    maintenance_firm = Text(load_default="无", max_length=200)
    control_category = Text(allow_none=True, load_default=None, max_length=50)
    has_plan = Flag(load_default=True)
    plan_filed = Flag(load_default=True)
    plan_public = Flag(load_default=True)
    disclosure_method = Text(load_default="自行监测信息发布平台", max_length=200)
    disclosure_address = Text(load_default="", max_length=200)
    report_disclosure_time = Text(load_default="暂无", max_length=200)


class Limits(Record):
    """The standard's allowed range; ``text`` keeps what was written (``6~9``, ``5(8)``, ``不得检出``)."""

    lower = Exact(allow_none=True, load_default=None)
    upper = Exact(allow_none=True, load_default=None)
    unit = Text(load_default="", max_length=30)
    text = Text(load_default="", max_length=100)


class ItemFields(Record):
    """The fields of a monitoring item (E6)."""

    pollutant_code = Text(required=True, max_length=20)
    method = Choice(METHODS, required=True)
    frequency = Text(required=True, max_length=60, metadata={"description": "code or the permit's wording"})
    limits = One(Limits, required=True)
    range_low = Exact(allow_none=True, load_default=None)
    range_high = Exact(allow_none=True, load_default=None)
    reference_oxygen = Exact(allow_none=True, load_default=None, low="0", high="20.9")
    able = Flag(load_default=True)
    unable_reason = Text(load_default="", max_length=300)
    device_name = Text(load_default="", max_length=100)
    device_model = Text(load_default="", max_length=100)
    monitoring_method = Text(load_default="", max_length=200)
    method_source = Text(load_default="", max_length=100)
    disclosure_days = Whole(load_default=5, low=0, high=366)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    outside_permit = Flag(load_default=False)


class PointFields(Record):
    """The fields of a monitoring point (E5)."""

    code = Text(required=True, max_length=40)
    name = Text(required=True, max_length=100)
    kind = Choice(POINT_KINDS, required=True)
    emission_standard = Text(required=True, max_length=100)
    longitude = Exact(allow_none=True, load_default=None, low="73", high="136")
    latitude = Exact(allow_none=True, load_default=None, low="3", high="54")
    valid_from = Day(required=True)
    valid_to = Day(required=True)


class ItemState(ItemFields):
    """An item as it stands."""

    item_id = Id(required=True)
    pollutant_name = Text(required=True)
    frequency_wording = Text(required=True)
    per_year = Exact(allow_none=True, load_default=None, metadata={"description": "times a year that follow from the cycle"})
    active = Flag(required=True)
    deactivation_reason = Text(allow_none=True, load_default=None)


class Mark(Record):
    """A point's place on the diagram, in thousandths of its width and height."""

    point_id = Id(required=True)
    x = Whole(required=True, low=0, high=1000)
    y = Whole(required=True, low=0, high=1000)


class Pair(Record):
    """A permit point and an own point that answers for it, with the items covered (E9); no items listed means all."""

    permit_point = Text(required=True)
    point_id = Id(required=True)
    item_ids = Many(Id(), load_default=list)


# --- contract events


class EnterpriseRevised(Profile):
    """A discharger's basic information, whole. Before E4 is filled in, the fields hold what the permit says."""

    discharger_id = Id(required=True)
    version = Whole(required=True)
    uscc = Id(required=True)
    permit_number = Id(allow_none=True, required=True)
    permit_state = Choice(("none", "valid", "ended"), required=True)
    permit_check = Choice(PERMIT_CHECKS, required=True)
    bureau = Text(required=True, blank=True)
    industry_name = Text(required=True, blank=True)
    complete = Flag(required=True)
    address = Text(load_default="")
    longitude = Exact(allow_none=True, required=True)
    latitude = Exact(allow_none=True, required=True)
    industry_code = Text(load_default="")
    production_cycle = Text(load_default="")
    commissioned_laboratory = Text(load_default="")


class PointRevised(PointFields):
    """A monitoring point with all its items, whole."""

    point_id = Id(required=True)
    discharger_id = Id(required=True)
    version = Whole(required=True)
    active = Flag(required=True)
    deactivation_reason = Text(allow_none=True, required=True)
    items = Many(One(ItemState), required=True)


class LoggerAssigned(Record):
    """A data logger at a point (E7); ``point_id`` None after it was taken away."""

    mn = Id(required=True)
    discharger_id = Id(required=True)
    point_id = Id(required=True, allow_none=True)
    version = Whole(required=True)
    access_password = Text(required=True)


class DiagramRevised(Record):
    """The monitoring diagram in force (E8), by the digest of its picture in the blob store."""

    discharger_id = Id(required=True)
    version = Whole(required=True)
    digest = Text(required=True)
    media_type = Text(required=True)
    marks = Many(One(Mark), required=True)
    revised_at = Moment(required=True)


class MatchingChanged(Record):
    """How a permit's points are tied to own points (E9)."""

    permit_number = Id(required=True)
    discharger_id = Id(required=True)
    version = Whole(required=True)
    pairs = Many(One(Pair), required=True)


class DiscrepancyLine(Record):
    """What is wrong or missing in the permit as received, and what is right."""

    place = Text(required=True, max_length=200)
    wrong = Text(required=True, max_length=500)
    right = Text(required=True, max_length=500)


class DiscrepancyReported(Record):
    """A correction that an enterprise has found (E3, N3); the contact stays with enterprise."""

    report_id = Id(required=True)
    discharger_id = Id(required=True)
    permit_number = Id(required=True, allow_none=True)
    lines = Many(One(DiscrepancyLine), required=True)
    contact_id = Id(required=True, metadata={"description": "person id"})
    reported_at = Moment(required=True)


# --- commands and their answers


class Done(Record):
    """The thing's id and its new version."""

    id = Id()
    version = Whole()


class OpenSite(Record):
    """Make the discharger record of a firm without a received permit (N4); its first site has sequence 001."""

    name = Text(required=True, max_length=200)
    region = Id(required=True)


class ConfirmPermit(Record):
    """Is this my enterprise (E2)?"""

    discharger_id = Id(required=True)
    is_mine = Flag(required=True)


class Contact(Record):
    """Who can be asked; personal data, kept outside all events."""

    company = Text(required=True, max_length=200)
    person = Text(required=True, max_length=50)
    telephone = Text(required=True, pattern=r"^[0-9+\-() ]{5,20}$", hint="电话格式不正确，如 025-12345678")


class ReportDiscrepancy(Record):
    """E3."""

    discharger_id = Id(required=True)
    lines = Many(One(DiscrepancyLine), required=True, at_least=1, at_most=200)
    contact = One(Contact, required=True)


class ReviseProfile(Profile):
    """E4. ``legal_person`` is personal data and stays outside all events."""

    discharger_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)
    legal_person = Text(required=True, max_length=50)


class AddPoint(PointFields):
    """E5."""

    discharger_id = Id(required=True)


class RevisePoint(PointFields):
    """E5."""

    point_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class DeactivatePoint(Record):
    """E5: points are never deleted."""

    point_id = Id(required=True)
    reason = Text(required=True, max_length=300)
    expected_version = Whole(allow_none=True, load_default=None)


class AddItem(ItemFields):
    """E6."""

    point_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class ReviseItem(ItemFields):
    """E6."""

    point_id = Id(required=True)
    item_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class DeactivateItem(Record):
    """E6: items are never deleted."""

    point_id = Id(required=True)
    item_id = Id(required=True)
    reason = Text(required=True, max_length=300)
    expected_version = Whole(allow_none=True, load_default=None)


class AssignLogger(Record):
    """E7: MN of 14 letters/digits or 24, unique in the province."""

    point_id = Id(required=True)
    mn = Text(required=True, pattern=r"^([0-9A-Za-z]{14}|[0-9A-Za-z]{24})$", hint="MN号应为14位或24位的数字与字母组合，请与运维单位确认")
    access_password = Text(load_default="123456", min_length=6, max_length=9)


class ReviseDiagram(Record):
    """E8: ``upload`` is the sha256 that the gateway answered for the staged picture; it is checked before it comes in force."""

    discharger_id = Id(required=True)
    upload = Text(required=True, pattern=r"^[0-9a-f]{64}$", hint="请先上传图片")
    filename = Text(required=True, max_length=200)
    marks = Many(One(Mark), load_default=list, at_most=1000)


class MatchPoints(Pair):
    """E9: tie a permit point to an own point."""

    discharger_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class ClearMatch(Record):
    """E9: 清空, of one own point or of the whole permit point."""

    discharger_id = Id(required=True)
    permit_point = Text(required=True)
    point_id = Id(allow_none=True, load_default=None)
    expected_version = Whole(allow_none=True, load_default=None)


# --- queries and their views


class OfDischarger(Record):
    """Of one discharger."""

    discharger_id = Id(required=True)


class Dischargers(Record):
    """The actor's own dischargers, or those in an officer's region; filters narrow them."""

    region = Id(allow_none=True, load_default=None)
    name = Text(allow_none=True, load_default=None)
    permit_holders = Flag(load_default=False, metadata={"description": "control year = 许可证"})
    page = Whole(load_default=1, low=1)
    page_size = Whole(load_default=50, low=1, high=500)


class DischargerRow(Record):
    """One line of the list."""

    discharger_id = Id()
    name = Text()
    uscc = Id()
    permit_number = Id(allow_none=True)
    region = Id()
    region_name = Text()
    permit_check = Choice(PERMIT_CHECKS)
    complete = Flag()


class DischargerPage(Record):
    """A page of the list."""

    total = Whole()
    rows = Many(One(DischargerRow))


class DischargerView(EnterpriseRevised):
    """Basic information as it stands; ``notice`` tells why there is no permit (N4)."""

    region_name = Text()
    legal_person = Text(allow_none=True)
    notice = Text(allow_none=True)


class PermitChange(Record):
    """What a newer revision says otherwise than the one that the enterprise has confirmed (N5); in words."""

    part = Choice(("points", "requirements"))
    kind = Choice(("added", "removed", "changed"))
    before = Text()
    after = Text()


class PermitView(Record):
    """The permit as received, newest revision."""

    permit_number = Id()
    revision = Whole()
    enterprise_name = Text()
    valid_from = Day()
    valid_to = Day()
    state = Choice(("valid", "ended"))
    check = Choice(PERMIT_CHECKS)
    public_site = Text(metadata={"description": "the national public permit site"})
    points = Many(One(PermitPoint))
    requirements = Many(One(Requirement))
    changes = Many(One(PermitChange), metadata={"description": "since the enterprise has confirmed the permit"})


class LoggerView(Record):
    """A logger at a point."""

    mn = Id()
    point_id = Id(allow_none=True)
    version = Whole()
    warning = Text(allow_none=True)


class DiagramView(Record):
    """The diagram in force, and what became of the last upload."""

    discharger_id = Id()
    digest = Text(allow_none=True)
    media_type = Text(allow_none=True)
    marks = Many(One(Mark))
    version = Whole()
    upload_state = Choice(("none", "checking", "in-force", "refused"))
    upload_problem = Text(allow_none=True)


class Differences(Record):
    """One field's own and permit value, and how they compare (E10)."""

    field = Text()
    own = Text()
    permit = Text()
    comparison = Choice(COMPARISONS)


class ItemCheck(Record):
    """A requirement beside the item that covers it (E10); no item: not covered."""

    requirement = One(Requirement)
    point_id = Id(allow_none=True)
    item_id = Id(allow_none=True)
    differences = Many(One(Differences))


class MatchingView(Record):
    """Pairs, item check and progress (E9, E10)."""

    permit_number = Id(allow_none=True)
    version = Whole()
    pairs = Many(One(Pair))
    checks = Many(One(ItemCheck))
    requirements = Whole()
    covered = Whole()


PROVIDER = Provider(
    service=SERVICE,
    commands=(
        CommandContract("open-site", OpenSite, Done, ("N4",)),
        CommandContract("confirm-permit", ConfirmPermit, Done, ("E2",)),
        CommandContract("report-discrepancy", ReportDiscrepancy, Done, ("E3", "N3")),
        CommandContract("revise-profile", ReviseProfile, Done, ("E4", "E12")),
        CommandContract("add-point", AddPoint, Done, ("E5",)),
        CommandContract("revise-point", RevisePoint, Done, ("E5",)),
        CommandContract("deactivate-point", DeactivatePoint, Done, ("E5",)),
        CommandContract("add-item", AddItem, Done, ("E6",)),
        CommandContract("revise-item", ReviseItem, Done, ("E6",)),
        CommandContract("deactivate-item", DeactivateItem, Done, ("E6",)),
        CommandContract("assign-logger", AssignLogger, Done, ("E7",)),
        CommandContract("revise-diagram", ReviseDiagram, Done, ("E8",)),
        CommandContract("match-points", MatchPoints, Done, ("E9",)),
        CommandContract("clear-match", ClearMatch, Done, ("E9",)),
    ),
    queries=(
        QueryContract("dischargers", Dischargers, DischargerPage, rules=("E1", "R3")),
        QueryContract("discharger", OfDischarger, DischargerView, rules=("E4", "N4")),
        QueryContract("permit", OfDischarger, PermitView, rules=("E2",)),
        QueryContract("points", OfDischarger, PointRevised, many=True, rules=("E5", "E6")),
        QueryContract("loggers", OfDischarger, LoggerView, many=True, rules=("E7",)),
        QueryContract("diagram", OfDischarger, DiagramView, rules=("E8",)),
        QueryContract("matching", OfDischarger, MatchingView, rules=("E9", "E10")),
    ),
    events=(
        ContractEvent(
            "EnterpriseRevised", 1, EnterpriseRevised, "discharger_id", SERVICE,
            frozenset({
                "discharger_id", "name", "uscc", "permit_number", "region", "bureau", "address", "longitude", "latitude", "industry_code",
                "industry_name", "production_cycle", "commissioned_laboratory", "disclosure_method", "disclosure_address", "permit_state",
            }),
            ("E4", "R7"),
        ),
        ContractEvent("PointRevised", 1, PointRevised, "point_id", SERVICE, frozenset({
            "point_id", "discharger_id", "code", "name", "kind", "emission_standard", "active",
        }), ("E5", "E6")),
        ContractEvent("LoggerAssigned", 1, LoggerAssigned, "mn", SERVICE, rules=("E7",)),
        ContractEvent("DiagramRevised", 1, DiagramRevised, "discharger_id", SERVICE, frozenset({
            "discharger_id", "digest", "media_type", "marks", "revised_at",
        }), ("E8",)),
        ContractEvent("MatchingChanged", 1, MatchingChanged, "permit_number", SERVICE, rules=("E9",)),
        ContractEvent("DiscrepancyReported", 1, DiscrepancyReported, "report_id", SERVICE, rules=("E3", "N3")),
    ),
)  # fmt: skip

ERRORS = {
    "discharger.exists": "该排污单位已存在",
    "discharger.no-permit": "该企业尚未进行匹配：可能未申领排污许可证（含登记管理，无需联网），也可能国家平台尚未下发，可一键反馈",
    "permit.wrong-enterprise": "已反馈许可证信息不是本企业，须先处理后再继续",
    "region.unknown": "没有该行政区",
    "region.not-county": "请选择到区县一级（含功能区）",
    "region.other-city": "行政区只能在同一设区市范围内调整",
    "industry.unknown": "没有该行业代码（GB/T 4754）",
    "point.unknown": "没有该监测点",
    "point.code-taken": "该监测点编号已被本单位其他监测点使用",
    "point.inactive": "该监测点已停用",
    "period.reversed": "结束日期不能早于开始日期",
    "item.unknown": "没有该监测项目",
    "item.inactive": "该监测项目已停用",
    "item.pollutant-unknown": "没有该污染物代码",
    "item.already-there": "该监测点已有同一污染物、同一监测方式的监测项目",
    "item.device-required": "自动监测必须填写设备名称和型号",
    "item.method-required": "手工监测必须填写监测方法和方法来源",
    "item.unable-reason-required": "不具备监测条件时必须填写原因",
    "item.automatic-is-continuous": "自动监测的监测周期应为连续监测",
    "item.frequency-unknown": "监测周期无法识别，请从列表中选择",
    "item.limits-reversed": "标准上限不能小于下限",
    "item.range-reversed": "量程上限不能小于下限",
    "logger.mn-taken": "该 MN 号已被使用，请与运维单位确认",
    "diagram.not-picture": "示意图须为 jpg、bmp 或 png 图片",
    "diagram.too-large": "示意图像素过多（上限 5000 万像素），请缩小后重新上传",
    "diagram.unchecked": "示意图检查未能完成，请重新上传",
    "diagram.mark-unknown": "标注的监测点不存在或已停用",
    "matching.point-unknown": "许可证中没有该点位",
    "matching.already-there": "该点位已匹配",
    "matching.not-there": "没有该匹配",
}
