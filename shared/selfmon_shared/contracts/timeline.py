"""The status timeline of a thing: what every service that owns things with a history answers about one of them."""

from marshmallow import Schema

from selfmon_shared.contracts.contract import QueryContract
from selfmon_shared.contracts.fields import Moment, Record, Text


class TimelineRow(Record):
    """Something that happened to the thing. ``who`` is a bureau or a part (企业, 生态环境部门, 平台, 国家平台), never a person."""

    at = Moment()
    who = Text()
    what = Text(metadata={"description": "in Chinese"})
    note = Text(allow_none=True, max_length=2000, metadata={"description": "what was said, such as the reason of a return"})


def timeline_of(thing: str, schema: type[Schema], *rules: str) -> QueryContract:
    """The query for the timeline of one such thing, oldest first; whoever may see the thing may see it."""
    return QueryContract(f"{thing}-timeline", schema, TimelineRow, many=True, rules=rules)
