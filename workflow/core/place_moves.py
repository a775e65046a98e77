"""What a change means for the places that its case takes in others, or gives to others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.core.change import Change, Job, JobKind
from workflow.core.definition import Definition, Result
from workflow.core.held_hours import persons_in
from workflow.core.places import PlaceStatus
from workflow.core.snapshot import CaseSnapshot, TaskStatus


@dataclass(frozen=True, slots=True)
class PlaceMove:
    """How a case now stands in the queue of another."""

    host: str
    status: PlaceStatus


def place_moves(change: Change) -> tuple[PlaceMove, ...]:
    """Return how the case of a change stands with each case whose places it asks for."""
    if not _concerns_places(change.after.definition):
        return ()
    return tuple(PlaceMove(host, status) for host, status in dict(_moves(change)).items())


def _concerns_places(definition: Definition) -> bool:
    """Say whether cases of a type give places, or wait for cases that may: those of few do."""
    return definition.places is not None or bool(definition.awaited)


def _moves(change: Change) -> Iterator[tuple[str, PlaceStatus]]:
    """Go through them, the last of a host being what holds."""
    for record in change.tasks:
        awaits, host = change.after.spec(record.task).awaits, record.task.child
        if awaits is None or awaits.place is None or host is None:
            continue
        if record.status in (TaskStatus.OPEN, TaskStatus.CLAIMED):
            if record.is_new:
                yield host, PlaceStatus.WAITING
        elif record.status is TaskStatus.COMPLETED and record.outcome == awaits.place:
            yield host, PlaceStatus.PLACED
        else:
            yield host, PlaceStatus.LEFT
    if _given_up(change):
        yield from ((host, PlaceStatus.LEFT) for host in hosts_of(change.after))


def _given_up(change: Change) -> bool:
    """Say whether the case has just ended otherwise than well: then it frees what it took."""
    was_open = change.before is None or change.before.is_open
    return was_open and change.after.result not in (None, Result.COMPLETED)


def hosts_of(case: CaseSnapshot) -> tuple[str, ...]:
    """Return the cases in which a case may take a place, by what it says."""
    asked = case.definition.awaited
    named = (case.data.get(awaits.case) for awaits in asked if awaits.place)
    return tuple(dict.fromkeys(number for number in named if number))


def place_jobs(change: Change) -> Iterator[Job]:
    """Ask for the places to be given anew of every case that a change concerns."""
    if not _concerns_places(change.after.definition):
        return
    moves = place_moves(change)
    hosts = {move.host for move in moves if move.status is not PlaceStatus.PLACED}
    left = {move.host for move in moves if move.status is PlaceStatus.LEFT}
    known = persons_in(change.after.definition, change.after.data) if left else ()
    persons = sorted({one.person for one in known})
    for record in change.tasks:
        if record.is_new and change.after.spec(record.task).awaits and record.task.child:
            hosts.add(record.task.child)
    if _leads_on(change):
        hosts.add(change.number)
    for host in sorted(hosts):
        key = f"{change.number}:{JobKind.PLACES}:{change.after.seq}:{host}"
        freed = {"persons": persons} if persons and host in left else {}
        yield Job(JobKind.PLACES, key, {"host": host, **freed})


def _leads_on(change: Change) -> bool:
    """Say whether a case that others wait for has moved, or has more or fewer places."""
    spec, before, after = change.after.definition.places, change.before, change.after
    if spec is None:
        return False
    if before is None or (before.visit, before.result) != (after.visit, after.result):
        return True
    fields = [key for key in (spec.seats, spec.quota) if key]
    return any(before.data.get(key) != after.data.get(key) for key in fields)
