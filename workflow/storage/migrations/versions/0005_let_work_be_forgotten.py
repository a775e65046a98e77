"""Let done jobs be forgotten while the log of deliveries is kept; find the done and the failed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_job_done": ("done_at", "done_at IS NOT NULL"),
    "ix_job_failed": ("failed_at", "failed_at IS NOT NULL"),
}


def upgrade() -> None:
    """Go on to this revision."""
    with op.batch_alter_table("delivery") as delivery:
        delivery.drop_constraint("fk_delivery_job_id", type_="foreignkey")
    for name, (column, where) in INDEXES.items():
        kept = sa.text(where)
        op.create_index(name, "job", [column], postgresql_where=kept, sqlite_where=kept)


def downgrade() -> None:
    """Go back to the one before; the log no longer says of which job what was forgotten."""
    for name in INDEXES:
        op.drop_index(name, "job")
    op.execute(
        "UPDATE delivery SET job_id = NULL"
        " WHERE NOT EXISTS (SELECT 1 FROM job WHERE job.id = delivery.job_id)"
    )
    with op.batch_alter_table("delivery") as delivery:
        delivery.create_foreign_key("fk_delivery_job_id", "job", ["job_id"], ["id"])
