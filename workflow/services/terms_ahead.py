"""Agreements and whatever else ends on a day of its own, in the months ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, and_

from workflow.catalogue.register_panels import register_panels
from workflow.core.access import is_sealed, readable_data
from workflow.core.deadlines.counting import day_of
from workflow.core.deadlines.ending import same_date
from workflow.core.registers.entries import Entry
from workflow.core.registers.types import EntryType
from workflow.core.snapshot import CaseSnapshot
from workflow.core.terms_ahead import TermAhead, states_in_force, term_ahead
from workflow.core.world import World
from workflow.services.register_desk import Desk, desk_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import load_cases
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.panels import open_and_in
from workflow.storage.queries.registers import Order, Wanted, entries_page

MONTHS: Final = 12
MOST: Final = 1000
"""Cases that one page looks at (house rule)."""


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """A case that is in force, with the day on which it ends."""

    case: CaseSnapshot
    term: TermAhead


@dataclass(frozen=True, slots=True, eq=False)
class EntryEnding:
    """An entry of a register that is in force until a day; no case of ours sees to it."""

    kind: EntryType
    entry: Entry
    on: date
    decided_from: date | None
    """From which day its keeper is warned of the end."""


@dataclass(frozen=True, slots=True, eq=False)
class EndingsAhead:
    """What ends in the months ahead, the nearest first."""

    first: date
    """The first day of this month."""
    endings: tuple[Ending, ...]
    entries: tuple[EntryEnding, ...]
    more: bool
    """Whether there are cases or entries that were not looked at."""
    world: World


def endings_ahead(uow: UnitOfWork) -> EndingsAhead:
    """Gather what ends within twelve months, of the cases that the reader may know of."""
    world, first = uow.world(), uow.today.replace(day=1)
    states = {
        (definition.key, state)
        for definition in uow.installation.every()
        for state, _ in states_in_force(definition)
    }
    with uow.reading() as connection:
        found = load_cases(
            connection,
            and_(known_to(uow.powers), open_and_in(states)),
            after=0,
            limit=MOST + 1,
            definitions=uow.installation.definition,
        )
        entries = _entries(connection, uow, until=same_date(first, MONTHS + 1))
    endings = []
    for one in found[:MOST]:
        case = one.snapshot
        term = term_ahead(case, readable_data(case, uow.powers), world)
        if term is not None and term.on < same_date(first, MONTHS + 1):
            endings.append(Ending(case, term))
            if is_sealed(case):
                uow.sealed.add(one.case_id)
    endings.sort(key=lambda one: (one.term.on, one.case.number))
    more = max(len(found), len(entries)) > MOST
    return EndingsAhead(first, tuple(endings), tuple(entries[:MOST]), more, world)


def _entries(connection: Connection, uow: UnitOfWork, *, until: date) -> list[EntryEnding]:
    """Return the entries in force that end before a day, but for those that a live case feeds."""
    desk, found = desk_of(uow), []
    for key in register_panels().endings:
        kind = desk.kinds.get(key)
        if kind is None:
            continue
        page = entries_page(
            *(connection, desk.scope(kind), Wanted(ends_by=until)),
            today=uow.today,
            order=Order.ENDS,
            limit=MOST + 1,
        )
        for one in page:
            if not one.entry.fed and one.entry.ends_on:
                shown, on = desk.shown(kind, one.entry), one.entry.ends_on
                found.append(EntryEnding(kind, shown, on, _warned_from(kind, shown, on, desk)))
    return found


def _warned_from(kind: EntryType, entry: Entry, on: date, desk: Desk) -> date | None:
    """Return the first day on which the keeper of an entry is warned of its end."""
    calendar, rule = desk.world.calendar(entry.holder), desk.world.rule("house")
    terms = [rung.term for rung in kind.warn if rung.term and not rung.every]
    days = (day_of(term, of=on, rule=rule, calendar=calendar) for term in terms)
    return min((day for day in days if day <= on), default=None)
