"""Checks of an imported plan document (rule P3): the stamped scan, or a document made elsewhere.

CPU work on bytes from outside: run it in the service's child process under a memory limit.
"""

import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import filetype
import pikepdf
import pypdfium2
from PIL import Image, ImageOps

from selfmon_plan.document import codes
from selfmon_plan.document.errors import (
    FileEmpty,
    FileEncrypted,
    FileImageTooLarge,
    FileTooLarge,
    FileTooManyPages,
    FileTypeNotAllowed,
    FileUnreadable,
)
from selfmon_plan.document.raster import jpeg_pages, page_images
from selfmon_plan.document.sanitise import sanitise
from selfmon_plan.document.seal import SealHint, look_for_seals
from selfmon_shared.kernel.digests import sm3

_MEGABYTE = 1024 * 1024
_DPI = 150
_SHARP_ENOUGH = 1200  # pixels on a page's longer side below which a page code cannot be told from none
_KINDS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/bmp": "bmp"}


class ScanKind(StrEnum):
    """What the file is, by its content."""

    PDF = "pdf"
    JPG = "jpg"
    PNG = "png"
    BMP = "bmp"


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """Caps: megabytes of the file, pages, million pixels of one picture."""

    megabytes: int = 50
    pages: int = 500
    megapixels: int = 120


@dataclass(frozen=True, slots=True)
class ScanReport:
    """What was found. ``sanitised`` is what to keep and show; ``original_digest`` and ``digest`` are the SM3 of file and kept bytes.

    ``is_platform_export``: None where the scan is too coarse to read a page code. ``codes`` are the page codes that were read, in order.
    ``signed``: a digitally signed PDF, kept unchanged. ``active``: what acted by itself (taken out unless signed).
    """

    kind: ScanKind
    pages: int
    is_platform_export: bool | None
    codes: tuple[codes.PageCode, ...]
    seal: SealHint
    signed: bool
    active: tuple[str, ...]
    sanitised: bytes
    original_digest: str
    digest: str


def inspect_scan(
    data: bytes, filename: str, limits: ScanLimits | None = None, progress: Callable[[int, str], None] = lambda _percent, _doing: None
) -> ScanReport:
    """Check, decode and clean an uploaded file; a picture becomes a one-page PDF.

    ``filename`` serves the messages only: the type is told by the content. ``progress`` may raise to cancel.

    Raises:
        FileEmpty, FileTooLarge, FileTypeNotAllowed, FileUnreadable, FileEncrypted, FileTooManyPages, FileImageTooLarge.
    """
    limits = limits or ScanLimits()
    if not data:
        raise FileEmpty(filename)
    if len(data) > limits.megabytes * _MEGABYTE:
        raise FileTooLarge(filename, limits.megabytes)
    kind = _kind(data, filename)
    progress(5, "正在检查文件")
    if kind is ScanKind.PDF:
        cleaned, pages, signed, active = _clean_pdf(data, filename, limits)
    else:
        cleaned, pages, signed, active = _picture_page(data, filename, limits), 1, False, ()
    scanned = kind is not ScanKind.PDF or _only_pictures(cleaned, filename)
    found: list[codes.PageCode] = []

    def looked_at() -> Iterator[Image.Image]:
        for number, page in enumerate(page_images(cleaned, dpi=_DPI), 1):
            progress(10 + 85 * number // pages, "正在识别页面")
            found.extend(codes.read(page))
            yield page

    try:
        seal = look_for_seals(looked_at(), scanned=scanned)
    except pypdfium2.PdfiumError as error:
        raise FileUnreadable(filename) from error
    ours = True if found else None if scanned and _coarse(cleaned) else False
    return ScanReport(kind, pages, ours, tuple(found), seal, signed, active, cleaned, sm3(data), sm3(cleaned))


def _kind(data: bytes, filename: str) -> ScanKind:
    guess = filetype.guess(data)
    mime = guess.mime if guess else None
    if mime is None and b"%PDF-" in data[:1024]:
        mime = "application/pdf"  # readers accept some bytes before the header; they are dropped when the file is written anew
    if mime not in _KINDS:
        raise FileTypeNotAllowed(filename, guess.extension if guess else "未知类型")
    return ScanKind(_KINDS[mime])


def _clean_pdf(data: bytes, filename: str, limits: ScanLimits) -> tuple[bytes, int, bool, tuple[str, ...]]:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            pages = len(pdf.pages)
            if pages == 0:
                raise FileUnreadable(filename)
            if pages > limits.pages:
                raise FileTooManyPages(filename, pages, limits.pages)
            for thing in pdf.objects:
                if _pixels(thing) > limits.megapixels * 1_000_000:
                    raise FileImageTooLarge(filename, limits.megapixels)
            result = sanitise(data, pdf)
    except pikepdf.PasswordError as error:
        raise FileEncrypted(filename) from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError) as error:
        raise FileUnreadable(filename) from error
    return result.pdf, pages, result.signed, result.active


def _pixels(thing: pikepdf.Object) -> int:
    if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image":
        return int(thing.get("/Width", 0)) * int(thing.get("/Height", 0))
    return 0


def _picture_page(data: bytes, filename: str, limits: ScanLimits) -> bytes:
    """The picture decoded, turned upright and encoded anew, on a page of its own: nothing hidden beside the pixels is kept."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own, stricter cap follows
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "BMP")) as opened:
                if opened.width * opened.height > limits.megapixels * 1_000_000:
                    raise FileImageTooLarge(filename, limits.megapixels)
                picture = ImageOps.exif_transpose(opened)
                if picture.mode != "L":
                    picture = picture.convert("RGBA")
                    paper = Image.new("RGB", picture.size, "white")
                    paper.paste(picture, mask=picture.getchannel("A"))
                    picture = paper
    except Image.DecompressionBombError as error:
        raise FileImageTooLarge(filename, limits.megapixels) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise FileUnreadable(filename) from error
    return jpeg_pages([picture], quality=90)


def _only_pictures(pdf: bytes, filename: str) -> bool:
    """Whether no page has text: a scan, or a print that was saved as pictures."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise FileUnreadable(filename) from error
    try:
        return all(page.get_textpage().count_chars() == 0 for page in document)
    finally:
        document.close()


def _coarse(pdf: bytes) -> bool:
    """Whether the pictures of the scan are all too small for a page code to be read."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sides = [
            max(int(thing.get("/Width", 0)), int(thing.get("/Height", 0)))
            for thing in opened.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
        ]
    return not sides or max(sides) < _SHARP_ENOUGH
