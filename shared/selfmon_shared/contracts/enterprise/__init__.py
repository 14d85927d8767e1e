"""What enterprise offers: dischargers, points with items, loggers, diagram, permit check and matching (E1–E12)."""

from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.enterprise.announced import (
    DiagramRevised,
    DiscrepancyReported,
    EnterpriseRevised,
    ItemState,
    LoggerAssigned,
    MatchingChanged,
    PointFields,
    PointRevised,
)
from selfmon_shared.contracts.enterprise.commands import (
    AddItem,
    AddPoint,
    AssignLogger,
    ClearMatch,
    ConfirmPermit,
    DeactivateItem,
    DeactivatePoint,
    Done,
    MatchPoints,
    OpenSite,
    ReportDiscrepancy,
    ReviseDiagram,
    ReviseItem,
    RevisePoint,
    ReviseProfile,
)
from selfmon_shared.contracts.enterprise.views import (
    DiagramView,
    DischargerPage,
    Dischargers,
    DischargerView,
    LoggerView,
    MatchingView,
    OfDischarger,
    OfLogger,
    OfPoint,
    PermitView,
    PointView,
    ProposalView,
)
from selfmon_shared.contracts.steps import next_steps
from selfmon_shared.contracts.timeline import timeline_of

__all__ = ["ERRORS", "PROVIDER", "ItemState", "OfDischarger", "PointFields"]

SERVICE = "enterprise"

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
        QueryContract("points", OfDischarger, PointView, many=True, rules=("E5", "E6")),
        QueryContract("loggers", OfDischarger, LoggerView, many=True, rules=("E7",)),
        QueryContract("diagram", OfDischarger, DiagramView, rules=("E8",)),
        QueryContract("matching", OfDischarger, MatchingView, rules=("E9", "E10")),
        timeline_of("discharger", OfDischarger, "E2", "E4", "E8", "E9"),
        timeline_of("point", OfPoint, "E5", "E6"),
        timeline_of("logger", OfLogger, "E7"),
        QueryContract("proposals", OfDischarger, ProposalView, many=True, rules=("E5", "E6", "E12")),
        next_steps(OfDischarger, "E2", "E4", "E5", "E6", "E7", "E8", "E9", "E10", "N4", "N5"),
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
    "item.limit-negative": "该项目的限值不能为负",
    "item.limits-reversed": "标准上限不能小于下限",
    "item.range-reversed": "量程上限不能小于下限",
    "logger.unknown": "没有该数采仪",
    "logger.mn-taken": "该 MN 号已被使用，请与运维单位确认",
    "diagram.not-picture": "示意图须为 jpg、bmp 或 png 图片",
    "diagram.too-large": "示意图像素过多（上限 5000 万像素），请缩小后重新上传",
    "diagram.unchecked": "示意图检查未能完成，请重新上传",
    "diagram.mark-unknown": "标注的监测点不存在或已停用",
    "matching.point-unknown": "许可证中没有该点位",
    "matching.already-there": "该点位已匹配",
    "matching.not-there": "没有该匹配",
}
