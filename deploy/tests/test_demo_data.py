"""The demo's data: fictional, valid, the same each time, and fit for the main job."""

import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PIL import Image

from selfmon_deploy.demo import diagram
from selfmon_deploy.demo.data import STACK_POINT, demo_enterprise, demo_enterprises, demo_officers, demo_permits, demo_readings
from selfmon_deploy.demo.diagram import ChineseFontMissing, DiagramMark, demo_diagram, demo_marks
from selfmon_deploy.demo.permits import profiles
from selfmon_permit_sync.adapters.wire import parse_permit
from selfmon_permit_sync.national import Category, PermitRecord
from selfmon_shared.kernel.frequency import Frequency
from selfmon_shared.kernel.regions import RegionLevel
from selfmon_shared.kernel.uscc import PermitNumber, is_valid_uscc
from selfmon_shared.reference.industries import industry
from selfmon_shared.reference.pollutants import Medium, find_code
from selfmon_shared.reference.regions import region

MEDIA = {
    Category.EXHAUST: Medium.AIR,
    Category.FUGITIVE: Medium.AIR,
    Category.WASTEWATER: Medium.WATER,
    Category.RAINWATER: Medium.WATER,
    Category.NOISE: Medium.NOISE,
}


def records() -> list[PermitRecord]:
    parsed = [parse_permit(wire) for wire in demo_permits()]
    assert all(isinstance(record, PermitRecord) for record in parsed), parsed
    return parsed  # type: ignore[return-value]


def test_N1_every_permit_of_the_demo_can_be_read_and_lies_in_its_county() -> None:
    for record in records():
        assert record.outlets
        assert record.requirements
        assert region(record.county_code).parent == record.city_code
        assert {line.outlet_key for line in record.requirements} == {point.key for point in record.points()}


def test_the_enterprises_are_fictional_and_their_codes_valid() -> None:
    for enterprise in demo_enterprises():
        assert "示例" in enterprise.name
        assert "示例" in enterprise.clerk.name
        assert is_valid_uscc(enterprise.uscc)
        assert enterprise.clerk.uscc == enterprise.uscc
        assert industry(enterprise.industry_code).code == enterprise.industry_code
        for site in enterprise.sites:
            assert site.permit_number is None or PermitNumber(site.permit_number).uscc == enterprise.uscc
    assert all("示例" in officer.name for officer in demo_officers())


def test_all_industries_one_firm_with_two_permits_one_withdrawn_and_one_without_any() -> None:
    by_key = {enterprise.key: enterprise for enterprise in demo_enterprises()}
    assert set(by_key) == set(profiles()) | {"no_permit"}
    assert len({enterprise.uscc for enterprise in demo_enterprises()}) == len(by_key)
    steel = by_key["steel"].sites
    assert [number[18:] for number in (site.permit_number for site in steel) if number] == ["001P", "002P"]
    assert steel[0].place.county != steel[1].place.county
    assert by_key["no_permit"].sites[0].permit is None
    assert [record.uscc for record in records() if record.ended] == [by_key["electroplating"].uscc]
    assert len({site.place.city for enterprise in demo_enterprises() for site in enterprise.sites}) >= 8
    with pytest.raises(KeyError):
        demo_enterprise("bakery")


def test_the_wordings_are_understood_but_for_the_few_that_are_there_to_be_flagged() -> None:
    lines = [line for record in records() for line in record.requirements]
    strange = {line.frequency for line in lines if not Frequency.parse(line.frequency).is_understood}
    unknown = {line.pollutant for line in lines if find_code(line.pollutant, MEDIA[line.category]) is None}
    assert strange == {"按DB32/4041要求执行"}
    assert unknown == {"急性毒性(HgCl2毒性当量)"}


def test_R1_officers_are_there_for_the_province_two_cities_and_three_counties() -> None:
    levels = [region(officer.region).level for officer in demo_officers()]
    assert levels == [RegionLevel.PROVINCE, *[RegionLevel.CITY] * 2, *[RegionLevel.COUNTY] * 3]
    assert all("自行监测" in officer.applications for officer in demo_officers())
    thermal = demo_enterprise("thermal_power").sites[0].place
    assert {thermal.county, thermal.city} <= {officer.region for officer in demo_officers()}


def test_D1b_the_readings_are_a_month_of_hours_with_exceedances_on_the_first_day() -> None:
    first = datetime(2026, 3, 1, 16, tzinfo=UTC)
    readings = demo_readings(first)
    assert [reading.hour for reading in readings] == [first + timedelta(hours=number) for number in range(744)]
    assert (readings[0].co, readings[0].nox) == (Decimal("1.921"), Decimal("55.165"))
    line = next(line for line in records()[0].requirements if (line.outlet_code, line.pollutant) == (STACK_POINT, "氮氧化物"))
    assert line.limit_text is not None
    above = [reading for reading in readings if reading.nox > Decimal(line.limit_text)]
    assert len(above) == 54
    assert [reading for reading in above if reading.hour < first + timedelta(days=1)]
    assert demo_readings()[0].hour == datetime(2025, 12, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("start", [datetime(2026, 1, 1), datetime(2026, 1, 1, 0, 30, tzinfo=UTC)])  # noqa: DTZ001
def test_D1b_readings_start_with_an_hour_that_has_a_zone(start: datetime) -> None:
    with pytest.raises(ValueError, match="start of an hour"):
        demo_readings(start)


def test_E8_the_diagram_is_a_picture_with_every_point_marked() -> None:
    labels = [f"{outlet.code or ''} {outlet.name}" for outlet in records()[0].outlets]
    marks = demo_marks(labels)
    assert [mark.label for mark in marks] == labels
    assert len({(mark.x, mark.y) for mark in marks}) == len(labels)
    png = demo_diagram(marks)
    assert png == demo_diagram(marks)
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (1600, 1100))
        for mark in marks:
            assert picture.getpixel((round(1600 * mark.x), round(1100 * mark.y))) == (0xC9, 0x30, 0x2C)
    assert demo_marks([]) == ()


def test_E8_a_mark_outside_the_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="DA001 lies outside"):
        demo_diagram([DiagramMark("DA001", 1.2, 0.5)])


def test_E8_a_missing_font_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagram, "_FONTS", (("no-such-font.ttf", 0),))
    with pytest.raises(ChineseFontMissing, match=re.escape("fonts-noto-cjk")):
        demo_diagram([])
