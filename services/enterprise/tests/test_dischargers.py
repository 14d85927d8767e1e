"""Sites, permits and basic information on the service's store (E1–E4, E12, N4, N5)."""

from typing import Any

import pytest
from enterprise_cases import (
    CITY,
    COUNTY,
    ELSEWHERE,
    FIRM,
    NOISE_LINE,
    PERMIT,
    POINTS,
    PROFILE,
    SITE,
    STRANGER,
    SULPHUR,
    USCC,
    permit,
    receive,
)

from selfmon_shared.contracts.providers import ERRORS
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from selfmon_shared.testing.service import OPERATOR, ServiceUnderTest, officer_actor


def discharger(enterprise: ServiceUnderTest, site: str = SITE) -> Any:
    return enterprise.query("discharger", {"discharger_id": site}, FIRM)


def test_E4_the_permit_fills_the_form_until_the_firm_has_saved_its_own(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    prefilled = discharger(enterprise)
    assert (prefilled["name"], prefilled["region_name"], prefilled["longitude"]) == ("江苏示例热电有限公司", "江苏省南京市玄武区", "118.79")
    assert (prefilled["bureau"], prefilled["industry_name"], prefilled["complete"]) == ("南京市玄武生态环境局", "热电联产", False)
    enterprise.command("revise-profile", {**PROFILE, "name": "江苏示例热电有限公司（北厂）"}, FIRM)
    receive(enterprise, permit(2, enterprise_name="江苏示例热电集团有限公司"))
    (first, saved, again) = enterprise.announced("EnterpriseRevised")
    assert (first["complete"], saved["complete"], again["complete"]) == (False, True, True)
    assert again["name"] == "江苏示例热电有限公司（北厂）"
    assert (saved["region"], saved["bureau"]) == ("320104", "南京市秦淮生态环境局")


def test_E4_the_region_stays_within_the_city(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    for region, problem in (("320505", "region.other-city"), ("320199", "region.unknown"), ("320100", "region.not-county")):
        with pytest.raises(Invalid) as refused:
            enterprise.command("revise-profile", {**PROFILE, "region": region}, FIRM)
        assert refused.value.fields == {"region": [problem]}
        assert ERRORS.field_messages(refused.value)["region"][0] != problem
    with pytest.raises(Invalid) as refused:
        enterprise.command("revise-profile", {**PROFILE, "region": "320505", "industry_code": "9999"}, FIRM)
    assert refused.value.code == "input.invalid"
    assert refused.value.fields == {"region": ["region.other-city"], "industry_code": ["industry.unknown"]}


def test_E4_each_field_says_what_is_wrong(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    with pytest.raises(Invalid) as refused:
        enterprise.command("revise-profile", {"discharger_id": SITE, "longitude": "200", "name": " "}, FIRM)
    assert refused.value.fields["longitude"] == ["应在 73 与 136 之间"]
    assert refused.value.fields["name"] == ["必填项，无可填“暂无”"]
    assert "legal_person" in refused.value.fields


def test_E4_the_legal_person_is_shown_but_in_no_event(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    enterprise.command("revise-profile", PROFILE, FIRM)
    for actor in (FIRM, CITY):
        assert enterprise.query("discharger", {"discharger_id": SITE}, actor)["legal_person"] == "示例甲"
    assert "示例甲" not in str(enterprise.events(f"discharger-{SITE}")) + str(enterprise.announced())


def test_E4_two_editors_do_not_overwrite_each_other(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    seen = discharger(enterprise)["version"]
    answer = enterprise.command("revise-profile", {**PROFILE, "expected_version": seen}, FIRM)
    assert answer == {"id": SITE, "version": seen + 1}
    with pytest.raises(Conflict) as refused:
        enterprise.command("revise-profile", {**PROFILE, "address": "示例路2号", "expected_version": seen}, FIRM)
    assert refused.value.code == "record.changed"


def test_E12_an_industry_that_differs_from_the_permit_is_saved(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    enterprise.command("revise-profile", {**PROFILE, "industry_code": "C1713"}, FIRM)
    assert discharger(enterprise)["industry_code"] == "1713"


def test_E1_an_enterprise_sees_its_own_sites_and_officers_those_of_their_region(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    other = f"{USCC}002"
    receive(enterprise, permit(permit_number=f"{other}P", discharger_id=other, region="320505", enterprise_name="苏州示例热电有限公司"))
    assert enterprise.query("dischargers", {}, FIRM)["total"] == 2
    assert enterprise.query("dischargers", {}, STRANGER)["total"] == 0
    assert [row["discharger_id"] for row in enterprise.query("dischargers", {}, CITY)["rows"]] == [SITE]
    assert [row["discharger_id"] for row in enterprise.query("dischargers", {}, ELSEWHERE)["rows"]] == [other]
    assert enterprise.query("dischargers", {"region": "320500"}, OPERATOR)["total"] == 1
    assert enterprise.query("dischargers", {"name": "苏州", "page_size": 1}, FIRM)["rows"][0]["region_name"] == "江苏省苏州市虎丘区"
    page = enterprise.query("dischargers", {"page": 2, "page_size": 1}, FIRM)
    assert (page["total"], len(page["rows"])) == (2, 1)
    with pytest.raises(NotFound):
        enterprise.query("discharger", {"discharger_id": SITE}, STRANGER)
    with pytest.raises(NotFound):
        enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, STRANGER)
    with pytest.raises(Forbidden):
        enterprise.query("discharger", {"discharger_id": SITE}, ELSEWHERE)
    with pytest.raises(Forbidden):
        enterprise.query("dischargers", {"region": "320505"}, CITY)
    with pytest.raises(Forbidden):
        enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, COUNTY)
    with pytest.raises(Invalid):
        enterprise.query("dischargers", {"region": "999999"}, CITY)
    with pytest.raises(Forbidden):
        enterprise.query("dischargers", {}, Actor("officer-1", Realm.EPB))
    with pytest.raises(NotFound):
        enterprise.query("discharger", {"discharger_id": "none"}, OPERATOR)
    with pytest.raises(NotFound):
        enterprise.command("confirm-permit", {"discharger_id": f"{USCC}009", "is_mine": True}, FIRM)


def test_R3_yangzhou_does_not_see_zhenjiang(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit(region="321102"))
    assert enterprise.query("dischargers", {}, officer_actor("321000"))["total"] == 0
    assert enterprise.query("dischargers", {}, officer_actor("321100"))["total"] == 1
    assert enterprise.query("dischargers", {}, officer_actor("320000"))["total"] == 1


def test_N4_a_firm_without_a_permit_opens_its_site_and_is_told_why_there_is_none(enterprise: ServiceUnderTest) -> None:
    opened = enterprise.command("open-site", {"name": "南京示例印染有限公司", "region": "320102"}, FIRM)
    assert opened == {"id": SITE, "version": 1}
    view = discharger(enterprise)
    assert view["notice"].startswith("该企业尚未进行匹配")
    assert (view["permit_state"], view["permit_number"]) == ("none", None)
    with pytest.raises(NotFound) as refused:
        enterprise.query("permit", {"discharger_id": SITE}, FIRM)
    assert refused.value.code == "discharger.no-permit"
    assert enterprise.query("matching", {"discharger_id": SITE}, FIRM)["permit_number"] is None
    with pytest.raises(NotFound):
        enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    with pytest.raises(NotFound):
        enterprise.command("match-points", {"discharger_id": SITE, "permit_point": "DA001", "point_id": "p"}, FIRM)
    assert enterprise.query("dischargers", {"permit_holders": True}, FIRM)["total"] == 0


def test_N4_the_same_form_twice_leaves_one_site(enterprise: ServiceUnderTest) -> None:
    site = {"name": "南京示例印染有限公司", "region": "320102"}
    enterprise.command("open-site", site, FIRM)
    with pytest.raises(Conflict) as refused:
        enterprise.command("open-site", site, FIRM)
    assert refused.value.code == "discharger.exists"
    assert enterprise.command("open-site", {**site, "name": "南京示例印染有限公司二厂"}, FIRM)["id"] == f"{USCC}002"
    with pytest.raises(Invalid):
        enterprise.command("open-site", {**site, "region": "320100"}, FIRM)
    with pytest.raises(Forbidden):
        enterprise.command("open-site", site, COUNTY)


def test_N4_a_permit_that_comes_later_ties_itself_to_the_site(enterprise: ServiceUnderTest) -> None:
    enterprise.command("open-site", {"name": "南京示例印染有限公司", "region": "320102"}, FIRM)
    receive(enterprise, permit())
    view = discharger(enterprise)
    assert (view["permit_number"], view["permit_state"], view["permit_check"], view["notice"]) == (PERMIT, "valid", "open", None)


def test_E2_the_permit_is_confirmed_or_disowned(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    assert enterprise.query("permit", {"discharger_id": SITE}, FIRM)["check"] == "confirmed"
    before = len(enterprise.announced())
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    assert len(enterprise.announced()) == before
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": False}, FIRM)
    assert enterprise.announced("EnterpriseRevised")[-1]["permit_check"] == "wrong-enterprise"
    for command in ("match-points", "clear-match"):
        with pytest.raises(Conflict) as refused:
            enterprise.command(command, {"discharger_id": SITE, "permit_point": "DA001", "point_id": "p"}, FIRM)
        assert refused.value.code == "permit.wrong-enterprise"
    enterprise.command("revise-profile", PROFILE, FIRM)
    receive(enterprise, permit(2))
    assert discharger(enterprise)["permit_check"] == "open"


def test_N5_a_new_revision_lists_what_changed_and_asks_again(enterprise: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMIT_PUBLIC_SITE", "https://permits.example/")
    receive(enterprise, permit())
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    receive(enterprise, permit(2, points=list(reversed(POINTS))))
    assert discharger(enterprise)["permit_check"] == "confirmed"
    dust = {**SULPHUR, "key": "r2", "pollutant": "颗粒物", "facility": "manual", "frequency_wording": "1次/季"}
    receive(enterprise, permit(3, points=POINTS[:1], requirements=[{**SULPHUR, "limit_text": "35"}, dust]))
    view = enterprise.query("permit", {"discharger_id": SITE}, FIRM)
    assert (view["revision"], view["check"], view["public_site"]) == (3, "open", "https://permits.example/")
    assert [(change["part"], change["kind"], change["before"], change["after"]) for change in view["changes"]] == [
        ("points", "removed", "厂界", ""),
        (
            "requirements",
            "changed",
            "DA001 烟气流速,烟气温度 二氧化硫 自动 4次/日(自动) 50mg/Nm3",
            "DA001 烟气流速,烟气温度 二氧化硫 自动 4次/日(自动) 35mg/Nm3",
        ),
        ("requirements", "added", "", "DA001 烟气流速,烟气温度 颗粒物 手工 1次/季 50mg/Nm3"),
    ]
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    assert enterprise.query("permit", {"discharger_id": SITE}, FIRM)["changes"] == []


def test_N5_a_change_names_its_place_as_the_permit_does(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    receive(enterprise, permit(2, requirements=[SULPHUR, NOISE_LINE]))
    (change,) = enterprise.query("permit", {"discharger_id": SITE}, FIRM)["changes"]
    assert change["after"] == "厂界 等效连续A声级 厂界噪声 手工 1次/季"


def test_N1_a_revision_received_twice_or_late_changes_nothing(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit(2))
    said = len(enterprise.announced())
    receive(enterprise, permit(2))
    receive(enterprise, permit(1, enterprise_name="旧名"))
    assert len(enterprise.announced()) == said
    assert len(enterprise.events(f"permit-{PERMIT}")) == 1


def end(enterprise: ServiceUnderTest, number: str = PERMIT) -> None:
    ended = {"permit_number": number, "discharger_id": number[:21], "kind": "cancelled", "ended_at": enterprise.clock.now()}
    enterprise.receive("permit-sync", "PermitEnded", number, ended)


def test_N1_an_ended_permit_stays_visible_and_no_longer_counts(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    end(enterprise)
    end(enterprise)
    assert enterprise.query("permit", {"discharger_id": SITE}, CITY)["state"] == "ended"
    assert enterprise.query("dischargers", {"permit_holders": True}, CITY)["total"] == 0
    assert [state["permit_state"] for state in enterprise.announced("EnterpriseRevised")] == ["valid", "ended"]


def test_N1_the_end_of_a_permit_that_another_followed_leaves_the_new_one_valid(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    receive(enterprise, permit(permit_number=f"{SITE}V"))
    end(enterprise)
    view = discharger(enterprise)
    assert (view["permit_number"], view["permit_state"]) == (f"{SITE}V", "valid")


def test_N1_an_end_without_a_permit_is_kept(enterprise: ServiceUnderTest) -> None:
    end(enterprise)
    assert len(enterprise.events(f"permit-{PERMIT}")) == 1
    assert enterprise.announced() == []


@pytest.mark.parametrize(("said", "region"), [("320102001000", "320102"), ("320199", "320100"), ("990000", "320000")])
def test_R7_a_region_that_is_not_known_is_its_citys_or_the_provinces(enterprise: ServiceUnderTest, said: str, region: str) -> None:
    receive(enterprise, permit(region=said, industry_code="0000", longitude=None, latitude=None, address=None))
    view = discharger(enterprise)
    assert (view["region"], view["industry_code"], view["longitude"]) == (region, "", None)
    enterprise.command("revise-profile", PROFILE, FIRM)
    assert discharger(enterprise)["region"] == "320104"


def test_E3_a_discrepancy_is_announced_without_the_contact(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    lines = [{"place": "DA001 二氧化硫", "wrong": "自动", "right": "手工 1次/季"}]
    contact = {"company": "江苏示例热电有限公司", "person": "示例乙", "telephone": "025-12345678"}
    answer = enterprise.command("report-discrepancy", {"discharger_id": SITE, "lines": lines, "contact": contact}, FIRM)
    (reported,) = enterprise.announced("DiscrepancyReported")
    assert (reported["report_id"], reported["permit_number"], reported["lines"]) == (answer["id"], PERMIT, lines)
    assert "示例乙" not in str(enterprise.events(f"discrepancy-{answer['id']}")) + str(reported)
    with pytest.raises(Invalid) as refused:
        enterprise.command("report-discrepancy", {"discharger_id": SITE, "lines": [], "contact": {**contact, "telephone": "abc"}}, FIRM)
    assert refused.value.fields["contact.telephone"] == ["电话格式不正确，如 025-12345678"]
    with pytest.raises(NotFound):
        enterprise.command("report-discrepancy", {"discharger_id": SITE, "lines": lines, "contact": contact}, STRANGER)


def test_a_command_sent_twice_has_its_effect_once(enterprise: ServiceUnderTest) -> None:
    site = {"name": "南京示例印染有限公司", "region": "320102"}
    assert enterprise.command("open-site", site, FIRM, "key-1") == enterprise.command("open-site", site, FIRM, "key-1")
    assert enterprise.query("dischargers", {}, FIRM)["total"] == 1


def test_read_tables_are_rebuilt_from_events_alone(enterprise: ServiceUnderTest) -> None:
    receive(enterprise, permit())
    enterprise.command("confirm-permit", {"discharger_id": SITE, "is_mine": True}, FIRM)
    enterprise.command("revise-profile", PROFILE, FIRM)
    receive(enterprise, permit(2, points=[]))
    end(enterprise)
    assert enterprise.rebuild_differences() == []


def test_E1_a_site_is_opened_by_an_enterprise_account_alone(enterprise: ServiceUnderTest) -> None:
    same_unit = Actor("clerk", Realm.EPB, uscc=SITE[:18])
    with pytest.raises(Forbidden):
        enterprise.command("open-site", {"name": "示例二厂", "region": "320115"}, same_unit)
