from decimal import Decimal

import pytest

from selfmon_shared.reference.pollutants import Medium, code_of_2005, find_code, pollutant, pollutants
from selfmon_shared.reference.tables import UnknownCode, rows


def test_HJ212_a_factor_knows_both_its_units():
    mercury = pollutant("w20111")
    assert (mercury.unit, mercury.permit_unit) == ("μg/L", "mg/L")
    assert mercury.to_permit_unit(Decimal("12")) == Decimal("0.012")
    assert pollutant("w01001").to_permit_unit(Decimal("7.2")) == Decimal("7.2")


def test_HJ212_every_factor_converts_to_the_permit_s_unit():
    for found in pollutants().values():
        assert found.to_permit_unit(Decimal(1)) > 0


def test_HJ212_the_2005_codes_lead_to_today_s():
    assert [code_of_2005(code) for code in ("011", "060", "001", "B01", "01", "S01")] == [
        "w01018",
        "w21003",
        "w01001",
        "w00000",
        "a34013",
        "a19001",
    ]
    assert code_of_2005("zzz") is None
    assert code_of_2005("") is None


def test_permit_wordings_of_real_permits_are_understood():
    without_code = set()
    for row in rows("permit_item_aliases.csv"):
        code = find_code(row["permit_item_name"], Medium(row["medium"]))
        if row["code"]:
            assert code == row["code"]
        elif code is None:
            without_code.add(row["permit_item_name"])
        else:
            assert pollutant(code).is_local
    assert len(without_code) < 20


@pytest.mark.parametrize(
    ("wording", "medium", "code"),
    [
        ("化学需氧量", Medium.WATER, "w01018"),
        (" CODcr ", Medium.WATER, "w01018"),
        ("总氮（以 N 计）", Medium.WATER, "w21001"),
        ("总氮(以N计)", Medium.WATER, "w21001"),
        ("pH", Medium.WATER, "w01001"),
        ("颗粒物", Medium.AIR, "a34013"),
        ("烟尘", Medium.AIR, "a34013"),
        ("总铊", Medium.WATER, "w20089"),
        ("苯", Medium.WATER, "w25002"),
        ("苯", Medium.AIR, "a25002"),
        ("臭气浓度", Medium.AIR, "jsa001"),
        ("镉，铊及其化合物（以Cd+Tl计）", Medium.AIR, "jsa002"),
        ("氮氧化物(以NO2计)", Medium.AIR, "a21002"),
        ("昼间Leq", Medium.NOISE, "Ld"),
        ("颗粒物", None, "a34013"),
    ],
)
def test_permit_a_wording_leads_to_its_code(wording, medium, code):
    assert find_code(wording, medium) == code


@pytest.mark.parametrize(
    ("wording", "medium"), [("苯", None), ("臭气浓度", Medium.WATER), ("其他", Medium.AIR), ("", None), ("物理和综合指标", Medium.WATER)]
)
def test_permit_a_wording_that_is_not_understood_is_not_guessed(wording, medium):
    assert find_code(wording, medium) is None


def test_permit_every_mapped_wording_leads_to_a_known_code():
    for file_name in ("permit_item_aliases.csv", "pollutant_wordings.csv"):
        for row in rows(file_name):
            if row["code"]:
                assert pollutant(row["code"]).medium == row["medium"]
                assert not pollutant(row["code"]).is_category


def test_permit_local_codes_say_that_they_are():
    assert pollutant("jsa001").is_local
    assert not pollutant("w01018").is_local


def test_reference_an_unknown_pollutant_is_named():
    with pytest.raises(UnknownCode, match="w99999"):
        pollutant("w99999")
