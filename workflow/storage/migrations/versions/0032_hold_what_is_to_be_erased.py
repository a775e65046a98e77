"""Say of a case that what it tells of persons is not to be erased yet, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0032"
down_revision = "0023"
branch_labels = None
depends_on = None

_HELD = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "retention_hold",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", BigId, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", BigId, nullable=True),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_retention_hold_case_id_case"),
        sa.ForeignKeyConstraint(["by"], ["officer.id"], name="fk_retention_hold_by_officer"),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["officer.id"], name="fk_retention_hold_lifted_by_officer"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_retention_hold"),
    )
    op.create_index(
        "ix_retention_hold_case_id",
        "retention_hold",
        ["case_id"],
        unique=True,
        postgresql_where=_HELD,
        sqlite_where=_HELD,
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("retention_hold")
