"""What will happen if nobody acts: cases played forward with those that do tasks of them."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.core.errors import UnknownCase
from workflow.core.family import MOST_CASES
from workflow.core.radar import Foreseen, foresee
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.case_view import world_of
from workflow.services.falling_due import PAGE, DueItem, Place, due_list
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.falling_due import Whose

CASES_AT_ONCE = 10
"""Cases that one page of the radar plays forward."""


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """A case and what will happen in it if nobody acts."""

    case: CaseSnapshot
    foreseen: tuple[Foreseen, ...]


def outlook(uow: UnitOfWork, case: CaseSnapshot, world: World) -> Outlook:
    """Play a case forward from now by time alone, with the cases that do its tasks."""
    foreseen = foresee(
        case,
        world,
        now=uow.now,
        children=_those_that_do_its_tasks(uow, case),
        definitions=uow.installation.newest,
    )
    return Outlook(case, tuple(foreseen))


def _those_that_do_its_tasks(uow: UnitOfWork, case: CaseSnapshot) -> list[CaseSnapshot]:
    """Return the cases that do tasks of a case, theirs included, as far as they may be seen."""
    found: dict[str, CaseSnapshot] = {}
    waiting = [case]
    while waiting:
        parent = waiting.pop()
        doing = (task.child for task in parent.tasks if parent.spec(task).child)
        for number in filter(None, doing):
            if len(found) + 1 < MOST_CASES and number not in found:
                try:
                    found[number] = uow.load(number).snapshot
                except UnknownCase:
                    continue
                waiting.append(found[number])
    return list(found.values())


def outlooks(
    uow: UnitOfWork, whose: Whose, *, after: Place | None = None
) -> tuple[list[Outlook], Place | None]:
    """Play forward the cases whose deadlines come first; return where the next page begins."""
    items = due_list(uow, whose, after=after, limit=PAGE)
    chosen: dict[str, DueItem] = {}
    last: DueItem | None = None
    for item in items:
        if item.number not in chosen and len(chosen) == CASES_AT_ONCE:
            return [_of_case(uow, n) for n in chosen], last.place if last else None
        chosen.setdefault(item.number, item)
        last = item
    following = last.place if last and len(items) == PAGE else None
    return [_of_case(uow, number) for number in chosen], following


def _of_case(uow: UnitOfWork, number: str) -> Outlook:
    loaded = uow.load(number)
    return outlook(uow, loaded.snapshot, world_of(uow, loaded))
