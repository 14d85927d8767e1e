from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfmon_shared.kernel.codec import from_data, to_data
from selfmon_shared.kernel.limits import (
    AveragingPeriod,
    Judgement,
    Limit,
    Measured,
    MeasurementInvalid,
    UnitMismatch,
    can_be_negative,
    convert,
    mean,
    normalise_unit,
)

D = Decimal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", Limit(upper=D(50))),
        ("≤0.5", Limit(upper=D("0.5"))),
        ("<10", Limit(upper=D(10))),
        ("6~9", Limit(lower=D(6), upper=D(9))),
        ("6.5～9.5", Limit(lower=D("6.5"), upper=D("9.5"))),
        ("6-9", Limit(lower=D(6), upper=D(9))),
        ("5(8)", Limit(upper=D(5), bracketed=D(8))),
        ("1.5（3）", Limit(upper=D("1.5"), bracketed=D(3))),
        ("≥95%", Limit(lower=D(95), unit="%")),
        ("≥850", Limit(lower=D(850))),
        ("不得检出", Limit(not_detectable=True)),
    ],
)
def test_REGIME5_limits_are_read_and_kept_as_written(text, expected):
    limit = Limit.parse(text)
    assert limit == expected
    assert limit.wording == text
    assert limit.is_understood
    assert limit.has_bounds


@pytest.mark.parametrize("text", ["", "/", "—", "无"])
def test_REGIME5_no_limit_is_a_limit_that_states_nothing(text):
    limit = Limit.parse(text)
    assert not limit.has_bounds
    assert limit.is_understood
    assert limit.judge(D(1000000)) == Judgement(False, None, D(1000000), judged=False)


@pytest.mark.parametrize("text", ["去除效率≥95%", "9~6", "见附表", "5(8)(10)"])
def test_REGIME5_a_limit_that_is_not_understood_keeps_its_text_and_guesses_no_bound(text):
    limit = Limit.parse(text)
    assert not limit.is_understood
    assert limit.wording == text
    assert not limit.judge(D(5)).judged
    assert limit.compare(Limit.parse(text)) == "equal"
    assert limit.compare(Limit(upper=D(5))) == "incomparable"
    assert Limit(upper=D(5)).compare(limit) == "incomparable"


@pytest.mark.parametrize(
    ("limit", "value", "exceeds", "compared"),
    [
        ("50", "50.4", False, "50"),
        ("50", "50.5", False, "50"),
        ("50", "50.51", True, "51"),
        ("51", "51.5", True, "52"),
        ("0.5", "0.549", False, "0.5"),
        ("0.5", "0.55", True, "0.6"),
        ("1.0", "1.05", False, "1.0"),
        ("50", "49.9", False, "50"),
    ],
)
def test_DESIGN10_a_value_is_rounded_half_even_to_the_limit_s_decimals_before_it_is_compared(limit, value, exceeds, compared):
    judgement = Limit.parse(limit).judge(D(value))
    assert judgement.exceeds is exceeds
    assert str(judgement.compared_value) == compared


def test_REGIME5_the_multiple_is_the_excess_over_the_limit():
    assert Limit.parse("50").judge(D(75)) == Judgement(True, D("0.5"), D(75))
    assert Limit.parse("30").judge(D(40)).multiple == D("0.333")
    assert str(Limit.parse("1").judge(D(5001)).multiple) == "5000"
    assert Limit.parse("50").judge(D(50)).multiple is None
    assert Limit.parse("0").judge(D(1)) == Judgement(True, None, D(1))


@pytest.mark.parametrize(("value", "exceeds"), [("6", False), ("9", False), ("7.2", False), ("5.4", True), ("9.6", True), ("5.6", False)])
def test_REGIME5_a_range_is_exceeded_on_either_side_and_has_no_multiple(value, exceeds):
    judgement = Limit.parse("6~9").judge(D(value))
    assert judgement.exceeds is exceeds
    assert judgement.multiple is None


def test_REGIME5_a_lower_bound_alone():
    assert Limit.parse("≥850").judge(D(849)).exceeds
    assert Limit.parse("≥850").judge(D(850)) == Judgement(False, None, D(850))


def test_REGIME5_the_value_in_brackets_counts_where_the_note_says_so():
    limit = Limit.parse("5(8)", condition="括号内为水温≤12℃")
    assert limit.judge(D(7)).exceeds
    assert not limit.judge(D(7), bracketed=True).exceeds
    assert limit.judge(D(9), bracketed=True).multiple == D("0.125")
    assert Limit.parse("5").judge(D(7), bracketed=True).exceeds


