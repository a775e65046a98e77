"""Whether a connection to PostgreSQL is behind the wall: noted once, as it is made."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.pool import ConnectionPoolEntry

BEHIND: Final = "behind the wall"
"""Note of a connection: whether the policies of PostgreSQL bind its account."""
_SET: Final = {
    "jit": "off",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""The policies make statements look dear that read a few rows: each would be compiled before.

A host that vanished holds what it had locked until the server looks for it: not after two hours,
as it usually does, but within half a minute.
"""
_ASKED: Final = (
    "SELECT row_security_active(oid), "  # noqa: S608 - names of ours
    + ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SET.items())
    + " FROM pg_class WHERE oid = to_regclass('\"case\"')"
)


def note_the_wall(dbapi: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's
    """Ask whether the policies bind a connection, for `workflow.storage.sight`, and set `_SET`."""
    dbapi.autocommit = True
    found = dbapi.execute(_ASKED).fetchone()
    dbapi.autocommit = False
    entry.info[BEHIND] = found is not None and found[0]
