"""Keep what a reform of agencies touches, line by line, as its preview tells it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json

revision = "0015"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "reform_line",
        sa.Column("id", BigId, nullable=False),
        sa.Column("plan_id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("title", Json, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("heir", sa.String(), nullable=True),
        sa.Column("due_from", sa.Date(), nullable=True),
        sa.Column("due_to", sa.Date(), nullable=True),
        sa.Column("officer_id", BigId, nullable=True),
        sa.Column("stays", sa.Boolean(), nullable=False),
        sa.Column("about", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["recount_plan.id"],
            name="fk_reform_line_plan_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_reform_line_case_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_reform_line_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_reform_line"),
    )
    op.create_index("ix_reform_line_plan_id_id", "reform_line", ["plan_id", "id"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_reform_line_plan_id_id", table_name="reform_line")
    op.drop_table("reform_line")