def test_REGIME5_what_must_not_be_detected_is_exceeded_by_any_detection():
    limit = Limit.parse("不得检出")
    assert limit.judge(D("0.0001")).exceeds
    assert not limit.judge(Measured.parse("0.0001L")).exceeds


def test_REGIME5_a_value_below_detection_exceeds_nothing_that_the_method_can_see():
    assert Limit.parse("0.05").judge(Measured.parse("0.025L")) == Judgement(False, None, D("0.025"))
    assert Limit.parse("0.01").judge(Measured.parse("0.025L")) == Judgement(False, None, D("0.025"), judged=False)
    assert Limit.parse("/").judge(Measured.parse("0.025L")).judged is False
    assert Limit.parse("≥0.5").judge(Measured.parse("0.03L")).exceeds
    assert Limit.parse("≥0.01").judge(Measured.parse("0.03L")) == Judgement(False, None, D("0.03"), judged=False)


@pytest.mark.parametrize(
    ("text", "value", "below"),
    [
        ("12.30", "12.30", False),
        ("0.025L", "0.025", True),
        ("0.025 l", "0.025", True),
        ("<0.025", "0.025", True),
        ("＜4", "4", True),
        ("-3", "-3", False),
    ],
)
def test_REGIME5_measured_values_are_read(text, value, below):
    measured = Measured.parse(text)
    assert (str(measured.value), measured.below_detection) == (value, below)
    assert str(measured) == value + ("L" if below else "")


def test_REGIME5_not_detected_takes_the_method_s_detection_limit():
    assert Measured.parse("未检出", detection_limit=D("0.01")) == Measured(D("0.01"), below_detection=True)
    with pytest.raises(MeasurementInvalid) as refused:
        Measured.parse("ND")
    assert refused.value.reason == "measured.no-detection-limit"


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "<0.1L", "-1L", "1_000", "1,5", "L"])
def test_REGIME5_what_is_no_number_is_refused(text):
    with pytest.raises(MeasurementInvalid) as refused:
        Measured.parse(text)
    assert refused.value.reason == "measured.not-a-number"
    assert refused.value.text == text


def test_REGIME5_half_the_detection_limit_counts_in_an_average():
    assert mean([Measured.parse("0.1"), Measured.parse("0.04L")]) == Measured(D("0.06"))
    assert mean([Measured.parse("0.02L"), Measured.parse("0.04L")]) == Measured(D("0.04"), below_detection=True)
    with pytest.raises(ValueError, match="no values"):
        mean([])


def test_D3b_a_mean_is_rounded_once_only():
    assert Limit.parse("0.44").judge(mean([Measured.parse("0.4449")] * 2)) == Judgement(False, None, D("0.44"))


@pytest.mark.parametrize(
    ("own", "permit", "result"),
    [
        (Limit(upper=D(50)), Limit(upper=D("50.0")), "equal"),
        (Limit(upper=D(30)), Limit(upper=D(50)), "stricter"),
        (Limit(upper=D(60)), Limit(upper=D(50)), "weaker"),
        (Limit.parse("6~9"), Limit.parse("6~9"), "equal"),
        (Limit.parse("6.5~8.5"), Limit.parse("6~9"), "stricter"),
        (Limit.parse("5~9"), Limit.parse("6~9"), "weaker"),
        (Limit.parse("5~8"), Limit.parse("6~9"), "incomparable"),
        (Limit.parse("/"), Limit.parse("50"), "weaker"),
        (Limit.parse("50"), Limit.parse("/"), "stricter"),
        (Limit.parse("/"), Limit.parse("—"), "equal"),
        (Limit.parse("不得检出"), Limit.parse("0.001"), "stricter"),
        (Limit.parse("0.001"), Limit.parse("不得检出"), "weaker"),
        (Limit.parse("不得检出"), Limit.parse("不得检出"), "equal"),
        (Limit.parse("5"), Limit.parse("5(8)"), "stricter"),
        (Limit.parse("8"), Limit.parse("5(8)"), "weaker"),
        (Limit.parse("5(8)"), Limit.parse("5(8)"), "equal"),
        (Limit.parse("6"), Limit.parse("5(8)"), "incomparable"),
        (Limit(upper=D(50), unit="μg/L"), Limit(upper=D("0.05"), unit="mg/L"), "equal"),
        (Limit(upper=D(50)), Limit(upper=D(50), unit="mg/L"), "equal"),
        (Limit(upper=D(50), unit="mg/L"), Limit(upper=D(50)), "equal"),
        (Limit(upper=D(50), unit="mg/L"), Limit(upper=D(50), unit="kg/h"), "incomparable"),
        (Limit(upper=D(50), averaging=AveragingPeriod.HOUR), Limit(upper=D(50), averaging=AveragingPeriod.DAY), "incomparable"),
        (Limit(upper=D(50), averaging=AveragingPeriod.HOUR), Limit(upper=D(50)), "equal"),
        (Limit(upper=D(50), condition="燃煤锅炉"), Limit(upper=D(50), condition="燃气锅炉"), "incomparable"),
        (Limit(upper=D(50), condition="燃煤 锅炉"), Limit(upper=D(40), condition="燃煤锅炉"), "weaker"),
    ],
)
def test_E10_own_limit_beside_the_permit_s(own, permit, result):
    assert own.compare(permit) == result


