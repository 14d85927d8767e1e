import pytest

from selfmon_shared.kernel.regions import RegionCodeInvalid, RegionLevel, level_of, region_covers, same_city


@pytest.mark.parametrize(
    ("officer", "region", "sees"),
    [
        ("320000", "320102", True),
        ("320000", "320000", True),
        ("320100", "320102", True),
        ("320100", "320100", True),
        ("320102", "320102", True),
        ("320102", "320102001", True),
        ("320102001000", "320102001002", True),
        ("320500", "320576", True),
        ("320100", "320000", False),
        ("320102", "320100", False),
        ("320102", "320104", False),
        ("320100", "320205", False),
        ("330000", "320102", False),
        ("321000", "320100", False),
    ],
)
def test_R7_an_officer_sees_the_own_region_and_everything_below(officer, region, sees):
    assert region_covers(officer, region) is sees


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("320000", RegionLevel.PROVINCE),
        ("320100", RegionLevel.CITY),
        ("321000", RegionLevel.CITY),
        ("320102", RegionLevel.COUNTY),
        ("320102000", RegionLevel.COUNTY),
        ("320102001", RegionLevel.TOWN),
        ("320102001000", RegionLevel.TOWN),
        ("320102001002", RegionLevel.VILLAGE),
        ("320000000000", RegionLevel.PROVINCE),
    ],
)
def test_R7_a_code_tells_its_level(code, level):
    assert level_of(code) is level


@pytest.mark.parametrize("code", ["", "32", "3201", "32010a", "３２０１０２", "000000", "0000000000000"])
def test_R7_a_scope_is_never_guessed_from_a_wrong_code(code):
    with pytest.raises(RegionCodeInvalid) as refused:
        region_covers("320000", code)
    assert refused.value.code == code
    with pytest.raises(RegionCodeInvalid):
        region_covers(code, "320102")


def test_E4_same_city():
    assert same_city("320102", "320104")
    assert same_city("320100", "320104")
    assert same_city("320576", "320505")
    assert not same_city("320102", "320205")
    assert not same_city("320000", "320102")
