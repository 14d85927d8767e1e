"""What enterprise can be asked, and what it shows."""

from selfmon_shared.contracts.enterprise.announced import (
    COMPARISONS,
    METHODS,
    PERMIT_CHECKS,
    POINT_KINDS,
    EnterpriseRevised,
    ItemState,
    Limits,
    Mark,
    Pair,
    PointRevised,
)
from selfmon_shared.contracts.fields import Choice, Day, Flag, Id, Many, One, Record, Text, Whole
from selfmon_shared.contracts.permit_sync import WORDING, PermitPoint, Requirement


class OfDischarger(Record):
    """Of one discharger."""

    discharger_id = Id(required=True)


class Dischargers(Record):
    """The actor's own dischargers, or those in an officer's region; filters narrow them."""

    region = Id(allow_none=True, load_default=None)
    name = Text(allow_none=True, load_default=None)
    permit_holders = Flag(load_default=False, metadata={"description": "control year = 许可证"})
    page = Whole(load_default=1, low=1)
    page_size = Whole(load_default=50, low=1, high=500)


class DischargerRow(Record):
    """One line of the list."""

    discharger_id = Id()
    name = Text()
    uscc = Id()
    permit_number = Id(allow_none=True)
    region = Id()
    region_name = Text()
    permit_check = Choice(PERMIT_CHECKS)
    complete = Flag()


class DischargerPage(Record):
    """A page of the list."""

    total = Whole()
    rows = Many(One(DischargerRow))


class DischargerView(EnterpriseRevised):
    """Basic information as it stands; ``notice`` tells why there is no permit (N4)."""

    region_name = Text()
    legal_person = Text(allow_none=True)
    notice = Text(allow_none=True)


class PermitChange(Record):
    """What a newer revision says otherwise than the one that the enterprise has confirmed (N5); in words."""

    part = Choice(("points", "requirements"))
    kind = Choice(("added", "removed", "changed"))
    before = Text()
    after = Text()


class PermitView(Record):
    """The permit as received, newest revision."""

    permit_number = Id()
    revision = Whole()
    enterprise_name = Text()
    valid_from = Day()
    valid_to = Day()
    state = Choice(("valid", "ended"))
    check = Choice(PERMIT_CHECKS)
    public_site = Text(metadata={"description": "the national public permit site"})
    points = Many(One(PermitPoint))
    requirements = Many(One(Requirement))
    changes = Many(One(PermitChange), metadata={"description": "since the enterprise has confirmed the permit"})


class ItemView(ItemState):
    """An item as it stands."""

    moves = Many(Text(), metadata={"description": "the commands that the actor may give it now"})


class PointView(PointRevised):
    """A point as it stands, with all its items."""

    items = Many(One(ItemView))
    moves = Many(Text(), metadata={"description": "the commands that the actor may give it now"})


class OfPoint(Record):
    """Of one point."""

    point_id = Id(required=True)


class OfLogger(Record):
    """Of one data logger."""

    mn = Id(required=True)


class LoggerView(Record):
    """A logger at a point."""

    mn = Id()
    point_id = Id(allow_none=True)
    version = Whole()
    warning = Text(allow_none=True)


class DiagramView(Record):
    """The diagram in force, and what became of the last upload."""

    discharger_id = Id()
    digest = Text(allow_none=True)
    media_type = Text(allow_none=True)
    marks = Many(One(Mark))
    version = Whole()
    upload_state = Choice(("none", "checking", "in-force", "refused"))
    upload_problem = Text(allow_none=True)


class Differences(Record):
    """One field's own and permit value, and how they compare (E10)."""

    field = Text()
    own = Text()
    permit = Text()
    comparison = Choice(COMPARISONS)


class ItemCheck(Record):
    """A requirement beside the item that covers it (E10); no item: not covered."""

    requirement = One(Requirement)
    point_id = Id(allow_none=True)
    item_id = Id(allow_none=True)
    differences = Many(One(Differences))


class MatchingView(Record):
    """Pairs, item check and progress (E9, E10)."""

    permit_number = Id(allow_none=True)
    version = Whole()
    pairs = Many(One(Pair))
    checks = Many(One(ItemCheck))
    requirements = Whole()
    covered = Whole()


class ProposalFlag(Record):
    """A field of a proposal that could not be taken over from the permit as it stands; ``text`` says why, in Chinese."""

    field = Text()
    text = Text(max_length=2 * WORDING)


class ProposedItem(Record):
    """A monitoring item that does what the permit asks (E6). What the permit does not say (device, method) is left to the clerk."""

    requirements = Many(Text(), metadata={"description": "keys of the requirements that it answers for"})
    pollutant = Text(metadata={"description": "as the permit words it"})
    pollutant_code = Text(allow_none=True, metadata={"description": "none where the wording was not understood"})
    pollutant_name = Text()
    method = Choice(METHODS)
    frequency = Text(metadata={"description": "code; empty where the wording was not understood"})
    frequency_wording = Text(max_length=WORDING, metadata={"description": "as the permit words it"})
    limits = One(Limits)
    flags = Many(One(ProposalFlag))


class ProposedPoint(Record):
    """The fields of a point as the permit suggests them (E5); the period is the permit's validity."""

    code = Text()
    name = Text()
    kind = Choice(POINT_KINDS)
    emission_standard = Text()
    valid_from = Day()
    valid_to = Day()


class ProposalView(Record):
    """What the permit suggests for one of its points. With ``own_point_id`` the items are meant for that own point."""

    permit_point = One(PermitPoint)
    own_point_id = Id(allow_none=True)
    point = One(ProposedPoint)
    items = Many(One(ProposedItem))
    flags = Many(One(ProposalFlag))
