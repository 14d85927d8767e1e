"""The gateway's own tables: sessions and the audit trail. (What it shows to the public stands in ``disclosure.tables``.)"""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

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
    Index("sessions_person", "realm", "person_id"),
    Index("sessions_began", "began_at"),
)

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
