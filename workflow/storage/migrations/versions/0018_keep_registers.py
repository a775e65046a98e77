"""Keep registers: their types, their entries, and the history of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CURRENT = sa.text("status = 'current'")
DUE = sa.text("status = 'current' AND due_on IS NOT NULL")
ENDING = sa.text("status = 'current' AND ends_on IS NOT NULL")
ELSEWHERE = sa.text("source <> ''")
WAKES = sa.text("wake_at IS NOT NULL")
LISTS = (
    ("name", CURRENT, ["type", "folded", "id"]),
    ("country", CURRENT, ["type", "country", "folded", "id"]),
    ("holder", CURRENT, ["holder", "due_on", "id"]),
    ("due", DUE, ["due_on", "id"]),
    ("ends", ENDING, ["ends_on", "id"]),
    ("source", ELSEWHERE, ["source", "id"]),
    ("wake_at", WAKES, ["wake_at", "id"]),
)


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "register_type",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("normal", Json, nullable=False),
        sa.Column("deployed_at", UtcDateTime(), nullable=False),
        sa.Column("deployed_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_register_type"),
        sa.UniqueConstraint("key", "version", name="uq_register_type_key_version"),
    )
    _make_entries()
    _make_history()
    op.create_table(
        "register_number",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name="pk_register_number"),
    )


def _make_entries() -> None:
    op.create_table(
        "register_entry",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("renewed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("before_the_system", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("warned_until", UtcDateTime(), nullable=False),
        sa.Column("wake_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_register_entry"),
        sa.UniqueConstraint("code", name="uq_register_entry_code"),
        sa.UniqueConstraint("number", name="uq_register_entry_number"),
    )
    for name, where, columns in LISTS:
        op.create_index(
            f"ix_register_entry_{name}",
            "register_entry",
            columns,
            postgresql_where=where,
            sqlite_where=where,
        )
    op.create_index("ix_register_entry_type_status_id", "register_entry", ["type", "status", "id"])


def _make_history() -> None:
    entry = ["entry_id"], ["register_entry.id"]
    op.create_table(
        "register_event",
        sa.Column("entry_id", BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("officer", sa.Integer(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("body", Json, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(*entry, name="fk_register_event_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "seq", name="pk_register_event"),
        sa.UniqueConstraint("key", name="uq_register_event_key"),
    )
    op.create_table(
        "register_private",
        sa.Column("entry_id", BigId, nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("value", Json, nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(*entry, name="fk_register_private_entry_id"),
        sa.PrimaryKeyConstraint("entry_id", "commitment", name="pk_register_private"),
    )


def downgrade() -> None:
    """Go back to the one before."""
    for table in ("number", "private", "event", "entry", "type"):
        op.drop_table(f"register_{table}")
