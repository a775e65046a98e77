"""Make the tables of cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "case",
    "case_number",
    "task",
    "event",
    "private_value",
    "act_key",
    "case_agency",
    "case_deadline",
    "queue_count",
    "document",
    "relation",
    "draft",
)
OPEN = sa.text("status IN ('open', 'claimed')")
OPEN_MINE = sa.text("status IN ('open', 'claimed') AND assignee IS NOT NULL")


def upgrade() -> None:
    """Go on to this revision."""
    _case()
    _case_number()
    _task()
    _event()
    _private_value()
    _act_key()
    _case_agency()
    _case_deadline()
    _queue_count()
    _document()
    _relation()
    _draft()


def downgrade() -> None:
    """Go back to the one before."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _case() -> None:
    op.create_table(
        "case",
        sa.Column("id", BigId, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("definition_key", sa.String(), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=True),
        sa.Column("opener", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("access", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("participants", Json, nullable=False),
        sa.Column("memory", Json, nullable=False),
        sa.Column("clocks", Json, nullable=False),
        sa.Column("tasks_opened", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("wake_at", UtcDateTime(), nullable=True),
        sa.Column("noticed_until", UtcDateTime(), nullable=True),
        sa.Column("access_code_hash", sa.String(), nullable=True),
        sa.Column("external_number", sa.String(), nullable=True),
        sa.Column("last_event", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("number", name="uq_case_number"),
    )
    op.create_index("ix_case_opener_id", "case", ["opener", "id"])
    op.create_index(
        "ix_case_wake_at",
        "case",
        ["wake_at"],
        postgresql_where=sa.text("wake_at IS NOT NULL"),
        sqlite_where=sa.text("wake_at IS NOT NULL"),
    )


def _case_number() -> None:
    op.create_table(
        "case_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_case_number"),
    )


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("assignee", sa.Integer(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("order_at", UtcDateTime(), nullable=False),
        sa.Column("clock", Json, nullable=True),
        sa.Column("proposal", Json, nullable=True),
        sa.Column("request", Json, nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("child", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_task_case_id"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_task"),
    )
    op.create_index(
        "ix_task_inbox",
        "task",
        ["agency", "order_at", "case_id", "no"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    op.create_index(
        "ix_task_mine",
        "task",
        ["assignee", "order_at", "case_id", "no"],
        postgresql_where=OPEN_MINE,
        sqlite_where=OPEN_MINE,
    )
    op.create_index("ix_task_open", "task", ["case_id"], postgresql_where=OPEN, sqlite_where=OPEN)


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("officer", sa.Integer(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("guest", sa.String(), nullable=True),
        sa.Column("body", Json, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_event_case_id"),
        sa.PrimaryKeyConstraint("case_id", "seq", name="pk_event"),
    )


def _private_value() -> None:
    op.create_table(
        "private_value",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("value", Json, nullable=True),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_private_value_case_id"),
        sa.PrimaryKeyConstraint("case_id", "commitment", name="pk_private_value"),
    )


def _act_key() -> None:
    op.create_table(
        "act_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_act_key_case_id"),
        sa.PrimaryKeyConstraint("key", name="pk_act_key"),
    )
    op.create_index("ix_act_key_at", "act_key", ["at"])


def _case_agency() -> None:
    op.create_table(
        "case_agency",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_agency_case_id"),
        sa.PrimaryKeyConstraint("case_id", "agency", name="pk_case_agency"),
    )
    op.create_index("ix_case_agency_agency_case_id", "case_agency", ["agency", "case_id"])


def _case_deadline() -> None:
    op.create_table(
        "case_deadline",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_deadline_case_id"),
        sa.PrimaryKeyConstraint("case_id", "key", name="pk_case_deadline"),
    )
    op.create_index(
        "ix_case_deadline_running",
        "case_deadline",
        ["agency", "due_at"],
        postgresql_where=sa.text("status = 'running'"),
        sqlite_where=sa.text("status = 'running'"),
    )


def _queue_count() -> None:
    op.create_table(
        "queue_count",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("assignee", BigId, autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "assignee", "due_on", name="pk_queue_count"),
    )


def _document() -> None:
    op.create_table(
        "document",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("officer", sa.Integer(), nullable=True),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_document_case_id"),
        sa.PrimaryKeyConstraint("case_id", "field", "version", name="pk_document"),
    )
    op.create_index("ix_document_sha256", "document", ["sha256"])


def _relation() -> None:
    op.create_table(
        "relation",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("other_number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_relation_case_id"),
        sa.PrimaryKeyConstraint("case_id", "other_number", "kind", name="pk_relation"),
    )
    op.create_index("ix_relation_other_number", "relation", ["other_number"])


def _draft() -> None:
    op.create_table(
        "draft",
        sa.Column("id", BigId, nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("case_number", sa.String(), nullable=True),
        sa.Column("task_no", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_draft_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_officer_id_saved_at", "draft", ["officer_id", "saved_at"])
    op.create_index(
        "uq_draft_task",
        "draft",
        ["officer_id", "case_number", "task_no"],
        unique=True,
        postgresql_where=sa.text("task_no IS NOT NULL"),
        sqlite_where=sa.text("task_no IS NOT NULL"),
    )
