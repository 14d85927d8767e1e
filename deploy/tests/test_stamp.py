"""The demo's printer, seal and scanner (rule P3)."""

import io
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest

from selfmon_deploy.demo.stamp import stamped_scan
from selfmon_plan.document.build import PlanDocument, build_plan_pdf
from selfmon_plan.document.content import EnterpriseFacts, Overview, PlanContent, PlanItem, PlanPoint
from selfmon_plan.document.scan import inspect_scan


@pytest.fixture(scope="module")
def document() -> PlanDocument:
    point = PlanPoint("FQ-001", "示例排放口", "有组织废气", items=(PlanItem("二氧化硫", "手动", "1次/季", "4次/年"),))
    content = PlanContent(
        "0192f0e4",
        "示例电镀有限公司自行监测方案",
        1,
        EnterpriseFacts("示例电镀有限公司", "91320100MA00000000"),
        Overview(),
        (point,),
        datetime(2026, 11, 24, tzinfo=UTC),
    )
    return build_plan_pdf(content, None, lambda _percent, _doing: None)


def test_P3_the_stamped_scan_is_pictures_only_and_bears_seal_and_page_codes(document: PlanDocument) -> None:
    scan = stamped_scan(document.pdf, "示例电镀有限公司")
    report = inspect_scan(scan, "盖章扫描件.pdf")
    assert report.pages == document.pages
    assert report.seal.found is True
    assert report.seal.pages == tuple(range(1, document.pages + 1))
    assert report.is_platform_export is True
    assert [code.page for code in report.codes] == list(range(1, document.pages + 1))
    pages = pypdfium2.PdfDocument(scan)
    try:
        assert all(page.get_textpage().count_chars() == 0 for page in pages)
    finally:
        pages.close()


def test_P3_the_unstamped_export_has_no_seal(document: PlanDocument) -> None:
    assert inspect_scan(document.pdf, "方案.pdf").seal.found is False


def test_P3_a_grey_scan_is_ours_but_leaves_the_seal_undecided(document: PlanDocument) -> None:
    report = inspect_scan(stamped_scan(document.pdf, grey=True), "灰度扫描件.pdf")
    assert (report.seal.found, report.is_platform_export) == (None, True)


def test_P3_the_same_document_gives_the_same_scan(document: PlanDocument) -> None:
    first = stamped_scan(document.pdf, "电镀厂", dpi=75)
    assert first == stamped_scan(document.pdf, "电镀厂", dpi=75)
    with pikepdf.open(io.BytesIO(first)) as pdf:
        assert len(pdf.pages) == document.pages
