"""What permit-sync needs of the outside, as settings say."""

from dataclasses import dataclass
from typing import NoReturn

from selfmon_permit_sync.adapters import HttpNationalPlatform
from selfmon_permit_sync.national import NationalPlatform, NationalUnavailable, Upload
from selfmon_shared.application.settings import Settings
from selfmon_shared.blobs import BlobStore


@dataclass(frozen=True)
class Ports:
    """The national platform, and the store of the documents that go up."""

    national: NationalPlatform
    blobs: BlobStore


class NationalNotConfigured:
    """Stands for the national platform where no address is set: the service starts, receives commands, and sends nothing yet."""

    def permits_since(self, _cursor: str | None, _limit: int) -> NoReturn:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._away()

    def permit(self, _number: str) -> NoReturn:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._away()

    def send(self, _upload: Upload) -> NoReturn:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._away()

    def receipt_of(self, _client_id: str) -> NoReturn:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._away()

    def _away(self) -> NoReturn:
        raise NationalUnavailable("not configured: NATIONAL_URL is not set")


def ports_of(settings: Settings) -> Ports:
    """The adapters, by ``NATIONAL_URL``; ``NATIONAL_TOKEN`` and ``NATIONAL_PROXY`` where demanded; ``NATIONAL_TIMEOUT`` (20 seconds)."""
    blobs = BlobStore.of(settings)
    url = settings.text("NATIONAL_URL")
    if not url:
        return Ports(NationalNotConfigured(), blobs)
    national = HttpNationalPlatform(
        url,
        token=settings.text("NATIONAL_TOKEN") or None,
        proxy=settings.text("NATIONAL_PROXY") or None,
        timeout=settings.seconds("NATIONAL_TIMEOUT", 20).total_seconds(),
    )
    return Ports(national, blobs)
