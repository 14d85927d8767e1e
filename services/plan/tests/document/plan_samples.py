"""Sample plans of invented enterprises, small enough to read and large enough to fill pages."""

import io
from datetime import UTC, datetime

from PIL import Image, ImageDraw

from selfmon_plan.document.content import CoverageRow, EnterpriseFacts, Overview, Personnel, PlanContent, PlanItem, PlanPoint

GENERATED_AT = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
PLAN_ID = "0192f0e4-7c1b-7000-8000-0242ac120002"

FACTS = EnterpriseFacts(
    name="示例滨江热电有限公司",
    uscc="91320100MA00000000",
    permit_number="91320100MA00000000001P",
    permit_validity="2024-07-01 至 2029-06-30",
    management_category="重点管理",
    region_name="江苏省南京市江宁区",
    bureau_in_charge="南京市江宁生态环境局",
    address="江苏省南京市江宁区示例路 100 号（示例工业园内）",
    longitude="118.850000°",
    latitude="31.950000°",
    industry="D4412 热电联产",
    production_cycle="全年连续生产（24 小时／日，330 日／年）",
    legal_person="示例甲",
    contact="025-00000000",
    commissioned_laboratory="示例环境检测有限公司",
    maintenance_firm="示例环保运维有限公司",
    disclosure_address="https://disclosure.example.org/enterprises/91320100MA00000000001P",
    report_disclosure_time="每年 1 月 31 日前公开上一年度自行监测年度报告",
)

_TEXT = (
    "本单位建有 2 台 220 t/h 循环流化床锅炉和 2 台抽汽凝汽式汽轮发电机组，配套建设炉内脱硫、SNCR-SCR 联合脱硝、布袋除尘和"
    "石灰石-石膏湿法脱硫设施，主要污染物为二氧化硫、氮氧化物、颗粒物、汞及其化合物，脱硫废水经三联箱处理后回用，不外排。"
)

OVERVIEW = Overview(
    introduction=f"{_TEXT}\n生产废水和生活污水经厂内污水处理站处理后接入市政污水管网，执行间接排放标准。雨水经雨水排放口排入市政雨水管网。",
    personnel=(
        Personnel("环境监测上岗证（废气、废水）", 3),
        Personnel("自动监控设施运行维护培训合格证", 2),
        Personnel("化验员（中级）", 4),
    ),
    management_rules="一、明确环境监测岗位职责，由生产技术部归口管理。\n二、监测记录、原始数据和监测报告保存期限不少于五年。\n"
    "三、自动监测设备故障时，按手工监测频次开展监测，并按规定报告。",
    training="2026 年 3 月，组织自动监控设施运行管理培训，12 人参加并考核合格。\n2026 年 6 月，组织废水采样与保存技术培训，8 人参加。",
    quality_control="手工监测委托具有检验检测机构资质认定（CMA）的单位开展，采样、分析全过程按照"
    "《排污单位自行监测技术指南 总则》（HJ 819-2017）"
    "及相应方法标准执行，每批样品带全程序空白、平行样和质控样。自动监测设备按 HJ 75-2017、HJ 355-2019 的要求定期校准、校验和比对。",
)

