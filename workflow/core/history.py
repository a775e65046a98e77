"""What each event does to a case: the one place, for live acts, previews, proofs and rebuilding.

A case is nothing but its events. `evolve` takes the case before and one event and returns
the case after; a live act, a scenario, the proof and `verify` all go through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from workflow.core.altering import altered, with_parts
from workflow.core.clocks import stop_with_case
from workflow.core.conditions import Slots
from workflow.core.definition import Definition, Result
from workflow.core.events import Event, Kind, Private, seal
from workflow.core.fields import Access
from workflow.core.imported import read_imported
from workflow.core.questions import asked_until, is_question
from workflow.core.snapshot import (
    CaseSnapshot,
    Clock,
    ClockStatus,
    Proposal,
)
from workflow.core.spelling import read_clock, read_proposal, read_suspension
from workflow.core.task_effects import TASK_EFFECTS, Body, Effect, Parts, since

ERASED = {"erased": True}
"""What stands where a personal value was, once it has been erased."""


def evolve(case: CaseSnapshot, event: Event) -> CaseSnapshot:
    """Return the case as it is after an event."""
    effect = _EFFECTS.get(event.kind)
    changed = effect(case, event.body, event) if effect else {}
    return with_parts(case, {**changed, "seq": event.seq, "head": event.hash})


def rebuild(number: str, definition: Definition, events: Iterable[Event]) -> CaseSnapshot:
    """Return the case that a whole history tells of; its first event must open it."""
    case: CaseSnapshot | None = None
    for event in events:
        start = case or begin(number, definition, event)
        case = evolve(start, event)
    if case is None:
        raise ValueError(f"{number} has no history")
    return case


def begin(number: str, definition: Definition, event: Event) -> CaseSnapshot:
    """Return the blank case that a first event fills in."""
    return CaseSnapshot(
        number=number,
        definition=definition,
        opener=event.body["opener"],
        opened_by=event.by.officer,
        opened_at=event.at,
    )


def broken_seal(number: str, events: Iterable[Event]) -> Event | None:
    """Return the first event whose seal does not hold, or None for a whole chain."""
    previous, expected = "", 1
    for event in events:
        if event.seq != expected or seal(number, previous, event) != event.hash:
            return event
        previous, expected = event.hash, expected + 1
    return None


def reveal(value: Any, private: Mapping[str, Private]) -> Any:  # noqa: ANN401 - JSON
    """Return a value of an event's body in clear, or what says that it was erased."""
    if isinstance(value, Mapping) and set(value) == {"commitment"}:
        kept = private.get(value["commitment"])
        return kept.value if kept else dict(ERASED)
    return value


def _revealed(values: Body, event: Event) -> dict[str, Any]:
    return {key: reveal(value, event.private) for key, value in values.items()}


def _opened(_case: CaseSnapshot, body: Body, event: Event) -> Parts:
    return {
        "data": _revealed(body["data"], event),
        "participants": {role: tuple(held) for role, held in body["participants"].items()},
        "in_turn": frozenset(body.get("in_turn", ())),
        "access": Access(body["access"]),
        "ground": body["ground"],
        "announced": body["announced"],
        "agencies": frozenset(body["agencies"]),
    }


