"""Let each agency put labels of its own on cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, UtcDateTime

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

IS_ON = sa.text("is_on")


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "agency_label",
        sa.Column("id", BigId, nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("changed_by", BigId, nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["officer.id"], name="fk_agency_label_changed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_agency_label"),
        sa.UniqueConstraint("agency", "folded", name="uq_agency_label_agency_folded"),
    )
    op.create_table(
        "case_label",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("label_id", BigId, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("officer_id", BigId, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_label_case_id"),
        sa.ForeignKeyConstraint(["label_id"], ["agency_label.id"], name="fk_case_label_label_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name="fk_case_label_officer_id"),
        sa.PrimaryKeyConstraint("case_id", "label_id", name="pk_case_label"),
    )
    order = ["label_id", "case_id"]
    op.create_index(
        "ix_case_label_on", "case_label", order, postgresql_where=IS_ON, sqlite_where=IS_ON
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("case_label")
    op.drop_table("agency_label")
