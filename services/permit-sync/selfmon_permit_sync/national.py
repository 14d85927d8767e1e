"""The port to the national platform (N1–N3): what permit-sync takes from it and gives to it, in the platform's own words.

The true interface is not public. What is known of it, and what is assumed, stands in ``national-api.yaml`` beside the package and is
known to the adapters alone; nothing here depends on it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol, Self

from selfmon_shared.kernel.codec import canonical_json, from_data, to_data


class NationalUnavailable(Exception):
    """The platform could not be asked, or gave no answer that can be used. Nothing is known of the effect: ask again later.

    ``reason`` is for logs and operators: ``timeout``, ``connection``, ``status 503``, ``answer …``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Category(StrEnum):
    """What is discharged at a permit point (污染源类别)."""

    EXHAUST = "exhaust"
    WASTEWATER = "wastewater"
    RAINWATER = "rainwater"
    FUGITIVE = "fugitive"
    NOISE = "noise"
    SURROUNDINGS = "surroundings"
    OTHER = "other"


class Facility(StrEnum):
    """How the permit wants an item monitored (监测设施: 手工/自动)."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"


class ApplicationKind(StrEnum):
    """What the permit's holder applied for, or what the authority did, when this revision came about."""

    NEW = "new"
    REISSUE = "reissue"
    CHANGE = "change"
    RENEWAL = "renewal"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"

    @property
    def ends_permit(self) -> bool:
        """Whether the permit is no longer in force: 注销, 撤销, 吊销."""
        return self in (ApplicationKind.CANCELLED, ApplicationKind.WITHDRAWN, ApplicationKind.REVOKED)


def point_key(category: Category, code: str | None, name: str) -> str:
    """The identity of a permit point within its permit: the code; without one, category and name."""
    return code or f"{category.value}:{name}"


