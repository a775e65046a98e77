"""Number the signed heads one after another, so that one that is taken away leaves a gap."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.execute(
        "UPDATE log_head SET id = -numbered.n FROM"
        " (SELECT id AS old, row_number() OVER (ORDER BY id) AS n FROM log_head) AS numbered"
        " WHERE numbered.old = log_head.id"
    )
    op.execute("UPDATE log_head SET id = -id")


def downgrade() -> None:
    """Go back to the one before, which takes any numbers, but counts on from the last by itself."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('log_head', 'id'),"
            " (SELECT coalesce(max(id), 0) + 1 FROM log_head), false)"
        )
