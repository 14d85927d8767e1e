"""The inbox: what the signed-in person is told, and what he has read of it."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from selfmon_gateway.api.routes import Resource, json_answer, json_body, query_arguments
from selfmon_gateway.auth.guards import present_session
from selfmon_gateway.inbox import queries
from selfmon_gateway.parts import parts
from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.fields import Choice, Flag, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.contracts.notices import KINDS
from selfmon_shared.contracts.screens import SCREENS
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.errors import Invalid

resource = Resource("inbox", "消息：收件箱")


class InboxOf(Record):
    """All notices or the unread ones; for an officer, of his region and below or only what his own bureau is in charge of."""

    unread = Flag(load_default=False)
    in_charge = Flag(load_default=False)
    page = Whole(load_default=1, low=1, high=10_000)
    page_size = Whole(load_default=20, low=1, high=200)


class NoticeView(Record):
    """One notice; ``screen`` and ``subject`` say where it leads."""

    event_id = Id()
    kind = Choice(tuple(KINDS))
    kind_word = Text()
    title = Text()
    text = Text(max_length=2000)
    screen = Choice(SCREENS)
    subject = Id()
    discharger_id = Id(allow_none=True)
    discharger_name = Text(allow_none=True)
    occurred_at = Moment()
    read_at = Moment(allow_none=True)


class InboxPage(Record):
    """A page of the inbox, newest first."""

    total = Whole()
    rows = Many(One(NoticeView))


class Unread(Record):
    """How many are unread (for an officer: of what his own bureau is in charge of); ``more``: at least so many."""

    count = Whole()
    more = Flag()


class MarkRead(Record):
    """Mark these notices as read, or with ``all`` every one."""

    ids = Many(Id(), load_default=list, at_most=200)
    all = Flag(load_default=False)


class Marked(Record):
    """How many were marked."""

    marked = Whole()


@resource.serve("GET", "/inbox", arguments=InboxOf, answer=InboxPage)
def inbox() -> Response:
    """The notices, newest first."""
    wanted = load(InboxOf(), query_arguments(InboxOf()))
    with parts().database.asking() as connection:
        total, rows = queries.page(connection, present_session().person, **wanted)
    return json_answer(to_data({"total": total, "rows": [_shown(row) for row in rows]}))


@resource.serve("GET", "/inbox/<event_id>", answer=NoticeView)
def notice(event_id: str) -> Response:
    """One notice, as the link in a mail asks for it."""
    with parts().database.asking() as connection:
        return json_answer(to_data(_shown(queries.one(connection, present_session().person, event_id))))


def _shown(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "kind_word": KINDS[row["kind"]].word}


@resource.serve("GET", "/inbox/unread", answer=Unread)
def unread() -> Response:
    """How many notices are unread; cheap, to be asked often."""
    with parts().database.asking() as connection:
        count = queries.unread_count(connection, present_session().person)
    return json_answer({"count": count, "more": count >= queries.MOST_COUNTED})


@resource.serve("POST", "/inbox/read", body={"application/json": {"schema": MarkRead}}, answer=Marked)
def mark_read() -> Response:
    """Mark notices as read; again is nothing new."""
    wanted = load(MarkRead(), json_body())
    if not wanted["ids"] and not wanted["all"]:
        raise Invalid("input.invalid", fields={"ids": ["此项必填"]})
    with parts().database.writing() as connection:
        ids = None if wanted["all"] else wanted["ids"]
        marked = queries.mark_read(connection, present_session().person, ids, parts().clock())
    return json_answer({"marked": marked})