@dataclass(frozen=True, slots=True)
class Outlet:
    """A permit point: a place where the permit says that something is discharged or to be monitored.

    ``category_wording`` and ``kind`` are as written (废气; 主要排放口). ``code`` is None for 厂界 and its like. Degrees are CGCS2000.
    """

    category: Category
    category_wording: str
    code: str | None
    name: str
    kind: str = ""
    longitude: Decimal | None = None
    latitude: Decimal | None = None

    @property
    def key(self) -> str:
        """See :func:`point_key`."""
        return point_key(self.category, self.code, self.name)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the permit's 自行监测要求 (REGIME 3.4). Wordings are as written, ``""`` where the permit says nothing.

    ``frequency`` of an automatic line is its manual fallback, or 连续监测. Limits are joined from the outlet tables: None where absent.
    """

    category: Category
    category_wording: str
    outlet_code: str | None
    outlet_name: str
    pollutant: str
    facility: Facility
    monitored_content: str = ""
    networked: bool | None = None
    device_name: str = ""
    device_location: str = ""
    device_compliant: bool | None = None
    sampling: str = ""
    frequency: str = ""
    method: str = ""
    remarks: str = ""
    limit_text: str | None = None
    limit_unit: str | None = None
    standard: str | None = None

    @property
    def outlet_key(self) -> str:
        """The key of the permit point that the line speaks of; :func:`point_key`."""
        return point_key(self.category, self.outlet_code, self.outlet_name)


@dataclass(frozen=True, slots=True)
class PermitRecord:
    """One permit as the national platform holds it at ``timestamp`` (UTC). Names and telephones of persons are never taken over.

    ``deleted`` is the soft-delete flag: the record was withdrawn from the list. ``valid_from`` and ``valid_to`` are both inclusive days.
    """

    number: str
    uscc: str
    enterprise_name: str
    industry_code: str
    address: str
    longitude: Decimal | None
    latitude: Decimal | None
    province_code: str
    city_code: str
    county_code: str
    valid_from: date
    valid_to: date
    issued_on: date | None
    management_category: str
    application_kind: ApplicationKind
    timestamp: datetime
    deleted: bool = False
    outlets: tuple[Outlet, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether the permit is no longer in force, or no longer in the list."""
        return self.deleted or self.application_kind.ends_permit

    def points(self) -> tuple[Outlet, ...]:
        """The outlets, then the places that only a requirement names (厂界 often has no row of its own); each key once."""
        found = {outlet.key: outlet for outlet in self.outlets}
        for line in self.requirements:
            found.setdefault(line.outlet_key, Outlet(line.category, line.category_wording, line.outlet_code, line.outlet_name))
        return tuple(found.values())

    def canonical(self) -> dict[str, Any]:
        """The content as plain data, outlets and requirements in an order of their own (N1: the order sent has no meaning).

        Equal for two records exactly if nothing but the order and the time stamp differs: so an unchanged re-send is known.
        """
        data = self.to_json()
        del data["timestamp"]
        data["outlets"] = [to_data(outlet) for outlet in sorted(self.outlets, key=_outlet_order)]
        data["requirements"] = [to_data(line) for line in sorted(self.requirements, key=_requirement_order)]
        return data

    def to_json(self) -> dict[str, Any]:
        """Plain data (strings, booleans, None, lists, dicts) that :meth:`from_json` makes the same record of."""
        data: dict[str, Any] = to_data(self)
        return data | {"outlets": list(data["outlets"]), "requirements": list(data["requirements"])}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The record of :meth:`to_json`.

        Raises:
            ValueError, TypeError, KeyError: the data do not fit.
        """
        return from_data(cls, data)


def _outlet_order(outlet: Outlet) -> tuple[str, ...]:
    return (outlet.key, *_texts(outlet))


def _requirement_order(line: Requirement) -> tuple[str, ...]:
    return (line.outlet_key, line.pollutant, line.facility.value, *_texts(line))


def _texts(value: Outlet | Requirement) -> tuple[str, ...]:
    """Every field as text: with it the order is the same even for lines that share their identity."""
    return tuple("" if part is None else str(part) for part in to_data(value).values())


@dataclass(frozen=True, slots=True)
class MalformedRecord:
    """A record that could not be read. ``digest`` (SM3) tells one from another; ``problems`` name the field as sent: ``XKYXQXZ: …``.

    ``number`` is the permit's, if that much was readable.
    """

    digest: str
    number: str | None
    problems: tuple[str, ...]


class NationalRecordMalformed(Exception):
    """The one permit that was asked for could not be read; ``record`` says why."""

    def __init__(self, record: MalformedRecord) -> None:
        super().__init__("; ".join(record.problems))
        self.record = record


@dataclass(frozen=True, slots=True)
class PermitPage:
    """Some records of the permit list, in the order of their change, and the cursor that asks for what comes after.

    A permit may come again, unchanged too; ``next_cursor`` may equal the one that was asked with. ``more``: ask again at once.
    """

    records: tuple[PermitRecord | MalformedRecord, ...]
    next_cursor: str
    more: bool


class UploadKind(StrEnum):
    """What goes up (N2)."""

    PLAN = "plan"
    RESULTS = "results"
    ABNORMAL = "abnormal"
    ANNUAL_REPORT = "annual-report"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with an upload: the stamped plan, an annual report."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


class UploadInvalid(ValueError):
    """An upload that cannot be sent: its client id or its lines are not of the form that receipts can answer to, or it is no plain data."""


_CLIENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")


@dataclass(frozen=True, slots=True)
class Upload:
    """One thing to be sent up. The same ``client_id`` always stands for the same content: sent again, it has no second effect.

    ``content`` is plain JSON data. Where it has ``lines`` (a list of objects), each carries a ``line`` of its own, which refusals name.

    Raises:
        UploadInvalid: the client id is not 1 to 128 of ``A–Z a–z 0–9 . _ : -``, a line has no ``line`` or one used twice, or the content
            is no JSON (a float is none either: values are exact).
    """

    client_id: str
    kind: UploadKind
    uscc: str
    permit_number: str | None
    content: Mapping[str, Any]
    document: Document | None = None

    def __post_init__(self) -> None:
        if not _CLIENT_ID.fullmatch(self.client_id):
            raise UploadInvalid(f"client id {self.client_id!r}")
        try:
            canonical_json(self.content).encode()
        except (TypeError, ValueError) as error:
            raise UploadInvalid(f"content: {error}") from error
        names = [line.get("line") for line in self.content.get("lines", ())]
        if not all(isinstance(name, str) and name for name in names) or len(set(names)) < len(names):
            raise UploadInvalid("every line carries a line id of its own")


@dataclass(frozen=True, slots=True)
class LineRefusal:
    """Why one line was not taken."""

    line: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The upload was taken, but for ``refused_lines``; ``number`` is the national platform's own."""

    client_id: str
    number: str
    received_at: datetime
    refused_lines: tuple[LineRefusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing of the upload was taken. After correction it is sent again under another client id."""

    client_id: str
    code: str
    text: str
    lines: tuple[LineRefusal, ...] = ()


class NationalPlatform(Protocol):
    """The national platform, whatever it is reached by. Every call may raise :class:`NationalUnavailable`, and may then be repeated."""

    def permits_since(self, cursor: str | None, limit: int) -> PermitPage:
        """Up to ``limit`` (1 to 200) records that changed after the cursor; None asks from the beginning."""

    def permit(self, number: str) -> PermitRecord | None:
        """One permit as it is now, None if the national platform has none of that number (N3).

        Raises:
            NationalRecordMalformed: it has one that cannot be read.
        """

    def send(self, upload: Upload) -> Receipt | Refusal:
        """Send an upload. The same client id gets the same answer again, without a second effect (N2)."""

    def receipt_of(self, client_id: str) -> Receipt | Refusal | None:
        """What became of an upload whose answer was lost; None if it never arrived."""
