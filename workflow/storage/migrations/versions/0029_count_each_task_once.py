"""Count a task once on each of its shelves; what is asked of all types or openers is summed."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0022"
branch_labels = None
depends_on = None

_SUMMED = (
    "INSERT INTO queue_tally (agency, shelf, type, opener, n)"
    " SELECT agency, shelf, {}, sum(n) FROM queue_tally"
    " WHERE type <> '' AND opener <> '' GROUP BY {}"
)


def upgrade() -> None:
    """Go on to this revision."""
    op.execute("DELETE FROM queue_tally WHERE type = '' OR opener = ''")


def downgrade() -> None:
    """Go back to the one before."""
    op.execute(_SUMMED.format("type, ''", "agency, shelf, type"))
    op.execute(_SUMMED.format("'', opener", "agency, shelf, opener"))
    op.execute(_SUMMED.format("'', ''", "agency, shelf"))
