"""Keep what is imported, file by file and line by line."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId, Json, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "import_batch",
        sa.Column("id", BigId, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("applied_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("faults", Json, nullable=False),
        sa.Column("because", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_import_batch"),
        sa.UniqueConstraint("key", name="uq_import_batch_key"),
    )
    op.create_index("ix_import_batch_kind_type_id", "import_batch", ["kind", "type", "id"])
    op.create_table(
        "import_line",
        sa.Column("batch_id", BigId, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("external", sa.String(), nullable=False),
        sa.Column("body", Json, nullable=True),
        sa.Column("shown", Json, nullable=False),
        sa.Column("faults", Json, nullable=False),
        sa.Column("notes", Json, nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name="fk_import_line_batch_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("batch_id", "line", name="pk_import_line"),
    )
    op.create_index("ix_import_line_number", "import_line", ["number"])


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_import_line_number", table_name="import_line")
    op.drop_table("import_line")
    op.drop_index("ix_import_batch_kind_type_id", table_name="import_batch")
    op.drop_table("import_batch")
