"""Permit-sync, wired."""

from collections.abc import Callable, Iterator
from typing import Any

from selfmon_permit_sync import commands, events, handlers, queries, timeline
from selfmon_permit_sync.domain import UploadState
from selfmon_permit_sync.national import PermitRecord
from selfmon_permit_sync.ports import Ports, ports_of
from selfmon_permit_sync.projections import project
from selfmon_permit_sync.queries import SqlReads
from selfmon_permit_sync.tables import read
from selfmon_permit_sync.tasks import TASKS
from selfmon_permit_sync.translation import public_state
from selfmon_shared.application.definition import CommandSpec, Follow, QuerySpec, ServiceDefinition
from selfmon_shared.application.settings import Settings
from selfmon_shared.contracts.permit_sync import PROVIDER
from selfmon_shared.eventstore.model import Model
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.contract import Announcement
from selfmon_shared.kernel.events import Recorded


def announce(recorded: Recorded, state: Any, _reads: SqlReads) -> Iterator[Announcement]:
    """The contract events of an event of permit-sync."""
    match recorded.data:
        case events.PermitReceived() as event:
            record = PermitRecord.from_json({**event.content, "timestamp": to_data(event.national_at)})
            yield Announcement("PermitReceived", event.number, public_state(record, event.revision, event.region))
        case events.PermitEnded() as event:
            about = {"permit_number": event.number, "discharger_id": event.discharger_id}
            yield Announcement("PermitEnded", event.number, {**about, "kind": event.kind, "ended_at": event.national_at})
        case events.UploadAcknowledged() as event:
            settled = {"receipt": event.receipt, "acknowledged_at": event.acknowledged_at, "lines": list(event.lines)}
            yield _upload("UploadAcknowledged", recorded, state, settled)
        case events.UploadRefused() as event:
            settled = {"reason": event.reason, "refused_at": recorded.recorded_at, "lines": list(event.lines)}
            yield _upload("UploadRefused", recorded, state, settled)


def _upload(name: str, recorded: Recorded, upload: UploadState, settled: dict[str, Any]) -> Announcement:
    upload_id = recorded.stream.removeprefix("upload-")
    about = {"upload_id": upload_id, "kind": upload.kind, "subject_id": upload.subject_id, "discharger_id": upload.discharger_id}
    return Announcement(name, upload_id, {**about, **settled})


def define(ports: Callable[[Settings], Ports] = ports_of) -> ServiceDefinition:
    """The definition of permit-sync; ``ports`` makes its adapters to the outside."""
    return ServiceDefinition(
        name="permit-sync",
        package="selfmon_permit_sync",
        provider=PROVIDER,
        model=Model("permit-sync", events.types, read, project, SqlReads, announce),
        commands=(
            CommandSpec(PROVIDER.command("receive-permits"), commands.ReceivePermits, handlers.receive_permits),
            CommandSpec(PROVIDER.command("request-resync"), commands.RequestResync, handlers.request_resync),
            CommandSpec(PROVIDER.command("retry-upload"), commands.RetryUpload, handlers.retry_upload),
        ),
        queries=(
            QuerySpec(PROVIDER.query("uploads"), queries.uploads),
            QuerySpec(PROVIDER.query("intake"), queries.intake_state),
            QuerySpec(PROVIDER.query("upload-timeline"), timeline.upload_timeline),
            QuerySpec(PROVIDER.query("next-steps"), queries.next_steps),
        ),
        follows=(
            Follow("enterprise", {"DiscrepancyReported": handlers.follow_discrepancy, "EnterpriseRevised": handlers.note_discharger}),
            Follow("plan", {"PlanTookEffect": handlers.upload_plan}),
            Follow(
                "data",
                {
                    "AbnormalTookEffect": handlers.upload_abnormal,
                    "AbnormalEnded": handlers.upload_abnormal,
                    "AbnormalRevoked": handlers.upload_abnormal,
                },
            ),
            Follow("data.results", {"ResultsRecorded": handlers.upload_results}),
        ),
        tasks=TASKS,
        ports=ports,
    )
