"""The gateway's own tables: sign-on, sessions and the audit trail. (What it shows to the public stands in ``disclosure.tables``.)"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, false

from selfmon_shared.eventstore.columns import UtcTime

own = MetaData()

AUDIT = "audit_trail"

sessions = Table(
    "sessions",
    own,
    Column("digest", String(64), primary_key=True),
    Column("session_id", String(36), nullable=False, unique=True),
    Column("person_id", Text, nullable=False),
    Column("realm", String(12), nullable=False),
    Column("uscc", String(18)),
    Column("region", String(12)),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("browser", Text, nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("applicant", Boolean, nullable=False, server_default=false()),
    Column("subject", Text),
    Column("provider_session", Text),
    Column("id_token", Text),
    Index("sessions_person", "realm", "person_id"),
    Index("sessions_began", "began_at"),
    Index("sessions_provider_session", "realm", "provider_session"),
    Index("sessions_subject", "realm", "subject"),
)
"""``applicant``: an EPB person without an officer record, who may only apply for an account. The portal's own names of person and session
(``subject``, ``provider_session``) end sessions from there; ``id_token`` ends the portal's from here."""

sign_on_attempts = Table(
    "sign_on_attempts",
    own,
    Column("state_digest", String(64), primary_key=True),
    Column("realm", String(12), nullable=False),
    Column("nonce", Text, nullable=False),
    Column("code_verifier", Text, nullable=False),
    Column("next", Text, nullable=False),
    Column("browser_digest", String(64), nullable=False),
    Column("address", Text, nullable=False),
    Column("began_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Index("sign_on_attempts_expires", "expires_at"),
    Index("sign_on_attempts_address", "address", "began_at"),
)

used_tokens = Table(
    "used_tokens",
    own,
    Column("digest", String(64), primary_key=True),
    Column("realm", String(12), nullable=False),
    Column("used_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("used_tokens_expires", "expires_at"),
)

sign_on_failures = Table(
    "sign_on_failures",
    own,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("address", Text, nullable=False),
    Column("realm", String(12), nullable=False),
    Column("person_id", Text),
    Column("at", UtcTime, nullable=False),
    Index("sign_on_failures_address", "address", "at"),
    Index("sign_on_failures_person", "realm", "person_id", "at"),
)

accounts = Table(
    "accounts",
    own,
    Column("realm", String(12), primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("uscc", String(18)),
    Column("region", String(12)),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("email", Text),
    Column("first_on", UtcTime, nullable=False),
    Column("last_on", UtcTime, nullable=False),
    Index("accounts_uscc", "uscc"),
    Index("accounts_region", "region"),
)
"""Who has signed on, as the portal named him last: personal data, erasable; nothing refers to a row.
The same person in two realms is two."""

audit_trail = Table(
    AUDIT,
    own,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcTime, nullable=False),
    Column("person_id", Text),
    Column("realm", String(12)),
    Column("address", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Index("audit_trail_at", "at"),
    Index("audit_trail_person", "person_id", "at"),
)
