"""Overview and monitoring plans with their documents (P1–P4)."""

from flask import Response

from selfmon_gateway.api.documents import PDFS, file_answer
from selfmon_gateway.api.routes import Resource, RoutesOf, asked
from selfmon_gateway.audit import auditing
from selfmon_shared.contracts.plan import PROVIDER
from selfmon_shared.kernel.errors import NotFound

plan = RoutesOf(PROVIDER)

ROUTES = (
    plan.query("/dischargers/<discharger_id>/overview", "overview"),
    plan.command("PUT", "/dischargers/<discharger_id>/overview", "revise-overview"),
    plan.query("/dischargers/<discharger_id>/plans", "plans"),
    plan.command("POST", "/dischargers/<discharger_id>/plans", "export-plan", status=201),
    plan.query("/plans/<plan_id>", "plan"),
    plan.query("/plans/<plan_id>/timeline", "plan-timeline"),
    plan.command("POST", "/plans/<plan_id>/cancellation", "cancel-export"),
    plan.command("POST", "/dischargers/<discharger_id>/plan-imports", "import-plan", status=201),
    plan.command("POST", "/plans/<plan_id>/withdrawal", "withdraw-plan"),
)

resource = Resource("plans", "自测概况、监测方案", ROUTES)


@resource.serve("GET", "/plans/<plan_id>/pdf", content=PDFS)
def exported_pdf(plan_id: str) -> Response:
    """The exported plan, ready to print and stamp (P2)."""
    return _document(plan_id, "pdf", "")


@resource.serve("GET", "/plans/<plan_id>/document", content=PDFS)
def imported_document(plan_id: str) -> Response:
    """The stamped scan as it was imported (P3, R4)."""
    return _document(plan_id, "document", "（盖章件）")


def _document(plan_id: str, which: str, suffix: str) -> Response:
    auditing(f"gateway.download-plan-{which}")
    found = asked("plan", PROVIDER.query("plan"), {"plan_id": plan_id})
    if found[which] is None:
        raise NotFound("file.unknown")
    return file_answer(found[which], f"{found['title']}{suffix}")
