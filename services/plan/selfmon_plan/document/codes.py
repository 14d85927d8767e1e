"""The code on each page of an exported plan: which plan, version, page and content it belongs to (rule P3 tells our export by it).

A QR code holding ``SMP1:<plan>:<version>:<page>/<pages>:<first 32 digits of the content's SM3>``, in capitals, so that the code keeps to
the compact alphanumeric set. zxing-cpp writes and reads it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import zxingcpp
from PIL import Image

DIGEST_DIGITS = 32
_FORM = re.compile(r"SMP1:([^:]+):(\d+):(\d+)/(\d+):([0-9A-F]{32})")


@dataclass(frozen=True, slots=True)
class PageCode:
    """What the code of one page says. ``plan_id`` is in capitals; ``digest`` is the beginning of the content's SM3, in capitals."""

    plan_id: str
    version: int
    page: int
    pages: int
    digest: str

    def text(self) -> str:
        return f"SMP1:{self.plan_id}:{self.version}:{self.page}/{self.pages}:{self.digest}"


def page_code(plan_id: str, version: int, page: int, pages: int, digest: str) -> PageCode:
    """The code of one page; ``digest`` is the whole SM3 of the content."""
    return PageCode(plan_id.upper(), version, page, pages, digest[:DIGEST_DIGITS].upper())


def parse(text: str) -> PageCode | None:
    """The page code that a text is, or None for any other text."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        return None
    plan_id, version, page, pages, digest = match.groups()
    return PageCode(plan_id, int(version), int(page), int(pages), digest)


def modules(code: PageCode) -> Sequence[Sequence[bool]]:
    """The QR code as rows of dark (True) and light modules, without the quiet zone; error correction M."""
    barcode = zxingcpp.create_barcode(code.text(), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    pixels = numpy.array(barcode.to_image(scale=1, add_quiet_zones=False))
    rows: list[list[bool]] = (pixels < 128).tolist()
    return rows


def read(image: Image.Image) -> list[PageCode]:
    """The page codes in a picture, however it is turned."""
    found = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [code for code in (parse(barcode.text) for barcode in found) if code is not None]
