"""What each event does to the tasks of a case; `history` does the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias

from workflow.core.altering import altered, made
from workflow.core.conditions import Slots
from workflow.core.events import Event, Kind
from workflow.core.joins import VisitTask
from workflow.core.snapshot import CaseSnapshot, Reminded, Scheduled, Task, TaskStatus
from workflow.core.spelling import read_clock, read_request

Body: TypeAlias = Mapping[str, Any]
Parts: TypeAlias = Mapping[str, Any]
"""Parts of a case by their names, each as it becomes."""
Effect: TypeAlias = Callable[[CaseSnapshot, Body, Event], Parts]
"""From a case, and an event with its body, to what the event makes of the case."""


def since(body: Body, event: Event) -> datetime:
    """Return since when something is so: since it was written, unless it was so before."""
    return datetime.fromisoformat(body["since"]) if "since" in body else event.at


def _task_opened(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    before = "since" in body  # it had long been received, and comes to this inbox today
    task = made(
        Task,
        {
            "no": body["no"],
            "key": body["task"],
            "slot": body["slot"],
            "agency": body["agency"],
            "visit": case.visit,
            "opened_at": since(body, event),
            "status": TaskStatus.OPEN,
            "assignee": None,
            "claimed_at": None,
            "received_at": since(body, event) if before else None,
            "reached_at": event.at if before else None,
            "clock": read_clock(body["clock"]),
            "proposal": None,
            "request": None,
            "review_on": date.fromisoformat(body["review_on"]) if body.get("review_on") else None,
            "child": body.get("child"),
            "priority": "",
        },
    )
    return {
        "tasks": (*case.tasks, task),
        "scheduled": tuple(s for s in case.scheduled if (s.key, s.slot) != (task.key, task.slot)),
        "tasks_opened": max(case.tasks_opened, task.no),
        "agencies": case.agencies | {task.agency},
    }


def _task_scheduled(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    """Let somebody wait for a day or a turn; whoever comes after an agency takes its place."""
    instead = (body["task"], body.get("was"))
    before = next((s for s in case.scheduled if (s.key, s.slot) == instead), None)
    in_turn = body.get("in_turn", before is not None and before.in_turn)
    waiting = Scheduled(body["task"], body["slot"], body["agency"], in_turn)
    kept = tuple(waiting if s is before else s for s in case.scheduled)
    return {
        "scheduled": kept if before else (*kept, waiting),
        "agencies": case.agencies | {waiting.agency},
    }


def _changes(**changed: Callable[[Body, Event], Any]) -> Effect:
    """Return the effect that gives an open task new values for some of its parts."""

    def effect(case: CaseSnapshot, body: Body, event: Event) -> Parts:
        task = case.task(body["no"])
        values = {name: value(body, event) for name, value in changed.items()}
        return {"tasks": case.tasks_with(altered(task, **values))}

    return effect


def _task_claimed(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    """Give a task a holder; its agency has received it, if it had not before."""
    task = case.task(body["no"])
    held = altered(
        task,
        status=TaskStatus.CLAIMED,
        assignee=body["officer"],
        claimed_at=event.at,
        received_at=task.received_at or event.at,
    )
    return {"tasks": case.tasks_with(held)}


def _task_reassigned(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    """Hand a task to another agency, as new to it unless it only came after the one before."""
    task = case.task(body["no"])
    inherited = "because" in body
    moved = altered(
        task,
        agency=body["agency"],
        slot=body["slot"],
        clock=read_clock(body["clock"]),
        proposal=task.proposal if inherited else None,
        priority=task.priority if inherited else "",
    )
    if not body.get("kept"):
        moved = altered(
            moved,
            status=TaskStatus.OPEN,
            assignee=None,
            claimed_at=None,
            received_at=None,
            reached_at=event.at,
        )
    reminded = {key: last for key, last in case.reminded.items() if key != f"task:{task.no}"}
    return {
        "tasks": case.tasks_with(moved),
        "agencies": case.agencies | {moved.agency},
        "reminded": reminded,
    }


def _task_ended(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    key, slot, outcome = body["task"], body["slot"], body["outcome"]
    lapsed, on = event.kind is Kind.TASK_LAPSED, date.fromisoformat(body["on"])
    doers = [*case.doers.get(key, ()), *body.get("doers", ())]
    return {
        "tasks": case.tasks_without(body["no"]),
        "ended": (*case.ended, VisitTask(key, slot, outcome, lapsed)),
        "latest": {**_kept(case, key), (key, slot): outcome},
        "doers": {**case.doers, key: tuple(dict.fromkeys(doers))} if doers else case.doers,
        "completed_on": {**case.completed_on, key: on},
        "lapsed_on": {**case.lapsed_on, key: on} if lapsed else case.lapsed_on,
    }


def _kept(case: CaseSnapshot, key: str) -> Slots:
    """Return the latest outcomes that one more leaves standing.

    Who alone holds a part speaks for whoever held it before; else a contrary opinion given
    before a change of holder could never be taken back.
    """
    if case.definition.task(key).each:
        return case.latest
    return {held: outcome for held, outcome in case.latest.items() if held[0] != key}


def _task_cancelled(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    return {"tasks": case.tasks_without(body["no"])}


def _agency_removed(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    """Ask an agency no more whose turn had not come; a task that is open is cancelled apart."""
    gone = (body["task"], body.get("slot"))
    return {"scheduled": tuple(s for s in case.scheduled if (s.key, s.slot) != gone)}


def _reminded(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    last = Reminded(event.at, event.by.officer, event.by.agency or "")
    return {"reminded": {**case.reminded, body["key"]: last}}


def _asked(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    """Let a task wait for an answer; whoever is asked has a part, so may read what it is about."""
    request = read_request(body["request"])
    asked = {request.of} if request and request.of else set()
    waiting = altered(case.task(body["no"]), request=request)
    return {"tasks": case.tasks_with(waiting), "agencies": case.agencies | asked}


def _child_opened(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    if body.get("no") is None:
        return {}
    return {"tasks": case.tasks_with(altered(case.task(body["no"]), child=body["number"]))}


def _at(_body: Body, event: Event) -> datetime:
    return event.at


TASK_EFFECTS: dict[Kind, Effect] = {
    Kind.TASK_SCHEDULED: _task_scheduled,
    Kind.TASK_OPENED: _task_opened,
    Kind.TASK_RECEIVED: _changes(received_at=_at),
    Kind.TASK_CLAIMED: _task_claimed,
    Kind.TASK_ASSIGNED: _changes(
        status=lambda _b, _e: TaskStatus.CLAIMED,
        assignee=lambda b, _e: b["officer"],
        claimed_at=_at,
    ),
    Kind.TASK_RELEASED: _changes(
        status=lambda _b, _e: TaskStatus.OPEN,
        assignee=lambda _b, _e: None,
        claimed_at=lambda _b, _e: None,
        reached_at=_at,
    ),
    Kind.TASK_REASSIGNED: _task_reassigned,
    Kind.TASK_COMPLETED: _task_ended,
    Kind.TASK_LAPSED: _task_ended,
    Kind.TASK_CANCELLED: _task_cancelled,
    Kind.AGENCY_REMOVED: _agency_removed,
    Kind.TASK_REVIEWED: _changes(review_on=lambda b, _e: date.fromisoformat(b["next"])),
    Kind.TASK_PRIORITISED: _changes(priority=lambda b, _e: b["reason"]),
    Kind.REMINDER_SENT: _reminded,
    Kind.PROPOSAL_RETURNED: _changes(proposal=lambda _b, _e: None),
    Kind.INFORMATION_ASKED: _asked,
    Kind.INFORMATION_REDIRECTED: _asked,
    Kind.INFORMATION_ANSWERED: _changes(request=lambda _b, _e: None),
    Kind.INFORMATION_WITHDRAWN: _changes(request=lambda _b, _e: None),
    Kind.CHILD_OPENED: _child_opened,
}
