"""Places that a case gives to others: given by the clock, one at a time, and never twice.

Whoever is given a place is first marked in the queue, under a lock of the case that gives it; then
the case that asked is told by an act of its own. What stops between the two is taken up again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.places import count_places, end_awaited
from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.errors import UnknownCase
from workflow.core.network import Network
from workflow.core.places import Asking, AwaitsSpec, PlaceStatus, allot, count
from workflow.core.snapshot import CaseSnapshot
from workflow.services.held_hours import with_hours
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import places as kept
from workflow.storage.engine import in_turn
from workflow.storage.jobs import ClaimedJob


def give_places(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Do what the places of a case ask for by now; raise `CaseMoved`.

    Whoever has just left it may now have a place elsewhere, at the same hours.
    """
    host = job.payload["host"]
    look_after(uow, host, key=job.key)
    with uow.reading() as connection:
        asked = kept.held_by(connection, job.payload.get("persons", ()))
    for other in sorted({one.host for one in asked if one.status == PlaceStatus.WAITING} - {host}):
        look_after(uow, other, key=f"{job.key}:{other}")


def look_after(uow: UnitOfWork, number: str, *, key: str) -> None:
    """Give the free places of a case, move on who awaits it, and count; raise `CaseMoved`.

    Nothing where there is no such case, or its type leads no others. The key is of this look:
    with it the count is written once.
    """
    clock = uow.as_powers(CLOCK_POWERS)
    try:
        definition = clock.load(number).snapshot.definition
    except UnknownCase:
        return
    if definition.places is None:
        return
    _give(clock, number, definition)
    _tell(clock, number)
    _count(clock, number, key=key)


def _give(clock: UnitOfWork, number: str, definition: Definition) -> None:
    """Mark in the queue who gets a place, while nobody else gives any."""
    spec = definition.places
    if spec is None or spec.seats is None:
        return
    network = clock.world().network
    alone = in_turn(clock.installation.engine, "hours of places") if spec.hours else nullcontext()
    with alone, clock.writing() as connection:
        host = kept.hold_still(connection, number)
        if host is None or host.result or host.state not in spec.given_in:
            return
        seats = host.data.get(spec.seats) or 0
        quota = host.data.get(spec.quota) if spec.quota else None
        asked = askings(kept.queue(connection, number), network)
        if spec.hours:
            asked = with_hours(clock, connection, number, asked)
        winners = allot(seats, quota, asked)
        kept.give(connection, number, [asking.case for asking in winners])


def askings(queued: list[kept.Queued], network: Network) -> list[Asking]:
    """Return a queue as it is counted: each for the body that its agency is part of."""
    return [
        Asking(one.case_id, network.body(one.opener), one.since, PlaceStatus(one.status))
        for one in queued
    ]


def _tell(clock: UnitOfWork, number: str) -> None:
    """End the tasks of others that a case ends by a place given, or by where it stands."""
    host = clock.load(number).snapshot
    with clock.reading() as connection:
        waiting = kept.awaiting(connection, number)
    for one in waiting:
        definition = clock.installation.definition(one.definition_key, one.definition_version)
        awaits = definition.task(one.key).awaits
        outcome = _outcome(awaits, one.place, host.state) if awaits else None
        if outcome:
            key = f"{one.number}:awaited:{one.no}:{outcome}"
            clock.act(one.number, _ends(one.no, outcome, host.data), key=key)


def _outcome(awaits: AwaitsSpec, place: str | None, state: str) -> str | None:
    if awaits.place and place == PlaceStatus.GIVEN:
        return awaits.place
    return awaits.outcome_in(state)


def _ends(no: int, outcome: str, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a Decide
    def decide(case: CaseSnapshot, now: Circumstances) -> Change | None:
        if not any(task.no == no for task in case.tasks):
            return None  # it ended meanwhile, and its end has freed what it was given
        return end_awaited(case, no, outcome, given=given, now=now)

    return decide


def _count(clock: UnitOfWork, number: str, *, key: str) -> None:
    """Keep in the case how many have a place and how many wait, where its type says so."""
    network = clock.world().network

    def decide(case: CaseSnapshot, now: Circumstances) -> Change | None:
        # Read after the case: were it counted by another meanwhile, this is decided anew.
        with clock.reading() as connection:
            queued = kept.queue(connection, number)
        return count_places(case, count(askings(queued, network)), now=now)

    clock.act(number, decide, key=f"{key}:counted")
