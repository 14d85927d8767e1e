"""Reads a plan document as its reader does: by its text."""

import re

import pypdfium2


def texts(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def contents(pages: list[str]) -> list[tuple[str, int]]:
    """The lines of the contents pages: number and text of a heading, printed page."""
    lines = []
    for page in pages[1:]:
        found = re.findall(r"^(\d+(?:\.\d+)?[\s　]+.+?)[\s.]+(\d+)\s*$", page, re.MULTILINE)
        found = [(text, int(number)) for text, number in found if "...." in page]
        if not found:
            break
        lines += found
    return lines


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
