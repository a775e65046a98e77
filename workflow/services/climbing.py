"""Whether delays are told above an agency's head: the coordinator of each type decides."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from workflow.core.audience import ABOVE_THE_HEAD, Audience
from workflow.core.definition import DeadlineSpec, Definition, Reminder
from workflow.core.fields import Text
from workflow.core.ladder import written
from workflow.core.terms import Direction, about
from workflow.services.installation import UnknownDefinition
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.notices import switch_ladder
from workflow.storage.people import MembershipRole
from workflow.storage.queries.audience import agencies_as, climbs_of, switches_of


@dataclass(frozen=True, slots=True)
class Switched:
    """Who allowed or forbade it, and when."""

    audience: Audience
    is_on: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A warning that the newest version of a type has for somebody above the heads."""

    audience: Audience
    reminder: Reminder
    deadlines: tuple[Text, ...]
    """The titles of the tasks, states and clocks whose deadlines give it."""
    of_all: bool
    """Whether every deadline of the type does."""


@dataclass(frozen=True, slots=True)
class TypeLadder:
    """A request type, who hears of its delays, and how that came about."""

    key: str
    title: Text
    owner: str
    above: frozenset[str]
    steps: tuple[Step, ...] = ()
    """In the order of the ladder; for an audience without one, nothing can be told."""
    history: tuple[Switched, ...] = ()
    """The newest first."""


def ladders(uow: UnitOfWork, officer_id: int) -> list[TypeLadder]:
    """List the request types that an officer coordinates, with who hears of their delays."""
    mine = _coordinated(uow, officer_id)
    with uow.reading() as connection:
        rows = switches_of(connection, list(mine))
        above = {key: climbs_of(connection, key) for key in mine}
    return [
        TypeLadder(
            key=key,
            title=definition.title,
            owner=definition.owner,
            above=above[key],
            steps=tuple(steps_above(definition)),
            history=tuple(
                Switched(Audience(row.audience), row.is_on, row.name, row.at)
                for row in rows
                if row.definition_key == key
            ),
        )
        for key, definition in mine.items()
    ]


def steps_above(definition: Definition) -> Iterator[Step]:
    """Go through the warnings for those above the heads, each once for all that give it."""
    deadlines = list(_deadlines(definition))
    found: dict[tuple[Audience, Reminder], list[Text]] = {}
    for title, spec in deadlines:
        for step in {(a, replace(r, to=())) for r, told in written(spec) for a in told}:
            found.setdefault(step, []).append(title)
    above = (item for item in found.items() if item[0][0] in ABOVE_THE_HEAD)
    for (audience, reminder), titles in sorted(above, key=_in_order):
        yield Step(audience, reminder, tuple(titles), of_all=len(titles) == len(deadlines))


def _in_order(item: tuple[tuple[Audience, Reminder], list[Text]]) -> tuple[int, float]:
    (audience, reminder), _ = item
    term = reminder.term
    days = about(term) if term else 0
    before = term is not None and term.direction is Direction.BEFORE
    return ABOVE_THE_HEAD.index(audience), -days if before else days


def _deadlines(definition: Definition) -> Iterator[tuple[Text, DeadlineSpec]]:
    clocks = ((clock.title, clock.deadline) for clock in definition.deadlines.values())
    states = ((state.title, state.deadline) for state in definition.states.values())
    tasks = ((task.title, task.deadline) for _, task in definition.tasks())
    for title, spec in chain(clocks, states, tasks):
        if spec:
            yield title, spec


def let_climb(uow: UnitOfWork, officer_id: int, key: str, audiences: Collection[str]) -> None:
    """Let delays in cases of a type be told to these above the heads, and to no others there.

    Raise `UnknownDefinition` if the officer does not coordinate the type.
    """
    if key not in _coordinated(uow, officer_id):
        raise UnknownDefinition(key=key, version=None)
    with uow.writing() as connection:
        now_on = climbs_of(connection, key)
        for audience in ABOVE_THE_HEAD:
            wanted = audience in audiences
            if wanted != (audience in now_on):
                switch_ladder(
                    connection, key, audience.value, is_on=wanted, by=officer_id, at=uow.now
                )


def coordinates(uow: UnitOfWork, officer_id: int) -> bool:
    """Say whether an officer coordinates any request type."""
    return bool(_coordinated(uow, officer_id))


def _coordinated(uow: UnitOfWork, officer_id: int) -> dict[str, Definition]:
    with uow.reading() as connection:
        role = MembershipRole.COORDINATOR
        owners = agencies_as(connection, officer_id, role=role, today=uow.today)
    latest = uow.installation.latest() if owners else {}
    network = uow.world().network
    return {
        key: found
        for key, found in sorted(latest.items())
        if network.succeeded(found.owner, uow.today) in owners
    }
