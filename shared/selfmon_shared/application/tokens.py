"""The actor's token: the gateway signs who acts (Ed25519), services check it with the public key.

It lives 60 seconds; it is no session, only the claim that travels with one call.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from selfmon_shared.kernel.actor import Actor, Realm
from selfmon_shared.kernel.errors import Forbidden

LIFE = timedelta(seconds=60)
_LEEWAY = 30  # clocks of two machines
_UNCHECKED = {"verify_exp": False, "verify_iat": False}  # judged below, by the platform's own clock


def create_keys(folder: Path) -> None:
    """Make the key pair below a folder (``actor-private.pem``, ``actor-public.pem``) unless it is there."""
    private_path, public_path = folder / "actor-private.pem", folder / "actor-public.pem"
    if private_path.exists() and public_path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    private_path.touch(mode=0o600)
    private_path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    public_path.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))


def sign_actor(actor: Actor, private_key: str, now: datetime) -> str:
    """The token of an actor, good for 60 seconds."""
    claims = {
        "sub": actor.id,
        "realm": actor.realm.value,
        "uscc": actor.uscc,
        "region": actor.region,
        "roles": sorted(actor.roles),
        "exp": int((now + LIFE).timestamp()),
    }
    return jwt.encode(claims, private_key, algorithm="EdDSA")


def verify_actor(token: str, public_key: str, now: datetime) -> Actor:
    """The actor that a token names.

    Raises:
        Forbidden: the signature is wrong or the token too old (``actor.unknown``).
    """
    try:
        actor, expires_at = _signed(token, public_key)
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError) as error:  # TypeError: no text at all
        raise Forbidden("actor.unknown") from error
    if expires_at + _LEEWAY < now.timestamp():
        raise Forbidden("actor.unknown")
    return actor


@lru_cache(maxsize=1000)  # a token serves several calls, and checking a signature costs as much as a small query
def _signed(token: str, public_key: str) -> tuple[Actor, int]:
    """The actor in a token and when it expires, if the signature is the gateway's."""
    claims = jwt.decode(token, public_key, algorithms=["EdDSA"], options=_UNCHECKED)  # type: ignore[arg-type]
    actor = Actor(claims["sub"], Realm(claims["realm"]), claims["uscc"], claims["region"], frozenset(claims["roles"]))
    return actor, int(claims["exp"])
