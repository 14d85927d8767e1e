"""What a portal says of a person, by the names that the settings give its claims (E1, R1)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selfmon_gateway.auth.people import Person
from selfmon_shared.application.settings import Settings
from selfmon_shared.kernel.actor import Realm
from selfmon_shared.kernel.digests import sm3
from selfmon_shared.kernel.errors import Forbidden
from selfmon_shared.kernel.uscc import normalise
from selfmon_shared.reference.regions import regions

OPERATOR_ROLES = ("operator", "auditor")

_ID = re.compile(r"[A-Za-z0-9._:\-]{1,128}")
_PERSONAL = re.compile(r"(\+?86-?)?1\d{10}|\d{17}[0-9Xx]")
_USCC = re.compile(r"[0-9A-Z]{18}")
_BETWEEN = re.compile(r"[,;，；、\s]+")


@dataclass(frozen=True)
class ClaimNames:
    """A realm's claim names; ``roles_named`` says which of the portal's role names are which of ours."""

    realm: Realm
    person_id: str
    name: str
    email: str
    unit: str
    uscc: str
    region: str
    roles: str
    roles_named: Mapping[str, str]

    @staticmethod
    def of(settings: Settings, realm: Realm, person_id: str) -> "ClaimNames":
        """As ``SIGN_ON_<REALM>_CLAIM_…`` name them; ``person_id`` is the protocol's own claim of the account.

        Raises:
            ValueError: ``SIGN_ON_<REALM>_ROLES`` is not a list of ``theirs=ours``.
        """

        def named(what: str, default: str) -> str:
            return settings.text(f"SIGN_ON_{realm.upper()}_CLAIM_{what}") or default

        return ClaimNames(
            realm=realm,
            person_id=named("ID", person_id),
            name=named("NAME", "name"),
            email=named("EMAIL", "email"),
            unit=named("UNIT", "unit"),
            uscc=named("USCC", "uscc"),
            region=named("REGION", "region"),
            roles=named("ROLES", "roles"),
            roles_named=_roles_named(settings, realm),
        )

    def person(self, claims: Mapping[str, Any]) -> Person:
        """The person of these claims.

        Raises:
            Forbidden: without an account name, an enterprise without a USCC, or an operator without a role (``login.…-missing``).
        """
        account = _one(claims, self.person_id)
        if not account:
            raise Forbidden("login.account-missing")
        is_enterprise, is_operator = self.realm is Realm.ENTERPRISE, self.realm is Realm.OPERATOR
        uscc = normalise(_one(claims, self.uscc)) if is_enterprise else None
        if is_enterprise and not _USCC.fullmatch(uscc or ""):
            raise Forbidden("login.uscc-missing")
        roles = frozenset(self.roles_named[word] for word in _many(claims, self.roles) if word in self.roles_named)
        if is_operator and not roles:
            raise Forbidden("login.role-missing")
        region = _one(claims, self.region)
        return Person(
            id=opaque(self.realm, account),
            realm=self.realm,
            name=_one(claims, self.name)[:50] or "未提供姓名",
            unit=_one(claims, self.unit)[:200],
            uscc=uscc,
            region=region if self.realm is Realm.EPB and region in regions() else None,
            roles=frozenset() if is_enterprise else roles,
        )

    def email_of(self, claims: Mapping[str, Any]) -> str | None:
        """The e-mail address, if the portal gives one."""
        return _one(claims, self.email)[:200] or None


def opaque(realm: Realm, account: str) -> str:
    """The account as an id that may stand in events: a telephone, identity card or other number or name of a person becomes a digest."""
    if _ID.fullmatch(account) and not _PERSONAL.fullmatch(account):
        return account
    return f"x-{sm3(f'{realm.value}:{account}')[:32]}"


def _roles_named(settings: Settings, realm: Realm) -> Mapping[str, str]:
    name = f"SIGN_ON_{realm.upper()}_ROLES"
    default = ",".join(f"{role}={role}" for role in OPERATOR_ROLES) if realm is Realm.OPERATOR else ""
    pairs = [entry.partition("=") for entry in _BETWEEN.split(settings.text(name, default)) if entry]
    if unknown := [theirs for theirs, _, ours in pairs if ours not in OPERATOR_ROLES]:
        raise ValueError(f"{name} must be a list of <portal's role>={'|'.join(OPERATOR_ROLES)}, separated by commas; not so: {unknown}")
    return {theirs: ours for theirs, _, ours in pairs}


def _one(claims: Mapping[str, Any], name: str) -> str:
    said = claims.get(name)
    if isinstance(said, Sequence) and not isinstance(said, str):
        said = said[0] if said else None
    return str(said).strip() if isinstance(said, str | int) else ""


def _many(claims: Mapping[str, Any], name: str) -> list[str]:
    said = claims.get(name)
    if isinstance(said, str):
        return [word for word in _BETWEEN.split(said) if word]
    return [word for word in said if isinstance(word, str)] if isinstance(said, Sequence) else []
