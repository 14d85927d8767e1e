"""The audit trail, for those whose role is to read it: a page of it, or all that is looked for as a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response
from sqlalchemy import Row

from selfmon_gateway.acts import called
from selfmon_gateway.api.documents import disposition
from selfmon_gateway.api.routes import Resource, json_answer, query_arguments
from selfmon_gateway.audit import DONE, Wanted, auditing
from selfmon_gateway.auth.guards import present_session
from selfmon_gateway.disclosure.downloads import safe
from selfmon_gateway.parts import parts
from selfmon_gateway.problems import CATALOGUE
from selfmon_shared.contracts.contract import load
from selfmon_shared.contracts.fields import Choice, Id, Many, Moment, One, Record, Text, Whole
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.codec import to_data
from selfmon_shared.kernel.errors import Forbidden, Refusal
from selfmon_shared.kernel.periods import SHANGHAI

AUDITOR = "auditor"
_HEAD = ("时间", "人员编号", "登录入口", "来源地址", "操作", "操作代码", "对象", "结果", "说明", "关联编号")
_LINES = 200
_REALMS: Mapping[str, str] = {"enterprise": "企业", "epb": "生态环境部门", "operator": "平台运维", "system": "平台"}

resource = Resource("audit", "审计日志")


class ActsWanted(Record):
    """Which acts: of a time, of a person, of a kind, with a result."""

    since = Moment(allow_none=True, load_default=None)
    until = Moment(allow_none=True, load_default=None)
    realm = Choice(tuple(realm.value for realm in Realm), allow_none=True, load_default=None)
    person_id = Id(allow_none=True, load_default=None)
    act = Text(allow_none=True, load_default=None, max_length=100, metadata={"description": "how its name begins, such as review."})
    result = Text(allow_none=True, load_default=None, max_length=100, metadata={"description": "done, refused, or an error's code"})


class ActsOf(ActsWanted):
    """A page of them."""

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
    called = Text(metadata={"description": "what the act is called in Chinese"})
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
    _auditors_only()
    asked = load(ActsOf(), query_arguments(ActsOf()))
    page, page_size = asked.pop("page"), asked.pop("page_size")
    found = parts().audit.read(Wanted(**asked), page=page, page_size=page_size)
    return json_answer(to_data({**found, "rows": [{**row, "called": called(row["what"])} for row in found["rows"]]}))


@resource.serve("GET", "/audit.csv", arguments=ActsWanted, content={"text/csv": {"schema": {"type": "string"}}})
def trail_file() -> Response:
    """All acts that are looked for, as CSV; for auditors. The export is an act of its own."""
    auditing("gateway.export-audit")
    _auditors_only()
    wanted = Wanted(**load(ActsWanted(), query_arguments(ActsWanted())))
    response = Response(_file(parts().audit.everything(wanted)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = disposition("attachment", "审计日志", "csv")
    return response


def _auditors_only() -> None:
    if AUDITOR not in present_session().person.roles:
        raise Forbidden("actor.auditor-only")


def _file(acts: Iterable[Row[Any]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _lines([_HEAD])
    portion: list[Sequence[str]] = []
    for act in acts:
        portion.append(_line(act))
        if len(portion) == _LINES:
            yield _lines(portion)
            portion = []
    yield _lines(portion)


def _lines(cells: Iterable[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([safe(text) for text in line] for line in cells)
    return written.getvalue().encode()


def _line(act: Row[Any]) -> Sequence[str]:
    at = f"{act.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    said = "完成" if act.result == DONE else CATALOGUE.message(Refusal(act.result))
    realm = _REALMS.get(act.realm or "", "")
    return (at, act.person_id or "", realm, act.address, called(act.what), act.what, act.object, act.result, said, act.correlation)
