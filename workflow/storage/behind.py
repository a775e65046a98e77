"""Whether a connection to PostgreSQL is behind the wall: noted once, as it is made."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.pool import ConnectionPoolEntry

BEHIND: Final = "behind the wall"
"""Note of a connection: whether the policies of PostgreSQL bind its account."""
_ASKED: Final = (
    "SELECT row_security_active(oid), set_config('jit', 'off', false)"
    " FROM pg_class WHERE oid = to_regclass('\"case\"')"
)
"""The policies make statements look dear that read a few rows: each would be compiled before."""


def note_the_wall(dbapi: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's
    """Ask whether the policies bind a connection, for `workflow.storage.sight`; compile nothing."""
    dbapi.autocommit = True
    found = dbapi.execute(_ASKED).fetchone()
    dbapi.autocommit = False
    entry.info[BEHIND] = found is not None and found[0]
