"""The plan's content as HTML for wkhtmltopdf: cover, chapters, seal place. The contents pages are added by :mod:`finish`.

Every text is escaped; nothing outside the document is referred to (the diagram is a data: URI).
"""

import base64
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from selfmon_plan.document import layout
from selfmon_plan.document.content import EnterpriseFacts, Overview, PlanContent, PlanItem, PlanPoint
from selfmon_plan.document.fonts import serif
from selfmon_plan.document.layout import DENSE, GRID, Block, Column, Figure, Heading, Paginator, Paragraph, Row, Table, TableStyle, px

_LONGEST_PARAGRAPH = 500  # characters; longer ones are set in pieces, so that a heading never stands alone above one
_PERSONNEL_ROWS = 20
_COVER_TITLE_LINES = 3
_SUBSCRIPTS = str.maketrans({chr(0x2080 + digit): f"<sub>{digit}</sub>" for digit in range(10)})  # Noto CJK has no ₂

_POINT_COLUMNS = (
    Column("序号", 10),
    Column("点位编号", 23),
    Column("点位名称", 36, "left"),
    Column("点位类型", 20),
    Column("执行标准", 38, "left"),
    Column("项目数", 13),
    Column("设置起止时间", 24),
)
_ITEM_COLUMNS = (
    Column("序号", 9),
    Column("监测项目", 24, "left"),
    Column("方式", 11),
    Column("监测周期", 16),
    Column("监测次数", 20),
    Column("标准限值", 17),
    Column("量程", 17),
    Column("监测方法及来源\n仪器设备", 32, "left"),
    Column("公开时限", 18),
)
_COVERAGE_COLUMNS = (
    Column("序号", 10),
    Column("许可证点位", 46, "left"),
    Column("污染物", 26, "left"),
    Column("许可证要求", 30),
    Column("方案安排", 30),
    Column("对照结果", 22),
)
_ITEMS_TITLE = "监测项目、频次、限值与方法"
_COMMITMENT = (
    "本单位对本监测方案的真实性、准确性、完整性负责，将按照本方案开展自行监测并如实公开监测结果；"
    "方案内容发生变化时，及时变更方案并重新报送、公开。"
)


@dataclass(frozen=True, slots=True)
class Typeset:
    """The HTML, and its numbered headings in the order in which they stand in the document."""

    html: str
    headings: tuple[Heading, ...]


def typeset(content: PlanContent, diagram: Figure | None) -> Typeset:
    """The whole plan, ready for the PDF engine.

    Raises:
        RendererMissing: the font package is not installed (the layout needs its measures).
    """
    pages = _Chapters().of(content, diagram)
    headings = tuple(block for page in pages for block in page.blocks if isinstance(block, Heading))
    title_size, title_lines = _cover_title(content)
    html = (
        _environment()
        .get_template("plan.html.j2")
        .render(
            content=content,
            title_size=title_size,
            title_lines=title_lines,
            cover=_cover_rows(content),
            pages=pages,
            commitment=_COMMITMENT,
            layout=layout,
        )
    )
    return Typeset(html, headings)


def figure(image: bytes, media_type: str, size: tuple[int, int]) -> Figure:
    """The diagram, as large as its page allows, never blown up beyond 96 dpi."""
    width, height = size
    room = layout.BODY_HEIGHT - px(30)
    factor = min(layout.FULL_WIDTH / width, room / height, layout.SCALE)
    return Figure(f"data:{media_type};base64,{base64.b64encode(image).decode()}", int(width * factor), int(height * factor))


def export_time(moment: datetime) -> str:
    """The moment as printed: Beijing time, to the minute."""
    return f"{moment.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("selfmon_plan.document"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["mm"] = px
    environment.filters["pt"] = layout.font_px
    environment.filters["line"] = _line
    environment.tests["heading"] = lambda block: isinstance(block, Heading)
    environment.tests["table"] = lambda block: isinstance(block, Table)
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    environment.tests["paragraph"] = lambda block: isinstance(block, Paragraph)
    return environment


_NOT_IN_FACE = "〓"


@lru_cache(maxsize=4096)
def _line(text: str) -> Markup:
    return Markup(str(escape(_clean(text))).translate(_SUBSCRIPTS))  # noqa: S704 - escaped in this line


