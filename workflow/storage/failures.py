"""What a database or a disk says when it cannot do now what it is asked."""

from __future__ import annotations

import errno
import sqlite3
from typing import Final

from psycopg.errors import DiskFull
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

UNREACHABLE: Final = (OperationalError, InterfaceError, InternalError, PoolExhausted)
"""What is raised while the database cannot be asked or cannot write; a moment later it may.

An internal error is among them: so does PostgreSQL tell of a server that became a standby.
"""

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""The numbers of a disk that is full, of a quota used up, of a file that may not grow."""


def is_out_of_room(error: BaseException) -> bool:
    """Say whether something could not be written because a disk is full."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR_WRITE,
        )
    if isinstance(cause, OSError):
        return cause.errno in NO_ROOM
    return isinstance(cause, DiskFull)
