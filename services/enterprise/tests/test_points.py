"""Monitoring points, items and loggers on the service's store (E5–E7)."""

from typing import Any

import pytest
from enterprise_cases import (
    AUTOMATIC,
    CITY,
    ELSEWHERE,
    FIRM,
    MANUAL,
    POINT,
    SITE,
    STRANGER,
    USCC,
    add_item,
    add_point,
    permit,
    points,
    receive,
)
from sqlalchemy import select

from selfmon_enterprise import events
from selfmon_enterprise.forms import PointForm
from selfmon_enterprise.projections import project
from selfmon_enterprise.tables import points as points_table
from selfmon_shared.contracts.providers import ERRORS
from selfmon_shared.kernel.actor import Actor
from selfmon_shared.kernel.codec import from_data
from selfmon_shared.kernel.errors import Forbidden, Invalid, NotFound, Refusal
from selfmon_shared.kernel.events import Origin, Recorded
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest

MN = "8810202XM00001"


@pytest.fixture(autouse=True)
def site(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())


def refused(enterprise: ServiceUnderTest, name: str, payload: dict[str, Any], actor: Actor = FIRM) -> Refusal:
    with pytest.raises(Refusal) as caught:
        enterprise.command(name, payload, actor)
    return caught.value


def test_E5_a_point_is_announced_with_its_items(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    item_id = add_item(enterprise, point_id, AUTOMATIC)
    announced = enterprise.announced("PointRevised")[-1]
    assert (announced["code"], announced["version"], announced["active"]) == ("FQ-01", 2, True)
    (item,) = announced["items"]
    assert (item["item_id"], item["pollutant_name"], item["frequency"]) == (item_id, "二氧化硫", "continuous")
    assert (item["frequency_wording"], item["per_year"], item["limits"]["upper"]) == ("连续监测", "8760", "35")
    (shown,) = points(enterprise)
    assert shown.pop("moves") == ["revise-point", "deactivate-point", "add-item", "assign-logger"]
    assert shown["items"][0].pop("moves") == ["revise-item", "deactivate-item"]
    assert shown == announced


def test_E5_a_code_is_free_and_unique_within_the_discharger(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise, code="随便写的编号")
    problem = refused(enterprise, "add-point", {**POINT, "code": "随便写的编号"})
    assert problem.code == "point.code-taken"
    assert ERRORS.field_messages(problem) == {"code": ["该监测点编号已被本单位其他监测点使用"]}
    second = add_point(enterprise, code="FQ-02")
    form = {name: value for name, value in POINT.items() if name != "discharger_id"}
    assert refused(enterprise, "revise-point", {**form, "point_id": second, "code": "随便写的编号"}).code == "point.code-taken"
    enterprise.command("revise-point", {**form, "point_id": point_id, "code": "随便写的编号", "name": "新名"}, FIRM)
    assert [point["name"] for point in points(enterprise)] == ["1#锅炉排放口", "新名"]
    other = f"{USCC}002"
    receive(enterprise, permit(permit_number=f"{other}P", discharger_id=other))
    add_point(enterprise, discharger_id=other)


def test_E5_a_code_taken_at_the_same_moment_is_refused_by_the_index(enterprise: ServiceUnderTest) -> None:
    add_point(enterprise)
    form = from_data(PointForm, {name: value for name, value in POINT.items() if name != "discharger_id"})
    other = events.PointAdded("p2", SITE, form)
    recorded = Recorded("e2", "point-p2", 1, other, Origin("a", "c", "x"), enterprise.clock.now())
    with pytest.raises(Invalid) as caught, enterprise.application.database.writing() as connection:
        project(recorded, connection)
    assert caught.value.fields == {"code": ["point.code-taken"]}
    with enterprise.application.database.reading() as connection:
        assert len(connection.execute(select(points_table)).all()) == 1


def test_E5_points_are_deactivated_and_stay(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    item_id = add_item(enterprise, point_id, AUTOMATIC)
    enterprise.command("deactivate-point", {"point_id": point_id, "reason": "锅炉拆除"}, FIRM)
    (point,) = points(enterprise)
    assert (point["active"], point["deactivation_reason"], len(point["items"])) == (False, "锅炉拆除", 1)
    form = {name: value for name, value in POINT.items() if name != "discharger_id"}
    for name, payload in (
        ("revise-point", {**form, "point_id": point_id}),
        ("deactivate-point", {"point_id": point_id, "reason": "再次"}),
        ("add-item", {**MANUAL, "point_id": point_id}),
        ("revise-item", {**AUTOMATIC, "point_id": point_id, "item_id": item_id}),
        ("deactivate-item", {"point_id": point_id, "item_id": item_id, "reason": "再次"}),
        ("assign-logger", {"point_id": point_id, "mn": MN}),
    ):
        assert refused(enterprise, name, payload).code == "point.inactive", name
    assert not [name for name in enterprise.application.commands if "delete" in name or "remove" in name]


def test_E5_a_period_does_not_end_before_it_begins(enterprise: ServiceUnderTest) -> None:
    problem = refused(enterprise, "add-point", {**POINT, "valid_to": "2025-12-31"})
    assert (problem.code, problem.fields) == ("period.reversed", {"valid_to": ["period.reversed"]})
    assert enterprise.announced("PointRevised") == []


def test_E5_saving_the_same_form_again_changes_nothing(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    item_id = add_item(enterprise, point_id, AUTOMATIC)
    form = {name: value for name, value in POINT.items() if name != "discharger_id"}
    enterprise.command("revise-point", {**form, "point_id": point_id}, FIRM)
    enterprise.command("revise-item", {**AUTOMATIC, "point_id": point_id, "item_id": item_id}, FIRM)
    assert points(enterprise)[0]["version"] == 2
    assert refused(enterprise, "revise-point", {**form, "point_id": point_id, "expected_version": 1}).code == "record.changed"


@pytest.mark.parametrize(
    ("form", "problems"),
    [
        ({**AUTOMATIC, "pollutant_code": "a99999"}, {"pollutant_code": "item.pollutant-unknown"}),
        ({**AUTOMATIC, "pollutant_code": "w01000"}, {"pollutant_code": "item.pollutant-unknown"}),
        ({**AUTOMATIC, "device_name": "", "device_model": ""}, dict.fromkeys(("device_name", "device_model"), "item.device-required")),
        ({**AUTOMATIC, "frequency": "1次/季"}, {"frequency": "item.automatic-is-continuous"}),
        ({**MANUAL, "frequency": "有空就测"}, {"frequency": "item.frequency-unknown"}),
        ({**MANUAL, "frequency": "unknown#有空就测"}, {"frequency": "item.frequency-unknown"}),
        ({**MANUAL, "method_source": " "}, {"method_source": "item.method-required"}),
        ({**MANUAL, "able": False}, {"unable_reason": "item.unable-reason-required"}),
        ({**MANUAL, "limits": {"lower": "9", "upper": "6"}}, {"limits.upper": "item.limits-reversed"}),
        ({**MANUAL, "limits": {"upper": "-1", "unit": "mg/m3"}}, {"limits.upper": "item.limit-negative"}),
        ({**MANUAL, "frequency": "99999999/day"}, {"frequency": "item.frequency-unknown"}),
        ({**MANUAL, "frequency": "9999次/日"}, {"frequency": "item.frequency-unknown"}),
        ({**MANUAL, "range_low": "9", "range_high": "6"}, {"range_high": "item.range-reversed"}),
        ({**MANUAL, "valid_to": "2025-12-31"}, {"valid_to": "period.reversed"}),
    ],
)
def test_E6_what_is_wrong_is_said_at_the_field(enterprise: ServiceUnderTest, form: dict[str, Any], problems: dict[str, str]) -> None:
    problem = refused(enterprise, "add-item", {**form, "point_id": add_point(enterprise)})
    assert problem.code == next(iter(problems.values()))
    assert problem.fields == {field: [code] for field, code in problems.items()}
    assert all(message != code for message, code in zip(ERRORS.field_messages(problem).values(), problems.values(), strict=True))
    assert points(enterprise)[0]["items"] == []


def test_E6_a_temperature_may_be_limited_below_zero(enterprise: ServiceUnderTest) -> None:
    add_item(enterprise, add_point(enterprise), {**MANUAL, "limits": {"upper": "-5", "unit": "℃"}})
    assert points(enterprise)[0]["items"][0]["limits"]["upper"] == "-5"


def test_E6_all_problems_are_told_at_once(enterprise: ServiceUnderTest) -> None:
    form = {**MANUAL, "pollutant_code": "x", "monitoring_method": "", "valid_to": "2025-12-31", "point_id": add_point(enterprise)}
    problem = refused(enterprise, "add-item", form)
    assert problem.code == "input.invalid"
    assert set(problem.fields) == {"pollutant_code", "monitoring_method", "valid_to"}


def test_E6_cycle_and_limits_are_read_as_permits_word_them(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    add_item(enterprise, point_id, {**AUTOMATIC, "frequency": "4次/日(自动)"})
    add_item(enterprise, point_id, MANUAL)
    add_item(enterprise, point_id, {**MANUAL, "pollutant_code": "w01001", "frequency": "1/month", "limits": {"text": "6~9"}})
    add_item(enterprise, point_id, {**MANUAL, "pollutant_code": "a21002", "frequency": "1次/3年"})
    automatic, dust, acidity, seldom = points(enterprise)[0]["items"]
    assert (automatic["frequency"], automatic["per_year"]) == ("continuous+4/day", "8760")
    assert (dust["frequency"], dust["per_year"], dust["limits"]["upper"], dust["limits"]["unit"]) == ("1/quarter", "4", "20", "mg/m³")
    assert (acidity["per_year"], acidity["limits"]["lower"], acidity["limits"]["upper"]) == ("12", "6", "9")
    assert seldom["per_year"].startswith("0.33333333")


def test_E6_one_pollutant_is_monitored_once_in_each_way(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    item_id = add_item(enterprise, point_id, AUTOMATIC)
    by_hand = {**MANUAL, "pollutant_code": "a21026"}
    add_item(enterprise, point_id, by_hand)
    assert refused(enterprise, "add-item", {**AUTOMATIC, "point_id": point_id}).fields == {"pollutant_code": ["item.already-there"]}
    assert refused(enterprise, "revise-item", {**by_hand, "point_id": point_id, "item_id": item_id}).code == "item.already-there"
    enterprise.command("deactivate-item", {"point_id": point_id, "item_id": item_id, "reason": "改为手工"}, FIRM)
    add_item(enterprise, point_id, AUTOMATIC)
    former = points(enterprise)[0]["items"][0]
    assert (former["active"], former["deactivation_reason"]) == (False, "改为手工")


def test_E6_items_are_revised_until_they_are_deactivated(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    item_id = add_item(enterprise, point_id, MANUAL)
    other = add_item(enterprise, point_id, AUTOMATIC)
    form = {**MANUAL, "point_id": point_id, "item_id": item_id}
    answer = enterprise.command("revise-item", {**form, "frequency": "1次/月", "able": False, "unable_reason": "无采样平台"}, FIRM)
    assert answer == {"id": item_id, "version": 4}
    assert [item["per_year"] for item in points(enterprise)[0]["items"]] == ["12", "8760"]
    enterprise.command("deactivate-item", {"point_id": point_id, "item_id": item_id, "reason": "许可证变更"}, FIRM)
    assert refused(enterprise, "revise-item", form).code == "item.inactive"
    assert refused(enterprise, "deactivate-item", {"point_id": point_id, "item_id": item_id, "reason": "再次"}).code == "item.inactive"
    assert refused(enterprise, "revise-item", {**form, "item_id": "none"}).code == "item.unknown"
    assert other in str(points(enterprise))


def test_E7_a_logger_is_unique_by_its_mn_and_moves_within_the_firm(enterprise: ServiceUnderTest) -> None:
    point_id, other = add_point(enterprise), add_point(enterprise, code="FQ-02")
    assert enterprise.command("assign-logger", {"point_id": point_id, "mn": MN}, FIRM) == {"id": MN, "version": 1}
    enterprise.command("assign-logger", {"point_id": point_id, "mn": MN}, FIRM)
    enterprise.command("assign-logger", {"point_id": other, "mn": MN, "access_password": "654321"}, FIRM)
    history = enterprise.announced("LoggerAssigned")
    assert [(state["point_id"], state["version"], state["access_password"]) for state in history] == [
        (point_id, 1, "123456"),
        (other, 2, "654321"),
    ]
    assert enterprise.query("loggers", {"discharger_id": SITE}, FIRM) == [{"mn": MN, "point_id": other, "version": 2, "warning": None}]


def test_E7_another_firms_mn_is_refused(enterprise: ServiceUnderTest) -> None:
    enterprise.command("assign-logger", {"point_id": add_point(enterprise), "mn": MN}, FIRM)
    theirs = enterprise.command("open-site", {"name": "苏州示例电镀有限公司", "region": "320505"}, STRANGER)["id"]
    point = enterprise.command("add-point", {**POINT, "discharger_id": theirs}, STRANGER)["id"]
    problem = refused(enterprise, "assign-logger", {"point_id": point, "mn": MN}, STRANGER)
    assert (problem.code, problem.fields) == ("logger.mn-taken", {"mn": ["logger.mn-taken"]})


def test_E7_an_odd_mn_is_warned_of_and_a_wrong_one_refused(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    for mn in ("A" * 24, "G" * 24):
        enterprise.command("assign-logger", {"point_id": point_id, "mn": mn}, FIRM)
    warnings = [row["warning"] for row in enterprise.query("loggers", {"discharger_id": SITE}, FIRM)]
    assert warnings == [None, "24位MN号一般只含0-9和A-F，请与运维单位核对"]
    problem = refused(enterprise, "assign-logger", {"point_id": point_id, "mn": "123"})
    assert problem.fields == {"mn": ["MN号应为14位或24位的数字与字母组合，请与运维单位确认"]}


def test_E1_points_are_touched_by_their_own_firm_only(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    payload = {"point_id": point_id, "reason": "x"}
    assert refused(enterprise, "deactivate-point", payload, STRANGER).code == "point.unknown"
    assert refused(enterprise, "deactivate-point", {**payload, "point_id": "none"}).code == "point.unknown"
    assert isinstance(refused(enterprise, "deactivate-point", payload, OPERATOR), Forbidden)
    assert isinstance(refused(enterprise, "deactivate-point", payload, CITY), Forbidden)
    assert isinstance(refused(enterprise, "add-point", POINT, STRANGER), NotFound)
    for query in ("points", "loggers", "diagram", "matching"):
        enterprise.query(query, {"discharger_id": SITE}, CITY)
        with pytest.raises(NotFound):
            enterprise.query(query, {"discharger_id": SITE}, STRANGER)
        with pytest.raises(Forbidden):
            enterprise.query(query, {"discharger_id": SITE}, ELSEWHERE)


def test_read_tables_are_rebuilt_from_events_alone(enterprise: ServiceUnderTest) -> None:
    point_id = add_point(enterprise)
    item_id = add_item(enterprise, point_id, MANUAL)
    add_item(enterprise, point_id, AUTOMATIC)
    enterprise.command("deactivate-item", {"point_id": point_id, "item_id": item_id, "reason": "许可证变更"}, FIRM)
    enterprise.command("assign-logger", {"point_id": point_id, "mn": MN}, FIRM)
    enterprise.command("deactivate-point", {"point_id": point_id, "reason": "拆除"}, FIRM)
    assert enterprise.rebuild_differences() == []
