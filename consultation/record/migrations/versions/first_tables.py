"""The first tables: the record, the legal transitions of warnings, deliveries, accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from consultation.record.migrations.first_transitions import LEGAL
from consultation.record.migrations.postgresql_triggers import TRIGGERS as POSTGRESQL
from consultation.record.migrations.sqlite_triggers import TRIGGERS as SQLITE

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STATE = (
    '(kind = \'warning\' AND step IS NOT NULL AND "before" IS NOT NULL AND "after" IS NOT NULL '
    "AND level IS NOT NULL AND level >= 1 AND level <= 3) "
    'OR (kind <> \'warning\' AND step IS NULL AND "before" IS NULL AND "after" IS NULL '
    "AND level IS NULL)"
)


def upgrade() -> None:
    """Make the tables and their triggers."""
    _record()
    _transitions()
    _deliveries()
    _accounts()
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def _text(name: str, length: int, *, nullable: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable, primary_key=key)


def _record() -> None:
    op.create_table(
        "entries",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        _text("time", 27), _text("actor", 64), _text("role", 32), _text("kind", 32), _text("subject", 200),
        sa.Column("step", sa.Integer), _text("before", 16, nullable=True), _text("after", 16, nullable=True),
        sa.Column("level", sa.Integer), sa.Column("payload", sa.Text, nullable=False),
        _text("previous", 64), _text("hash", 64),
        sa.UniqueConstraint("previous", name="entries_one_successor"),
        sa.UniqueConstraint("hash", name="entries_one_hash"),
        sa.CheckConstraint(_STATE, name="entries_warning_has_state"),
    )  # fmt: skip
    op.create_index("entries_by_subject", "entries", ["subject", "kind", "sequence"])
    op.create_index("entries_one_step", "entries", ["subject", "step"], unique=True)


def _transitions() -> None:
    table = op.create_table(
        "legal_transitions",
        _text("before", 16, key=True),
        _text("after", 16, key=True),
        sa.Column("released", sa.Integer, primary_key=True, autoincrement=False),
    )
    rows = [{"before": before, "after": after, "released": released} for before, after, released in LEGAL]
    op.bulk_insert(table, rows)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        _text("product", 200, key=True), _text("version", 64, key=True), _text("target", 300, key=True),
        _text("status", 16), sa.Column("attempts", sa.Integer, nullable=False), _text("claimed", 27),
        _text("finished", 27, nullable=True), sa.Column("detail", sa.Text, nullable=False),
    )  # fmt: skip


def _accounts() -> None:
    op.create_table(
        "users",
        _text("name", 64, key=True), _text("shown_name", 120), _text("role", 32),
        _text("password", 300, nullable=True), _text("identity", 500, nullable=True),
        sa.Column("enabled", sa.Integer, nullable=False), _text("created", 27),
        sa.UniqueConstraint("identity", name="users_one_identity"),
    )  # fmt: skip
    op.create_table(
        "sessions",
        _text("token", 64, key=True), _text("name", 64), _text("role", 32), _text("opened", 27),
        _text("seen", 27),
        sa.ForeignKeyConstraint(["name"], ["users.name"], name="sessions_of_users"),
    )  # fmt: skip
    op.create_index("sessions_by_name", "sessions", ["name"])
    op.create_table("requests_seen", _text("request", 64, key=True), _text("time", 27))
    op.create_table(
        "login_failures", sa.Column("number", sa.Integer, primary_key=True), _text("key", 64),
        _text("time", 27),
    )  # fmt: skip
    op.create_index("login_failures_by_key", "login_failures", ["key", "time"])
    op.create_table(
        "openid_requests", _text("state", 64, key=True), _text("nonce", 64), _text("verifier", 128),
        _text("time", 27),
    )  # fmt: skip