numbers = st.decimals(0, 10000, places=3)
limits = st.one_of(
    st.builds(lambda bound: Limit(upper=bound), numbers),
    st.builds(lambda bound: Limit(lower=bound), numbers),
    st.builds(lambda one, other: Limit(lower=min(one, other), upper=max(one, other)), numbers, numbers),
    st.builds(lambda one, other: Limit(upper=one, bracketed=other), numbers, numbers),
    st.just(Limit(not_detectable=True)),
    st.just(Limit()),
)


@given(limits, limits)
def test_E10_comparison_seen_from_the_other_side_is_the_opposite(one, other):
    opposite = {"equal": "equal", "incomparable": "incomparable", "stricter": "weaker", "weaker": "stricter"}
    assert other.compare(one) == opposite[one.compare(other)]


@given(limits)
def test_limits_json_and_wording_give_the_same_limit_back(limit):
    assert from_data(Limit, to_data(limit)) == limit
    assert Limit.parse(limit.wording) == limit


@given(numbers, numbers, numbers)
def test_E10_what_a_stricter_limit_allows_the_weaker_one_allows(one, other, value):
    stricter, weaker = Limit(upper=min(one, other)), Limit(upper=max(one, other))
    assert stricter.judge(value).exceeds or not weaker.judge(value).exceeds


@pytest.mark.parametrize(
    "make",
    [
        lambda: Limit(upper=D("NaN")),
        lambda: Limit(lower=D(9), upper=D(6)),
        lambda: Limit(bracketed=D(6)),
        lambda: Limit(lower=D(1), upper=D(6), bracketed=D(7)),
        lambda: Limit(upper=D(6), not_detectable=True),
    ],
)
def test_limits_contradicting_bounds_are_refused(make):
    with pytest.raises(ValueError):
        make()


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        ("12", "μg/L", "mg/L", "0.012"),
        ("12", "ng/m³", "mg/m3", "0.000012"),
        ("1", "mg/L", "g/m³", "1"),
        ("3", "mg/m³", "mg/m³", "3"),
        ("3", "℃", "℃", "3"),
        ("1", "ng TEQ/m³", "pg-TEQ/m³", "1000"),
    ],
)
def test_HJ212_units_are_converted_exactly(value, source, target, result):
    assert convert(D(value), source, target) == D(result)


@pytest.mark.parametrize(("source", "target"), [("mg/L", "kg/h"), ("ng-TEQ/m³", "ng/m³"), ("倍", "mg/L")])
def test_HJ212_unlike_units_are_refused(source, target):
    with pytest.raises(UnitMismatch) as refused:
        convert(D(1), source, target)
    assert (refused.value.source, refused.value.target) == (source, target)


@pytest.mark.parametrize(
    ("unit", "normal"),
    [
        ("ug/m3", "μg/m³"),
        ("\u00b5g/m^3", "μg/m³"),
        ("ng TEQ/m³", "ng-TEQ/m³"),
        ("mg/l", "mg/L"),
        ("m3/s", "m³/s"),
        ("℃", "℃"),
        ("dB（A）", "dB(A)"),
    ],
)
def test_HJ212_units_have_one_spelling(unit, normal):
    assert normalise_unit(unit) == normal


@pytest.mark.parametrize(("unit", "signed"), [("℃", True), ("kPa", True), ("mg/m³", False), ("kg/h", False), ("dB(A)", False)])
def test_REGIME5_only_quantities_like_temperatures_lie_below_zero(unit, signed):
    assert can_be_negative(unit) is signed
