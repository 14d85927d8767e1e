from collections import Counter

import pytest

from selfmon_shared.kernel.regions import RegionLevel, region_covers
from selfmon_shared.reference.regions import PROVINCE, Bureau, bureau_in_charge, children, full_name, region, regions
from selfmon_shared.reference.tables import UnknownCode


def test_R7_the_province_has_13_cities_95_counties_and_9_zones():
    levels = Counter("zone" if found.is_zone else found.level.value for found in regions().values())
    assert levels == {"province": 1, "city": 13, "county": 95, "zone": 9}


def test_R7_every_region_lies_below_its_parent_by_code_too():
    for found in regions().values():
        if found.parent is not None:
            assert found in children(found.parent)
            assert region_covers(found.parent, found.code)
        assert region_covers(PROVINCE, found.code)


def test_R7_the_children_of_a_city_are_its_counties_and_zones():
    names = [found.name for found in children("320500")]
    assert "昆山市" in names
    assert "苏州工业园区" in names
    assert children("320102") == ()
    assert len(children(PROVINCE)) == 13


def test_E4_a_name_that_two_cities_share_is_told_apart_in_full():
    assert region("320106").name == region("320302").name == "鼓楼区"
    assert full_name("320106") == "江苏省南京市鼓楼区"
    assert full_name("320302") == "江苏省徐州市鼓楼区"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("320000", "江苏省生态环境厅"),
        ("320100", "南京市生态环境局"),
        ("320102", "南京市玄武生态环境局"),
        ("320281", "无锡市江阴生态环境局"),
        ("320321", "徐州市丰县生态环境局"),
        ("320576", "苏州工业园区生态环境局"),
    ],
)
def test_E4_the_bureau_in_charge_is_named_after_its_region(code, name):
    assert bureau_in_charge(code) == Bureau(name, code)


def test_R7_a_city_can_name_another_bureau():
    overrides = {"320371": Bureau("徐州市生态环境局", "320300")}
    assert bureau_in_charge("320371", overrides) == Bureau("徐州市生态环境局", "320300")
    assert bureau_in_charge("320302", overrides).region == "320302"


def test_reference_an_unknown_region_is_named():
    for look_up in (region, children, full_name, bureau_in_charge):
        with pytest.raises(UnknownCode) as unknown:
            look_up("110000")
        assert (unknown.value.table, unknown.value.code) == ("region", "110000")
        assert "110000" in str(unknown.value)
    assert issubclass(UnknownCode, LookupError)


def test_reference_tables_cannot_be_changed():
    with pytest.raises(TypeError):
        regions()["320000"] = region("320100")
    assert regions() is regions()
    assert region("320000").level is RegionLevel.PROVINCE
