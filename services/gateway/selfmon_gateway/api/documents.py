"""Documents and pictures as answers: streamed from the blob store, never sniffed, never run."""

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any
from urllib.parse import quote

import filetype
from flask import Response

from selfmon_gateway.parts import parts

_SANDBOX = "default-src 'none'; sandbox"
_EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/bmp": "bmp"}
_UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]')
_BINARY = {"schema": {"type": "string", "format": "binary"}}

PDFS: Mapping[str, Any] = dict.fromkeys(_EXTENSIONS, _BINARY)
PICTURES: Mapping[str, Any] = {name: _BINARY for name in _EXTENSIONS if name.startswith("image/")}


def file_answer(digest: str, title: str, *, inline: bool = False) -> Response:
    """A kept document under a Chinese file name; ``inline`` lets browsers show it where it is a picture.

    Raises:
        NotFound: the store has no such document (``file.unknown``).
    """
    size, pieces = parts().blobs.stream(digest)
    first = next(pieces, b"")
    kind = filetype.guess_mime(first[:8192])
    media_type = kind if kind in _EXTENSIONS else "application/octet-stream"
    shown = "inline" if inline and media_type.startswith("image/") else "attachment"
    response = Response(chain((first,), pieces), content_type=media_type)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = disposition(shown, title, _EXTENSIONS.get(media_type, "bin"))
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def disposition(shown: str, title: str, extension: str) -> str:
    """How a browser is to take an answer (``inline``, ``attachment``), and under which Chinese name it is kept."""
    name = _UNSAFE_IN_NAMES.sub("_", title).strip()[:120] or "document"
    # RFC 6266: the plain name for old browsers, the true one by RFC 5987.
    return f"{shown}; filename=\"document.{extension}\"; filename*=UTF-8''{quote(f'{name}.{extension}', safe='')}"
