"""What permit-sync offers: permits received from the nation, uploads and their receipts (N1–N3)."""

from collections.abc import Mapping
from typing import Any

from selfmon_shared.contracts.contract import CommandContract, ContractEvent, Provider, QueryContract
from selfmon_shared.contracts.fields import Choice, Day, Exact, Flag, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.contracts.notices import Notice, about
from selfmon_shared.contracts.steps import next_steps
from selfmon_shared.contracts.timeline import timeline_of

SERVICE = "permit-sync"
CATEGORIES = ("exhaust", "wastewater", "rainwater", "fugitive", "noise", "surroundings", "other")
FACILITIES = ("manual", "automatic")
UPLOAD_KINDS = ("plan", "results", "abnormal", "annual-report")
UPLOAD_STATES = ("waiting", "acknowledged", "refused")
WORDING = 4000
"""The longest wording that is taken over from the nation, in characters."""


class PermitPoint(Record):
    """A place where the permit says that something is discharged or monitored; ``key`` is its code, else category + name."""

    key = Text(required=True)
    code = Text(allow_none=True, load_default=None)
    name = Text(required=True)
    category = Choice(CATEGORIES, required=True)


class Requirement(Record):
    """One line of the permit's 自行监测要求; ``key`` tells it apart within the permit, whatever the order. Wordings are kept as written."""

    key = Text(required=True)
    point = Text(required=True)
    content = Text(required=True, blank=True, max_length=WORDING, metadata={"description": "monitored content as worded; may be empty"})
    pollutant = Text(required=True, metadata={"description": "pollutant as worded"})
    pollutant_code = Text(allow_none=True, load_default=None)
    facility = Choice(FACILITIES, required=True)
    sampling = Text(allow_none=True, load_default=None, max_length=WORDING)
    frequency = Text(
        required=True,
        max_length=2 * WORDING,
        metadata={"description": "code of the frequency, selfmon_shared.kernel.frequency; an automatic line's is continuous"},
    )
    frequency_wording = Text(required=True, max_length=WORDING, metadata={"description": "未载明 where the permit says nothing"})
    fallback_frequency = Text(
        allow_none=True,
        load_default=None,
        max_length=2 * WORDING,
        metadata={"description": "code of an automatic line's manual frequency while the device is out"},
    )
    limit_text = Text(allow_none=True, load_default=None, max_length=WORDING)
    limit_unit = Text(allow_none=True, load_default=None, max_length=WORDING)
    standard = Text(allow_none=True, load_default=None, max_length=WORDING)


class PermitReceived(Record):
    """One revision of a permit, whole."""

    permit_number = Id(required=True)
    discharger_id = Id(required=True)
    revision = Whole(required=True)
    uscc = Id(required=True)
    enterprise_name = Text(required=True)
    industry_code = Text(allow_none=True, load_default=None)
    address = Text(allow_none=True, load_default=None)
    longitude = Exact(allow_none=True, load_default=None)
    latitude = Exact(allow_none=True, load_default=None)
    region = Id(required=True)
    management_category = Text(allow_none=True, load_default=None)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    points = Many(One(PermitPoint), required=True)
    requirements = Many(One(Requirement), required=True)


class PermitEnded(Record):
    """A permit is no longer in force: 注销 cancelled, 撤销 withdrawn, 吊销 revoked."""

    permit_number = Id(required=True)
    discharger_id = Id(required=True)
    kind = Choice(("cancelled", "withdrawn", "revoked"), required=True)
    ended_at = Moment(required=True)


class RefusedLine(Record):
    """One line that the national platform refused."""

    line = Text(required=True, max_length=WORDING)
    reason = Text(required=True, max_length=WORDING)


class UploadAcknowledged(Record):
    """The national platform has given its receipt for an upload, but for the ``lines`` that it refused."""

    upload_id = Id(required=True)
    kind = Choice(UPLOAD_KINDS, required=True)
    subject_id = Id(required=True)
    discharger_id = Id(required=True)
    receipt = Text(required=True)
    acknowledged_at = Moment(required=True)
    lines = Many(One(RefusedLine), load_default=list, at_most=100_000)


class UploadRefused(Record):
    """The national platform has refused an upload, with its reason; it can be sent again after correction."""

    upload_id = Id(required=True)
    kind = Choice(UPLOAD_KINDS, required=True)
    subject_id = Id(required=True)
    discharger_id = Id(required=True)
    reason = Text(required=True, max_length=WORDING)
    lines = Many(One(RefusedLine), required=True, at_most=100_000)
    refused_at = Moment(required=True)


