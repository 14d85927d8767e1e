"""The exchange with the national platform: permits received, uploads and their receipts (N1–N3)."""

from selfmon_gateway.api.routes import Resource, RoutesOf
from selfmon_shared.contracts.permit_sync import PROVIDER

permit_sync = RoutesOf(PROVIDER)

ROUTES = (
    permit_sync.query("/permit-intake", "intake"),
    permit_sync.command("POST", "/permit-intake", "receive-permits"),
    permit_sync.command("POST", "/permits/<permit_number>/resync", "request-resync"),
    permit_sync.query("/dischargers/<discharger_id>/uploads", "uploads"),
    permit_sync.query("/uploads/<upload_id>/timeline", "upload-timeline"),
    permit_sync.command("POST", "/uploads/<upload_id>/retry", "retry-upload"),
)

resource = Resource("exchange", "与国家平台的交换：许可证接收、上传与回执", ROUTES)
