"""Documents and pictures: a staging area for uploads, and a content-addressed store (obstore: local folder or S3-compatible).

The gateway streams an upload into staging and answers its sha256; the owning service's child process checks it and puts what it has made
of it into the store, under its SM3 digest. Nothing in the store is ever changed.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from selfmon_shared.application.settings import Settings
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Invalid, NotFound

UPLOAD_LIMIT = 50 * 1024 * 1024


class BlobStore:
    """See the module."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @staticmethod
    def of(settings: Settings) -> "BlobStore":
        """The store at ``BLOBS_URL`` (``s3://…`` with the AWS_ variables), else a folder below ``SELFMON_DATA``."""
        url = settings.text("BLOBS_URL")
        if url:
            return BlobStore(from_url(url))
        folder = settings.data_dir / "blobs"
        folder.mkdir(parents=True, exist_ok=True)
        return BlobStore(LocalStore(str(folder.resolve())))

    def stage(self, chunks: Iterable[bytes], limit: int = UPLOAD_LIMIT) -> tuple[str, int]:
        """Take an upload; answers its sha256 and size in bytes.

        Raises:
            Invalid: it is larger than ``limit`` (``file.too-large``) or empty (``file.empty``); nothing is kept.
        """
        digest, size = hashlib.sha256(), 0
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "upload"
            with path.open("wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > limit:
                        raise Invalid("file.too-large")
                    digest.update(chunk)
                    file.write(chunk)
            if size == 0:
                raise Invalid("file.empty")
            obstore.put(self._store, f"staging/{digest.hexdigest()}", path)
        return digest.hexdigest(), size

    def read_staged(self, sha256: str) -> bytes:
        """A staged upload.

        Raises:
            NotFound: there is none (``file.unknown``).
        """
        return self._read(f"staging/{sha256}")

    def put(self, data: bytes) -> str:
        """Keep data for good; answers the SM3 digest, which is its address. Putting the same again changes nothing."""
        digest = sm3(data)
        obstore.put(self._store, _path(digest), data)
        return digest

    def read(self, digest: str) -> bytes:
        """The data at an address.

        Raises:
            NotFound: there are none (``file.unknown``).
        """
        return self._read(_path(digest))

    def stream(self, digest: str) -> tuple[int, Iterator[bytes]]:
        """The size in bytes of the data at an address, and the data piece by piece.

        Raises:
            NotFound: there are none (``file.unknown``).
        """
        try:
            found = obstore.get(self._store, _path(digest))
        except FileNotFoundError as error:
            raise NotFound("file.unknown") from error
        return found.meta["size"], (bytes(piece) for piece in found.stream())

    def _read(self, path: str) -> bytes:
        try:
            return bytes(obstore.get(self._store, path).bytes())
        except FileNotFoundError as error:
            raise NotFound("file.unknown") from error


def _path(digest: str) -> str:
    return f"kept/{digest[:2]}/{digest}"