class Nothing(Record):
    """No fields."""


class RequestResync(Record):
    """Have one permit fetched anew (N3)."""

    permit_number = Id(required=True)


class RetryUpload(Record):
    """Send a refused upload again (N2)."""

    upload_id = Id(required=True)


class OfUpload(Record):
    """Of one upload."""

    upload_id = Id(required=True)


class UploadsOf(Record):
    """Uploads of one discharger, newest first."""

    discharger_id = Id(required=True)


class UploadView(Record):
    """One upload and where it stands."""

    upload_id = Id()
    kind = Choice(UPLOAD_KINDS)
    subject_id = Id()
    discharger_id = Id()
    state = Choice(UPLOAD_STATES)
    receipt = Text(allow_none=True)
    reason = Text(allow_none=True)
    lines = Many(One(RefusedLine))
    requested_at = Moment()
    settled_at = Moment(allow_none=True)
    attempts = Whole()
    moves = Many(Text(), metadata={"description": "the commands that the actor may give it now"})


class MalformedView(Record):
    """A record of the permit list that could not be read; the rest went on."""

    digest = Text()
    permit_number = Text(allow_none=True)
    problems = Many(Text())
    received_at = Moment()


class IntakeView(Record):
    """How far the permit list has been received; in step: to its end, at the last try. ``problem`` says why that try got no further."""

    cursor = Text(allow_none=True)
    permits = Whole()
    malformed = Many(One(MalformedView))
    in_step = Flag()
    problem = Text(allow_none=True)


# --- notices

_ENDINGS = {"cancelled": "注销", "withdrawn": "撤销", "revoked": "吊销"}
_UPLOADS = {"plan": "监测方案", "results": "监测数据", "abnormal": "不正常运行登记", "annual-report": "年度报告"}


def _permit_received(payload: Mapping[str, Any]) -> Notice:
    text = f"收到排污许可证 {payload['permit_number']} 第 {payload['revision']} 版，请核对许可信息，并确认有变化的内容。"
    return about(payload, "permit-received", text, "permit-check", "discharger_id")


def _permit_ended(payload: Mapping[str, Any]) -> Notice:
    text = f"排污许可证 {payload['permit_number']} 已{_ENDINGS[payload['kind']]}。"
    return about(payload, "permit-ended", text, "permit-check", "discharger_id")


def _upload_refused(payload: Mapping[str, Any]) -> Notice:
    text = f"国家平台退回了上传的{_UPLOADS[payload['kind']]}：{payload['reason']}。更正后可重新上传。"
    return about(payload, "upload-refused", text, "uploads", "upload_id")


def _lines_refused(payload: Mapping[str, Any]) -> Notice | None:
    if not payload["lines"]:
        return None
    text = f"国家平台接收了上传的{_UPLOADS[payload['kind']]}，其中 {len(payload['lines'])} 条被退回，请更正。"
    return about(payload, "upload-refused", text, "uploads", "upload_id", "国家平台退回部分内容")


PROVIDER = Provider(
    service=SERVICE,
    commands=(
        CommandContract("receive-permits", Nothing, Nothing, ("N1",)),
        CommandContract("request-resync", RequestResync, Nothing, ("N3",)),
        CommandContract("retry-upload", RetryUpload, Nothing, ("N2",)),
    ),
    queries=(
        QueryContract("uploads", UploadsOf, UploadView, many=True, rules=("N2",)),
        QueryContract("intake", Nothing, IntakeView, rules=("N1",)),
        timeline_of("upload", OfUpload, "N2"),
        next_steps(UploadsOf, "N2"),
    ),
    events=(
        ContractEvent("PermitReceived", 1, PermitReceived, "permit_number", SERVICE, rules=("N1", "N5"), notice=_permit_received),
        ContractEvent("PermitEnded", 1, PermitEnded, "permit_number", SERVICE, rules=("N1",), notice=_permit_ended),
        ContractEvent("UploadAcknowledged", 1, UploadAcknowledged, "upload_id", SERVICE, rules=("N2",), notice=_lines_refused),
        ContractEvent("UploadRefused", 1, UploadRefused, "upload_id", SERVICE, rules=("N2",), notice=_upload_refused),
    ),
)

ERRORS = {
    "permit.unknown": "没有收到过该排污许可证",
    "upload.unknown": "没有该上传记录",
    "upload.not-refused": "只有被国家平台退回的上传才能重新上传",
}
