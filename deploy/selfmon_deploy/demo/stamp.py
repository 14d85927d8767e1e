"""Stands in for printer, company seal and scanner: a plan's PDF becomes the image-only PDF that an enterprise would import (rule P3).

The seal says 示例, so that nobody takes the picture for a real one. The same PDF and text give the same bytes.
"""

import math
from collections.abc import Iterator

import numpy
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from selfmon_plan.document.fonts import serif
from selfmon_plan.document.raster import jpeg_pages, page_images

SCAN_DPI = 150
_SEAL_MM = 42.0
_RED = (205, 30, 40)
_INK = 215  # of 255: print shows through
_MARK = "单位（盖章）"
_ELSEWHERE = (160.0, 245.0)  # mm from the left and the top: free of the plan's page code


def stamped_scan(pdf: bytes, seal_text: str = "示例排污单位", *, dpi: int = SCAN_DPI, grey: bool = False) -> bytes:
    """Each page printed, stamped with a red round seal, and scanned a little askew; ``grey``: by a scanner without colour.

    ``seal_text`` runs round the seal; 示例 is put before it where it is missing.
    """
    text = seal_text if "示例" in seal_text else f"示例{seal_text}"
    return jpeg_pages(_scanned(pdf, text, dpi, grey), quality=82)


def _scanned(pdf: bytes, text: str, dpi: int, grey: bool) -> Iterator[Image.Image]:
    seal = _seal(text, round(_SEAL_MM / 25.4 * dpi))
    places = _places(pdf)
    random = numpy.random.default_rng(20260101)
    grain = random.integers(-6, 7, (round(300 / 25.4 * dpi), round(300 / 25.4 * dpi), 1), dtype=numpy.int16)
    for page, (x, y) in zip(page_images(pdf, dpi=dpi), places, strict=True):
        turned = seal.rotate(float(random.uniform(-8, 8)), Image.Resampling.BICUBIC)
        page.paste(turned, (round(x / 25.4 * dpi) - turned.width // 2, round(y / 25.4 * dpi) - turned.height // 2), turned)
        askew = page.rotate(float(random.uniform(-0.7, 0.7)), Image.Resampling.BILINEAR, fillcolor="white")
        noise = numpy.roll(grain, int(random.integers(0, 500)), axis=(0, 1))[: askew.height, : askew.width]
        scan = Image.fromarray(numpy.clip(numpy.asarray(askew, dtype=numpy.int16) - 3 + noise, 0, 255).astype(numpy.uint8))
        yield scan.convert("L") if grey else scan


def _places(pdf: bytes) -> list[tuple[float, float]]:
    """Centre of the seal on each page, in mm from the left and the top: below the words that ask for it, else at the lower right."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        places = []
        for page in document:
            text = page.get_textpage()
            hit = text.search(_MARK).get_next()
            if hit is None:
                places.append(_ELSEWHERE)
                continue
            left, bottom, _, _ = text.get_charbox(hit[0])
            places.append((left * 25.4 / 72 + 38, (page.get_height() - bottom) * 25.4 / 72 + 24))
        return places
    finally:
        document.close()


def _seal(text: str, size: int) -> Image.Image:
    """A round seal on transparent ground: ring, star, the text along the upper arc, 示例 below."""
    large = size * 3  # drawn large, then reduced: smooth edges
    seal = Image.new("RGBA", (large, large), (*_RED, 0))
    draw = ImageDraw.Draw(seal)
    colour = (*_RED, _INK)
    draw.ellipse((3, 3, large - 4, large - 4), outline=colour, width=max(large // 34, 2))
    centre = large / 2
    star = [
        (
            centre + (large * 0.15 if point % 2 == 0 else large * 0.06) * math.sin(math.pi * point / 5),
            centre - (large * 0.15 if point % 2 == 0 else large * 0.06) * math.cos(math.pi * point / 5),
        )
        for point in range(10)
    ]
    draw.polygon(star, fill=colour)
    step = min(26.0, 250 / max(len(text) - 1, 1))
    for index, character in enumerate(text):
        _engrave(seal, character, (index - (len(text) - 1) / 2) * step, min(0.13, step / 26 * 0.13) * large)
    face = serif()
    below = ImageFont.truetype(face.path, round(large * 0.09), index=face.number)
    draw.text((centre, large * 0.78), "示例专用章", font=below, fill=colour, anchor="mm")
    return seal.resize((size, size), Image.Resampling.LANCZOS)


def _engrave(seal: Image.Image, character: str, degrees: float, size: float) -> None:
    """One character on the arc, its foot towards the centre."""
    face = serif()
    font = ImageFont.truetype(face.path, max(round(size), 4), index=face.number)
    side = round(size * 1.6)
    tile = Image.new("RGBA", (side, side), (*_RED, 0))
    ImageDraw.Draw(tile).text(
        (side / 2, side / 2), character, font=font, fill=(*_RED, _INK), anchor="mm", stroke_width=max(round(size / 30), 1)
    )
    tile = tile.rotate(-degrees, Image.Resampling.BICUBIC)
    radius, centre, angle = seal.width * 0.385, seal.width / 2, math.radians(degrees)
    seal.alpha_composite(
        tile,
        (
            max(round(centre + radius * math.sin(angle) - side / 2), 0),
            max(round(centre - radius * math.cos(angle) - side / 2), 0),
        ),
    )
