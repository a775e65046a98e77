"""Let cases give places to others, and find the tasks that a case does for others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ELSEWHERE = sa.text("status IN ('open', 'claimed') AND child IS NOT NULL")


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "place",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("opener", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_place_case_id"),
        sa.PrimaryKeyConstraint("case_id", "host", name="pk_place"),
    )
    op.create_index("ix_place_queue", "place", ["host", "status", "since", "case_id"])
    op.create_index(
        "ix_task_child",
        "task",
        ["child"],
        postgresql_where=_ELSEWHERE,
        sqlite_where=_ELSEWHERE,
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_task_child", "task")
    op.drop_table("place")
