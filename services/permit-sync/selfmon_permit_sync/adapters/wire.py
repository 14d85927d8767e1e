"""The records of ``national-api.yaml`` and the port's own: parsed strictly, one record's fault staying with that record."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import EXCLUDE, ValidationError, fields, post_load, pre_load, validates_schema

from selfmon_permit_sync.national import (
    ApplicationKind,
    Category,
    Facility,
    LineRefusal,
    MalformedRecord,
    Outlet,
    PermitPage,
    PermitRecord,
    Receipt,
    Refusal,
    Requirement,
    Upload,
)
from selfmon_shared.contracts.fields import Choice, Day, Exact, Flag, Many, Moment, One, Record, Text
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.regions import RegionCodeInvalid, level_of, region_covers
from selfmon_shared.kernel.uscc import NumberInvalid, PermitNumber, check_uscc

_CATEGORIES: Mapping[str, Category] = {
    "废气": Category.EXHAUST,
    "有组织": Category.EXHAUST,
    "有组织废气": Category.EXHAUST,
    "废水": Category.WASTEWATER,
    "进水": Category.WASTEWATER,
    "雨水": Category.RAINWATER,
    "无组织": Category.FUGITIVE,
    "无组织废气": Category.FUGITIVE,
    "噪声": Category.NOISE,
    "厂界噪声": Category.NOISE,
    "周边环境": Category.SURROUNDINGS,
    "周边环境质量": Category.SURROUNDINGS,
    "地下水": Category.SURROUNDINGS,
    "土壤": Category.SURROUNDINGS,
}
_FUGITIVE_PLACES = ("厂界", "厂区", "周界", "无组织")
_FACILITIES = {"手工": Facility.MANUAL, "自动": Facility.AUTOMATIC}
_YES_NO = {"是": True, "否": False, None: None}
_APPLICATIONS: Mapping[str, ApplicationKind] = dict(zip("1234567", ApplicationKind, strict=True))
_LONG = 4000


def _category(wording: str, code: str | None, name: str) -> Category:
    """The category of a wording. Permits often file the boundary, which has no code, under 废气."""
    found = _CATEGORIES.get(wording, Category.OTHER)
    if found is Category.EXHAUST and code is None and any(place in name for place in _FUGITIVE_PLACES):
        return Category.FUGITIVE
    return found


class _Wording(Text):
    """Text that may be empty, null or left out; loads as ``""`` then."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=_LONG, allow_none=True, load_default="", **kwargs)


