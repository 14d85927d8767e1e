"""Rule P2: the plan exported as PDF, ready to print and stamp."""

import io
import json
import re
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import plan_samples as samples
import pypdfium2
import pytest
from pdf_reading import contents, squeezed, texts

from selfmon_plan.document import codes
from selfmon_plan.document.build import PlanDocument, build_plan_pdf
from selfmon_plan.document.content import Overview, Personnel, PlanContent, PlanItem, content_digest, from_json, to_json
from selfmon_plan.document.errors import DiagramUnreadable, DocumentRenderFailed, DocumentRenderTimeout, RendererMissing
from selfmon_plan.document.html import typeset
from selfmon_plan.document.raster import page_images
from selfmon_plan.document.render import command, render_html
from selfmon_shared.kernel.digests import sm3


def silent(_percent: int, _doing: str) -> None:
    pass


@pytest.fixture(scope="session")
def pages(document: PlanDocument) -> list[str]:
    return texts(document.pdf)


def test_P2_the_document_is_the_bytes_that_its_digest_names(document: PlanDocument) -> None:
    assert document.digest == sm3(document.pdf)
    assert document.content_digest == content_digest(samples.plan(17), samples.diagram())


def test_P2_content_survives_the_way_through_json() -> None:
    content = samples.plan(3)
    assert from_json(json.loads(json.dumps(to_json(content)))) == content


def test_P2_every_page_is_a4(document: PlanDocument) -> None:
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        sizes = {(float(page.mediabox[2]), float(page.mediabox[3])) for page in pdf.pages}
    assert sizes == {(595.0, 842.0)}


def test_P2_millimetres_in_the_layout_are_millimetres_on_paper() -> None:
    """The engine prints at 0.768 of the size; the layout makes up for it by 1.302."""
    from selfmon_plan.document.layout import px

    pdf = render_html(f'<body style="margin:0"><div style="width:{px(100)}px;height:{px(50)}px;background:#f00"></div></body>')
    page = next(page_images(pdf, dpi=254, largest=4000))
    box = page.convert("L").point(lambda value: 255 if value < 200 else 0).getbbox()
    assert box is not None
    assert abs((box[2] - box[0]) / 10 - 100) < 0.5
    assert abs((box[3] - box[1]) / 10 - 50) < 0.5


def test_P2_each_page_after_the_cover_says_its_number_and_how_many_there_are(document: PlanDocument, pages: list[str]) -> None:
    assert len(pages) == document.pages
    assert "页/共" not in squeezed(pages[0])
    for number, page in enumerate(pages[1:], 2):
        assert f"第{number}页/共{document.pages}页" in squeezed(page)


def test_P2_the_contents_name_the_page_on_which_each_heading_stands(pages: list[str]) -> None:
    lines = contents(pages)
    numbers = [squeezed(text) for text, _ in lines]
    assert len(lines) == 8 + 5 + 17
    assert numbers[0] == "1企业基本情况"
    for text, page in lines:
        assert squeezed(text) in squeezed(pages[page - 1])
    assert [page for _, page in lines] == sorted(page for _, page in lines)


def test_P2_bookmarks_and_links_lead_where_the_contents_say(document: PlanDocument, pages: list[str]) -> None:
    lines = contents(pages)
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        order = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
        with pdf.open_outline() as outline:
            flat = [item for root in outline.root for item in (root, *root.children)]
            marks = [(item.title.replace("　", " "), order[item.destination[0].objgen]) for item in flat]
        links = [order[annotation.Dest[0].objgen] for annotation in pdf.pages[1].Annots]
    assert marks[:2] == [("封面", 1), ("目录", 2)]
    assert [(squeezed(title), page) for title, page in marks[2:]] == [(squeezed(text), page) for text, page in lines]
    assert links == [page for _, page in lines[: len(links)]]


def test_P2_searching_finds_pollutants_and_no_radicals_are_left(document: PlanDocument, pages: list[str]) -> None:
    pdf = pypdfium2.PdfDocument(document.pdf)
    try:
        hits = [number for number, page in enumerate(pdf, 1) if page.get_textpage().search("二氧化硫").get_next()]
    finally:
        pdf.close()
    assert len(hits) >= 6
    whole = "".join(pages)
    assert not re.findall(r"[\u2e80-\u2fdf]", whole)
    for word in ("自行监测方案", "厂界", "长", "氨氮", "0～200", "mg/m³"):
        assert (word in whole) or word == "长"