def _clean(text: str) -> str:
    """Without characters that print nothing or turn the writing direction (a reader must see what the digest covers).

    What the typeface lacks is printed as 〓: with a character from elsewhere the engine writes the whole line's text layer wrong, and
    then a heading is not found in the document.
    """
    if any(unicodedata.combining(character) for character in text):
        text = unicodedata.normalize("NFC", text)
    shown = (character for character in text if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf"))
    return "".join(character if character == "\n" or serif().holds(character) else _NOT_IN_FACE for character in shown)


def _one_line(text: str) -> str:
    return " ".join(_clean(text.replace("\n", " ").replace("\t", " ")).split())


@dataclass(slots=True)
class Page:
    """Blocks of one printed page; ``flowing`` ones may run over several, where the engine breaks them between lines."""

    blocks: Sequence[Block]
    flowing: bool = False
    groups: Sequence[Sequence[Block]] = ()
    seal: bool = False


class _Chapters:
    """Numbers chapters and sections, and sets them one after the other."""

    def __init__(self) -> None:
        self._chapter = 0
        self._section = 0

    def of(self, content: PlanContent, diagram: Figure | None) -> list[Page]:
        pages = self._fixed(self._basic_facts(content.enterprise))
        pages += self._overview(content.overview)
        pages += self._fixed(self._points(content.points))
        pages.append(self._diagram(diagram, content.diagram_note))
        if content.points:
            pages += self._fixed(self._items(content.points))
        else:
            pages.append(Page([self._heading(_ITEMS_TITLE), Paragraph("未设置监测点位。")]))
        if content.coverage:
            pages += self._fixed(self._coverage(content))
        pages.append(self._closing(content.enterprise))
        return pages

    def _heading(self, text: str) -> Heading:
        self._chapter, self._section = self._chapter + 1, 0
        return layout.make_heading(1, f"{self._chapter}", _one_line(text), serif().width)

    def _subheading(self, text: str) -> Heading:
        self._section += 1
        return layout.make_heading(2, f"{self._chapter}.{self._section}", _one_line(text), serif().width)

    @staticmethod
    def _fixed(paginator: Paginator) -> list[Page]:
        return [Page(blocks) for blocks in paginator.pages]

    def _basic_facts(self, facts: EnterpriseFacts) -> Paginator:
        flags = "；".join(
            f"{label}：{'是' if flag else '否'}"
            for label, flag in (("制定自行监测方案", facts.has_plan), ("方案备案", facts.plan_filed), ("方案公开", facts.plan_public))
        )
        place = f"东经 {facts.longitude}，北纬 {facts.latitude}" if facts.longitude and facts.latitude else ""
        table = _grid(
            [
                [("排污单位名称", facts.name)],
                [("统一社会信用代码", facts.uscc), ("法定代表人", facts.legal_person)],
                [("排污许可证编号", facts.permit_number)],
                [("许可证有效期", facts.permit_validity), ("管理类别", facts.management_category)],
                [("行政区", facts.region_name), ("管辖环保部门", facts.bureau_in_charge)],
                [("生产经营地址", facts.address)],
                [("中心经纬度", place)],
                [("行业类别", facts.industry), ("生产周期", facts.production_cycle)],
                [("单位联系方式", facts.contact), ("国控类别", facts.control_category)],
                [("委托监测机构", facts.commissioned_laboratory), ("运维单位", facts.maintenance_firm)],
                [("方案情况", flags)],
                [("公开网址", facts.disclosure_address)],
                [("报告公开时间", facts.report_disclosure_time)],
            ]
        )
        paginator = Paginator()
        paginator.add([self._heading("企业基本情况")], table)
        return paginator

    def _overview(self, overview: Overview) -> list[Page]:
        groups: list[list[Block]] = []
        chapter: list[Heading] = [self._heading("自测概况")]
        for text, body in (
            ("企业概况", _paragraphs(overview.introduction)),
            ("监测人员", _personnel(overview)),
            ("管理制度", _paragraphs(overview.management_rules)),
            ("培训记录", _paragraphs(overview.training)),
            ("质量控制", _paragraphs(overview.quality_control)),
        ):
            groups.append([*chapter, self._subheading(text), body[0]])
            groups.extend([block] for block in body[1:])
            chapter = []
        return [Page([block for group in groups for block in group], flowing=True, groups=groups)]

    def _points(self, points: Sequence[PlanPoint]) -> Paginator:
        rows = [
            (
                str(number),
                point.code,
                point.name + (f"\n（{point.remark}）" if point.remark else ""),
                point.kind,
                point.emission_standard,
                str(len(point.items)),
                _span(point),
            )
            for number, point in enumerate(points, 1)
        ]
        paginator = Paginator()
        heading = self._heading("监测点位")
        paginator.add([heading], _listing(f"表{heading.number}-1　监测点位一览表", _POINT_COLUMNS, rows))
        return paginator

    def _diagram(self, diagram: Figure | None, note: str) -> Page:
        heading = self._heading("监测点位示意图")
        missing = [] if diagram else [Paragraph("未上传监测点位示意图。")]
        pictures = [diagram] if diagram else []
        return Page([heading, *pictures, *missing, *_paragraphs(note, blank=False)])

    def _items(self, points: Sequence[PlanPoint]) -> Paginator:
        paginator = Paginator()
        headings = [self._heading(_ITEMS_TITLE)]
        for number, point in enumerate(points, 1):
            headings.append(self._subheading(f"{point.code} {point.name}"))
            facts = _grid(
                [
                    [("点位类型", point.kind), ("设置起止时间", _span(point, " 至 "))],
                    [("执行标准", point.emission_standard)],
                    *([[("数采仪MN号", "、".join(point.loggers))]] if point.loggers else []),
                ],
                DENSE,
            )
            caption = f"表{self._chapter}-{number}　{_one_line(point.code)}监测项目"
            paginator.add(headings, facts, _listing(caption, _ITEM_COLUMNS, [_item(n, item) for n, item in enumerate(point.items, 1)]))
            headings = []
        return paginator

    def _coverage(self, content: PlanContent) -> Paginator:
        heading = self._heading("许可证自行监测要求对照")
        rows = [
            (str(number), row.permit_point, row.pollutant, row.required, row.planned, row.finding)
            for number, row in enumerate(content.coverage, 1)
        ]
        paginator = Paginator()
        paginator.add([heading], _listing(f"表{heading.number}-1　许可证要求与监测方案对照表", _COVERAGE_COLUMNS, rows))
        return paginator

    def _closing(self, facts: EnterpriseFacts) -> Page:
        disclosure = _grid(
            [
                [("公开网址", facts.disclosure_address)],
                [("报告公开时间", facts.report_disclosure_time)],
                [("监测结果公开时限", "按各监测项目所列“公开时限”执行")],
            ]
        )
        return Page([self._heading("监测结果公开"), disclosure, self._heading("单位承诺"), Paragraph(_COMMITMENT)], seal=True)


def _cover_title(content: PlanContent) -> tuple[int, tuple[str, ...]]:
    """Type size in pixels, and the title in at most three lines: smaller where it is long, cut where it is longer still."""
    lines: tuple[str, ...] = ()
    size = 0
    for points in (26, 20, 16):
        size = layout.font_px(points)
        lines = _title_lines(content, px(150) / size)
        if len(lines) <= _COVER_TITLE_LINES:
            return size, lines
    return size, _cut(lines, _COVER_TITLE_LINES)


def _title_lines(content: PlanContent, room: float) -> tuple[str, ...]:
    """The discharger's name on its own where the title begins with it, else lines of about the same length."""
    title, name = _one_line(content.title), _one_line(content.enterprise.name)
    width = serif().width
    if width(title) <= room:
        return (title,)
    if title.startswith(name) and title != name and width(name) <= room:
        return (name, *layout.break_lines(title.removeprefix(name), room, width))
    lines = len(layout.break_lines(title, room, width))
    return layout.break_lines(title, min(width(title) / lines + 1, room), width)


def _cut(lines: tuple[str, ...], most: int) -> tuple[str, ...]:
    return lines if len(lines) <= most else (*lines[: most - 1], f"{lines[most - 1][:-1]}…")


def _cover_rows(content: PlanContent) -> list[tuple[str, tuple[str, ...]]]:
    facts = content.enterprise
    rows = (
        ("排污单位", facts.name),
        ("许可证编号", facts.permit_number),
        ("行政区", facts.region_name),
        ("管辖部门", facts.bureau_in_charge),
        ("方案编号", content.plan_id),
        ("方案版本", f"第 {content.version} 版"),
        ("导出时间", export_time(content.generated_at)),
    )
    room = px(88) / layout.font_px(12)
    return [(label, _cut(layout.break_lines(_one_line(value) or "—", room, serif().width), 2)) for label, value in rows]


def _span(point: PlanPoint, joiner: str = " 至\n") -> str:
    return f"{point.valid_from}{joiner}{point.valid_to}" if point.valid_from or point.valid_to else ""


def _item(number: int, item: PlanItem) -> tuple[str, ...]:
    name = item.pollutant
    if item.beyond_permit:
        name += "\n（许可证外）"
    if item.unable_reason:
        name += f"\n（暂不具备监测条件：{item.unable_reason}）"
    device = " ".join(part for part in (item.device_name, item.device_model) if part)
    source = f"（{item.method_source}）" if item.monitoring_method and item.method_source else item.method_source
    how = "\n".join(part for part in (item.monitoring_method, source, device) if part)
    limits = f"{item.limits}\n{item.unit}" if item.limits and item.unit else item.limits
    return (
        str(number),
        name,
        item.method,
        item.cycle,
        item.count,
        limits,
        item.measuring_range,
        how,
        item.disclosure_time_limit,
    )


def _grid(rows: Iterable[Sequence[tuple[str, str]]], style: TableStyle = GRID) -> Table:
    """Label and value side by side: one pair or two in a row."""
    label, value = 34.0, layout.TEXT_WIDTH / 2 - 34
    built = []
    for row in rows:
        texts = [_clean(text) for pair in row for text in pair]
        widths = [label, value, label, value] if len(row) == 2 else [label, layout.TEXT_WIDTH - label]
        made = layout.make_row(texts, widths, style, serif().width, aligns=("center", "left") * len(row), heads=(True, False) * len(row))
        if len(row) == 1:
            first, only = made.cells
            made = Row((first, layout.Cell(only.lines, only.align, span=3)), made.height)
        built.append(made)
    return Table("", _widths((label, value, label, value)), style, None, built)


def _listing(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    widths = [column.width for column in columns]
    head = layout.make_row(
        [column.head for column in columns],
        widths,
        DENSE,
        serif().width,
        aligns=["center"] * len(columns),
        heads=[True] * len(columns),
    )
    aligns, heads = [column.align for column in columns], [False] * len(columns)
    body = [layout.make_row([_clean(text) for text in row], widths, DENSE, serif().width, aligns=aligns, heads=heads) for row in rows]
    return Table(caption, _widths(widths), DENSE, head, body)


def _widths(millimetres: Sequence[float]) -> tuple[int, ...]:
    """Whole pixels that add up to the full text width."""
    *first, _ = (px(width) for width in millimetres)
    return (*first, layout.FULL_WIDTH - sum(first))


def _personnel(overview: Overview) -> list[Block]:
    if not overview.personnel:
        return [Paragraph("—")]
    columns = (Column("序号", 20), Column("人员资质", 104, "left"), Column("人数", 40))
    rows = [(str(number), entry.qualification, str(entry.number)) for number, entry in enumerate(overview.personnel, 1)]
    pieces = [rows[start : start + _PERSONNEL_ROWS] for start in range(0, len(rows), _PERSONNEL_ROWS)]
    return [_listing("" if number == 0 else "续表　监测人员", columns, piece) for number, piece in enumerate(pieces)]


def _paragraphs(text: str, *, blank: bool = True) -> list[Block]:
    blocks: list[Block] = []
    for line in text.splitlines():
        rest = _one_line(line)
        while rest:
            piece = rest
            if len(rest) > _LONGEST_PARAGRAPH:
                end = rest.rfind("。", 0, _LONGEST_PARAGRAPH)
                piece = rest[: end + 1] if end > 0 else rest[:_LONGEST_PARAGRAPH]
            blocks.append(Paragraph(piece))
            rest = rest[len(piece) :]
    return blocks or ([Paragraph("—")] if blank else [])
