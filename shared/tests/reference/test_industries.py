from collections import Counter

import pytest

from selfmon_shared.reference.industries import IndustryLevel, children, industries, industry, path, search, sections
from selfmon_shared.reference.tables import UnknownCode


def test_E4_the_tree_of_gbt4754_is_whole():
    assert Counter(node.level.value for node in industries().values()) == {"section": 20, "division": 97, "group": 473, "class": 1381}
    below_all = [node for parent in industries() for node in children(parent)]
    assert len(below_all) + len(sections()) == len(industries())


def test_E4_an_industry_is_found_with_and_without_the_section_s_letter():
    assert industry("C1713") is industry("1713") is industry(" c1713 ")
    assert industry("D4411").name == "火力发电"


def test_E4_the_path_leads_from_the_section_down():
    assert [node.code for node in path("4411")] == ["D", "D44", "D441", "D4411"]
    assert [node.level for node in path("4411")] == list(IndustryLevel)
    assert path("D") == (industry("D"),)


def test_E4_children_of_a_section_and_of_a_class():
    assert [node.code for node in children("D")] == ["D44", "D45", "D46"]
    assert children("D4411") == ()
    assert [node.code for node in sections()][:3] == ["A", "B", "C"]


def test_E4_industries_are_searched_by_code_and_by_name():
    assert [node.code for node in search("441", limit=2)] == ["D441", "D4411"]
    assert search("火力发电")[0].code == "D4411"
    assert {"D44"} <= {node.code for node in search("d44")}
    assert "D4620" in {node.code for node in search("污水")}
    assert search("  ") == ()
    assert search("没有这个行业") == ()
    assert len(search("制造", limit=5)) == 5


@pytest.mark.parametrize("code", ["", "C9999", "Z"])
def test_reference_an_unknown_industry_is_named(code):
    for look_up in (industry, children, path):
        with pytest.raises(UnknownCode) as unknown:
            look_up(code)
        assert unknown.value.code == code
