"""The tables of the record and of the deliveries; triggers are in the migrations."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

FIRST_PREVIOUS = "0" * 64
"""What stands for the hash before the first row."""

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("time", String(27), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("step", Integer),
    Column("before", String(16)),
    Column("after", String(16)),
    Column("level", Integer),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("previous", name="entries_one_successor"),
    UniqueConstraint("hash", name="entries_one_hash"),
    CheckConstraint(
        '(kind = \'warning\' AND step IS NOT NULL AND "before" IS NOT NULL AND "after" IS NOT NULL '
        "AND level IS NOT NULL AND level >= 1 AND level <= 3) "
        'OR (kind <> \'warning\' AND step IS NULL AND "before" IS NULL AND "after" IS NULL '
        "AND level IS NULL)",
        name="entries_warning_has_state",
    ),
)
Index("entries_by_subject", entries.c.subject, entries.c.kind, entries.c.sequence)
Index("entries_one_step", entries.c.subject, entries.c.step, unique=True)

legal_transitions = Table(
    "legal_transitions",
    metadata,
    Column("before", String(16), primary_key=True),
    Column("after", String(16), primary_key=True),
    Column("released", Integer, primary_key=True, autoincrement=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("product", String(200), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("target", String(300), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed", String(27), nullable=False),
    Column("finished", String(27)),
    Column("detail", Text, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("shown_name", String(120), nullable=False),
    Column("role", String(32), nullable=False),
    Column("password", String(300)),
    Column("identity", String(500)),
    Column("enabled", Integer, nullable=False),
    Column("created", String(27), nullable=False),
    UniqueConstraint("identity", name="users_one_identity"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("opened", String(27), nullable=False),
    Column("seen", String(27), nullable=False),
    ForeignKeyConstraint(["name"], ["users.name"], name="sessions_of_users"),
)
Index("sessions_by_name", sessions.c.name)

requests_seen = Table(
    "requests_seen",
    metadata,
    Column("request", String(64), primary_key=True),
    Column("time", String(27), nullable=False),
)

login_failures = Table(
    "login_failures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("time", String(27), nullable=False),
)
Index("login_failures_by_key", login_failures.c.key, login_failures.c.time)

openid_requests = Table(
    "openid_requests",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("time", String(27), nullable=False),
)
