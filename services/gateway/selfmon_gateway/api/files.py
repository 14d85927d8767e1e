"""Uploads: a file is streamed into staging; a command then names it by its sha256, and the owning service checks it."""

from collections.abc import Iterator
from typing import IO

from flask import Response, request

from selfmon_gateway.api.routes import Resource, json_answer
from selfmon_gateway.audit import auditing
from selfmon_gateway.parts import parts
from selfmon_gateway.problems import Malformed
from selfmon_shared.blobs import UPLOAD_LIMIT
from selfmon_shared.contracts.fields import Record, Text, Whole

_PIECE = 64 * 1024
_ENVELOPE = 1024 * 1024
_BYTES = {"type": "string", "format": "binary"}
_FILE = {
    "application/octet-stream": {"schema": _BYTES},
    "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _BYTES}}},
}

resource = Resource("files", "文件上传")


class Staged(Record):
    """What was taken: its sha256, which a command names as ``upload``, and its size in bytes."""

    upload = Text()
    size = Whole()


@resource.serve("POST", "/files", body=_FILE, answer=Staged, status=201)
def stage() -> Response:
    """Take a file of at most 50 MB: as the request's body, or as the one file of a form."""
    auditing("gateway.stage-file")
    request.max_content_length = UPLOAD_LIMIT + _ENVELOPE
    upload, size = parts().blobs.stage(_pieces(_uploaded()))
    return json_answer({"upload": upload, "size": size}, 201)


def _uploaded() -> IO[bytes]:
    if request.mimetype != "multipart/form-data":
        return request.stream
    files = [file for _, file in request.files.items(multi=True)]
    if len(files) != 1:
        raise Malformed("request.malformed")
    return files[0].stream


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece
