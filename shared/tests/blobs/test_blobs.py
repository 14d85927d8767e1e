"""Documents and pictures: staged by sha256, kept for good under their SM3 digest."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfmon_shared.application.settings import Settings
from selfmon_shared.blobs import BlobStore
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Invalid, NotFound

DATA = "监测方案".encode() * 1000


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """A local folder, and a store that a URL names."""
    environment = {"SELFMON_DATA": str(tmp_path)} if request.param == "folder" else {"BLOBS_URL": "memory:///"}
    return BlobStore.of(Settings.read("plan", environment))


def pieces(data: bytes, size: int = 700) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def test_an_upload_is_staged_and_read_by_its_sha256(store: BlobStore) -> None:
    sha256, size = store.stage(pieces(DATA))
    assert (sha256, size) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert store.read_staged(sha256) == DATA


def test_what_is_kept_is_found_under_its_digest_and_never_changes(store: BlobStore) -> None:
    digest = store.put(DATA)
    assert digest == sm3(DATA)
    assert store.put(DATA) == digest
    assert store.read(digest) == DATA
    size, stream = store.stream(digest)
    assert (size, b"".join(stream)) == (len(DATA), DATA)


def test_what_is_too_large_or_empty_leaves_nothing(store: BlobStore) -> None:
    with pytest.raises(Invalid, match=r"file\.too-large"):
        store.stage(pieces(DATA), limit=len(DATA) - 1)
    with pytest.raises(NotFound):
        store.read_staged(hashlib.sha256(DATA).hexdigest())
    with pytest.raises(Invalid, match=r"file\.empty"):
        store.stage([])
    assert store.stage(pieces(DATA), limit=len(DATA))[1] == len(DATA)


def test_an_address_without_data_is_not_found(store: BlobStore) -> None:
    for look in (store.read, store.read_staged, store.stream):
        with pytest.raises(NotFound, match=r"file\.unknown"):
            look("0" * 64)


def test_staged_and_kept_files_are_apart(store: BlobStore) -> None:
    sha256, _ = store.stage([DATA])
    with pytest.raises(NotFound):
        store.read(sha256)
    with pytest.raises(NotFound):
        store.read_staged(store.put(DATA))
