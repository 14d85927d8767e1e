"""A hint whether a red round seal is on a page (rule P3): it warns, and never decides.

Grey scans, seals cut by the edge, and seals printed over other red matter are missed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray
from PIL import Image

_DPI = 75
_SATURATION, _VALUE = 45, 50  # of 255; scanned paper and toner stay below
_HUE_LOW, _HUE_HIGH = 14, 235  # of 255: red lies around 0
_CELL = 6  # pixels (2 mm) of the grid that joins strokes into blobs
_SIZE = (25 / 25.4 * _DPI, 60 / 25.4 * _DPI)  # diameters of seals, with room for skewed scans
_SECTORS, _COVERED, _IN_CORNERS = 72, 0.6, 0.1


@dataclass(frozen=True, slots=True)
class SealHint:
    """``found`` is None where it cannot be told (the scan has no colour); ``pages`` counts from 1."""

    found: bool | None
    pages: tuple[int, ...] = ()


def look_for_seals(pages: Iterable[Image.Image], *, scanned: bool) -> SealHint:
    """The hint for page pictures of A4 proportion; ``scanned``: they come from paper, so that no colour at all means a grey scan."""
    with_seal = []
    coloured = False
    for number, page in enumerate(pages, 1):
        mask, page_coloured = _red(page)
        coloured = coloured or page_coloured
        if _has_ring(mask):
            with_seal.append(number)
    if with_seal:
        return SealHint(True, tuple(with_seal))
    return SealHint(None if scanned and not coloured else False)


def _red(page: Image.Image) -> tuple[NDArray[numpy.bool_], bool]:
    longest = round(297 / 25.4 * _DPI)
    small = page.convert("RGB")
    small.thumbnail((longest, longest))
    hue, saturation, value = (numpy.asarray(channel) for channel in small.convert("HSV").split())
    lively = (saturation > _SATURATION) & (value > _VALUE)
    return lively & ((hue <= _HUE_LOW) | (hue >= _HUE_HIGH)), bool(lively.mean() > 0.0002)


def _has_ring(mask: NDArray[numpy.bool_]) -> bool:
    return any(_ring_coverage(mask, box) >= _COVERED for box in _blobs(mask))


def _blobs(mask: NDArray[numpy.bool_]) -> Iterable[tuple[int, int, int, int]]:
    """Bounding boxes (left, top, right, bottom) of red matter as large as a seal."""
    height, width = (side // _CELL * _CELL for side in mask.shape)
    grid = mask[:height, :width].reshape(height // _CELL, _CELL, width // _CELL, _CELL).any(axis=(1, 3))
    waiting = set(zip(*(axis.tolist() for axis in numpy.nonzero(grid)), strict=True))
    while waiting:
        frontier = [waiting.pop()]
        cells = list(frontier)
        while frontier:
            y, x = frontier.pop()
            near = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & waiting
            waiting -= near
            frontier += near
            cells += near
        ys, xs = [cell[0] for cell in cells], [cell[1] for cell in cells]
        top, left = min(ys) * _CELL, min(xs) * _CELL
        part = mask[top : (max(ys) + 1) * _CELL, left : (max(xs) + 1) * _CELL]
        rows, columns = numpy.nonzero(part.any(axis=1))[0], numpy.nonzero(part.any(axis=0))[0]
        box = (left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]), top + int(rows[-1]))
        if all(_SIZE[0] <= side <= _SIZE[1] for side in (box[2] - box[0], box[3] - box[1])):
            yield box


def _ring_coverage(mask: NDArray[numpy.bool_], box: tuple[int, int, int, int]) -> float:
    """Share of the directions from the box's centre in which red lies near its edge: a ring has nearly all, text and charts do not.

    Red in the corners, where a ring has none, counts as no ring.
    """
    left, top, right, bottom = box
    ys, xs = numpy.nonzero(mask[top : bottom + 1, left : right + 1])
    across, up = (xs - (right - left) / 2) / ((right - left) / 2), (ys - (bottom - top) / 2) / ((bottom - top) / 2)
    away = numpy.hypot(across, up)
    if (away > 1.15).mean() > _IN_CORNERS:
        return 0.0
    on_ring = numpy.abs(away - 0.95) < 0.1
    angles = numpy.arctan2(up[on_ring], across[on_ring])
    sectors = numpy.unique(((angles + numpy.pi) / (2 * numpy.pi) * _SECTORS).astype(int) % _SECTORS)
    return len(sectors) / _SECTORS
