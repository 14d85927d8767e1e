"""Plan's reach to the outside: documents in the blob store, and the tasks that make and check them (in the child process)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from selfmon_plan import handlers
from selfmon_plan.document.content import from_json
from selfmon_plan.domain.plan import Scan
from selfmon_plan.events import PlanExported, PlanExportFailed
from selfmon_shared.application.settings import Settings
from selfmon_shared.application.tasks import TaskContext
from selfmon_shared.blobs import BlobStore
from selfmon_shared.kernel.errors import Refusal, Unavailable

log = structlog.get_logger()


@dataclass(frozen=True)
class Ports:
    """What plan's tasks use."""

    blobs: BlobStore

    @staticmethod
    def of(settings: Settings) -> "Ports":
        """The adapters of the settings."""
        return Ports(BlobStore.of(settings))


def render_plan(context: TaskContext) -> Mapping[str, Any]:
    """P2: make the PDF of a frozen plan and keep it. What cannot be made is told; what is away is tried again."""
    # Here, and below: what makes and reads PDFs is a fifth of a start's work, and only the child needs it.
    from selfmon_plan.document.build import build_plan_pdf  # noqa: PLC0415

    plan_id = context.task.key
    outcome: PlanExported | PlanExportFailed
    with context.reading() as reads:
        content, diagram = reads.frozen_content(plan_id)
    try:
        picture = None if diagram is None else context.ports.blobs.read(diagram)
        made = build_plan_pdf(from_json(content), picture, context.report)
        outcome = PlanExported(context.ports.blobs.put(made.pdf), made.pages)
    except Unavailable:
        raise
    except Refusal as refusal:
        log.warning("plan-not-rendered", plan=plan_id, exc_info=refusal)
        outcome = PlanExportFailed(refusal.code, refusal.params)
    return context.decide(lambda uow: handlers.end_rendering(plan_id, outcome, uow))


def give_up_rendering(context: TaskContext, error: BaseException) -> None:
    """P2: it failed again and again; the plan can be exported anew."""
    outcome = PlanExportFailed(error.code if isinstance(error, Refusal) else "plan.render-failed", {})
    context.decide(lambda uow: handlers.end_rendering(context.task.key, outcome, uow), "given-up")


def check_scan(context: TaskContext) -> Mapping[str, Any]:
    """P3: check the scan that was brought, and keep its sanitised copy."""
    from selfmon_plan.document.scan import inspect_scan  # noqa: PLC0415

    submission_id, payload = context.task.key, context.task.payload
    try:
        report = inspect_scan(context.ports.blobs.read_staged(payload["upload"]), payload["filename"], progress=context.report)
        kept = context.ports.blobs.put(report.sanitised)
    except Unavailable:
        raise
    except Refusal as refusal:
        log.info("scan-refused", plan=payload["plan_id"], reason=str(refusal))
        code, params = refusal.code, refusal.params
        return context.decide(lambda uow: handlers.refuse_scan(payload["plan_id"], submission_id, code, params, uow))
    scan = Scan(
        document=kept,
        original=report.original_digest,
        pages=report.pages,
        platform_export=report.is_platform_export,
        seal_found=report.seal.found,
        codes=tuple(dict.fromkeys((code.plan_id, code.digest) for code in report.codes)),
    )
    return context.decide(lambda uow: handlers.accept_scan(payload["plan_id"], submission_id, scan, uow))


def give_up_check(context: TaskContext, error: BaseException) -> None:
    """P3: the check failed again and again; the scan can be brought anew."""
    code = error.code if isinstance(error, Refusal) else "plan.check-failed"
    plan_id = context.task.payload["plan_id"]
    context.decide(lambda uow: handlers.refuse_scan(plan_id, context.task.key, code, {}, uow), "given-up")
