"""Keep what every act changes of a case behind what it leaves alone, on PostgreSQL.

The log of the database leaves out what a row and the row before it begin with alike. The form of a
request, by far the longest of it, stood behind its revision and was logged for each act.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0037"
branch_labels = None
depends_on = None

INSTANT = postgresql.TIMESTAMP(timezone=True)
CHANGED: dict[str, tuple[sa.types.TypeEngine[Any], bool]] = {
    "state": (sa.String(), False),
    "visit": (sa.Integer(), False),
    "revision": (sa.Integer(), False),
    "entered_at": (INSTANT, True),
    "updated_at": (INSTANT, False),
}
"""Columns that stood before the form, with their kinds and whether they may be empty."""


def upgrade() -> None:
    """Go on to this revision."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for name, (kind, _) in CHANGED.items():
        op.add_column("case", sa.Column(f"{name}_", kind))
    moved = ", ".join(f"{name}_ = {name}" for name in CHANGED)
    op.execute(f'UPDATE "case" SET {moved}')  # noqa: S608 - every word is our own
    for name, (kind, nullable) in CHANGED.items():
        op.drop_column("case", name)
        op.alter_column("case", f"{name}_", new_column_name=name)
        op.alter_column("case", name, existing_type=kind, nullable=nullable)


def downgrade() -> None:
    """Go back to the one before, which takes columns in any order."""
