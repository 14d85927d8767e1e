"""The forms of dischargers, points and items, and the contract events that carry them whole (E4–E9)."""

from selfmon_shared.contracts.fields import Choice, Day, Exact, Flag, Id, Many, Moment, One, Record, Text, Whole

POINT_KINDS = (
    "organised-exhaust", "wastewater-outlet", "workshop-outlet", "inflow", "rainwater", "fugitive-boundary", "fugitive-site",
    "boundary-noise", "surroundings",
)  # fmt: skip
METHODS = ("manual", "automatic")
PERMIT_CHECKS = ("open", "confirmed", "wrong-enterprise")
COMPARISONS = ("equal", "stricter", "weaker", "unknown")


class Profile(Record):
    """The fields of E4 that an enterprise fills in; * of the form are required, 暂无 is allowed text."""

    name = Text(required=True, max_length=200)
    region = Id(required=True, metadata={"description": "county code, within the same prefecture-level city"})
    address = Text(required=True, max_length=300)
    longitude = Exact(required=True, low="73", high="136", metadata={"description": "degrees, WGS 84"})
    latitude = Exact(required=True, low="3", high="54")
    industry_code = Text(required=True, max_length=8, none=False)
    production_cycle = Text(required=True, max_length=100)
    commissioned_laboratory = Text(required=True, max_length=200, metadata={"description": "无 if the firm monitors itself"})
    maintenance_firm = Text(load_default="无", max_length=200)
    control_category = Text(allow_none=True, load_default=None, max_length=50)
    has_plan = Flag(load_default=True)
    plan_filed = Flag(load_default=True)
    plan_public = Flag(load_default=True)
    disclosure_method = Text(load_default="自行监测信息发布平台", max_length=200)
    disclosure_address = Text(load_default="", max_length=200)
    report_disclosure_time = Text(load_default="暂无", max_length=200)


class Limits(Record):
    """The standard's allowed range; ``text`` keeps what was written (``6~9``, ``5(8)``, ``不得检出``)."""

    lower = Exact(allow_none=True, load_default=None)
    upper = Exact(allow_none=True, load_default=None)
    unit = Text(load_default="", max_length=30)
    text = Text(load_default="", max_length=100)


class ItemFields(Record):
    """The fields of a monitoring item (E6)."""

    pollutant_code = Text(required=True, max_length=20, none=False)
    method = Choice(METHODS, required=True)
    frequency = Text(required=True, max_length=60, none=False, metadata={"description": "code or the permit's wording"})
    limits = One(Limits, required=True)
    range_low = Exact(allow_none=True, load_default=None)
    range_high = Exact(allow_none=True, load_default=None)
    reference_oxygen = Exact(allow_none=True, load_default=None, low="0", high="20.9")
    able = Flag(load_default=True)
    unable_reason = Text(load_default="", max_length=300)
    device_name = Text(load_default="", max_length=100)
    device_model = Text(load_default="", max_length=100)
    monitoring_method = Text(load_default="", max_length=200)
    method_source = Text(load_default="", max_length=100)
    disclosure_days = Whole(load_default=5, low=0, high=366)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    outside_permit = Flag(load_default=False)


class PointFields(Record):
    """The fields of a monitoring point (E5)."""

    code = Text(required=True, max_length=40)
    name = Text(required=True, max_length=100)
    kind = Choice(POINT_KINDS, required=True)
    emission_standard = Text(required=True, max_length=100)
    longitude = Exact(allow_none=True, load_default=None, low="73", high="136")
    latitude = Exact(allow_none=True, load_default=None, low="3", high="54")
    valid_from = Day(required=True)
    valid_to = Day(required=True)


class ItemState(ItemFields):
    """An item as it stands."""

    item_id = Id(required=True)
    pollutant_name = Text(required=True)
    frequency_wording = Text(required=True)
    per_year = Exact(allow_none=True, load_default=None, metadata={"description": "times a year that follow from the cycle"})
    active = Flag(required=True)
    deactivation_reason = Text(allow_none=True, load_default=None)


class Mark(Record):
    """A point's place on the diagram, in thousandths of its width and height."""

    point_id = Id(required=True)
    x = Whole(required=True, low=0, high=1000)
    y = Whole(required=True, low=0, high=1000)


class Pair(Record):
    """A permit point and an own point that answers for it, with the items covered (E9); no items listed means all."""

    permit_point = Text(required=True)
    point_id = Id(required=True)
    item_ids = Many(Id(), load_default=list)


class EnterpriseRevised(Profile):
    """A discharger's basic information, whole. Before E4 is filled in, the fields hold what the permit says."""

    discharger_id = Id(required=True)
    version = Whole(required=True)
    uscc = Id(required=True)
    permit_number = Id(allow_none=True, required=True)
    permit_state = Choice(("none", "valid", "ended"), required=True)
    permit_check = Choice(PERMIT_CHECKS, required=True)
    bureau = Text(required=True, blank=True)
    industry_name = Text(required=True, blank=True)
    complete = Flag(required=True)
    address = Text(load_default="")
    longitude = Exact(allow_none=True, required=True)
    latitude = Exact(allow_none=True, required=True)
    industry_code = Text(load_default="")
    production_cycle = Text(load_default="")
    commissioned_laboratory = Text(load_default="")


class PointRevised(PointFields):
    """A monitoring point with all its items, whole."""

    point_id = Id(required=True)
    discharger_id = Id(required=True)
    version = Whole(required=True)
    active = Flag(required=True)
    deactivation_reason = Text(allow_none=True, required=True)
    items = Many(One(ItemState), required=True)


class LoggerAssigned(Record):
    """A data logger at a point (E7); ``point_id`` None after it was taken away."""

    mn = Id(required=True)
    discharger_id = Id(required=True)
    point_id = Id(required=True, allow_none=True)
    version = Whole(required=True)
    access_password = Text(required=True)


class DiagramRevised(Record):
    """The monitoring diagram in force (E8), by the digest of its picture in the blob store."""

    discharger_id = Id(required=True)
    version = Whole(required=True)
    digest = Text(required=True)
    media_type = Text(required=True)
    marks = Many(One(Mark), required=True)
    revised_at = Moment(required=True)


class MatchingChanged(Record):
    """How a permit's points are tied to own points (E9)."""

    permit_number = Id(required=True)
    discharger_id = Id(required=True)
    version = Whole(required=True)
    pairs = Many(One(Pair), required=True)


class DiscrepancyLine(Record):
    """What is wrong or missing in the permit as received, and what is right."""

    place = Text(required=True, max_length=200)
    wrong = Text(required=True, max_length=500)
    right = Text(required=True, max_length=500)


class DiscrepancyReported(Record):
    """A correction that an enterprise has found (E3, N3); the contact stays with enterprise."""

    report_id = Id(required=True)
    discharger_id = Id(required=True)
    permit_number = Id(required=True, allow_none=True)
    lines = Many(One(DiscrepancyLine), required=True)
    contact_id = Id(required=True, metadata={"description": "person id"})
    reported_at = Moment(required=True)
