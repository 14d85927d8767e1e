"""A picture of a fictional plant with its points marked (E8): what the demo uploads as the monitoring diagram."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

_FONTS = (("NotoSansCJK-Regular.ttc", 2), ("NotoSansSC-Regular.otf", 0), ("wqy-zenhei.ttc", 0), ("simsun.ttc", 0))
"""Fonts with Chinese glyphs and the face of simplified Chinese in each; looked for where the system keeps its fonts."""
_BUILDINGS = ((0.10, 0.16, 0.42, 0.46, "主厂房"), (0.50, 0.16, 0.70, 0.36, "储煤场"), (0.50, 0.46, 0.88, 0.66, "污水处理站"))
_MARK = "#c9302c"


class ChineseFontMissing(RuntimeError):
    """No font with Chinese glyphs is installed; on Debian the package is fonts-noto-cjk."""


@dataclass(frozen=True, slots=True)
class DiagramMark:
    """One point on the picture: its label, and where it stands, as parts of width and height (0 is left and top)."""

    label: str
    x: float
    y: float


def demo_marks(labels: Sequence[str]) -> tuple[DiagramMark, ...]:
    """A place for each label, spread in rows over the plant, always the same for the same labels."""
    columns = max(1, math.ceil(math.sqrt(len(labels))))
    rows = max(1, math.ceil(len(labels) / columns))
    return tuple(
        DiagramMark(label, 0.08 + 0.80 * (number % columns) / columns, 0.14 + 0.74 * (number // columns + 0.5) / rows)
        for number, label in enumerate(labels)
    )


def demo_diagram(marks: Sequence[DiagramMark], *, title: str = "示例企业监测点位示意图", size: tuple[int, int] = (1600, 1100)) -> bytes:
    """A PNG of the plant with a dot and its label for each mark.

    Raises:
        ChineseFontMissing: labels could not be written.
        ValueError: a mark lies outside the picture.
    """
    for mark in marks:
        if not (0 <= mark.x <= 1 and 0 <= mark.y <= 1):
            raise ValueError(f"{mark.label} lies outside the picture: {mark.x}, {mark.y}")
    width, height = size
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    text = _font(height // 50)
    draw.text((width / 2, height * 0.05), title, fill="black", font=_font(height // 28), anchor="mm")
    draw.rectangle((width * 0.04, height * 0.10, width * 0.96, height * 0.94), outline="#404040", width=4)
    for left, top, right, bottom, name in _BUILDINGS:
        box = (width * left, height * top, width * right, height * bottom)
        draw.rectangle(box, outline="#7a7a7a", fill="#eef1f5", width=2)
        draw.text(((box[0] + box[2]) / 2, box[3] - height * 0.02), name, fill="#7a7a7a", font=text, anchor="mm")
    draw.text((width * 0.93, height * 0.13), "北↑", fill="black", font=text, anchor="mm")
    radius = height // 110
    for mark in marks:
        x, y = width * mark.x, height * mark.y
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_MARK)
        draw.text((x + radius * 1.6, y), mark.label, fill="black", font=text, anchor="lm", stroke_width=3, stroke_fill="white")
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _font(points: int) -> ImageFont.FreeTypeFont:
    for name, face in _FONTS:
        try:
            return ImageFont.truetype(name, points, index=face)
        except OSError:
            continue
    raise ChineseFontMissing("no font with Chinese glyphs found; on Debian: apt install fonts-noto-cjk")