def test_P2_what_E4_to_E8_and_P1_hold_is_in_the_document(pages: list[str]) -> None:
    whole = squeezed("".join(pages))
    facts = samples.FACTS
    for value in (facts.uscc, facts.permit_number, facts.bureau_in_charge, facts.legal_person, facts.disclosure_address, "32010000000001"):
        assert squeezed(value) in whole
    for value in (
        "石灰石-石膏",
        "三、自动监测设备故障时",
        "化验员（中级）",
        "平行样和质控样",
        "（许可证外）",
        "暂不具备监测条件",
        "HJ543-2009",
        "F732-V",
    ):
        assert squeezed(value) in whole


def test_P2_there_is_a_place_for_the_seal_on_the_cover_and_at_the_end(pages: list[str]) -> None:
    assert "单位（盖章）" in pages[0]
    assert "单位（盖章）" in pages[-1]


def test_P2_a_table_that_runs_over_a_page_goes_on_under_its_caption_and_head() -> None:
    item = samples.EXHAUST[0]
    many = tuple(replace(item, pollutant=f"示例因子{number:03d}") for number in range(1, 61))
    content = replace(samples.plan(1, coverage=False), points=(replace(samples.points(1)[0], items=many),))
    built = texts(build_plan_pdf(content, None, silent).pdf)
    continued = [page for page in built if "续表5-1" in page]
    assert len(continued) >= 2
    assert all("标准限值" in page for page in continued)
    whole = squeezed("".join(built))
    assert all(f"示例因子{number:03d}" in whole for number in range(1, 61))


def test_P2_each_page_carries_a_code_of_plan_version_page_and_content(document: PlanDocument) -> None:
    read = [codes.read(page) for page in page_images(document.pdf, dpi=150)]
    expected = [
        [codes.page_code(samples.PLAN_ID, 3, number, document.pages, document.content_digest)] for number in range(1, document.pages + 1)
    ]
    assert read == expected


def test_P2_the_same_content_gives_the_same_bytes() -> None:
    first, second = (build_plan_pdf(samples.plan(2), samples.diagram(), silent) for _ in range(2))
    assert first == second
    other = build_plan_pdf(samples.plan(2, version=4), samples.diagram(), silent)
    assert other.content_digest != first.content_digest


def test_P2_the_file_says_whose_plan_it_is(document: PlanDocument) -> None:
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        assert pdf.docinfo["/Title"] == "示例滨江热电有限公司自行监测方案"
        assert pdf.docinfo["/CreationDate"] == "D:20261124023000Z"
        assert pdf.Root.Lang == "zh-CN"


def hostile(text: str) -> PlanContent:
    content = samples.plan(1)
    point = replace(content.points[0], name=text, remark=text, items=(PlanItem(text, "手动", text, limits=text, monitoring_method=text),))
    facts = replace(content.enterprise, address=text, production_cycle=text)
    overview = Overview(text, (Personnel(text, 1),), text, text, text)
    return replace(content, title=text, enterprise=facts, points=(point,), overview=overview)


def test_P2_markup_in_texts_is_printed_and_not_obeyed() -> None:
    text = '<meta name="pdfkit-page-size" content="A3"><script>x()</script><b>粗'
    built = build_plan_pdf(hostile(text), None, silent)
    assert squeezed(text) in squeezed("".join(texts(built.pdf)))
    with pikepdf.open(io.BytesIO(built.pdf)) as pdf:
        assert float(pdf.pages[-1].mediabox[2]) == 595.0


def test_P2_a_heading_in_a_text_does_not_mislead_the_contents() -> None:
    content = replace(samples.plan(3), overview=replace(samples.OVERVIEW, introduction="5\n5.1\n6 许可证自行监测要求对照\n2.2 监测人员"))
    built = texts(build_plan_pdf(content, None, silent).pdf)
    for text, page in contents(built):
        assert squeezed(text) in squeezed(built[page - 1])
    places = {squeezed(text): page for text, page in contents(built)}
    assert places["5监测项目、频次、限值与方法"] > places["2自测概况"]


def test_P2_meta_tags_never_become_options_of_the_engine() -> None:
    pdf = render_html('<html><head><meta name="pdfkit-page-size" content="A3"></head><body>文</body></html>')
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert float(opened.pages[0].mediabox[2]) == 595.0


