"""Who and what the demo shows: enterprises over the industries, their permits, the persons who sign on, and a month of real readings."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files

from selfmon_deploy.demo.permits import Place, WireRecord, permit_record
from selfmon_shared.kernel.uscc import check_character
from selfmon_shared.reference.regions import full_name, region

OFFICER_APPLICATIONS = ("自行监测", "一企一档")
STACK_POINT = "DA001"
"""The permit point of the thermal-power enterprise whose CO and NOx :func:`demo_readings` are."""


@dataclass(frozen=True, slots=True)
class DemoClerk:
    """An enterprise user of the development sign-on: a fictional person with an account that carries the USCC."""

    account_id: str
    name: str
    uscc: str


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """An EPB user of the development sign-on, with the region that he answers for and the applications that he has."""

    officer_id: str
    name: str
    region: str
    applications: tuple[str, ...] = OFFICER_APPLICATIONS


@dataclass(frozen=True, slots=True)
class DemoSite:
    """One site of an enterprise. ``permit`` is the record in the national platform's field names, None for a firm without one."""

    place: Place
    permit: WireRecord | None

    @property
    def permit_number(self) -> str | None:
        """The permit's number."""
        return self.permit["PWXKZBH"] if self.permit else None


@dataclass(frozen=True, slots=True)
class DemoEnterprise:
    """A fictional enterprise. ``key`` is the industry profile that it follows (``thermal_power``), or ``no_permit``."""

    key: str
    name: str
    uscc: str
    industry_code: str
    sites: tuple[DemoSite, ...]
    clerk: DemoClerk


@dataclass(frozen=True, slots=True)
class HourReading:
    """Hourly means of one stack, mg/m³, exact as the source prints them. ``hour`` is the start of the hour, UTC."""

    hour: datetime
    co: Decimal
    nox: Decimal


@dataclass(frozen=True, slots=True)
class _Plan:
    """One line of the table below: the profile, a name, an industry, and the sites as (county, longitude, latitude)."""

    key: str
    name: str
    industry_code: str
    sites: tuple[tuple[str, str, str], ...]


_PLANS = (
    _Plan("thermal_power", "江苏示例热电有限公司", "D4412", (("320115", "118.8420", "31.9520"),)),
    _Plan("waste_incineration", "昆山示例环保能源有限公司", "D4417", (("320583", "120.9954", "31.3247"),)),
    _Plan("sewage_treatment", "无锡示例水务有限公司", "D4620", (("320214", "120.4412", "31.5132"),)),
    _Plan("chemical", "南通示例化工有限公司", "C2614", (("320623", "121.0834", "32.4012"),)),
    _Plan("pharma", "泰州示例制药有限公司", "C2710", (("321203", "119.9120", "32.2910"),)),
    _Plan("textile_dyeing", "苏州示例印染有限公司", "C1713", (("320509", "120.6039", "30.9927"),)),
    _Plan("steel", "徐州示例钢铁有限公司", "C3110", (("320312", "117.2310", "34.3120"), ("320382", "117.9014", "34.3999"))),
    _Plan("cement", "溧阳示例水泥有限公司", "C3011", (("320481", "119.3710", "31.4230"),)),
    _Plan("electroplating", "镇江示例电镀有限公司", "C3360", (("321181", "119.6047", "31.9331"),)),
    _Plan("electronics", "苏州示例半导体有限公司", "C3973", (("320576", "120.7420", "31.3180"),)),
    _Plan("paper", "盐城示例纸业有限公司", "C2221", (("320904", "120.4830", "33.2010"),)),
    _Plan("heat_supply_gas_boiler", "灌南示例供热有限公司", "D4430", (("320724", "119.4229", "34.2144"),)),
    _Plan("no_permit", "宿迁示例家具有限公司", "C2110", (("321322", "118.8010", "34.1120"),)),
)
_WITHDRAWN = "electroplating"
_ORDINALS = "甲乙丙丁戊己庚辛壬癸子丑寅"
_OFFICERS = (
    ("province", "示例省级管理员", "320000"),
    ("nanjing", "示例南京管理员", "320100"),
    ("suzhou", "示例苏州管理员", "320500"),
    ("jiangning", "示例江宁管理员", "320115"),
    ("kunshan", "示例昆山管理员", "320583"),
    ("xinwu", "示例新吴管理员", "320214"),
)
_HOUR_ZERO = datetime.fromisoformat("2026-01-01T00:00:00+08:00").astimezone(UTC)


