"""The audit trail, for those whose role is to read it."""

from flask import Response

from selfmon_gateway.api.routes import Resource, json_answer, query_arguments
from selfmon_gateway.auth.guards import present_session
from selfmon_gateway.parts import parts
from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.fields import Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.errors import Forbidden

AUDITOR = "auditor"

resource = Resource("audit", "审计日志")


class ActsOf(Record):
    """Acts of a time, of one person or of all."""

    since = Moment(allow_none=True, load_default=None)
    until = Moment(allow_none=True, load_default=None)
    person_id = Id(allow_none=True, load_default=None)
    page = Whole(load_default=1, low=1)
    page_size = Whole(load_default=50, low=1, high=500)


class ActView(Record):
    """Who did what when, from where, with which result (``done`` or the error's code)."""

    id = Whole()
    at = Moment()
    person_id = Id(allow_none=True)
    realm = Text(allow_none=True)
    address = Text()
    what = Text()
    object = Text()
    result = Text()
    correlation = Text()


class ActPage(Record):
    """A page of the trail, newest first."""

    total = Whole()
    rows = Many(One(ActView))


@resource.serve("GET", "/audit", arguments=ActsOf, answer=ActPage)
def trail() -> Response:
    """The audit trail; for auditors."""
    if AUDITOR not in present_session().person.roles:
        raise Forbidden("actor.auditor-only")
    return json_answer(to_data(parts().audit.read(**load(ActsOf(), query_arguments(ActsOf())))))
