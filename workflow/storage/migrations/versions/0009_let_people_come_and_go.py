"""Let people answer for positions, leave in one act, and be told of what is no case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    with op.batch_alter_table("substitution") as substitution:
        substitution.alter_column("absent_id", existing_type=BigId, nullable=True)
        substitution.add_column(sa.Column("role", sa.String(), nullable=True))
        substitution.add_column(sa.Column("key", sa.String(), nullable=True))
        substitution.add_column(sa.Column("ended_at", UtcDateTime(), nullable=True))
        substitution.add_column(sa.Column("ended_by", BigId, nullable=True))
        substitution.create_foreign_key("fk_substitution_ended_by", "officer", ["ended_by"], ["id"])
        substitution.create_unique_constraint("uq_substitution_key", ["key"])
    op.create_index("ix_substitution_agency", "substitution", ["agency"])
    with op.batch_alter_table("notice") as notice:
        notice.alter_column("case_id", existing_type=BigId, nullable=True)
    _departure()
    _staff_event()


def downgrade() -> None:
    """Go back to the one before; what only this one can keep is lost."""
    op.drop_table("staff_event")
    op.drop_table("departure")
    op.execute(
        "DELETE FROM delivery WHERE notice_id IN (SELECT id FROM notice WHERE case_id IS NULL)"
    )
    op.execute("DELETE FROM notice WHERE case_id IS NULL")
    with op.batch_alter_table("notice") as notice:
        notice.alter_column("case_id", existing_type=BigId, nullable=False)
    op.execute("DELETE FROM substitution WHERE absent_id IS NULL")
    op.drop_index("ix_substitution_agency", table_name="substitution")
    with op.batch_alter_table("substitution") as substitution:
        substitution.drop_constraint("uq_substitution_key", type_="unique")
        substitution.drop_constraint("fk_substitution_ended_by", type_="foreignkey")
        for column in ("ended_by", "ended_at", "key", "role"):
            substitution.drop_column(column)
        substitution.alter_column("absent_id", existing_type=BigId, nullable=False)


def _departure() -> None:
    op.create_table(
        "departure",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("moves", Json, nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("failures", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", BigId, nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["officer.id"], name="fk_departure_created_by"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_departure_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_departure"),
        sa.UniqueConstraint("key", name="uq_departure_key"),
    )
    op.create_index("ix_departure_officer_id", "departure", ["officer_id"])


def _staff_event() -> None:
    op.create_table(
        "staff_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", BigId, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.ForeignKeyConstraint(["by"], ["officer.id"], name="fk_staff_event_by"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_staff_event_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_event"),
    )
    op.create_index("ix_staff_event_officer_id", "staff_event", ["officer_id"])
