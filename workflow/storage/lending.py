"""Whether a pooler stands before PostgreSQL that lends a connection for one transaction only.

What is told to such a connection, who may see what above all, and what is made ready on it holds
for whoever is lent it next.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import psycopg
from sqlalchemy import Connection, text

from workflow.storage import dialect
from workflow.storage.engine import make_engine, reading
from workflow.storage.failures import UNREACHABLE

LENT: Final = "A pooler lends this program another connection to PostgreSQL for each transaction"
LENT_MEND: Final = (
    "let each client keep its own, with pool_mode = session in PgBouncer,"
    " or name PostgreSQL itself in TRAMITA_DATABASE_URL"
)
_TRIES: Final = 20
"""How often to ask: others who work through the pooler may hide for a moment what it does."""


class ConnectionLentError(RuntimeError):
    """Nobody may work here: what one asker may see would hold for the next."""


def refuse_lent(url: str) -> None:
    """Raise `ConnectionLentError` where a pooler lends connections in turns.

    Nothing is known, and nobody is refused, while the database cannot be reached.
    """
    with suppress(*UNREACHABLE):
        if is_lent(url):
            raise ConnectionLentError(f"{LENT}; {LENT_MEND}")


def is_lent(url: str) -> bool:
    """Say whether the server behind a connection to this address is another one now and then."""
    engine = make_engine(url)
    try:
        if dialect.is_sqlite(engine):
            return False
        with reading(engine) as one:
            mine = _server(one)
            if mine == _told(one):
                return False  # nobody is between
        with reading(engine) as one, reading(engine) as other:
            mine = _server(one)
            return any(_server(other) == mine or _server(one) != mine for _ in range(_TRIES))
    finally:
        engine.dispose()


def _server(connection: Connection) -> int:
    """Ask which process of PostgreSQL answers."""
    number: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return number


def _told(connection: Connection) -> int:
    """Return which process of PostgreSQL was said to answer as the connection was made."""
    line = connection.connection.driver_connection
    if not isinstance(line, psycopg.Connection):
        raise TypeError(f"{line!r} is no connection to PostgreSQL")
    return line.info.backend_pid
