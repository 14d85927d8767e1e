"""Notices: what a contract event tells people, in Chinese. The owner of the fact says whom it tells what; the gateway only delivers.

A notice holds nobody's personal data. Its ``title`` may go out by mail; what somebody has written freely stands in ``text`` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from selfmon_shared.contracts.screens import SCREENS

ENTERPRISE, BUREAU = "enterprise", "bureau"
LONGEST_TITLE, LONGEST_TEXT = 200, 2000


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its word, who gets it (``enterprise``, ``bureau`` in charge, ``person``), and whether it is mailed by default."""

    word: str
    to: frozenset[str]
    mailed: bool = False


_FIRM, _BUREAU, _BOTH = frozenset({ENTERPRISE}), frozenset({BUREAU}), frozenset({ENTERPRISE, BUREAU})

KINDS: Mapping[str, NoticeKind] = {
    "permit-received": NoticeKind("收到排污许可证", _FIRM),
    "permit-ended": NoticeKind("排污许可证终止", _FIRM),
    "plan-submitted": NoticeKind("监测方案待审核", _BUREAU),
    "plan-withdrawn": NoticeKind("监测方案已撤回", _BUREAU),
    "plan-approved": NoticeKind("监测方案审核通过", _FIRM, mailed=True),
    "plan-returned": NoticeKind("监测方案被退回", _FIRM, mailed=True),
    "plan-in-force": NoticeKind("监测方案生效", _FIRM),
    "abnormal-submitted": NoticeKind("不正常运行登记待审核", _BUREAU),
    "abnormal-approved": NoticeKind("不正常运行登记审核通过", _FIRM, mailed=True),
    "abnormal-returned": NoticeKind("不正常运行登记被退回", _FIRM, mailed=True),
    "abnormal-revoked": NoticeKind("不正常运行登记被撤销", _FIRM, mailed=True),
    "abnormal-in-force": NoticeKind("不正常运行登记生效", _FIRM),
    "abnormal-ended": NoticeKind("不正常运行登记结束", _BUREAU),
    "upload-refused": NoticeKind("国家平台退回上传", _BOTH, mailed=True),
    "officer-changed": NoticeKind("审核权限变更", frozenset({"person"})),
}


@dataclass(frozen=True)
class Notice:
    """What people are told: of which ``discharger_id``, or to which one person of a realm; ``screen`` and ``subject`` say where it leads.

    Raises:
        ValueError: there is no such kind or screen, or nobody is told.
    """

    kind: str
    title: str
    text: str
    screen: str
    subject: str
    discharger_id: str | None = None
    person_realm: str | None = None
    person_id: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.screen not in SCREENS:
            raise ValueError(f"no such kind or screen: {self.kind}, {self.screen}")
        if (self.discharger_id is None) == (self.person_id is None):
            raise ValueError(f"{self.kind} speaks of a discharger or to a person")
        object.__setattr__(self, "title", " ".join(self.title.split())[:LONGEST_TITLE])
        object.__setattr__(self, "text", self.text[:LONGEST_TEXT])

    @property
    def to_enterprise(self) -> bool:
        """Whether the discharger's own accounts are told."""
        return ENTERPRISE in KINDS[self.kind].to

    @property
    def to_bureau(self) -> bool:
        """Whether the bureau in charge, and those above it, are told."""
        return BUREAU in KINDS[self.kind].to


def about(payload: Mapping[str, Any], kind: str, text: str, screen: str, subject: str, title: str = "") -> Notice:
    """A notice about the payload's discharger; without a title, the kind's word is one."""
    return Notice(kind, title or KINDS[kind].word, text, screen, payload[subject], payload["discharger_id"])
