"""Permit-sync's tasks: what talks to the national platform, outside of all transactions."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from selfmon_permit_sync import domain, handlers
from selfmon_permit_sync.national import Document, NationalRecordMalformed, NationalUnavailable, Upload, UploadKind
from selfmon_permit_sync.queries import Pending
from selfmon_shared.application.definition import TaskSpec
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import TaskContext

log = structlog.get_logger()

PERMITS_EVERY = 300.0
"""Seconds from one intake of the permit list to the next, unless the setting ``PERMITS_EVERY`` says otherwise."""
PERMITS_PAGE = 50
_STALLS = 3
_SIGNATURES = ((b"%PDF-", "pdf", "application/pdf"), (b"\x89PNG", "png", "image/png"), (b"\xff\xd8", "jpg", "image/jpeg"))


def receive_permits(context: TaskContext) -> Mapping[str, Any]:
    """N1: the permit list page by page, from the cursor to its end.

    A national platform that cannot be reached is noted; the next run goes on where this one stopped. A page whose cursor does not move is
    asked for again a few times, then left to the next run.
    """
    limit = int(context.settings.text("PERMITS_PAGE") or PERMITS_PAGE)
    records = stalls = asked = 0
    while stalls <= _STALLS:
        asked += 1
        with context.reading() as reads:
            progress = reads.progress()
        step = f"{context.task.attempts}:{asked}"
        try:
            page = context.ports.national.permits_since(progress.cursor, limit)
        except NationalUnavailable as error:
            return _interrupted(context, error.reason, step, records)
        if page.records or (page.next_cursor, not page.more, None) != (progress.cursor, progress.in_step, progress.problem):
            context.decide(lambda uow, page=page, asked_with=progress.cursor: handlers.take_page(asked_with, page, uow), step)  # type: ignore[misc]
        records += len(page.records)
        if not page.more:
            return {"records": records}
        stalls = stalls + 1 if page.next_cursor == progress.cursor else 0
        context.report(50, f"已接收 {records} 条许可证记录")
    return _interrupted(context, "the cursor does not move", f"{context.task.attempts}:end", records)


def _interrupted(context: TaskContext, reason: str, step: str, records: int) -> Mapping[str, Any]:
    log.warning("permit-intake-interrupted", reason=reason, records=records)
    context.decide(lambda uow: handlers.interrupt_intake(reason, uow), step)
    return {"records": records, "problem": reason}


def resync_permit(context: TaskContext) -> Mapping[str, Any]:
    """N3: one permit as it is now. A national platform that cannot be reached puts the task off."""
    number = context.task.key
    try:
        record = context.ports.national.permit(number)
    except NationalRecordMalformed as error:
        record = error.record
    return context.decide(lambda uow: handlers.answer_resync(number, record, uow))


def send_upload(context: TaskContext) -> Mapping[str, Any] | None:
    """N2: send one upload and keep the receipt or refusal.

    Anything else than an answer puts the task off, for as long as it takes. An attempt that is begun again first asks what became of the
    one before, whose answer may have been lost.
    """
    with context.reading() as reads:
        pending = reads.pending_upload(context.task.key)
    if pending is None:
        return None
    client_id = domain.client_id(pending.upload_id, pending.attempt)
    national = context.ports.national
    outcome = national.receipt_of(client_id) if context.task.attempts > 1 else None
    if outcome is None:
        outcome = national.send(_upload(context, pending, client_id))
    return context.decide(lambda uow: handlers.settle_upload(pending.upload_id, outcome, uow))


def _upload(context: TaskContext, pending: Pending, client_id: str) -> Upload:
    content = dict(pending.content)
    if pending.kind == "results":
        content["lines"] = list(_lines(context.ask("data", "batch", {"batch_id": content["batch_id"]})))
    document = None
    if pending.document is not None:
        document = _document(content.get("title", pending.kind), context.ports.blobs.read(pending.document))
    return Upload(client_id, UploadKind(pending.kind), pending.discharger_id[:18], pending.permit_number, content, document)


def _lines(batch: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The values of a batch, each under a line of its own: item and time, numbered where a batch corrects what it holds itself."""
    seen: Counter[str] = Counter()
    for value in batch["values"]:
        line = f"{value['item_id']} {value['time']}"
        seen[line] += 1
        yield {**value, "line": line if seen[line] == 1 else f"{line} {seen[line]}"}


def _document(title: str, content: bytes) -> Document:
    for signature, suffix, media_type in _SIGNATURES:
        if content.startswith(signature):
            return Document(f"{title}.{suffix}", media_type, content)
    return Document(title, "application/octet-stream", content)


def _next_intake(after: datetime, settings: Settings) -> datetime:
    return after + settings.seconds("PERMITS_EVERY", PERMITS_EVERY)


TASKS = (
    TaskSpec(handlers.RECEIVE, receive_permits, lease=timedelta(minutes=10), next_run=_next_intake),
    TaskSpec(handlers.RESYNC_PERMIT, resync_permit, lease=timedelta(minutes=10), max_attempts=None),
    TaskSpec(handlers.SEND, send_upload, lease=timedelta(minutes=10), max_attempts=None),
)
