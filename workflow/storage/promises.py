"""What PostgreSQL promises of a commit, as its settings say."""

from __future__ import annotations

import re
from typing import Final

import psycopg
from sqlalchemy import Connection, text

_ASKED: Final = ("fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names")
_HERE: Final = re.compile(r"/.*|127(\.\d+){3}|::1|localhost")


def is_encrypted(connection: Connection) -> bool:
    """Say whether this connection to PostgreSQL goes by TLS, or does not leave the machine."""
    line = connection.connection.driver_connection
    if not isinstance(line, psycopg.Connection):
        raise TypeError(f"{line!r} is no connection to PostgreSQL")
    return bool(line.pgconn.ssl_in_use) or _HERE.fullmatch(line.info.host) is not None


def promises(connection: Connection) -> dict[str, str]:
    """Return the settings by which a commit is kept, as they hold for this account."""
    found = text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)")
    return {row.name: row.setting for row in connection.execute(found, {"names": list(_ASKED)})}


def waiting_for_standbys(connection: Connection) -> int:
    """Count the commits of this account that wait for a standby to confirm them."""
    found = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event = 'SyncRep' AND clock_timestamp() - state_change > interval '5 seconds'"
    )
    return int(connection.execute(found).scalar_one())
