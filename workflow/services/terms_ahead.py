"""Agreements and whatever else ends on a day of its own, in the months ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_

from workflow.core.access import is_sealed, readable_data
from workflow.core.deadlines.ending import same_date
from workflow.core.snapshot import CaseSnapshot
from workflow.core.terms_ahead import TermAhead, states_in_force, term_ahead
from workflow.core.world import World
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import load_cases
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.panels import open_and_in

MONTHS: Final = 12
MOST: Final = 1000
"""Cases that one page looks at (house rule)."""


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """A case that is in force, with the day on which it ends."""

    case: CaseSnapshot
    term: TermAhead


@dataclass(frozen=True, slots=True, eq=False)
class EndingsAhead:
    """What ends in the months ahead, the nearest first."""

    first: date
    """The first day of this month."""
    endings: tuple[Ending, ...]
    more: bool
    """Whether there are cases that were not looked at."""
    world: World


def endings_ahead(uow: UnitOfWork) -> EndingsAhead:
    """Gather what ends within twelve months, of the cases that the reader may know of."""
    world, first = uow.world(), uow.today.replace(day=1)
    states = {
        (definition.key, state)
        for definition in uow.installation.latest().values()
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
    endings = []
    for one in found[:MOST]:
        case = one.snapshot
        term = term_ahead(case, readable_data(case, uow.powers), world)
        if term is not None and term.on < same_date(first, MONTHS + 1):
            endings.append(Ending(case, term))
            if is_sealed(case):
                uow.sealed.add(one.case_id)
    endings.sort(key=lambda one: (one.term.on, one.case.number))
    return EndingsAhead(first, tuple(endings), len(found) > MOST, world)
