from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfmon_shared.kernel.codec import from_data, to_data
from selfmon_shared.kernel.frequency import CONTINUOUS, CycleUnit, Frequency, FrequencyInvalid, FrequencyKind

PARSED = [
    # wording, code, per year, canonical wording
    ("连续监测", "continuous", "8760", "连续监测"),
    ("自动监测", "continuous", "8760", "连续监测"),
    ("1次/小时", "continuous", "8760", "连续监测"),
    ("1次/2小时", "continuous/2h", "4380", "连续监测"),
    ("1次/4小时", "continuous/4h", "2190", "连续监测"),
    ("4次/日(自动)", "continuous+4/day", "8760", "4次/日(自动)"),
    ("4次/日（自动）", "continuous+4/day", "8760", "4次/日(自动)"),
    ("1次/4小时(自动)", "continuous+6/day", "8760", "6次/日(自动)"),
    ("1次/12小时(自动)", "continuous+2/day", "8760", "2次/日(自动)"),
    ("1次/12小时", "2/day#1次/12小时", "730", "1次/12小时"),
    ("1次/24小时", "1/day", "365", "1次/日"),
    ("1次/日", "1/day", "365", "1次/日"),
    ("4次/天", "4/day", "1460", "4次/日"),
    ("每日1次", "1/day", "365", "1次/日"),
    ("3次/周", "3/week", "156", "3次/周"),
    ("2次/周", "2/week", "104", "2次/周"),
    ("1次/周", "1/week", "52", "1次/周"),
    ("1次/7天", "1/week", "52", "1次/周"),
    ("1次/10天", "1/10day", "36", "1次/10天"),
    ("1次/旬", "1/10day", "36", "1次/10天"),
    ("1次/15天", "1/15day", "24", "1次/15天"),
    ("1次/十五天", "1/15day", "24", "1次/15天"),
    ("1次/二十天", "1/20day", "18.25", "1次/20天"),
    ("1次/月", "1/month", "12", "1次/月"),
    (" 1 次 / 月 ", "1/month", "12", "1次/月"),
    ("1次/每月", None, None, "1次/每月"),
    ("1次/2月(双月)", "1/2month", "6", "1次/2月"),
    ("1次/双月", "1/2month", "6", "1次/2月"),
    ("1次/两个月", "1/2month", "6", "1次/2月"),
    ("1次/季", "1/quarter", "4", "1次/季"),
    ("1次/季度", "1/quarter", "4", "1次/季"),
    ("每季度一次", "1/quarter", "4", "1次/季"),
    ("每季度至少开展一次监测", "1/quarter", "4", "1次/季"),
    ("按月监测", "1/month", "12", "1次/月"),
    ("1次/3个月", "1/quarter", "4", "1次/季"),
    ("1次/半年", "1/halfyear", "2", "1次/半年"),
    ("1次/6月", "1/halfyear", "2", "1次/半年"),
    ("3次/半年", "3/halfyear", "6", "3次/半年"),
    ("1次/年", "1/year", "1", "1次/年"),
    ("2次/年", "2/year", "2", "2次/年"),
    ("1次/两年", "1/2year", "0.5", "1次/两年"),
    ("1次/2年", "1/2year", "0.5", "1次/两年"),
    ("1次/24月", "1/2year", "0.5", "1次/两年"),
    ("1次/5年", "1/5year", "0.2", "1次/5年"),
    ("至少1次/年", "1/year", "1", "1次/年"),
    ("单次", "once", None, "单次"),
    ("无固定频次", "irregular", None, "无固定频次"),
    ("1次/日(排放时)", "1/day@discharge", None, "1次/日(排放时)"),
    ("排放期间按日监测", "1/day@discharge", None, "1次/日(排放时)"),
    ("1次/月（雨水排放口有流动水排放时）", "1/month@discharge", None, "1次/月(排放时)"),
]