def _imported(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    """Let a case be as old as it is; nobody who only brought it here asked for it."""
    return {
        "opened_by": None,
        "opened_at": datetime.fromisoformat(body["since"]),
        "imported": read_imported(body["imported"]),
        "entered": case.entered | set(body["passed"]),
        "completed_on": {t: date.fromisoformat(d) for t, d in body["completed_on"].items()},
    }


def _entered(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    return {
        "state": body["state"],
        "visit": body["visit"],
        "entered_at": since(body, event),
        "entered": case.entered | {body["state"]},
        "ended": (),
        "tasks": (),
        "scheduled": (),
        "reminded": {},
    }


def _closed(_case: CaseSnapshot, body: Body, event: Event) -> Parts:
    return {
        "result": Result(body["result"]),
        "closed_at": event.at,
        "suspension": None,
    }


def _reopened(_case: CaseSnapshot, _body: Body, _event: Event) -> Parts:
    return {"result": None, "closed_at": None}


def proposal_of(event: Event) -> Proposal | None:
    """Return what an event says was proposed, personal values in clear unless they were erased."""
    proposal = read_proposal(event.body["proposal"])
    if proposal is None:
        return None
    clear = {part: _revealed(proposal.answers[part], event) for part in ("data", "own")}
    return replace(proposal, answers={**proposal.answers, **clear})


def _proposed(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    return {"tasks": case.tasks_with(altered(case.task(body["no"]), proposal=proposal_of(event)))}


def _data_changed(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    return {"data": {**case.data, **_revealed(body["values"], event)}}


def _role_bound(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    """Bind a part; whoever comes after an agency speaks for what that one had said."""
    role, held = body["role"], tuple(body["agencies"])
    in_turn = body.get("in_turn", role in case.in_turn)
    return {
        "latest": _inherited(case, role, body.get("heirs") or {}),
        "participants": {**case.participants, role: held},
        "in_turn": case.in_turn | {role} if in_turn else case.in_turn - {role},
        "agencies": case.agencies | {code for code in held if not code.startswith("row:")},
    }


def _inherited(case: CaseSnapshot, role: str, heirs: Mapping[str, str]) -> Slots:
    """Return the latest outcomes with those of agencies that are no more as their heirs'."""
    if not heirs:
        return case.latest
    found: dict[tuple[str, str], str] = {}
    for (key, slot), outcome in case.latest.items():
        heir = heirs.get(slot) if case.definition.task(key).role_key == role else None
        if heir is None:
            found[(key, slot)] = outcome
        elif (key, heir) not in case.latest:
            found[(key, heir)] = outcome
    return found


def _document(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    return {"data": {**case.data, body["field"]: body["document"]}}


def _with_clock(case: CaseSnapshot, clock: Clock) -> Parts:
    if clock.key.startswith("task:"):
        task = case.task(int(clock.key.removeprefix("task:")))
        return {"tasks": case.tasks_with(altered(task, clock=clock))}
    if is_question(clock.key):
        return {"tasks": asked_until(case, clock)}
    others = tuple(c for c in case.clocks if c.key != clock.key)
    return {"clocks": (*others, clock)}


def _clock_set(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    clock = read_clock(body["clock"])
    return _with_clock(case, clock) if clock else {}


def _clock_extended(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    return {**_clock_set(case, body, event), "extensions": case.extensions + 1}


def _clock_stopped(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    running = (*case.clocks, *(task.clock for task in case.tasks if task.clock))
    clock = next(c for c in running if c.key == body["key"])
    closed_on = body.get("closed_on")
    if closed_on:
        return _with_clock(case, stop_with_case(clock, on=date.fromisoformat(closed_on)))
    return _with_clock(case, altered(clock, status=ClockStatus.STOPPED))


def _suspended(_case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    return {"suspension": read_suspension(body["suspension"])}


def _resumed(_case: CaseSnapshot, _body: Body, _event: Event) -> Parts:
    return {"suspension": None}


def _access_changed(_case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    return {"access": Access(body["access"]), "ground": body["ground"]}


def _access_granted(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    until = date.fromisoformat(body["until"])
    return {"readers": {**case.readers, body["officer"]: until}}


def _access_revoked(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    left = {who: day for who, day in case.readers.items() if who != body["officer"]}
    return {"readers": left}


def _announced(_case: CaseSnapshot, _body: Body, _event: Event) -> Parts:
    return {"announced": True}


def _personal_erased(case: CaseSnapshot, body: Body, _event: Event) -> Parts:
    return {"data": {**case.data, **{key: dict(ERASED) for key in body["fields"]}}}


def _number_recorded(case: CaseSnapshot, body: Body, event: Event) -> Parts:
    """Keep the number that SEI gave; a paper whose number was taken back has none."""
    paper = body["paper"]
    if paper is None:
        return _data_changed(case, body, event)
    others = {key: number for key, number in case.filed.items() if key != paper}
    number = body["number"]
    return {"filed": {**others, paper: number} if number else others}


_EFFECTS: dict[Kind, Effect] = {
    **TASK_EFFECTS,
    Kind.CASE_OPENED: _opened,
    Kind.CASE_IMPORTED: _imported,
    Kind.STATE_ENTERED: _entered,
    Kind.CASE_CLOSED: _closed,
    Kind.CASE_REOPENED: _reopened,
    Kind.OUTCOME_PROPOSED: _proposed,
    Kind.DATA_CHANGED: _data_changed,
    Kind.DATA_CORRECTED: _data_changed,
    Kind.ROLE_BOUND: _role_bound,
    Kind.DOCUMENT_ATTACHED: _document,
    Kind.DOCUMENT_WITHDRAWN: _document,
    Kind.DEADLINE_STARTED: _clock_set,
    Kind.DEADLINE_MOVED: _clock_set,
    Kind.DEADLINE_RECOUNTED: _clock_set,
    Kind.DEADLINE_EXTENDED: _clock_extended,
    Kind.DEADLINE_STOPPED: _clock_stopped,
    Kind.CASE_SUSPENDED: _suspended,
    Kind.CASE_RESUMED: _resumed,
    Kind.ACCESS_CHANGED: _access_changed,
    Kind.ACCESS_GRANTED: _access_granted,
    Kind.ACCESS_REVOKED: _access_revoked,
    Kind.CASE_ANNOUNCED: _announced,
    Kind.NUMBER_RECORDED: _number_recorded,
    Kind.PERSONAL_ERASED: _personal_erased,
}
