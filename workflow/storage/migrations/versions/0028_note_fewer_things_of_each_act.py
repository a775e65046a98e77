"""Index keys of acts by their day only once their lines have places, which is no work of acts.

They no longer refer to their case, since every act writes lines of its history, and those do.
On SQLite keys are kept in the order of their index, not beside it; and the index of those without
a place is in the words in which it is asked for: the words it had before were not recognised, and
all keys were read.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on to this revision."""
    op.drop_index("ix_act_key_at", "act_key")
    op.drop_index("ix_act_key_unlogged", "act_key")
    without_rowid = {"sqlite_with_rowid": False}
    with op.batch_alter_table("act_key", table_kwargs=without_rowid) as table:
        table.drop_constraint("fk_act_key_case_id", type_="foreignkey")
    _index("ix_act_key_at", "at", "logged", "logged = 1")
    _index("ix_act_key_unlogged", "case_id", "NOT logged", "logged = 0")


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_act_key_unlogged", "act_key")
    op.drop_index("ix_act_key_at", "act_key")
    with op.batch_alter_table("act_key") as table:
        table.create_foreign_key("fk_act_key_case_id", "case", ["case_id"], ["id"])
    op.create_index("ix_act_key_at", "act_key", ["at"])
    _index("ix_act_key_unlogged", "case_id", "NOT logged", "NOT logged")


def _index(name: str, column: str, on_postgresql: str, on_sqlite: str) -> None:
    op.create_index(
        name,
        "act_key",
        [column],
        postgresql_where=sa.text(on_postgresql),
        sqlite_where=sa.text(on_sqlite),
    )
