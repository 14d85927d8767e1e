"""Pages as pictures, and pictures as pages."""

import io
from collections.abc import Iterable, Iterator

import pikepdf
import pypdfium2
from PIL import Image

A4 = (595.276, 841.89)  # points


def page_images(pdf: bytes, *, dpi: int, largest: int = 4000) -> Iterator[Image.Image]:
    """Each page as an RGB picture, one at a time; a huge page is drawn smaller, so that no side passes ``largest`` pixels."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            width, height = page.get_size()
            scale = min(dpi / 72, largest / max(width, height, 1))
            yield page.render(scale=scale).to_pil().convert("RGB")
            page.close()
    finally:
        document.close()


def jpeg_pages(pictures: Iterable[Image.Image], *, quality: int) -> bytes:
    """A PDF with one picture on each page and nothing else, as a scanner makes it; A4, lying for pictures wider than high.

    The same pictures give the same bytes.
    """
    with pikepdf.new() as pdf:
        for picture in pictures:
            grey = picture.mode == "L"
            encoded = io.BytesIO()
            (picture if grey else picture.convert("RGB")).save(encoded, "JPEG", quality=quality)
            image = pikepdf.Stream(
                pdf,
                encoded.getvalue(),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=picture.width,
                Height=picture.height,
                ColorSpace=pikepdf.Name.DeviceGray if grey else pikepdf.Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=pikepdf.Name.DCTDecode,
            )
            width, height = A4 if picture.height >= picture.width else (A4[1], A4[0])
            factor = min(width / picture.width, height / picture.height)
            shown = (picture.width * factor, picture.height * factor)
            page = pdf.add_blank_page(page_size=(width, height))
            page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
            place = f"q {shown[0]:.3f} 0 0 {shown[1]:.3f} {(width - shown[0]) / 2:.3f} {(height - shown[1]) / 2:.3f} cm /Scan Do Q"
            page.Contents = pikepdf.Stream(pdf, place.encode())
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()