def test_P2_the_engine_fetches_nothing() -> None:
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pdf = render_html(f'<body>文<img src="http://127.0.0.1:{server.server_port}/pixel.png"></body>')
        server.shutdown()
    assert pdf.startswith(b"%PDF-")
    assert asked == []


def test_P2_the_engine_reads_no_file_of_the_machine() -> None:
    with pytest.raises(DocumentRenderFailed):
        render_html('<body>文<img src="file:///etc/hostname"></body>')


def test_P2_headings_are_found_on_a_page_of_short_lines() -> None:
    """PDFium takes such a page for vertical text, and puts line ends between its characters."""
    short = Overview("暂无", (), "暂无", "暂无", "暂无")
    built = texts(build_plan_pdf(replace(samples.plan(2), overview=short), None, silent).pdf)
    assert len(contents(built)) == 8 + 5 + 2


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("排口\ud7ff", "排口〓"),
        ("排口" + "a\u0301" * 30, "排口" + "á" * 30),
        ("排口" + "x\u0302" * 30, "排口x"),
        ("排口\U0001f600\u202e号", "排口〓号"),
        ("排口\uffff\ue000", "排口〓〓"),
        ("排口（μ级）龘", "排口（μ级）龘"),
    ],
)
def test_P2_what_the_typeface_lacks_is_marked_and_spoils_no_heading(name: str, printed: str) -> None:
    plan = samples.plan(1)
    built = texts(build_plan_pdf(replace(plan, points=(replace(plan.points[0], name=name),)), None, silent).pdf)
    assert printed in squeezed("".join(built))


def test_P2_very_long_texts_neither_break_nor_lose_anything() -> None:
    text = "企业自行监测" * 700 + "终"
    built = squeezed("".join(texts(build_plan_pdf(replace(hostile("甲"), overview=Overview(introduction=text)), None, silent).pdf)))
    assert built.count("企业自行监测") >= 690
    assert "终" in built
    cell = squeezed("".join(texts(build_plan_pdf(hostile("甲" * 900 + "终"), None, silent).pdf)))
    assert cell.count("终") >= 5


def test_P2_the_cover_stays_one_page_however_long_its_texts() -> None:
    facts = replace(samples.FACTS, **dict.fromkeys(("name", "permit_number", "region_name", "bureau_in_charge"), "示例" * 300))
    built = texts(build_plan_pdf(replace(samples.plan(1), title="监测" * 300, enterprise=facts), None, silent).pdf)
    assert "单位（盖章）" in built[0]
    assert "目录" in squeezed(built[1])
    assert contents(built)[0][1] == 3
    assert squeezed(built[2]).count("1企业基本情况") == 1


def test_P2_a_plan_without_points_items_or_overview_is_still_a_document() -> None:
    content = replace(samples.plan(0), overview=Overview())
    built = texts(build_plan_pdf(content, None, silent).pdf)
    assert any("未上传监测点位示意图" in page for page in built)
    assert len(contents(built)) == 7 + 5


def test_P2_progress_rises_and_may_cancel() -> None:
    seen: list[int] = []
    build_plan_pdf(samples.plan(1), None, lambda percent, _doing: seen.append(percent))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0, 100)

    class Cancelled(Exception):
        pass

    def cancel(percent: int, _doing: str) -> None:
        if percent == 10:
            raise Cancelled

    with pytest.raises(Cancelled):
        build_plan_pdf(samples.plan(1), None, cancel)


def test_P2_a_diagram_that_is_no_picture_is_named_as_the_trouble() -> None:
    with pytest.raises(DiagramUnreadable) as refused:
        build_plan_pdf(samples.plan(1), b"GIF89a no picture", silent)
    assert refused.value.code == "document.diagram-unreadable"


def test_P2_an_engine_that_takes_too_long_is_ended() -> None:
    with pytest.raises(DocumentRenderTimeout) as refused:
        render_html(typeset(samples.plan(40), None).html, timeout=0.0)
    assert refused.value.code == "document.render-timeout"


def test_P2_a_missing_engine_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(RendererMissing) as refused:
        command()
    assert refused.value.params["package"] == "wkhtmltopdf"


def test_P2_an_engine_that_fails_says_so(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    engine = folder / "wkhtmltopdf"
    engine.write_text("#!/bin/sh\necho 'Error: no pages' >&2\nexit 1\n")
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    with pytest.raises(DocumentRenderFailed) as refused:
        render_html("<body></body>")
    assert "no pages" in refused.value.params["reason"]