@pytest.mark.parametrize(("wording", "code", "per_year", "canonical"), PARSED)
def test_REGIME34_the_permit_s_wordings_are_understood(wording, code, per_year, canonical):
    frequency = Frequency.parse(wording)
    assert frequency.code == (code or f"unknown#{wording}")
    assert frequency.per_year == (None if per_year is None else Decimal(per_year))
    assert frequency.wording == canonical


def test_REGIME34_a_relaxation_keeps_the_stricter_duty_and_the_whole_wording():
    wording = "1次/日(排放时)，若监测一年无异常情况，可放宽至1次/季"
    frequency = Frequency.parse(wording)
    assert (frequency.count, frequency.unit, frequency.on_discharge) == (1, CycleUnit.DAY, True)
    assert frequency.wording == wording
    assert Frequency.from_code(frequency.code) == frequency
    assert Frequency.parse("雨水排放口有流动水排放时按月监测。如监测一年无异常情况，可放宽至每季度开展一次监测").unit is CycleUnit.MONTH
    assert Frequency.parse("1次/日(排放时)…监测一年无异常可放宽至1次/季").unit is CycleUnit.DAY


@pytest.mark.parametrize(
    "wording",
    [
        "暂缓(长期停产)",
        "1次/月(冬季1次/周)",
        "按环评要求",
        "0次/月",
        "1次/100天",
        "1次/5小时",
        "2次/2小时",
        "单次(排放时)",
        "连续监测(排放时)(自动)",
        "1次/月(自动)，1次/周",
        "次/月",
        "1次/日(排放时)(自动)",
        "视情况(自动)",
    ],
)
def test_REGIME_an_unknown_wording_is_kept_as_written_and_never_lowers_a_duty(wording):
    frequency = Frequency.parse(f" {wording} ")
    assert frequency.kind is FrequencyKind.UNKNOWN
    assert not frequency.is_understood
    assert frequency.wording == wording
    assert frequency.per_year is None
    assert frequency.per_period is None
    assert Frequency.from_code(frequency.code) == frequency
    assert Frequency.parse("1次/月").compare(frequency) == "unknown"
    assert frequency.compare(Frequency.parse("1次/月")) == "unknown"
    assert frequency.compare(Frequency.parse(wording)) == "equal"


def test_cycle_every_continuous_variant_counts_as_continuous_and_knows_its_number_a_day():
    variants = [Frequency.parse(text) for text in ("连续监测", "1次/小时", "1次/2小时", "1次/4小时")]
    assert all(variant.is_continuous for variant in variants)
    assert [variant.per_period for variant in variants] == [24, 24, 12, 6]
    assert {one.compare(other) for one in variants for other in variants} == {"equal"}


def test_cycle_an_automatic_line_names_its_manual_fallback():
    frequency = Frequency.parse("4次/日(自动)")
    assert frequency.is_continuous
    assert frequency.fallback == Frequency.parse("4次/日")


@pytest.mark.parametrize(
    ("own", "permit", "result"),
    [
        ("1次/季", "1次/季度", "equal"),
        ("1次/月", "1次/季", "stricter"),
        ("1次/年", "1次/半年", "weaker"),
        ("2次/半年", "1次/季", "weaker"),
        ("1次/季", "2次/半年", "stricter"),
        ("3次/季", "1次/月", "weaker"),
        ("7次/周", "1次/日", "weaker"),
        ("1次/12小时", "2次/日", "equal"),
        ("连续监测", "4次/日", "stricter"),
        ("24次/日", "连续监测", "weaker"),
        ("连续监测", "4次/日(自动)", "equal"),
        ("4次/日(自动)", "6次/日(自动)", "weaker"),
        ("6次/日(自动)", "4次/日(自动)", "stricter"),
        ("单次", "1次/两年", "weaker"),
        ("1次/两年", "单次", "stricter"),
        ("单次", "单次", "equal"),
        ("无固定频次", "单次", "weaker"),
        ("1次/年", "无固定频次", "stricter"),
        ("1次/日(排放时)", "无固定频次", "stricter"),
        ("无固定频次", "1次/日(排放时)", "weaker"),
        ("1次/日", "1次/日(排放时)", "stricter"),
        ("1次/季", "1次/日(排放时)", "unknown"),
        ("1次/日(排放时)", "1次/日", "weaker"),
        ("1次/月(排放时)", "1次/日", "weaker"),
        ("1次/日(排放时)", "1次/季", "unknown"),
        ("1次/日(排放时)", "1次/月(排放时)", "stricter"),
    ],
)
def test_P4_own_frequency_beside_the_permit_s(own, permit, result):
    assert Frequency.parse(own).compare(Frequency.parse(permit)) == result