class _National(Record):
    """Unknown fields are ignored: the nation adds some now and then. Null is the same as left out."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def drop_nulls(self, data: Any, **_: Any) -> Any:
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, Mapping) else data


class _OutletRecord(_National):
    category_wording = Text(required=True, data_key="PFKLB")
    code = _Wording(data_key="PFKBH")
    name = Text(required=True, data_key="PFKMC")
    kind = _Wording(data_key="PFKLX")
    longitude = Exact(load_default=None, low="-180", high="180", data_key="JD")
    latitude = Exact(load_default=None, low="-90", high="90", data_key="WD")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Outlet:
        code = data.pop("code") or None
        return Outlet(category=_category(data["category_wording"], code, data["name"]), code=code, **data)


class _RequirementRecord(_National):
    category_wording = Text(required=True, data_key="WRYLB")
    outlet_code = _Wording(data_key="PFKBH")
    outlet_name = Text(required=True, data_key="PFKMC")
    monitored_content = _Wording(data_key="JCNR")
    pollutant = Text(required=True, data_key="WRWMC")
    facility = Choice(tuple(_FACILITIES), required=True, data_key="JCSS")
    networked = Choice(("是", "否"), load_default=None, data_key="SFLW")
    device_name = _Wording(data_key="YQMC")
    device_location = _Wording(data_key="AZWZ")
    device_compliant = Choice(("是", "否"), load_default=None, data_key="SFFHYQ")
    sampling = _Wording(data_key="CYFFJGS")
    frequency = _Wording(data_key="JCPC")
    method = _Wording(data_key="CDFF")
    remarks = _Wording(data_key="QTXX")
    limit_text = _Wording(data_key="XZ")
    limit_unit = _Wording(data_key="XZDW")
    standard = _Wording(data_key="ZXBZ")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Requirement:
        for absent in ("outlet_code", "limit_text", "limit_unit", "standard"):
            data[absent] = data[absent] or None
        data["facility"] = _FACILITIES[data["facility"]]
        for answer in ("networked", "device_compliant"):
            data[answer] = _YES_NO[data[answer]]
        return Requirement(category=_category(data["category_wording"], data["outlet_code"], data["outlet_name"]), **data)


class _PermitWire(_National):
    number = Text(required=True, data_key="PWXKZBH")
    uscc = Text(required=True, data_key="TYSHXYDM")
    enterprise_name = Text(required=True, data_key="DWMC")
    industry_code = _Wording(data_key="HYLB")
    address = _Wording(data_key="SCJYCSDZ")
    longitude = Exact(load_default=None, low="-180", high="180", data_key="QYJDZB")
    latitude = Exact(load_default=None, low="-90", high="90", data_key="QYWDZB")
    province_code = Text(required=True, data_key="SZSFQHDM")
    city_code = Text(required=True, data_key="SZDSQHDM")
    county_code = Text(required=True, data_key="SZQXQHDM")
    valid_from = Day(required=True, data_key="XKYXQXQ")
    valid_to = Day(required=True, data_key="XKYXQXZ")
    issued_on = Day(load_default=None, data_key="HFRQ")
    management_category = _Wording(data_key="GLLB")
    application_kind = Choice(tuple(_APPLICATIONS), required=True, data_key="SQLX")
    timestamp = Moment(required=True, data_key="SJC")
    mark = Choice(("0", "1"), required=True, data_key="CLBZ")
    outlets = Many(One(_OutletRecord), required=True, data_key="PFK")
    requirements = Many(One(_RequirementRecord), required=True, data_key="ZXJCYQ")

    @validates_schema(skip_on_field_errors=True)
    def check_whole(self, data: Mapping[str, Any], **_: Any) -> None:
        problems = dict(_problems_of_numbers(data)) | dict(_problems_of_regions(data))
        if data["valid_to"] < data["valid_from"]:
            problems["XKYXQXZ"] = "早于许可有效期限起"
        seen: dict[str, Outlet] = {}
        for outlet in data["outlets"]:
            if seen.setdefault(outlet.key, outlet) != outlet:
                problems["PFK"] = f"同一排放口有两条不同的记录：{outlet.key}"
        if problems:
            raise ValidationError({name: [text] for name, text in problems.items()})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> PermitRecord:
        data["number"] = PermitNumber(data["number"]).text
        data["uscc"] = check_uscc(data["uscc"])
        data["application_kind"] = _APPLICATIONS[data["application_kind"]]
        data["deleted"] = data.pop("mark") == "0"
        data["outlets"] = tuple(dict.fromkeys(data["outlets"]))
        data["requirements"] = tuple(dict.fromkeys(data["requirements"]))
        return PermitRecord(**data)


def _problems_of_numbers(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The USCC ties accounts to the permit: one that is not the number's own would give a firm another's permit."""
    try:
        number = PermitNumber(data["number"])
    except NumberInvalid as error:
        yield "PWXKZBH", f"不是有效的许可证编号（{error.reason}）：{data['number']}"
        return
    try:
        uscc = check_uscc(data["uscc"])
    except NumberInvalid as error:
        yield "TYSHXYDM", f"不是有效的统一社会信用代码（{error.reason}）：{data['uscc']}"
        return
    if number.uscc != uscc:
        yield "TYSHXYDM", f"与许可证编号不一致：{data['uscc']}"


