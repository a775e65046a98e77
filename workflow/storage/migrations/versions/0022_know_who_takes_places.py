"""Know who takes places, so that nobody has two at the same hours, and what replaced an entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId

revision = "0022"
down_revision = "0027"
branch_labels = None
depends_on = None

_SAID = sa.text("person <> ''")


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "place_person",
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_place_person_case_id"),
        sa.PrimaryKeyConstraint("case_id", "host", "field", name="pk_place_person"),
    )
    for column in ("person", "host"):
        op.create_index(
            f"ix_place_person_{column}",
            "place_person",
            [column],
            postgresql_where=_SAID,
            sqlite_where=_SAID,
        )
    op.add_column("register_entry", sa.Column("replaced_by", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_column("register_entry", "replaced_by")
    op.drop_table("place_person")
