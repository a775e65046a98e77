"""Cases that other cases open: the child is opened, and its end ends the task it was doing.

What cannot be done is noted in the case that asked, which tells whoever may try again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from workflow.core.acts import children
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import Secrecy
from workflow.core.change import Change, Job, JobKind
from workflow.core.errors import CaseMoved, Refusal, UnknownTask
from workflow.core.events import Event, Kind
from workflow.core.fields import Access
from workflow.core.snapshot import CaseSnapshot
from workflow.services.cases import open_case
from workflow.services.notices import CLOCK_POWERS
from workflow.services.places import look_after
from workflow.services.unit_of_work import Done, UnitOfWork
from workflow.storage.jobs import ClaimedJob
from workflow.storage.queries.due import number_of, parents_of
from workflow.storage.queries.events import events_of

NOTED_AT: Final = 5
"""The try at which a fault that is no refusal is told; it is tried on for as long as any job."""


def open_child(uow: UnitOfWork, job: ClaimedJob) -> None:
    """Open the case that another asked for, once, and note it in the one that asked.

    A refusal is noted there instead, with why, and the job is done. Raise `CaseMoved`, or what
    is a fault and no refusal.
    """
    clock = uow.as_powers(CLOCK_POWERS)
    wanted = _wanted(job)
    try:
        _open(clock, wanted)
    except CaseMoved:
        raise
    except Refusal as refused:
        _note(clock, wanted, refused, key=f"{job.key}:refused")
    except Exception as fault:
        if job.attempt == NOTED_AT:
            _note(clock, wanted, fault, key=f"{job.key}:fault")
        raise


def open_at_once(uow: UnitOfWork, change: Change) -> None:
    """Open the cases that an act asked for now; what cannot be is left to the clock.

    Whoever comes first, each is opened once.
    """
    clock = uow.as_powers(CLOCK_POWERS)
    for job in change.jobs:
        if job.kind is JobKind.OPEN_CHILD:
            with suppress(Refusal):
                _open(clock, _wanted(job))


def child_closed(uow: UnitOfWork, job: ClaimedJob) -> None:
    """End, in whatever case asked for it, the task that a closed case was doing.

    Where the task cannot end so, that is noted in the case it belongs to. Raise `CaseMoved`.
    """
    assert job.case_id is not None
    clock = uow.as_powers(CLOCK_POWERS)
    with clock.reading() as connection:
        child = number_of(connection, job.case_id)
        parents = parents_of(connection, job.case_id)
    for parent in parents:
        key = f"{job.key}:{parent}"
        try:
            _end_task(clock, parent, child, job.payload["result"], key=key)
        except CaseMoved:
            raise
        except Refusal as refused:
            wanted = _wanted_by(clock.load(parent).snapshot, child)
            _note(clock, {**wanted, "once": key}, refused, key=f"{key}:refused")


def try_again(uow: UnitOfWork, number: str, seq: int, *, key: str) -> Done:
    """Ask once more for the case whose opening the line `seq` of history says was refused.

    Done again with the same key, change nothing. Raise what `acts.children.open_again` raises,
    or `UnknownTask` if nothing is to be tried again there, or no longer.
    """
    refused = next((e for e in refusals(uow, number) if e.seq == seq), None)

    def decide(case: CaseSnapshot, now: Circumstances) -> Change:
        if refused is None:
            raise UnknownTask(number=number, seq=seq)
        return children.open_again(case, refused, now=now)

    return uow.act(number, decide, key=key)


def catch_up(uow: UnitOfWork, number: str, child: str, *, key: str) -> None:
    """End the task that a case was doing for another, where it has ended and nobody was told."""
    clock = uow.as_powers(CLOCK_POWERS)
    doing = clock.load(number).snapshot
    if any(task.child == child and doing.spec(task).awaits for task in doing.tasks):
        look_after(clock, child, key=key)
        return
    ended = clock.load(child).snapshot.result
    if ended is not None:
        _end_task(clock, number, child, ended.value, key=key)


def refusals(uow: UnitOfWork, number: str) -> list[Event]:
    """List the lines of history that say why another case was not opened and still is wanted."""
    loaded = uow.load(number)
    kinds = (Kind.CHILD_REFUSED, Kind.CHILD_ASKED_AGAIN, Kind.CHILD_OPENED)
    with uow.reading() as connection:
        told = events_of(connection, loaded.case_id, kinds=kinds)
    waiting: dict[Any, Event] = {}
    open_tasks = {task.no for task in loaded.snapshot.tasks}
    for event in told:
        no = event.body["no"]
        place = no if no is not None else event.body.get("type")
        if event.kind is Kind.CHILD_REFUSED and (no is None or no in open_tasks):
            waiting[place] = event
        elif event.kind is Kind.CHILD_ASKED_AGAIN:
            waiting.pop(place, None)
        elif no is not None:
            waiting.pop(no, None)
    return list(waiting.values())


def _wanted(job: Job | ClaimedJob) -> dict[str, Any]:
    return {**job.payload, "once": job.payload.get("once", job.key)}


def _open(clock: UnitOfWork, wanted: Mapping[str, Any]) -> None:
    parent, no, once = wanted["parent"], wanted["no"], wanted["once"]
    tasks = clock.load(parent).snapshot.tasks
    number = next((task.child for task in tasks if task.no == no), None)
    if number is None:
        opened = open_case(
            clock,
            wanted["type"],
            opener=clock.world().network.succeeded(wanted["opener"], clock.today),
            answers=Answers(data=wanted["data"]),
            key=once,
            parent=parent,
            secrecy=_secrecy(wanted.get("secrecy")),
        )
        number = opened.number
        clock.act(
            parent,
            lambda case, now: children.child_opened(
                case, number, relation=wanted["relation"], no=no, now=now
            ),
            key=f"{once}:noted",
        )
    # The child may have ended before its parent knew of it.
    ended = clock.load(number).snapshot.result
    if ended is not None:
        _end_task(clock, parent, number, ended.value, key=f"{once}:ended")


def _secrecy(written: Mapping[str, Any] | None) -> Secrecy | None:
    if written is None:
        return None
    return Secrecy(Access(written["access"]), written["ground"], written["announced"])


def _note(clock: UnitOfWork, wanted: Mapping[str, Any], why: Exception, *, key: str) -> None:
    clock.act(
        wanted["parent"],
        lambda case, now: children.child_refused(case, wanted, why, now=now),
        key=key,
    )


def _wanted_by(parent: CaseSnapshot, child: str) -> dict[str, Any]:
    """Return what a parent asked for when it got a child, as the job had it."""
    task = next(task for task in parent.tasks if task.child == child)
    spec = parent.spec(task).child
    return {
        "parent": parent.number,
        "type": spec.type if spec else "",
        "relation": spec.relation if spec else "",
        "opener": task.agency,
        "no": task.no,
    }


def _end_task(clock: UnitOfWork, parent: str, child: str, result: str, *, key: str) -> None:
    """End the task of a parent that waits for a child; nothing where none does."""
    waiting = clock.load(parent).snapshot.tasks
    if any(task.child == child for task in waiting):
        clock.act(
            parent,
            lambda case, now: children.child_closed(case, child, result, now=now),
            key=key,
        )