def _problems_of_regions(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names = {"province_code": "SZSFQHDM", "city_code": "SZDSQHDM", "county_code": "SZQXQHDM"}
    for field, name in names.items():
        try:
            level_of(data[field])
        except RegionCodeInvalid:
            yield name, f"不是行政区划代码：{data[field]}"
            return
    for above, below in (("province_code", "city_code"), ("city_code", "county_code")):
        if not region_covers(data[above], data[below]):
            yield names[below], f"{data[below]} 不属于 {data[above]}"


_PERMIT = _PermitWire()


def parse_permit(raw: Any) -> PermitRecord | MalformedRecord:
    """The permit of one record of the list; what cannot be read is told field by field, and is never an exception."""
    try:
        json.dumps(raw, ensure_ascii=False, default=str).encode()
        record: PermitRecord = _PERMIT.load(raw)
    except ValidationError as error:
        return _malformed(raw, tuple(_flat(error.messages)))
    except UnicodeEncodeError:
        return _malformed(raw, ("含有无法保存的字符",))
    return record


def _malformed(raw: Any, problems: tuple[str, ...]) -> MalformedRecord:
    number: str | None = None
    if isinstance(raw, Mapping) and isinstance(raw.get("PWXKZBH"), str):
        try:
            number = PermitNumber(raw["PWXKZBH"]).text
        except NumberInvalid:
            number = None
    return MalformedRecord(sm3(json.dumps(raw, sort_keys=True, default=str)), number, problems)


def _flat(messages: Any, path: str = "") -> Iterator[str]:
    """``ZXJCYQ.3.JCSS: 应为其中之一：手工、自动`` for each fault."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            where = path if name == "_schema" else f"{path}.{name}".lstrip(".")
            yield from _flat(inner, where)
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield f"{path}: {messages}".removeprefix(": ")


class AnswerUnreadable(ValueError):
    """An answer as a whole is not what ``national-api.yaml`` says."""


class _Page(_National):
    records = fields.List(fields.Raw(allow_none=True), required=True)
    next_cursor = Text(required=True)
    more = Flag(required=True)


class _Line(_National):
    line = Text(required=True, max_length=_LONG)
    code = Text(required=True, max_length=_LONG)
    text = Text(required=True, max_length=_LONG)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> LineRefusal:
        return LineRefusal(**data)


class _Receipt(_National):
    client_id = Text(required=True)
    number = Text(required=True, data_key="receipt")
    received_at = Moment(required=True)
    refused_lines = Many(One(_Line), load_default=list, at_most=100_000)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Receipt:
        return Receipt(**data | {"refused_lines": tuple(data["refused_lines"])})


class _Refusal(_National):
    client_id = Text(required=True)
    code = Text(required=True, max_length=_LONG)
    text = Text(required=True, max_length=_LONG)
    lines = Many(One(_Line), load_default=list, at_most=100_000)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Refusal:
        return Refusal(**data | {"lines": tuple(data["lines"])})


def parse_page(data: Any, *, breathe: Callable[[], None] = lambda: None) -> PermitPage:
    """The page of an answer; a record that cannot be read stays in it as :class:`MalformedRecord`.

    ``breathe`` is called before each record: a big permit takes some 10 ms.

    Raises:
        AnswerUnreadable: it is no page.
    """
    page = _load(_Page(), data)
    records = []
    for raw in page["records"]:
        breathe()
        records.append(parse_permit(raw))
    return PermitPage(tuple(records), page["next_cursor"], page["more"])


def parse_outcome(data: Any, client_id: str) -> Receipt | Refusal:
    """The receipt or refusal of that upload.

    Raises:
        AnswerUnreadable: it is neither, or another upload's.
    """
    kind = data.get("outcome") if isinstance(data, Mapping) else None
    if kind not in ("accepted", "refused"):
        raise AnswerUnreadable("neither receipt nor refusal")
    outcome: Receipt | Refusal = _load(_Receipt() if kind == "accepted" else _Refusal(), data)
    if outcome.client_id != client_id:
        raise AnswerUnreadable(f"answer to another upload: {outcome.client_id}")
    return outcome


def _load(schema: Record, data: Any) -> Any:
    try:
        return schema.load(data)
    except ValidationError as error:
        raise AnswerUnreadable("; ".join(_flat(error.messages))) from error


def upload_body(upload: Upload) -> bytes:
    """The JSON of an upload, always the same for the same upload."""
    document = upload.document
    body = {
        "kind": upload.kind.value,
        "uscc": upload.uscc,
        "permit_number": upload.permit_number,
        "content": upload.content,
        "document": document
        and {
            "name": document.name,
            "media_type": document.media_type,
            "sha256": hashlib.sha256(document.content).hexdigest(),
            "base64": base64.b64encode(document.content).decode("ascii"),
        },
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
