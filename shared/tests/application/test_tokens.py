"""The actor's token: believed only if the gateway has signed it, and only for a moment."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from selfmon_shared.application.tokens import create_keys, sign_actor, verify_actor
from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.errors import Forbidden

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
CLERK = Actor("account-1", Realm.ENTERPRISE, uscc="91320102MA1TESTX0G", roles=frozenset({"submit", "draft"}))
OFFICER = Actor("officer-1", Realm.EPB, region="320102")


@pytest.fixture
def keys(tmp_path: Path) -> tuple[str, str]:
    create_keys(tmp_path / "keys")
    return (tmp_path / "keys" / "actor-private.pem").read_text(), (tmp_path / "keys" / "actor-public.pem").read_text()


@pytest.mark.parametrize("actor", [CLERK, OFFICER, Actor.system("plan")], ids=lambda actor: actor.id)
def test_who_acts_arrives_as_he_was(keys: tuple[str, str], actor: Actor) -> None:
    private, public = keys
    assert verify_actor(sign_actor(actor, private, NOW), public, NOW) == actor


def test_a_token_is_good_for_a_minute_and_what_clocks_differ(keys: tuple[str, str]) -> None:
    private, public = keys
    token = sign_actor(CLERK, private, NOW)
    assert verify_actor(token, public, NOW + timedelta(seconds=90)) == CLERK
    with pytest.raises(Forbidden, match=r"actor\.unknown"):
        verify_actor(token, public, NOW + timedelta(seconds=91))


def test_nothing_but_the_gateways_signature_is_believed(keys: tuple[str, str], tmp_path: Path) -> None:
    private, public = keys
    create_keys(tmp_path / "other")
    strangers = (tmp_path / "other" / "actor-private.pem").read_text()
    unsigned = jwt.encode({"sub": "root"}, "", algorithm="none")
    lacking = jwt.encode({"sub": "account-1", "realm": "enterprise"}, private, algorithm="EdDSA")
    foreign_realm = jwt.encode(
        {"sub": "a", "realm": "god", "uscc": None, "region": None, "roles": [], "exp": 9e9}, private, algorithm="EdDSA"
    )
    for token in (sign_actor(CLERK, strangers, NOW), unsigned, lacking, foreign_realm, "rubbish", ""):
        with pytest.raises(Forbidden, match=r"actor\.unknown"):
            verify_actor(token, public, NOW)


def test_keys_that_are_there_stay_and_the_private_one_is_private(tmp_path: Path) -> None:
    create_keys(tmp_path)
    private = tmp_path / "actor-private.pem"
    before = private.read_bytes()
    create_keys(tmp_path)
    assert private.read_bytes() == before
    assert private.stat().st_mode & 0o077 == 0
