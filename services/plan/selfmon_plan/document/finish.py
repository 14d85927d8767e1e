"""What the PDF engine cannot do: contents pages, page numbers, running header, bookmarks, page codes, metadata, a text layer that works."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC

import pikepdf
import pypdfium2
from fpdf import FPDF

from selfmon_plan.document import codes
from selfmon_plan.document.content import PlanContent
from selfmon_plan.document.fonts import Face, serif
from selfmon_plan.document.html import export_time
from selfmon_plan.document.layout import MARGIN_LEFT, MARGIN_RIGHT, PAGE_HEIGHT, PAGE_WIDTH, TEXT_WIDTH, Heading
from selfmon_plan.document.textlayer import Place, find_headings, repair

CODE_SIZE = 14.0  # mm: legible in a 150 dpi scan
_POINT = 25.4 / 72
_CODE_BOTTOM = 8.0
_ENTRY_LINE = 7.0
_CONTENTS_TOP = 46.0
_CONTENTS_BOTTOM = PAGE_HEIGHT - 32.0
ENTRIES_PER_PAGE = int((_CONTENTS_BOTTOM - _CONTENTS_TOP) / _ENTRY_LINE)
_CONTENTS_TITLE = "目　　录"
_LABELS = "第 页 / 共 0123456789."


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: page is the printed number."""

    level: int
    text: str
    page: int
    top: float


