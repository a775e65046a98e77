"""Have one index do what several did, for PostgreSQL makes all of a table ready for each act.

An inbox is read by rank and order, and along the same index by what it is narrowed to. What nobody
holds is found as what somebody holds. The key of an act says itself whether anything of it waits.
"""

# ruff: noqa: S608 - every word is our own

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0044"
branch_labels = None
depends_on = None

_OPEN: Final = "ended_at IS NULL"
_WAITING: Final = f"{_OPEN} AND (request IS NOT NULL OR child IS NOT NULL)"
_ORDER: Final = ("order_at", "case_id", "no")
BEFORE: Final = {
    "inbox": (("agency", *_ORDER), _OPEN),
    "free": (("agency", *_ORDER), f"{_OPEN} AND assignee IS NULL"),
    "type": (("agency", "type", *_ORDER), _OPEN),
    "opener": (("agency", "opener", *_ORDER), _OPEN),
    "first": (("agency", *_ORDER), f"{_OPEN} AND rank = 0"),
    "arrived": (("agency", "arrived_at"), _OPEN),
    "waiting": (("agency", *_ORDER), _WAITING),
    "child": (("child",), f"{_OPEN} AND child IS NOT NULL"),
    "open": (("case_id",), _OPEN),
    "mine": (("assignee", *_ORDER), f"{_OPEN} AND assignee IS NOT NULL"),
}
NOW: Final = {
    "inbox": (("agency", "rank", *_ORDER, "type", "opener", "arrived_at"), _OPEN),
    "waiting": (("agency", *_ORDER, "child"), _WAITING),
    "held": (("assignee", "agency", "rank", *_ORDER), _OPEN),
    "open": (("case_id",), _OPEN),
}
"""That of the tasks of a case is as before, but made after the others: see 0043."""
_WAITS: Final = "NOT logged OR tell_from IS NOT NULL"
_WAITS_ON_SQLITE: Final = "logged = 0 OR tell_from IS NOT NULL"


def upgrade() -> None:
    """Go on to this revision."""
    _make(NOW, instead_of=BEFORE)
    for name in ("waiting", "at"):
        op.drop_index(f"ix_act_key_{name}", "act_key")
    if op.get_bind().dialect.name == "sqlite":
        op.add_column("act_key", _waits(sa.true()))
        op.execute(f"UPDATE act_key SET waits = ({_WAITS_ON_SQLITE})")
    else:  # which need not write all keys anew
        op.add_column("act_key", _waits(sa.false()))
        op.execute(f"UPDATE act_key SET waits = true WHERE {_WAITS}")
        op.alter_column("act_key", "waits", server_default=sa.true())
    op.execute("UPDATE act_key SET asked_at = at WHERE asked_at IS NULL")
    op.create_index("ix_act_key_waits", "act_key", ["waits", "asked_at"])
    _know_how_few_wait()


def _know_how_few_wait() -> None:
    """Have PostgreSQL learn it at once: it would read all keys, and not the index, until it does.

    Of a table that is known to be empty it would expect that it stays so.
    """
    connection, some = op.get_bind(), sa.text("SELECT EXISTS (SELECT FROM act_key)")
    if connection.dialect.name != "sqlite" and connection.execute(some).scalar():
        op.execute("ANALYZE act_key")


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_act_key_waits", "act_key")
    op.drop_column("act_key", "waits")
    _partial("ix_act_key_waiting", "act_key", ["asked_at"], _WAITS, _WAITS_ON_SQLITE)
    _partial("ix_act_key_at", "act_key", ["at"], "logged", "logged = 1")
    _make(BEFORE, instead_of=NOW)


def _make(indexes: Any, *, instead_of: Any) -> None:  # noqa: ANN401 - names, columns, condition
    for name in instead_of:
        op.drop_index(f"ix_task_{name}", "task")
    for name, (columns, where) in indexes.items():
        _partial(f"ix_task_{name}", "task", list(columns), where, where)


def _partial(name: str, table: str, columns: list[str], where: str, on_sqlite: str) -> None:
    """Make an index of some rows alone."""
    op.create_index(
        name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(on_sqlite)
    )


def _waits(default: Any) -> sa.Column[bool]:  # noqa: ANN401 - a constant of SQL
    return sa.Column("waits", sa.Boolean(), nullable=False, server_default=default)
