from decimal import Decimal

import pytest

from selfmon_shared.kernel.limits import Limit
from selfmon_shared.reference.methods import methods, methods_for, methods_of_standard
from selfmon_shared.reference.standards import Trust, search, standard, standards
from selfmon_shared.reference.tables import UnknownCode


def test_standards_no_limit_comes_without_trust_and_source():
    limits = [limit for found in standards().values() for limit in found.limits]
    assert len(limits) == 260
    assert len(standards()) == 42
    assert all(limit.source for limit in limits)
    assert all((limit.trust is Trust.DOCUMENTED) == limit.source.startswith("public document") for limit in limits)
    assert sum(limit.trust is Trust.DOCUMENTED for limit in limits) == 11


def test_standards_limits_are_read_or_kept_as_written():
    unread = [limit.limit.wording for found in standards().values() for limit in found.limits if not limit.limit.is_understood]
    assert unread == ["去除效率≥95%"]


def test_standards_grade_1a_of_the_sewage_works():
    ammonia = next(limit for limit in standard("GB 18918-2002").limits if limit.pollutant.startswith("氨氮") and limit.scope == "表1 一级A")
    assert ammonia.limit == Limit(upper=Decimal(5), bracketed=Decimal(8), unit="mg/L", condition=ammonia.note)
    assert "水温≤12℃" in ammonia.limit.condition
    assert ammonia.trust is Trust.DOCUMENTED


@pytest.mark.parametrize("code", ["DB32/4041-2021", "db32/ 4041—2021", "DB 32 4041-2021"])
def test_standards_are_found_however_the_code_is_spaced(code):
    assert standard(code).name == "江苏省大气污染物综合排放标准"


def test_E5_standards_are_searched_by_code_name_and_medium():
    assert [found.code for found in search("13223")] == ["GB 13223-2011"]
    assert "GB 18918-2002" in [found.code for found in search("污水处理厂", "water")]
    assert search("污水处理厂", "noise") == ()
    assert len(search("")) == 42
    assert {medium for found in standards().values() for medium in found.media} == {"air", "water", "noise", "air-fugitive"}


def test_E6_methods_name_source_and_detection_limit():
    assert len(methods()) == 96
    (dichromate,) = methods_of_standard("HJ 828-2017")
    assert (dichromate.detection_limit, dichromate.unit, dichromate.trust) == (Decimal(4), "mg/L", Trust.DOCUMENTED)
    assert methods_of_standard("HJ 1147-2020")[0].detection_limit is None
    assert methods_of_standard("HJ 536-2009")[0].trust is Trust.UNVERIFIED


def test_E6_methods_are_offered_for_a_pollutant():
    assert {"HJ 535-2009", "HJ 536-2009"} <= {method.code for method in methods_for("氨氮", "water")}
    assert methods_for("氨氮", "air") == ()
    assert methods_for("动植物油")[0].code == "HJ 637-2018"


def test_reference_an_unknown_standard_or_method_is_named():
    with pytest.raises(UnknownCode, match="GB 1-1"):
        standard("GB 1-1")
    with pytest.raises(UnknownCode, match="HJ 1-1"):
        methods_of_standard("HJ 1-1")
