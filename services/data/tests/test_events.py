"""Stored events keep their form for ever."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from selfmon_data import events
from selfmon_shared.testing.golden import assert_golden

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
ITEM = events.PlannedItem(
    "i1", "a21026", "二氧化硫", "automatic", "continuous", "连续监测", None, Decimal("35"), "mg/m³", "35", Decimal("6"), 5
)
SAMPLE = events.SampleTaken("12.3", Decimal("11"), None, Decimal("110.5"))
MONITORING = events.MonitoringEvent(
    date(2026, 3, 1), date(2026, 3, 2), "江苏示例检测有限公司", "HJ 57-2017", Decimal("85"), "HJ-001", None, (SAMPLE,)
)
VALUE = events.RecordedValue("i1", AT, 2, "36.0", "40", "N", "manual", "35", True, Decimal("0.143"), False, 1)
SAMPLES: list[Any] = [
    events.DischargerNoted("91320102MA1TESTX0G001", "江苏示例热电有限公司", "320102"),
    events.LoggerNoted("12345678901234", None),
    events.PermitEndNoted("91320102MA1TESTX0G001P", "cancelled", AT),
    events.PlanNoted("p1", "d1", 1, AT, (events.PlannedPoint("o1", "FQ-1", "1#排气筒", "organised-exhaust", (ITEM,)),)),
    events.UploadNoted("results", "b1", "acknowledged", "R-1", None, {"i1 2026-03-01T02:00:00Z": "单位不符"}),
    events.ValuesRecorded(
        "b1",
        "d1",
        "manual",
        (events.EnteredItem("i1", "o1", "FQ-1", "1#排气筒", "a21026", "二氧化硫", "mg/m³"),),
        (VALUE,),
        "ab" * 32,
        MONITORING,
    ),
    events.ValueExplained("i1", AT, "脱硫塔检修"),
    events.AbnormalSubmitted("r1", "d1", "stopped", ("o1",), (), AT, None, "停产检修", "cd" * 32, True),
    events.AbnormalTookEffect(),
    events.AbnormalReturned("请补充材料"),
    events.AbnormalEnded(AT),
    events.AbnormalRevoked("实际仍在生产"),
    events.PublicationReviewed("d1", date(2026, 3, 1), date(2026, 3, 31)),
    events.MonthCounted("d1", "2026-03", None, 744, 700, 4, 40, 700, 2),
]


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: events.types.name_of(event)[0])
def test_a_stored_event_keeps_its_form(event: Any) -> None:
    name, version, payload = events.types.dump(event)
    assert_golden(Path(__file__).parent / "golden" / f"{name}.v{version}.json", payload)
    assert events.types.load(name, version, payload) == event


def test_every_event_type_has_its_golden_file() -> None:
    assert {events.types.name_of(event)[0] for event in SAMPLES} == set(events.types.names)