def finish(
    raw: bytes, content: PlanContent, headings: Sequence[Heading], digest: str, report: Callable[[int, str], None]
) -> tuple[bytes, int]:
    """The finished PDF and its number of pages; the same input gives the same bytes.

    ``digest`` is the content's SM3, ``report`` is told percent and doing.

    Raises:
        DocumentRenderFailed: a heading is missing from the rendered document.
    """
    face = serif()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        repair(pdf)
        report(70, "正在编制目录")
        places = _places(pdf, headings)
        contents_pages = -(-len(headings) // ENTRIES_PER_PAGE)
        entries = [
            Entry(heading.level, f"{heading.number}　{heading.text}", place.page + contents_pages + 1, place.top)
            for heading, place in zip(headings, places, strict=True)
        ]
        for _ in range(contents_pages):
            pdf.add_blank_page(page_size=(float(pdf.pages[0].mediabox[2]), float(pdf.pages[0].mediabox[3])))
            pdf.pages.insert(1, pdf.pages[-1])
            del pdf.pages[-1]
        pages = len(pdf.pages)
        report(80, "正在写入页码和页面标识")
        with pikepdf.open(io.BytesIO(_overlay(content, entries, contents_pages, pages, face))) as overlay:
            for number, (page, layer) in enumerate(zip(pdf.pages, overlay.pages, strict=True), 1):
                layer.contents_add(_drawn(codes.modules(codes.page_code(content.plan_id, content.version, number, pages, digest))))
                _lay_over(pdf, page, layer)
        _link_contents(pdf, entries)
        _bookmark(pdf, entries, contents_pages)
        _describe(pdf, content, digest)
        report(95, "正在保存")
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue(), pages


def _lay_over(pdf: pikepdf.Pdf, page: pikepdf.Page, layer: pikepdf.Page) -> None:
    """What ``Page.add_overlay`` does, but under a fixed name: its random ones would give other bytes each time."""
    page.contents_add(b"q", prepend=True)
    name = page.add_resource(pdf.copy_foreign(layer.as_form_xobject()), pikepdf.Name.XObject, pikepdf.Name.Running)
    page.contents_add(f"Q q {name} Do Q".encode())


def _places(pdf: pikepdf.Pdf, headings: Sequence[Heading]) -> list[Place]:
    repaired = io.BytesIO()
    pdf.save(repaired, compress_streams=False)
    document = pypdfium2.PdfDocument(repaired)
    try:
        return find_headings(document, headings)
    finally:
        document.close()


def _overlay(content: PlanContent, entries: Sequence[Entry], contents_pages: int, pages: int, face: Face) -> bytes:
    """A PDF of as many pages that holds the running header, the page numbers and the contents."""
    facts = content.enterprise
    owner = facts.name if facts.name not in content.title or not facts.permit_number else f"排污许可证编号 {facts.permit_number}"
    owner = _fit(owner, 78 / (9 * _POINT), face)
    title = _fit(content.title, 82 / (9 * _POINT), face)
    mark = f"平台导出　版本 {content.version}　{export_time(content.generated_at)}"
    contents = [(entry, _fit(entry.text, (TEXT_WIDTH - 26) / (11 * _POINT), face)) for entry in entries]
    pdf = FPDF(unit="mm", format=(PAGE_WIDTH, PAGE_HEIGHT))
    pdf.set_creation_date(content.generated_at.astimezone(UTC))
    pdf.set_auto_page_break(False)
    used = {
        ord(character) for text in (owner, title, mark, _CONTENTS_TITLE, _LABELS, *(text for _, text in contents)) for character in text
    }
    pdf.add_font("serif", fname=face.path, collection_font_number=face.number, unicode_range=sorted(used))  # the whole would take 40 MB
    for number in range(1, pages + 1):
        pdf.add_page()
        if number > 1:
            _running_lines(pdf, number, pages, owner, title, mark)
        if 1 < number <= 1 + contents_pages:
            start = (number - 2) * ENTRIES_PER_PAGE
            _contents(pdf, contents[start : start + ENTRIES_PER_PAGE], first=number == 2)
    return bytes(pdf.output())


def _running_lines(pdf: FPDF, number: int, pages: int, owner: str, title: str, mark: str) -> None:
    right = PAGE_WIDTH - MARGIN_RIGHT
    pdf.set_font("serif", size=9)
    pdf.text(MARGIN_LEFT, 16, title)
    pdf.text(right - pdf.get_string_width(owner), 16, owner)
    pdf.set_line_width(0.2)
    pdf.line(MARGIN_LEFT, 18, right, 18)
    label = f"第 {number} 页 / 共 {pages} 页"
    pdf.text((PAGE_WIDTH - pdf.get_string_width(label)) / 2, PAGE_HEIGHT - 14, label)
    pdf.set_font("serif", size=7.5)
    pdf.text(MARGIN_LEFT, PAGE_HEIGHT - 14, mark)


def _contents(pdf: FPDF, entries: Sequence[tuple[Entry, str]], *, first: bool) -> None:
    right = PAGE_WIDTH - MARGIN_RIGHT
    if first:
        pdf.set_font("serif", size=18)
        pdf.text((PAGE_WIDTH - pdf.get_string_width(_CONTENTS_TITLE)) / 2, 34, _CONTENTS_TITLE)
    for line, (entry, text) in enumerate(entries):
        y = _CONTENTS_TOP + line * _ENTRY_LINE
        x = MARGIN_LEFT + (0 if entry.level == 1 else 6)
        pdf.set_font("serif", size=12 if entry.level == 1 else 10.5)
        pdf.text(x, y, text)
        begin = x + pdf.get_string_width(text) + 2
        pdf.set_font("serif", size=10.5)
        number = str(entry.page)
        pdf.text(right - pdf.get_string_width(number), y, number)
        dot = pdf.get_string_width(".")
        room = right - 10 - begin
        if room > dot:
            dots = "." * int(room / dot)
            pdf.text(right - 10 - pdf.get_string_width(dots), y, dots)


def _fit(text: str, ems: float, face: Face) -> str:
    """The text on one line, with … where it is too long."""
    line = " ".join(text.split())
    if face.width(line) <= ems:
        return line
    while line and face.width(line) > ems - 1:
        line = line[:-1]
    return f"{line}…"


def _drawn(rows: Sequence[Sequence[bool]]) -> bytes:
    """The code's dark modules as filled rectangles at the bottom right; runs in a row are one rectangle."""
    module = CODE_SIZE / len(rows) / _POINT
    left = (PAGE_WIDTH - MARGIN_RIGHT - CODE_SIZE) / _POINT
    bottom = _CODE_BOTTOM / _POINT
    parts = ["q 0 0 0 rg"]
    for number, row in enumerate(reversed(rows)):
        start = 0
        while start < len(row):
            if not row[start]:
                start += 1
                continue
            end = start
            while end < len(row) and row[end]:
                end += 1
            parts.append(f"{left + start * module:.3f} {bottom + number * module:.3f} {(end - start) * module:.3f} {module:.3f} re")
            start = end
    parts.append("f Q")
    return " ".join(parts).encode()


def _link_contents(pdf: pikepdf.Pdf, entries: Sequence[Entry]) -> None:
    for number, entry in enumerate(entries):
        page = pdf.pages[1 + number // ENTRIES_PER_PAGE]
        baseline = PAGE_HEIGHT - _CONTENTS_TOP - (number % ENTRIES_PER_PAGE) * _ENTRY_LINE
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Border=[0, 0, 0],
            Rect=[value / _POINT for value in (MARGIN_LEFT, baseline - 2, PAGE_WIDTH - MARGIN_RIGHT, baseline + 5)],
            Dest=[pdf.pages[entry.page - 1].obj, pikepdf.Name.XYZ, 0, entry.top + 6, 0],
        )
        if "/Annots" not in page:
            page.Annots = pikepdf.Array()
        page.Annots.append(pdf.make_indirect(link))


def _bookmark(pdf: pikepdf.Pdf, entries: Sequence[Entry], contents_pages: int) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("封面", 0))
        if contents_pages:
            outline.root.append(pikepdf.OutlineItem("目录", 1))
        for entry in entries:
            item = pikepdf.OutlineItem(entry.text, entry.page - 1, "XYZ", left=0, top=entry.top + 6)
            (outline.root if entry.level == 1 else outline.root[-1].children).append(item)


def _describe(pdf: pikepdf.Pdf, content: PlanContent, digest: str) -> None:
    moment = content.generated_at.astimezone(UTC)
    written = f"D:{moment:%Y%m%d%H%M%S}Z"
    del pdf.docinfo
    pdf.docinfo.update(
        {
            "/Title": content.title,
            "/Author": content.enterprise.name,
            "/Subject": f"自行监测方案 {content.plan_id} 第 {content.version} 版",
            "/Keywords": f"SM3 {digest}",
            "/Creator": "排污单位自行监测信息发布平台",
            "/CreationDate": written,
            "/ModDate": written,
        }
    )
    pdf.Root.Lang = pikepdf.String("zh-CN")
    pdf.Root.PageMode = pikepdf.Name.UseOutlines
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
