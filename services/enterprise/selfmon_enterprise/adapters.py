"""Enterprise's adapters to the outside: the blob store, and the check of an uploaded diagram (E8)."""

import io
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from PIL import Image, ImageOps

from selfmon_enterprise.handlers import diagrams
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import TaskContext
from selfmon_shared.blobs import BlobStore
from selfmon_shared.contracts.enterprise import ERRORS
from selfmon_shared.contracts.errors import ErrorCatalogue
from selfmon_shared.kernel.errors import Invalid, NotFound, Refusal

FORMATS = ("JPEG", "PNG", "BMP")
LARGEST = 50_000_000
"""Pixels; a plan of a plant scanned at 600 dpi on A3 has 70 million, at 300 dpi 17 million."""

_messages = ErrorCatalogue(ERRORS)


@dataclass(frozen=True)
class Ports:
    """Where pictures are."""

    blobs: BlobStore

    @staticmethod
    def of(settings: Settings) -> "Ports":
        """The ports that the settings name."""
        return Ports(BlobStore.of(settings))


@dataclass(frozen=True)
class Picture:
    """A picture made anew from its pixels: nothing else of the upload is in it."""

    data: bytes
    media_type: str


def read_picture(data: bytes) -> Picture:
    """The picture in an upload: jpg stays jpg, png and bmp become png; turned as its EXIF says, and without it.

    Raises:
        Invalid: it is none (``diagram.not-picture``), or too large to be decoded safely (``diagram.too-large``).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                if opened.width * opened.height > LARGEST:
                    raise Invalid("diagram.too-large")
                return _made_anew(opened)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid("diagram.too-large") from None
    except (OSError, ValueError, SyntaxError) as error:  # what Pillow raises for broken files
        raise Invalid("diagram.not-picture") from error


def _made_anew(opened: Image.Image) -> Picture:
    is_jpeg = opened.format == "JPEG"
    upright = ImageOps.exif_transpose(opened)
    pixels = upright.convert("RGB" if is_jpeg or not upright.has_transparency_data else "RGBA")
    pixels.info.clear()
    target = io.BytesIO()
    if is_jpeg:
        pixels.save(target, "JPEG", quality=90)
    else:
        pixels.save(target, "PNG")
    return Picture(target.getvalue(), "image/jpeg" if is_jpeg else "image/png")


def check_diagram(context: TaskContext) -> Mapping[str, Any]:
    """The task of E8: decode the staged upload, keep the picture, and say what became of it."""
    offer = context.task.payload
    context.report(10, "正在检查示意图")
    try:
        picture = read_picture(context.ports.blobs.read_staged(offer["upload"]))
    except (Invalid, NotFound) as refusal:
        return _decide(context, partial(diagrams.refuse_diagram, offer, _messages.message(refusal)), {"problem": refusal.code})
    digest = context.ports.blobs.put(picture.data)
    return _decide(context, partial(diagrams.accept_diagram, offer, digest, picture.media_type), {"digest": digest})


def _decide(context: TaskContext, work: Callable[[Any], None], result: dict[str, str]) -> Mapping[str, Any]:
    context.decide(work)
    return result


def give_up(context: TaskContext, _error: BaseException) -> None:
    """The check could not be done: the user is told, and can upload again."""
    problem = _messages.message(Refusal("diagram.unchecked"))
    context.decide(partial(diagrams.refuse_diagram, context.task.payload, problem), step="given-up")
