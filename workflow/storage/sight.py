"""What the policies of PostgreSQL let a connection see: the wall behind the WHERE of a query.

Each connection carries in settings of its own who asks; the policies of migration 0025 read them,
and a connection that carries none sees no row of a case. Whoever owns the tables sees all of them
whatever is set, and SQLite has no policies: there nothing is set.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from workflow.core.powers import Powers
from workflow.storage.behind import BEHIND
from workflow.storage.dialect import Speaking, is_sqlite
from workflow.storage.direct import Held, directly
from workflow.storage.plain_values import spelled_array

_SEEN: Final = "sight"


class Sight(NamedTuple):
    """What somebody sees of cases, spelled for the policies."""

    agencies: str = ""
    """An array of the agencies that the person acts for; empty where there is none."""
    officer: str = ""
    day: str = ""
    case: str = ""
    """The number of the one case that a guest was let into."""
    sees: str = ""
    """`all` for auditors, the clock and commands."""


NOTHING: Final = Sight()
EVERYTHING: Final = Sight(sees="all")
AS_IT_IS: Final = None
"""Whatever a connection sees from before: for tables that say nothing of any case."""

FROM_THE_START: Final = "-c tramita.sees=all"
"""What a program of PostgreSQL is started with, to see everything."""


def _setting(*, local: bool) -> str:
    here = "true" if local else "false"
    return "SELECT " + ", ".join(
        f"set_config('tramita.{name}', ${n}, {here})" for n, name in enumerate(Sight._fields, 1)
    )


_FOR_NOW: Final = _setting(local=True)
_FROM_NOW: Final = _setting(local=False)


def sight_in(database: Speaking, powers: Powers) -> Sight | None:
    """Return what a database is told that somebody with these powers sees: SQLite nothing."""
    return AS_IT_IS if is_sqlite(database) else sight_of(powers)


def sight_of(powers: Powers) -> Sight:
    """Return what somebody with these powers sees; see `core.access.may_read`."""
    if powers.auditor:
        return EVERYTHING
    if powers.guest is not None:
        return Sight(case=powers.guest_of or "")
    if powers.officer is None:
        return NOTHING
    return _of_officer(powers.agencies, powers.officer, powers.on)


def see(connection: Held, sight: Sight) -> None:
    """Let a connection see what somebody sees, until it is told otherwise.

    In a transaction it is for that transaction alone. It costs a statement only under the policies
    and where the connection served somebody else before.
    """
    notes = connection.info
    if not notes.get(BEHIND) or notes.get(_SEEN) == sight:
        return
    direct = directly(connection)
    if not direct.alone:
        direct.ask(_FOR_NOW, sight)
        return
    notes.pop(_SEEN, None)  # whoever is interrupted from here on leaves it unknown
    direct.ask(_FROM_NOW, sight)
    notes[_SEEN] = sight


@lru_cache(maxsize=4096)
def _of_officer(agencies: frozenset[str], officer: int, on: date | None) -> Sight:
    return Sight(
        agencies=spelled_array(sorted(agencies)) if agencies else "",
        officer=str(officer),
        day=on.isoformat() if on else "",
    )
