"""What enterprise accepts, and what it answers."""

from selfmon_shared.contracts.enterprise.announced import DiscrepancyLine, ItemFields, Mark, Pair, PointFields, Profile
from selfmon_shared.contracts.fields import Flag, Id, Many, One, Record, Text, Whole


class Done(Record):
    """The thing's id and its new version."""

    id = Id()
    version = Whole()


class OpenSite(Record):
    """Make the discharger record of a firm without a received permit (N4); its first site has sequence 001."""

    name = Text(required=True, max_length=200)
    region = Id(required=True)


class ConfirmPermit(Record):
    """Is this my enterprise (E2)?"""

    discharger_id = Id(required=True)
    is_mine = Flag(required=True)


class Contact(Record):
    """Who can be asked; personal data, kept outside all events."""

    company = Text(required=True, max_length=200)
    person = Text(required=True, max_length=50)
    telephone = Text(required=True, pattern=r"^[0-9+\-() ]{5,20}$", hint="电话格式不正确，如 025-12345678")


class ReportDiscrepancy(Record):
    """E3."""

    discharger_id = Id(required=True)
    lines = Many(One(DiscrepancyLine), required=True, at_least=1, at_most=200)
    contact = One(Contact, required=True)


class ReviseProfile(Profile):
    """E4. ``legal_person`` is personal data and stays outside all events."""

    discharger_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)
    legal_person = Text(required=True, max_length=50)


class AddPoint(PointFields):
    """E5."""

    discharger_id = Id(required=True)


class RevisePoint(PointFields):
    """E5."""

    point_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class DeactivatePoint(Record):
    """E5: points are never deleted."""

    point_id = Id(required=True)
    reason = Text(required=True, max_length=300)
    expected_version = Whole(allow_none=True, load_default=None)


class AddItem(ItemFields):
    """E6."""

    point_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class ReviseItem(ItemFields):
    """E6."""

    point_id = Id(required=True)
    item_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class DeactivateItem(Record):
    """E6: items are never deleted."""

    point_id = Id(required=True)
    item_id = Id(required=True)
    reason = Text(required=True, max_length=300)
    expected_version = Whole(allow_none=True, load_default=None)


class AssignLogger(Record):
    """E7: MN of 14 letters/digits or 24, unique in the province."""

    point_id = Id(required=True)
    mn = Text(required=True, pattern=r"^([0-9A-Za-z]{14}|[0-9A-Za-z]{24})$", hint="MN号应为14位或24位的数字与字母组合，请与运维单位确认")
    access_password = Text(load_default="123456", min_length=6, max_length=9)


class ReviseDiagram(Record):
    """E8: ``upload`` is the sha256 that the gateway answered for the staged picture; it is checked before it comes in force."""

    discharger_id = Id(required=True)
    upload = Text(required=True, pattern=r"^[0-9a-f]{64}$", hint="请先上传图片")
    filename = Text(required=True, max_length=200)
    marks = Many(One(Mark), load_default=list, at_most=1000)


class MatchPoints(Pair):
    """E9: tie a permit point to an own point."""

    discharger_id = Id(required=True)
    expected_version = Whole(allow_none=True, load_default=None)


class ClearMatch(Record):
    """E9: 清空, of one own point or of the whole permit point."""

    discharger_id = Id(required=True)
    permit_point = Text(required=True)
    point_id = Id(allow_none=True, load_default=None)
    expected_version = Whole(allow_none=True, load_default=None)