def _uscc(county: str, number: int) -> str:
    """A code with a right check character, of a series of organisation codes that is not given out."""
    first17 = f"91{county}DEM{number:05d}X"
    return first17 + check_character(first17)


def _place(county: str, longitude: str, latitude: str) -> Place:
    """A development zone counts as a county of its city, as on the national platform."""
    city = region(county).parent
    if city is None:
        raise ValueError(f"{county} is no county")
    return Place(county, city, f"{full_name(county)}示例路1号", longitude, latitude)


@cache
def demo_enterprises() -> tuple[DemoEnterprise, ...]:
    """Twelve enterprises with permits, one over each profile (the steel works with two, in two counties; the electroplater's is
    withdrawn), and one without a permit."""
    position = 0
    enterprises = []
    for number, plan in enumerate(_PLANS, start=1):
        uscc = _uscc(plan.sites[0][0], number)
        sites = []
        for sequence, where in enumerate(plan.sites, start=1):
            place = _place(*where)
            permit = None
            if plan.key != "no_permit":
                position += 1
                permit = permit_record(
                    number=f"{uscc}{sequence:03d}P",
                    enterprise_name=plan.name,
                    profile_key=plan.key,
                    industry_code=plan.industry_code,
                    place=place,
                    position=position,
                    application_kind="6" if plan.key == _WITHDRAWN else "1",
                    deleted=plan.key == _WITHDRAWN,
                )
            sites.append(DemoSite(place, permit))
        clerk = DemoClerk(f"demo-clerk-{number:02d}", f"示例用户{_ORDINALS[number - 1]}", uscc)
        enterprises.append(DemoEnterprise(plan.key, plan.name, uscc, plan.industry_code, tuple(sites), clerk))
    return tuple(enterprises)


def demo_enterprise(key: str) -> DemoEnterprise:
    """The enterprise of this key.

    Raises:
        KeyError: there is none.
    """
    for enterprise in demo_enterprises():
        if enterprise.key == key:
            return enterprise
    raise KeyError(key)


def demo_permits() -> tuple[WireRecord, ...]:
    """All permits in the order of the national list, the withdrawn one with its flag."""
    return tuple(site.permit for enterprise in demo_enterprises() for site in enterprise.sites if site.permit is not None)


@cache
def demo_officers() -> tuple[DemoOfficer, ...]:
    """Officers of the province, of two cities, and of three counties: 江宁 and 昆山 lie in the cities, 新吴 in neither."""
    return tuple(DemoOfficer(f"demo-officer-{key}", name, code) for key, name, code in _OFFICERS)


def demo_readings(first_hour: datetime = _HOUR_ZERO) -> tuple[HourReading, ...]:
    """744 hours (31 days) in a row from ``first_hour`` on, of :data:`STACK_POINT`; NOx is above the permit's 60 mg/m³ in 54 of them,
    in one of the first day. Real measurements of another plant, see PROVENANCE.md.

    Raises:
        ValueError: ``first_hour`` has no zone, or is not the start of an hour.
    """
    if first_hour.tzinfo is None or (first_hour.minute, first_hour.second, first_hour.microsecond) != (0, 0, 0):
        raise ValueError(f"not the start of an hour with its zone: {first_hour!r}")
    start = first_hour.astimezone(UTC)
    return tuple(HourReading(start + timedelta(hours=number), co, nox) for number, (co, nox) in enumerate(_stack_hours()))


@cache
def _stack_hours() -> tuple[tuple[Decimal, Decimal], ...]:
    text = files(__package__).joinpath("files", "stack_hours.csv").read_text(encoding="utf-8")
    return tuple((Decimal(row["co_mg_m3"]), Decimal(row["nox_mg_m3"])) for row in csv.DictReader(io.StringIO(text)))
