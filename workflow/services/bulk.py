"""One act on many tasks: each by the service that does it for one, with every rule of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from workflow.core.errors import NotAssigned, Refusal
from workflow.core.fields import Text
from workflow.services.task_view import colleagues
from workflow.services.tasks import assign
from workflow.services.unit_of_work import Done, UnitOfWork
from workflow.storage.queries.cases import known_to
from workflow.storage.queries.desk import subjects_of

MOST: Final = 100
"""Tasks that one act may be done on (house rule)."""


@dataclass(frozen=True, slots=True)
class Item:
    """A task among those that are meant."""

    number: str
    no: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one task: done, or refused with the reason."""

    item: Item
    refusal: Refusal | None = None
    changed: bool = True
    """Whether there was anything to do, and so anything to undo."""


OneAct: TypeAlias = Callable[[str, int, str], object]
"""From the number of a case, that of a task and a key: does one act or raises a `Refusal`.

It returns False where there was nothing to do.
"""


def do_each(items: Iterable[Item], act: OneAct, *, key: str) -> list[Result]:
    """Do an act on each of at most `MOST` tasks; what one refuses holds up no other.

    Done again with the same key, nothing is done twice.
    """
    return [_do_one(item, act, key) for item in list(dict.fromkeys(items))[:MOST]]


def _do_one(item: Item, act: OneAct, key: str) -> Result:
    try:
        changed = act(item.number, item.no, f"{key}:{item.number}:{item.no}") is not False
    except Refusal as refusal:
        return Result(item, refusal)
    return Result(item, changed=changed)


def assign_colleague(uow: UnitOfWork, number: str, no: int, officer: int, *, key: str) -> Done:
    """Hand a task to somebody who acts for its agency today; raise `NotAssigned` for others."""
    agency = uow.load(number).snapshot.task(no).agency
    if officer not in dict(colleagues(uow, agency)):
        raise NotAssigned(agency=agency, officer=officer)
    return assign(uow, number, no, officer, key=key)


def named(uow: UnitOfWork, items: Iterable[Item]) -> dict[str, str]:
    """Return the subjects of the cases of some tasks, by number."""
    with uow.reading() as connection:
        return subjects_of(
            connection, {item.number for item in items}, visible=known_to(uow.powers)
        )


def outcomes_of_all(uow: UnitOfWork, items: Iterable[Item]) -> dict[str, tuple[Text, bool]]:
    """Return the outcomes that all of some tasks offer: the title of each, and if it asks why.

    Tasks that are gone or hidden are passed over: the act itself will say so of each.
    """
    shared: dict[str, tuple[Text, bool]] | None = None
    for item in list(dict.fromkeys(items))[:MOST]:
        try:
            case = uow.load(item.number).snapshot
            spec = case.spec(case.task(item.no))
        except Refusal:
            continue
        offered = {} if spec.done_elsewhere else spec.outcomes
        mine = {key: (outcome.title, outcome.asks_reason) for key, outcome in offered.items()}
        if shared is None:
            shared = mine
        else:
            both = shared.keys() & mine.keys()
            shared = {
                key: (title, asks or mine[key][1])
                for key, (title, asks) in shared.items()
                if key in both
            }
    return shared or {}
