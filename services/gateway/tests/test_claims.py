"""What portals say of persons, and by which settings it is read."""

import pytest

from selfmon_gateway.auth.claims import ClaimNames, opaque
from selfmon_gateway.auth.portals import means_of
from selfmon_shared.application.settings import Settings
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.errors import Forbidden

USCC = "91320102MA1TESTX0G"


def names(realm: Realm, **settings: str) -> ClaimNames:
    return ClaimNames.of(Settings.read("gateway", settings), realm, "sub")


def test_E1_an_enterprise_account_is_tied_to_its_uscc() -> None:
    person = names(Realm.ENTERPRISE).person({"sub": "u-1", "name": "示例办事员", "uscc": " 91320102ma1testx0g ", "unit": "江苏示例热电"})
    assert (person.id, person.realm, person.uscc, person.name, person.unit) == ("u-1", Realm.ENTERPRISE, USCC, "示例办事员", "江苏示例热电")


@pytest.mark.parametrize("uscc", [None, "", "123", "9132010 2MA1TESTX0", USCC + "1", {"code": USCC}])
def test_E1_without_a_uscc_nobody_acts_for_an_enterprise(uscc: object) -> None:
    with pytest.raises(Forbidden) as refused:
        names(Realm.ENTERPRISE).person({"sub": "u-1", "uscc": uscc})
    assert refused.value.code == "login.uscc-missing"


def test_E1_R1_the_settings_name_the_claims() -> None:
    settings = {
        "SIGN_ON_EPB_CLAIM_ID": "staffNo",
        "SIGN_ON_EPB_CLAIM_NAME": "xm",
        "SIGN_ON_EPB_CLAIM_EMAIL": "mail",
        "SIGN_ON_EPB_CLAIM_UNIT": "dept",
        "SIGN_ON_EPB_CLAIM_REGION": "xzqh",
        "SIGN_ON_EPB_CLAIM_ROLES": "js",
        "SIGN_ON_EPB_ROLES": "审计员=auditor，管理员=operator",
    }
    chosen = names(Realm.EPB, **settings)
    claims = {"staffNo": 1024, "xm": ["示例科员"], "mail": "o@example.cn", "dept": "示例局", "xzqh": "320102", "js": "审计员;其他"}
    person = chosen.person(claims)
    assert (person.id, person.name, person.unit, person.region) == ("1024", "示例科员", "示例局", "320102")
    assert person.roles == {"auditor"}
    assert chosen.email_of(claims) == "o@example.cn"


def test_R1_a_region_that_does_not_exist_is_none() -> None:
    assert names(Realm.EPB).person({"sub": "o", "region": "110000"}).region is None


def test_E1_no_claim_makes_an_enterprise_user_an_auditor_or_officer() -> None:
    claims = {"sub": "u", "uscc": USCC, "region": "320000", "roles": ["auditor", "operator"]}
    person = names(Realm.ENTERPRISE, SIGN_ON_ENTERPRISE_ROLES="auditor=auditor").person(claims)
    assert (person.region, person.roles) == (None, frozenset())
    assert names(Realm.EPB).person({**claims, "uscc": USCC}).roles == frozenset()
    assert names(Realm.EPB).person(claims).uscc is None


def test_an_operator_needs_a_role_of_the_platform() -> None:
    assert names(Realm.OPERATOR).person({"sub": "o", "roles": ["operator", "more"]}).roles == {"operator"}
    with pytest.raises(Forbidden) as refused:
        names(Realm.OPERATOR).person({"sub": "o", "roles": "visitor"})
    assert refused.value.code == "login.role-missing"


def test_an_account_without_a_name_of_its_own_is_refused() -> None:
    with pytest.raises(Forbidden):
        names(Realm.EPB).person({"sub": ""})


@pytest.mark.parametrize("account", ["13800000000", "+8613800000000", "示例张三", "a@example.cn", "32010219800101123x", "x" * 129])
def test_what_names_a_person_never_stands_in_events(account: str) -> None:
    hidden = opaque(Realm.EPB, account)
    assert hidden.startswith("x-")
    assert account not in hidden
    assert hidden == opaque(Realm.EPB, account)
    assert hidden != opaque(Realm.ENTERPRISE, account)
    assert opaque(Realm.EPB, "staff-1024") == "staff-1024"


def test_each_realm_has_means_of_its_own_or_those_of_all() -> None:
    settings = {"SIGN_ON": "development", "SIGN_ON_EPB": "cas"}
    assert means_of(Settings.read("gateway", settings)) == {
        Realm.ENTERPRISE: "development",
        Realm.EPB: "cas",
        Realm.OPERATOR: "development",
    }
    assert means_of(Settings.read("gateway", {})) == {}
    with pytest.raises(ValueError, match="SIGN_ON_EPB"):
        means_of(Settings.read("gateway", {"SIGN_ON_EPB": "saml"}))


def test_roles_are_mapped_to_roles_of_the_platform_only() -> None:
    with pytest.raises(ValueError, match="SIGN_ON_EPB_ROLES"):
        names(Realm.EPB, SIGN_ON_EPB_ROLES="boss=admin")
