"""The national platform in memory: for tests of the service, under the same suite as the adapter over HTTP."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from selfmon_permit_sync.national import (
    MalformedRecord,
    NationalRecordMalformed,
    NationalUnavailable,
    PermitPage,
    PermitRecord,
    Receipt,
    Refusal,
    Upload,
)
from selfmon_shared.kernel.uscc import normalise


@dataclass
class _Kept:
    upload: Upload
    outcome: Receipt | Refusal
    times: int = 1


class InMemoryNationalPlatform:
    """A list of permits and a shelf of uploads, with faults that a test asks for.

    Args:
        now: the clock that receipts are dated by.
        judge: answers the refusal of an upload, or the lines that are not taken, or None; asked once per client id.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        judge: Callable[[Upload], Receipt | Refusal | None] = lambda upload: None,
    ) -> None:
        self.now = now
        self.judge = judge
        self.down = 0
        """How many of the next calls fail before they have any effect."""
        self.lost_answers = 0
        """How many of the next uploads are taken, but with their answer lost."""
        self._permits: dict[str, tuple[int, PermitRecord | MalformedRecord]] = {}
        self._position = 0
        self._uploads: dict[str, _Kept] = {}

    def put(self, record: PermitRecord | MalformedRecord) -> None:
        """Add or revise a permit: it moves to the end of the list. A malformed one stands for the permit of its number."""
        self._position += 1
        number = record.number or record.digest if isinstance(record, MalformedRecord) else record.number
        self._permits[number] = (self._position, record)

    def uploads(self) -> dict[str, tuple[Upload, Receipt | Refusal, int]]:
        """By client id: what came first, the answer, and how often it was sent."""
        return {client_id: (kept.upload, kept.outcome, kept.times) for client_id, kept in self._uploads.items()}

    def permits_since(self, cursor: str | None, limit: int) -> PermitPage:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._answer()
        after = int(cursor or 0)
        ordered = [entry for entry in sorted(self._permits.values(), key=lambda entry: entry[0]) if entry[0] > after]
        page = ordered[:limit]
        return PermitPage(tuple(record for _, record in page), str(page[-1][0] if page else after), len(ordered) > limit)

    def permit(self, number: str) -> PermitRecord | None:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._answer()
        _, record = self._permits.get(normalise(number), (0, None))
        if isinstance(record, MalformedRecord):
            raise NationalRecordMalformed(record)
        return record

    def send(self, upload: Upload) -> Receipt | Refusal:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._answer()
        kept = self._uploads.get(upload.client_id)
        if kept is None:
            receipt = Receipt(upload.client_id, f"R{len(self._uploads) + 1:09d}", self.now())
            kept = self._uploads[upload.client_id] = _Kept(upload, self.judge(upload) or receipt)
        elif kept.upload != upload:
            return Refusal(upload.client_id, "client-id-reused", "该编号已用于另一次上传")
        else:
            kept.times += 1
        if self.lost_answers:
            self.lost_answers -= 1
            raise NationalUnavailable("connection: answer lost")
        return kept.outcome

    def receipt_of(self, client_id: str) -> Receipt | Refusal | None:
        """See :class:`~selfmon_permit_sync.national.NationalPlatform`."""
        self._answer()
        kept = self._uploads.get(client_id)
        return None if kept is None else kept.outcome

    def _answer(self) -> None:
        if self.down:
            self.down -= 1
            raise NationalUnavailable("status 503")
