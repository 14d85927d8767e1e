"""Uploads into staging."""

import hashlib
import io

import pytest
from gateway_platform import Platform
from werkzeug.datastructures import MultiDict

from selfmon_shared.blobs import UPLOAD_LIMIT, BlobStore

DATA = b"scan" * 50_000


def test_P3_a_file_is_staged_as_the_body_or_as_a_form(platform: Platform) -> None:
    clerk = platform.signed_on("clerk")
    headers = {"X-CSRF-Token": clerk.csrf}
    expected = {"upload": hashlib.sha256(DATA).hexdigest(), "size": len(DATA)}
    raw = clerk.http.post("/api/v1/files", data=DATA, headers=headers, content_type="application/pdf")
    form = clerk.http.post("/api/v1/files", data={"file": (io.BytesIO(DATA), "盖章件.pdf")}, headers=headers)
    assert [(answer.status_code, answer.json) for answer in (raw, form)] == [(201, expected), (201, expected)]
    assert BlobStore.of(platform.gateway.application.settings).read_staged(expected["upload"]) == DATA


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "file.empty"),
        (b"x" * (UPLOAD_LIMIT + 1), 422, "file.too-large"),
        (b"x" * (UPLOAD_LIMIT + 2 * 1024 * 1024), 413, "request.too-large"),
    ],
    ids=["empty", "too large", "far too large"],
)
def test_P3_an_empty_or_too_large_file_is_refused(platform: Platform, data: bytes, status: int, code: str) -> None:
    clerk = platform.signed_on("clerk")
    refused = clerk.http.post("/api/v1/files", data=data, headers={"X-CSRF-Token": clerk.csrf}, content_type="application/pdf")
    assert (refused.status_code, refused.json["code"]) == (status, code)


@pytest.mark.parametrize("names", [("a", "b"), ("a", "a")], ids=["two names", "one name twice"])
def test_P3_a_form_without_just_one_file_is_refused(platform: Platform, names: tuple[str, str]) -> None:
    clerk = platform.signed_on("clerk")
    two = MultiDict([(name, (io.BytesIO(b"1"), f"{number}.pdf")) for number, name in enumerate(names)])
    refused = clerk.http.post("/api/v1/files", data=two, headers={"X-CSRF-Token": clerk.csrf})
    assert (refused.status_code, refused.json["code"]) == (400, "request.malformed")
