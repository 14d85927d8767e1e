"""Rule P3: what is looked at when a stamped scan, or a document made elsewhere, is imported."""

import io
from collections.abc import Callable

import fpdf
import pikepdf
import pytest
from PIL import Image, ImageDraw

from selfmon_plan.document.build import PlanDocument
from selfmon_plan.document.raster import page_images
from selfmon_plan.document.scan import ScanKind, ScanLimits, inspect_scan
from selfmon_plan.document.seal import look_for_seals
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Refusal


def picture(form: str, size: tuple[int, int] = (1240, 1754), colour: str | int = "white", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form)
    return out.getvalue()


def pdf_of(change: Callable[[pikepdf.Pdf], None], **options: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        change(pdf)
        pdf.save(out, **options)
    return out.getvalue()


def laboratory_report() -> bytes:
    report = fpdf.FPDF()
    report.set_font("helvetica", size=12)
    for _ in range(2):
        report.add_page()
        report.text(20, 20, "Monitoring plan of a laboratory")
    return bytes(report.output())


def test_P3_our_own_export_is_known_by_its_page_codes(document: PlanDocument) -> None:
    report = inspect_scan(document.pdf, "方案.pdf")
    assert (report.kind, report.pages, report.is_platform_export) == (ScanKind.PDF, document.pages, True)
    assert [code.page for code in report.codes] == list(range(1, document.pages + 1))
    assert report.seal.found is False
    assert report.original_digest == sm3(document.pdf)
    assert report.digest == sm3(report.sanitised)


def test_P3_a_document_made_elsewhere_is_accepted_and_told_apart() -> None:
    report = inspect_scan(laboratory_report(), "实验室.pdf")
    assert (report.is_platform_export, report.pages, report.seal.found) == (False, 2, False)


@pytest.mark.parametrize(("form", "kind"), [("JPEG", ScanKind.JPG), ("PNG", ScanKind.PNG), ("BMP", ScanKind.BMP)])
def test_P3_a_picture_becomes_a_pdf_of_one_page(document: PlanDocument, form: str, kind: ScanKind) -> None:
    page = next(page_images(document.pdf, dpi=150))
    out = io.BytesIO()
    page.save(out, form)
    report = inspect_scan(out.getvalue(), "扫描件")
    assert (report.kind, report.pages, report.is_platform_export) == (kind, 1, True)
    with pikepdf.open(io.BytesIO(report.sanitised)) as pdf:
        assert len(pdf.pages) == 1
        assert [round(float(side)) for side in pdf.pages[0].mediabox] == [0, 0, 595, 842]


def test_P3_a_sideways_photo_is_turned_upright() -> None:
    taken = Image.new("RGB", (1754, 1240), "white")
    exif = taken.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    taken.save(out, "JPEG", exif=exif)
    with pikepdf.open(io.BytesIO(inspect_scan(out.getvalue(), "照片.jpg").sanitised)) as pdf:
        assert float(pdf.pages[0].mediabox[3]) > float(pdf.pages[0].mediabox[2])


def test_P3_nothing_beside_the_pixels_of_a_picture_is_kept() -> None:
    report = inspect_scan(picture("JPEG") + b"<?php system('id'); ?>", "方案.jpg")
    assert b"<?php" not in report.sanitised


def test_P3_a_coarse_scan_without_a_readable_code_is_neither_ours_nor_foreign() -> None:
    assert inspect_scan(picture("PNG", (600, 850)), "小图.png").is_platform_export is None
    assert inspect_scan(picture("PNG", (1654, 2339)), "大图.png").is_platform_export is False


def with_script(pdf: pikepdf.Pdf) -> None:
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.OpenAction = script
    pdf.pages[0].AA = pikepdf.Dictionary(O=script)
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe"))
    attached = pdf.make_stream(b"MZ secret payload", Type=pikepdf.Name.EmbeddedFile)
    listed = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=pikepdf.String("a.exe"), EF=pikepdf.Dictionary(F=attached))
    pdf.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("x"), script]),
        EmbeddedFiles=pikepdf.Dictionary(Names=[pikepdf.String("a.exe"), listed]),
    )
    pdf.pages[0].Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch),
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=listed),
        ]
    )
    pdf.docinfo["/Author"] = "某人"


def test_P3_scripts_launches_and_embedded_files_are_taken_out() -> None:
    data = pdf_of(with_script)
    report = inspect_scan(data, "方案.pdf")
    assert set(report.active) >= {"JavaScript", "Launch", "EmbeddedFiles", "OpenAction", "AA", "FileAttachment"}
    assert not report.signed
    with pikepdf.open(io.BytesIO(report.sanitised)) as pdf:
        assert "/OpenAction" not in pdf.Root
        assert "/Info" not in pdf.trailer
        everything = b"".join(thing.unparse(resolved=True) for thing in pdf.objects if not isinstance(thing, pikepdf.Stream))
        payloads = [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    for word in (b"JavaScript", b"alert", b"Launch", b"cmd.exe", b"FileAttachment"):
        assert word not in everything
    assert not any(b"secret payload" in payload for payload in payloads)
    assert report.original_digest != report.digest


def test_P3_a_digitally_signed_document_is_left_unchanged_and_flagged() -> None:
    def sign(pdf: pikepdf.Pdf) -> None:
        with_script(pdf)
        value = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=pikepdf.String("x")))
        field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, T=pikepdf.String("s"), V=value))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)

    data = pdf_of(sign)
    report = inspect_scan(data, "电子签章.pdf")
    assert (report.signed, report.sanitised, report.digest) == (True, data, report.original_digest)
    assert "JavaScript" in report.active


BROKEN_JPEG = picture("JPEG")[:300]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b"MZ\x90\x00 program", "file.type-not-allowed"),
        (b"plain words", "file.type-not-allowed"),
        (picture("GIF"), "file.type-not-allowed"),
        (b"%PDF-1.7\nnothing more", "file.unreadable"),
        (BROKEN_JPEG, "file.unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "file.unreadable"),
        (b"BM" + b"\0" * 60, "file.unreadable"),
        (pdf_of(lambda _pdf: None, encryption=pikepdf.Encryption(owner="o", user="u")), "file.encrypted"),
        (picture("PNG", (2000, 1000), mode="L", colour=255), "file.image-too-large"),
        (pdf_of(lambda pdf: [pdf.add_blank_page() for _ in range(5)] and None), "file.too-many-pages"),
        (picture("BMP"), "file.too-large"),
    ],
)
def test_P3_a_file_that_cannot_be_taken_is_refused_by_a_stable_code(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        inspect_scan(data, "方案.pdf", ScanLimits(megabytes=1, pages=5, megapixels=1))
    assert refused.value.code == code
    assert refused.value.params["filename"] == "方案.pdf"


def test_P3_a_picture_inside_a_pdf_counts_like_one_outside() -> None:
    def bomb(pdf: pikepdf.Pdf) -> None:
        image = pikepdf.Stream(pdf, b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=60000, Height=60000)
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Big=image))

    with pytest.raises(Refusal) as refused:
        inspect_scan(pdf_of(bomb), "方案.pdf")
    assert refused.value.code == "file.image-too-large"


def test_P3_bytes_before_the_header_are_dropped() -> None:
    report = inspect_scan(b"\n\n" + laboratory_report(), "方案.pdf")
    assert report.sanitised.startswith(b"%PDF-")


def test_P3_a_check_can_be_cancelled() -> None:
    def cancel(_percent: int, _doing: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        inspect_scan(laboratory_report(), "方案.pdf", progress=cancel)


def page_with(draw: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    page = Image.new("RGB", (1240, 1754), "white")
    draw(ImageDraw.Draw(page))
    return page


def test_P3_a_red_ring_of_a_seal_s_size_is_taken_for_a_seal() -> None:
    page = page_with(lambda draw: draw.ellipse((700, 1200, 950, 1450), outline=(200, 30, 40), width=8))
    assert look_for_seals([page_with(lambda _draw: None), page], scanned=True).pages == (2,)


@pytest.mark.parametrize(
    "draw",
    [
        lambda draw: draw.rectangle((700, 1200, 950, 1450), outline="red", width=8),
        lambda draw: draw.text((100, 100), "RED HEADING " * 8, fill="red", font_size=40),
        lambda draw: draw.ellipse((700, 1200, 740, 1240), outline="red", width=4),
        lambda draw: draw.ellipse((700, 1200, 950, 1450), outline="blue", width=8),
    ],
)
def test_P3_other_coloured_matter_is_no_seal(draw: Callable[[ImageDraw.ImageDraw], None]) -> None:
    assert look_for_seals([page_with(draw)], scanned=True).found is False


def test_P3_a_grey_scan_leaves_the_seal_undecided() -> None:
    grey = page_with(lambda draw: draw.ellipse((700, 1200, 950, 1450), outline=(90, 90, 90), width=8))
    assert look_for_seals([grey], scanned=True).found is None
    assert look_for_seals([grey], scanned=False).found is False
