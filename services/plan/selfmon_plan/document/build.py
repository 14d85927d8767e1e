"""The plan document from the plan's content (rule P2). CPU work of seconds: run it in the service's child process, never in a request."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from selfmon_plan.document.content import PlanContent, content_digest
from selfmon_plan.document.errors import DiagramUnreadable
from selfmon_plan.document.finish import finish
from selfmon_plan.document.html import figure, typeset
from selfmon_plan.document.layout import Figure
from selfmon_plan.document.render import render_html
from selfmon_shared.kernel.digests import sm3

_DIAGRAM_PIXELS = 2400  # the longer side; a page's width in print at 300 dpi


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """The PDF, its SM3, its pages, and the digest that the code on each page begins with."""

    pdf: bytes
    digest: str
    pages: int
    content_digest: str


def build_plan_pdf(content: PlanContent, diagram: bytes | None, progress: Callable[[int, str], None]) -> PlanDocument:
    """The plan as an A4 PDF ready to print and stamp; the same content and diagram give the same bytes.

    ``diagram`` is a JPEG, PNG or BMP picture. ``progress`` is told percent done and what is being done, a few times a second;
    an exception that it raises cancels the work and is passed on.

    Raises:
        DiagramUnreadable: the diagram cannot be decoded.
        RendererMissing: wkhtmltopdf or the CJK fonts are not installed.
        DocumentRenderFailed, DocumentRenderTimeout: the PDF engine failed.
    """
    progress(0, "正在排版")
    digest = content_digest(content, diagram)
    text = typeset(content, _prepared(diagram) if diagram else None)
    progress(10, "正在生成页面")
    raw = render_html(text.html, alive=lambda: progress(10, "正在生成页面"))
    progress(60, "正在整理文字")
    pdf, pages = finish(raw, content, text.headings, digest, progress)
    progress(100, "已完成")
    return PlanDocument(pdf, sm3(pdf), pages, digest)


def _prepared(diagram: bytes) -> Figure:
    """The diagram decoded and encoded anew: the PDF engine sees no byte that came from outside."""
    try:
        with Image.open(io.BytesIO(diagram), formats=("JPEG", "PNG", "BMP")) as opened:
            opened.draft("RGB", (_DIAGRAM_PIXELS, _DIAGRAM_PIXELS))
            flat = Image.new("RGB", opened.size, "white")
            picture = opened.convert("RGBA")
            flat.paste(picture, mask=picture.getchannel("A"))
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise DiagramUnreadable from error
    flat.thumbnail((_DIAGRAM_PIXELS, _DIAGRAM_PIXELS))
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=88)
    return figure(out.getvalue(), "image/jpeg", flat.size)
