"""What visitors read for the contracts' words, days and hours. Days are Asia/Shanghai's; an hour is written 10:00–11:00."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from selfmon_shared.kernel.limits import Limit, normalise_unit
from selfmon_shared.kernel.periods import SHANGHAI

POINT_KINDS: Mapping[str, str] = {
    "organised-exhaust": "有组织废气",
    "wastewater-outlet": "废水总排口",
    "workshop-outlet": "车间排口",
    "inflow": "进水",
    "rainwater": "雨水",
    "fugitive-boundary": "厂界无组织",
    "fugitive-site": "厂区内无组织",
    "boundary-noise": "厂界噪声",
    "surroundings": "周边环境",
}
METHODS: Mapping[str, str] = {"manual": "手工监测", "automatic": "自动监测"}
PERIOD_KINDS: Mapping[str, str] = {"hour": "小时值", "day": "日均值", "manual": "手工监测"}
SOURCES: Mapping[str, str] = {
    "logger": "数采仪上传",
    "re-sent": "数采仪补传",
    "supplement": "人工补录",
    "entered": "人工录入",
    "manual": "手工监测",
}
REASON_KINDS: Mapping[str, str] = {
    "stopped": "停产未监测",
    "not-public": "依法不予公开",
    "device-fault": "设备故障",
    "other": "其他",
}
PERMIT_STATES: Mapping[str, str] = {"none": "尚未下发", "valid": "有效", "ended": "已注销、撤销或吊销"}


def word_of(words: Mapping[str, str], code: str) -> str:
    """The word for a code; a code that is not known stands for itself."""
    return words.get(code, code)


def unit_text(unit: str) -> str:
    """A unit in its one spelling, mg/m³."""
    return normalise_unit(unit)


def limit_text(limits: Mapping[str, Any]) -> str:
    """An item's limit with its unit; as written, else from its bounds; a dash for none."""
    lower, upper = (None if bound is None else Decimal(bound) for bound in (limits.get("lower"), limits.get("upper")))
    wording = Limit(lower, upper, text=limits.get("text", "")).wording
    return wording if wording in ("—", "不得检出") else f"{wording} {unit_text(limits.get('unit', ''))}".strip()


def moment_text(moment: datetime | str | None) -> str:
    """A moment to the minute; a dash for none."""
    if moment is None:
        return "—"
    aware = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return aware.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def hour_text(hour: int) -> str:
    """An hour of the day, ``10:00–11:00``; the last one ends at 24:00."""
    return f"{hour:02d}:00–{hour + 1:02d}:00"


def hour_of(moment: str) -> int:
    """Which hour of its day begins then."""
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).hour


def period_text(starts_at: str, ends_at: str | None) -> str:
    """From when to when; an end at midnight is the day before's 24:00."""
    if ends_at is None:
        return f"{moment_text(starts_at)} 起，尚未结束"
    end = datetime.fromisoformat(ends_at).astimezone(SHANGHAI)
    if (end.hour, end.minute) == (0, 0):
        return f"{moment_text(starts_at)} 至 {(end - timedelta(days=1)).strftime('%Y-%m-%d')} 24:00"
    return f"{moment_text(starts_at)} 至 {moment_text(ends_at)}"