any_periodic = st.builds(
    Frequency.periodic,
    st.integers(1, 99),
    st.integers(1, 60),
    st.sampled_from([unit for unit in CycleUnit if unit is not CycleUnit.HOUR]),
    on_discharge=st.booleans(),
    text=st.just("") | st.text(min_size=1),
)
plain_periodic = any_periodic.filter(lambda frequency: not frequency.text)
any_frequency = st.one_of(
    any_periodic,
    st.builds(
        lambda every, fallback, text: Frequency(FrequencyKind.CONTINUOUS, 1, every, CycleUnit.HOUR, False, fallback, text),
        st.sampled_from([1, 2, 4]),
        st.none() | plain_periodic,
        st.just("") | st.text(min_size=1),
    ),
    st.builds(lambda text: Frequency(FrequencyKind.UNKNOWN, text=text), st.text(min_size=1)),
    st.sampled_from([Frequency(FrequencyKind.ONCE), Frequency(FrequencyKind.IRREGULAR)]),
)


@given(any_frequency)
def test_frequency_code_and_json_give_the_same_frequency_back(frequency):
    assert Frequency.from_code(frequency.code) == frequency
    assert from_data(Frequency, to_data(frequency)) == frequency


@given(plain_periodic)
def test_frequency_the_canonical_wording_is_understood_again(frequency):
    assert Frequency.parse(frequency.wording) == frequency


@given(any_frequency, any_frequency)
def test_P4_comparison_seen_from_the_other_side_is_the_opposite(one, other):
    opposite = {"equal": "equal", "unknown": "unknown", "stricter": "weaker", "weaker": "stricter"}
    assert other.compare(one) == opposite[one.compare(other)]


@given(st.text(min_size=1).filter(str.strip))
def test_REGIME_no_wording_breaks_the_reading(text):
    assert Frequency.parse(text).wording


@pytest.mark.parametrize("code", ["", "1/hour", "0/day", "continuous/3h", "1/day+4/day", "sometimes", "unknown", "once@discharge"])
def test_frequency_a_code_that_was_never_given_out_is_refused(code):
    with pytest.raises(FrequencyInvalid):
        Frequency.from_code(code)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Frequency.parse("  "),
        lambda: Frequency(FrequencyKind.PERIODIC, 1, 1, CycleUnit.HOUR),
        lambda: Frequency(FrequencyKind.PERIODIC),
        lambda: Frequency(FrequencyKind.PERIODIC, 0, 1, CycleUnit.DAY),
        lambda: Frequency(FrequencyKind.CONTINUOUS, 1, 3, CycleUnit.HOUR),
        lambda: Frequency(FrequencyKind.ONCE, unit=CycleUnit.DAY),
        lambda: Frequency(FrequencyKind.UNKNOWN),
        lambda: Frequency(FrequencyKind.CONTINUOUS, unit=CycleUnit.HOUR, fallback=CONTINUOUS),
        lambda: Frequency(FrequencyKind.ONCE, fallback=Frequency.parse("1次/日")),
    ],
)
def test_frequency_contradicting_fields_are_refused(make):
    with pytest.raises(FrequencyInvalid):
        make()


@pytest.mark.parametrize("code", ["1441/day", "99999999/day", "99999999/quarter"])
def test_cycle_nobody_samples_more_than_once_a_minute(code):
    with pytest.raises(FrequencyInvalid):
        Frequency.from_code(code)
    assert Frequency.from_code("1440/day").per_period == 1440
    assert Frequency.parse("9999次/日").code == "unknown#9999次/日"
