"""Who may touch what: an enterprise its own dischargers, an officer his region and everything below it (E1, R1, R7)."""

from collections.abc import Callable

import pytest

from selfmon_shared.kernel.actor import Actor, Realm, require_enterprise, require_officer, require_operator, require_sight
from selfmon_shared.kernel.errors import Forbidden, NotFound, Refusal

USCC = "91320102MA1TESTX0G"
SITE, REGION = f"{USCC}001", "320102"
OWN = Actor("a", Realm.ENTERPRISE, uscc=USCC)
OTHER = Actor("b", Realm.ENTERPRISE, uscc="91320102MA1TESTX1E")
NOBODYS = Actor("c", Realm.ENTERPRISE)
COUNTY, CITY, PROVINCE = (Actor("o", Realm.EPB, region=code) for code in ("320102", "320100", "320000"))
ELSEWHERE = Actor("o", Realm.EPB, region="320500")
REGIONLESS = Actor("o", Realm.EPB)
SYSTEM, OPERATOR = Actor.system("plan"), Actor("op", Realm.OPERATOR)


def outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except Refusal as refusal:
        return f"{refusal.status} {refusal.code}"
    return "may"


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (OWN, "may"),
        (SYSTEM, "may"),
        (OPERATOR, "403 actor.enterprise-only"),
        (OTHER, "404 discharger.unknown"),
        (NOBODYS, "404 discharger.unknown"),
        (COUNTY, "403 actor.enterprise-only"),
    ],
)
def test_E1_only_its_own_enterprise_acts_for_a_discharger(actor: Actor, expected: str) -> None:
    assert outcome(lambda: require_enterprise(actor, SITE)) == expected


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (OWN, "may"),
        (COUNTY, "may"),
        (CITY, "may"),
        (PROVINCE, "may"),
        (SYSTEM, "may"),
        (OPERATOR, "may"),
        (OTHER, "404 discharger.unknown"),
        (ELSEWHERE, "403 actor.outside-region"),
        (REGIONLESS, "403 actor.outside-region"),
    ],
)
def test_R1_a_discharger_is_seen_by_its_enterprise_and_the_officers_above_it(actor: Actor, expected: str) -> None:
    assert outcome(lambda: require_sight(actor, SITE, REGION)) == expected


def test_R1_a_discharger_without_a_region_is_seen_by_no_officer() -> None:
    assert outcome(lambda: require_sight(PROVINCE, SITE, None)) == "403 actor.outside-region"
    assert outcome(lambda: require_sight(OWN, SITE, None)) == "may"


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (COUNTY, "may"),
        (PROVINCE, "may"),
        (SYSTEM, "may"),
        (ELSEWHERE, "403 actor.outside-region"),
        (OWN, "403 actor.officer-only"),
        (OPERATOR, "403 actor.officer-only"),
    ],
)
def test_R7_only_an_officer_of_the_region_or_above_reviews(actor: Actor, expected: str) -> None:
    assert outcome(lambda: require_officer(actor, REGION)) == expected


def test_what_only_operators_do_is_refused_to_everybody_else() -> None:
    require_operator(OPERATOR)
    require_operator(SYSTEM)
    for actor in (OWN, PROVINCE):
        with pytest.raises(Forbidden, match=r"actor\.operator-only"):
            require_operator(actor)


def test_another_enterprise_learns_nothing_of_a_discharger() -> None:
    with pytest.raises(NotFound) as refused:
        require_sight(OTHER, SITE, REGION)
    assert refused.value.params == {"discharger_id": SITE}


def test_the_platforms_own_actor_is_named_after_its_service() -> None:
    assert (SYSTEM.id, SYSTEM.realm, SYSTEM.is_internal, OWN.is_internal) == ("system:plan", Realm.SYSTEM, True, False)