EXHAUST = (
    PlanItem(
        "二氧化硫",
        "自动",
        "连续监测",
        "8760 次／年",
        "≤35",
        "mg/m³",
        "0～200 mg/m³",
        "",
        "",
        "烟气连续监测系统",
        "SCS-900",
        "实时公开（小时均值）",
    ),
    PlanItem(
        "氮氧化物",
        "自动",
        "连续监测",
        "8760 次／年",
        "≤50",
        "mg/m³",
        "0～200 mg/m³",
        "",
        "",
        "烟气连续监测系统",
        "SCS-900",
        "实时公开（小时均值）",
    ),
    PlanItem(
        "颗粒物", "自动", "连续监测", "8760 次／年", "≤10", "mg/m³", "0～50 mg/m³", "", "", "烟尘仪", "LSS-2004", "实时公开（小时均值）"
    ),
    PlanItem(
        "汞及其化合物",
        "手动",
        "1次/季",
        "4 次／年",
        "≤0.03",
        "mg/m³",
        "",
        "固定污染源废气 汞的测定 冷原子吸收分光光度法（暂行）",
        "HJ 543-2009",
        "测汞仪",
        "F732-V",
        "报告出具后 5 个工作日内",
    ),
    PlanItem(
        "林格曼黑度",
        "手动",
        "1次/季",
        "4 次／年",
        "≤1",
        "级",
        "",
        "固定污染源排放烟气黑度的测定 林格曼烟气黑度图法",
        "HJ/T 398-2007",
        "林格曼黑度图",
        "",
        "报告出具后 5 个工作日内",
    ),
    PlanItem(
        "氨",
        "手动",
        "1次/季",
        "4 次／年",
        "≤8",
        "mg/m³",
        "",
        "环境空气和废气 氨的测定 纳氏试剂分光光度法",
        "HJ 533-2009",
        "分光光度计",
        "T6",
        "报告出具后 5 个工作日内",
        beyond_permit=True,
    ),
)
WATER = (
    PlanItem(
        "pH值", "自动", "连续监测", "8760 次／年", "6～9", "无量纲", "0～14", "", "", "pH 水质自动分析仪", "P33", "实时公开（2 小时均值）"
    ),
    PlanItem(
        "化学需氧量",
        "自动",
        "连续监测",
        "8760 次／年",
        "≤500",
        "mg/L",
        "0～1000 mg/L",
        "",
        "",
        "COD 水质在线自动监测仪",
        "CODmax",
        "实时公开（2 小时均值）",
    ),
    PlanItem(
        "氨氮（NH₃-N）",
        "手动",
        "1次/月",
        "12 次／年",
        "≤45",
        "mg/L",
        "",
        "水质 氨氮的测定 纳氏试剂分光光度法",
        "HJ 535-2009",
        "分光光度计",
        "T6",
        "报告出具后 5 个工作日内",
    ),
    PlanItem(
        "悬浮物",
        "手动",
        "1次/月",
        "12 次／年",
        "≤400",
        "mg/L",
        "",
        "水质 悬浮物的测定 重量法",
        "GB/T 11901-1989",
        "电子天平",
        "",
        "报告出具后 5 个工作日内",
    ),
    PlanItem(
        "粪大肠菌群",
        "手动",
        "1次/季",
        "4 次／年",
        "",
        "",
        "",
        "水质 粪大肠菌群的测定 多管发酵法",
        "HJ 347.2-2018",
        "",
        "",
        "报告出具后 5 个工作日内",
        unable_reason="采样平台正在整改",
    ),
)
NOISE = (
    PlanItem(
        "昼间噪声",
        "手动",
        "1次/季",
        "4 次／年",
        "≤65",
        "dB(A)",
        "",
        "工业企业厂界环境噪声排放标准",
        "GB 12348-2008",
        "声级计",
        "AWA6228+",
        "监测完成后次日",
    ),
    PlanItem(
        "夜间噪声",
        "手动",
        "1次/季",
        "4 次／年",
        "≤55",
        "dB(A)",
        "",
        "工业企业厂界环境噪声排放标准",
        "GB 12348-2008",
        "声级计",
        "AWA6228+",
        "监测完成后次日",
    ),
)


def points(number: int) -> tuple[PlanPoint, ...]:
    """So many points: exhaust gas, wastewater and noise in turn."""
    made = []
    for index in range(1, number + 1):
        kind, prefix, name, standard, items = (
            ("厂界噪声", "ZS-", "厂界监测点", "GB 12348-2008 工业企业厂界环境噪声排放标准 3 类", NOISE),
            ("有组织废气", "FQ-", "号锅炉烟气排放口", "DB32/4148-2021 燃煤电厂大气污染物排放标准", EXHAUST),
            ("废水", "FS-", "号废水总排口", "GB 8978-1996 污水综合排放标准 三级", WATER),
        )[index % 3]
        loggers = ("32010000000001",) if kind != "厂界噪声" and index < 6 else ()
        made.append(PlanPoint(f"{prefix}{index:03d}", f"{index}{name}", kind, standard, "2024-07-01", "2029-06-30", loggers, "", items))
    return tuple(made)


def plan(number: int = 4, *, coverage: bool = True, version: int = 3) -> PlanContent:
    """A plan of so many points."""
    own = points(number)
    rows = tuple(
        CoverageRow(f"{point.code} {point.name}", item.pollutant, f"{item.method} {item.cycle}", f"{item.method} {item.cycle}", "符合")
        for point in own[:12]
        for item in point.items
        if not item.beyond_permit
    )
    return PlanContent(
        PLAN_ID,
        "示例滨江热电有限公司自行监测方案",
        version,
        FACTS,
        OVERVIEW,
        own,
        GENERATED_AT,
        rows if coverage else (),
        "图中标注全部监测点位。",
    )


def diagram() -> bytes:
    """A drawn plant, as PNG."""
    picture = Image.new("RGB", (1600, 1000), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 40, 1560, 960), outline="black", width=4)
    for x, y, size in ((200, 200, 260), (620, 240, 300), (1100, 520, 320)):
        draw.rectangle((x, y, x + size, y + size * 0.7), outline="gray", width=3)
        draw.ellipse((x + 20, y + 20, x + 44, y + 44), fill=(0, 90, 200))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
