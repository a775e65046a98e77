"""How much was done in the network: numbers over rows, and the list that a reader may see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, true

from workflow.core.definition import Definition
from workflow.core.fields import Access
from workflow.core.network_panel import Counter
from workflow.core.powers import Powers
from workflow.core.registers.access import reads_fields_of_all
from workflow.core.registers.entries import Standing
from workflow.services.register_desk import Desk
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.queries.cases import known_to, read_inside_by
from workflow.storage.queries.registers import Scope, Wanted, existing
from workflow.storage.queries.tallies import Line, Tally, Year, by_year, lines_of
from workflow.storage.registers import RegisterEntry

MOST_LISTED: Final = 500
"""Lines of the list behind a number (house rule)."""
EVER: Final = (Standing.CURRENT, Standing.STALE, Standing.ENDED)


@dataclass(frozen=True, slots=True)
class CountedList:
    """The list behind a number, as far as its reader may know of it."""

    lines: tuple[Line, ...]
    n: int
    """How many cases or entries the number counts."""
    seen: int
    """How many of them the reader may know of."""


def counts(
    uow: UnitOfWork, desk: Desk, counters: Sequence[Counter], versions: Collection[Definition]
) -> list[Year]:
    """Count by year what was done, in one statement; `versions` are all of all request types."""
    tallies = [_tally(uow, desk, one, versions, as_read=not one.whole) for one in counters]
    with uow.as_keeper().reading() as connection:
        return by_year(connection, [one for one in tallies if one])


def counted_list(uow: UnitOfWork, desk: Desk, counter: Counter, year: int) -> CountedList:
    """List what a number counts in a year, the latest first, and say how much is left out."""
    versions = uow.installation.every()
    told = _tally(uow, desk, counter, versions, as_read=not counter.whole)
    seen = _tally(uow, desk, counter, versions, as_read=True)
    if told is None or seen is None:
        return CountedList((), 0, 0)
    with uow.as_keeper().reading() as connection:
        n, known = (
            sum(found.n for found in by_year(connection, [one]) if found.year == year)
            for one in (told, seen)
        )
        lines = lines_of(connection, seen, year, limit=MOST_LISTED)
    uow.sealed |= {line.id for line in lines if line.sealed}
    return CountedList(tuple(lines), n, known)


def seen_cases(
    powers: Powers, versions: Collection[Definition], fields: Collection[str]
) -> ColumnElement[bool]:
    """Select the cases that a reader may know of and whose fields they may read.

    Where any version of the type guards one of the fields, only those that they read inside.
    """
    here = [one.data[key] for one in versions for key in fields if key in one.data]
    guarded = any(field.access is Access.RESTRICTED for field in here)
    return and_(known_to(powers), read_inside_by(powers) if guarded else true())


def _tally(
    uow: UnitOfWork,
    desk: Desk,
    counter: Counter,
    versions: Collection[Definition],
    *,
    as_read: bool,
) -> Tally | None:
    """Return what is to be counted; `as_read` leaves out what the reader may not know of.

    A register that is not kept here has nothing to count.
    """
    about = (counter.filled, counter.on, counter.sum)
    if counter.type:
        of_type = [version for version in versions if version.key == counter.type]
        seen = seen_cases(uow.powers, of_type, counter.fields) if as_read else true()
        which = and_(Case.definition_key == counter.type, _entered(counter), seen)
        return Tally(counter.key, Case, which, *about)
    if counter.register not in desk.kinds:
        return None
    which = _entries(desk, counter, as_read=as_read)
    return Tally(counter.key, RegisterEntry, which, *about)


def _entered(counter: Counter) -> ColumnElement[bool]:
    if not counter.after:
        return true()
    entered: ColumnElement[str] = Case.memory["entered"].as_string()
    return entered.contains(f'"{counter.after}"', autoescape=True)


def _entries(desk: Desk, counter: Counter, *, as_read: bool) -> ColumnElement[bool]:
    kind = desk.kinds[counter.register]
    everything = Scope(kind.key, None, frozenset({Standing.UNDONE}))
    scope = desk.scope(kind) if as_read else everything
    readable = reads_fields_of_all(kind, desk.reader, desk.kept)
    own = desk.kept if as_read and not counter.fields <= readable else None
    return existing(scope, Wanted(standings=EVER, holders=own), today=desk.today)
