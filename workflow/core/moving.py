"""Entering states: tasks opened and cancelled, clocks started and stopped, until the case waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflow.core.change import JobKind
from workflow.core.clocks import pause, resume, start_clock
from workflow.core.conditions import holds
from workflow.core.deadlines.counting import day_of
from workflow.core.definition import ChildSpec, DeadlineSpec, OpensWhen, TaskSpec, fleeting
from workflow.core.draft import Draft
from workflow.core.engine import View, settle
from workflow.core.errors import DefinitionRunsAway
from workflow.core.events import CLOCK, Kind
from workflow.core.feeding import entering
from workflow.core.questions import question_clocks
from workflow.core.slots import row_of, slots_of
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Scheduled, Task
from workflow.core.spelling import spell_clock
from workflow.core.terms import Term
from workflow.core.turns import is_busy, is_in_turn, next_up
from workflow.core.world import World

_MOVES_AT_ONCE = 64
"""More moves than this without anybody acting is a loop."""


def view_of(case: CaseSnapshot) -> View:
    """Return what transitions see of a case."""
    return View(case.visit_tasks(), case.data)


def settle_case(draft: Draft) -> None:
    """Move the case as long as its outcomes lead on; raise `DefinitionRunsAway`."""
    for _ in range(_MOVES_AT_ONCE):
        if not draft.case.is_open:
            return
        target = settle(draft.case.definition, draft.case.state, view_of(draft.case))
        if target is None:
            _open_turns(draft)
            return
        enter(draft, target)
    raise DefinitionRunsAway(number=draft.case.number, state=draft.case.state)


def enter(draft: Draft, target: str) -> None:
    """Leave the state, cancelling what is still open in it, and enter another."""
    source = draft.case.state
    _leave(draft)
    draft.emit(
        Kind.STATE_ENTERED,
        {
            "state": target,
            "visit": draft.case.visit + 1,
            "from": source or None,
            **draft.since(),
        },
        by=CLOCK,
    )
    state = draft.case.state_spec
    _case_clocks(draft, source)
    draft.ask(entering(draft.case, draft.today))
    if state.final:
        close(draft)
        return
    _start_state_clock(draft, state.deadline)
    for spec in state.tasks.values():
        open_tasks(draft, spec)


def close(draft: Draft) -> None:
    """Close the case with the result of its final state, and stop every clock."""
    result = draft.case.state_spec.final
    for clock in draft.case.clocks:
        stop_clock(draft, clock, closed=True)
    draft.emit(Kind.CASE_CLOSED, {"result": result}, by=CLOCK)
    draft.after_this(
        JobKind.CHILD_CLOSED, str(draft.case.visit), {"child": draft.case.number, "result": result}
    )
    if any(draft.case.data.get(key) for key in fleeting(draft.case.definition)):
        draft.after_this(JobKind.ERASE, str(draft.case.visit), {"number": draft.case.number})


def cancel_task(draft: Draft, task: Task, *, because: str) -> None:
    """End a task that nobody needs any more."""
    draft.emit(
        Kind.TASK_CANCELLED,
        {"no": task.no, "task": task.key, "slot": task.slot, "because": because},
        by=CLOCK,
    )


def _leave(draft: Draft) -> None:
    for task in draft.case.tasks:
        cancel_task(draft, task, because="moved_on")
    for clock in draft.case.clocks:
        if clock.key.startswith("state:"):
            stop_clock(draft, clock)


def stop_clock(draft: Draft, clock: Clock, *, closed: bool = False) -> None:
    """Let a clock count no more, if it still does; should the case only be closed, for now."""
    if clock.status is not ClockStatus.STOPPED:
        about = {"closed_on": draft.today.isoformat()} if closed else {}
        draft.emit(Kind.DEADLINE_STOPPED, {"key": clock.key, **about}, by=CLOCK)


def _owner(draft: Draft) -> str:
    """Return who answers for the type today: its owner, or who came after it."""
    return draft.world.network.succeeded(draft.case.definition.owner, draft.today)


def _start_state_clock(draft: Draft, spec: DeadlineSpec | None) -> None:
    case = draft.case
    clock = start_clock(
        spec,
        f"state:{case.visit}",
        agency=_owner(draft),
        now=draft.counts_from,
        data=case.data,
        world=draft.world,
    )
    if clock:
        draft.emit(Kind.DEADLINE_STARTED, {"clock": spell_clock(clock)}, by=CLOCK)


def start_case_clocks(draft: Draft) -> None:
    """Start the clocks of the whole case that can start, leaving those that already run."""
    case = draft.case
    for key, spec in case.definition.deadlines.items():
        if any(clock.key == f"case:{key}" for clock in case.clocks):
            continue
        clock = start_clock(
            spec.deadline,
            f"case:{key}",
            agency=_owner(draft),
            now=draft.counts_from,
            data=case.data,
            world=draft.world,
        )
        if clock:
            draft.emit(Kind.DEADLINE_STARTED, {"clock": spell_clock(clock)}, by=CLOCK)


def _case_clocks(draft: Draft, source: str) -> None:
    """Stop, pause or let run the clocks of the case as the definition says of this state."""
    target = draft.case.state
    for clock in draft.case.clocks:
        spec = draft.case.definition.deadlines.get(clock.key.removeprefix("case:"))
        if spec is None or clock.status is ClockStatus.STOPPED:
            continue
        if target in spec.stops_on_entering:
            stop_clock(draft, clock)
        elif target in spec.pauses_in:
            began = draft.world.day(draft.counts_from)
            held = pause(clock, on=began, reason="state", world=draft.world)
            move_clock(draft, held, because=target)
        elif source in spec.pauses_in:
            again = resume(clock, on=draft.today, world=draft.world, reason="state")
            move_clock(draft, again, because=target)


def move_clock(draft: Draft, clock: Clock, *, because: str) -> None:
    """Record that a clock is not what it was, if it is not."""
    current = {c.key: c for c in all_clocks(draft.case)}.get(clock.key)
    if current is not None and current != clock:
        was = {"from": current.due_on.isoformat()} if current.due_on != clock.due_on else {}
        body = {"clock": spell_clock(clock), "because": because, **was}
        draft.emit(Kind.DEADLINE_MOVED, body)


def all_clocks(case: CaseSnapshot) -> Iterator[Clock]:
    """Go through the clocks of the case, of its state, of its open tasks and their questions."""
    yield from case.clocks
    yield from (task.clock for task in case.tasks if task.clock)
    yield from (clock for _, clock in question_clocks(case))


def open_tasks(draft: Draft, spec: TaskSpec) -> None:
    """Open a task of the state for each who holds it, or note that its time has not come."""
    if not holds(spec.needed_if, draft.case.data, draft.case.latest):
        return
    for slot, agency in slots_of(draft.case, spec):
        open_or_schedule(draft, spec, slot=slot, agency=agency)


def open_or_schedule(draft: Draft, spec: TaskSpec, *, slot: str, agency: str) -> None:
    """Open a task for one who holds it, or note that its day or its turn has not come."""
    in_turn = is_in_turn(draft.case, spec)
    waits = in_turn and is_busy(draft.case, spec.key)
    if not waits and _has_day_come(draft, spec, slot):
        open_task(draft, spec, slot=slot, agency=agency)
        return
    about = {"in_turn": True} if in_turn else {}
    later = draft.world.network.succeeded(agency, draft.today)
    body = {"task": spec.key, "slot": slot, "agency": later, **about}
    draft.emit(Kind.TASK_SCHEDULED, body, by=CLOCK)


def _open_turns(draft: Draft) -> None:
    """Open the tasks whose turn has come, unless their day has not."""
    for waiting in tuple(next_up(draft.case)):
        if _has_day_come(draft, draft.case.definition.task(waiting.key), waiting.slot):
            open_scheduled(draft, waiting)


def _has_day_come(draft: Draft, spec: TaskSpec, slot: str) -> bool:
    if spec.opens_when is None:
        return True
    day = day_for(draft.case, spec.opens_when, slot, draft.world)
    return day is not None and day <= draft.today


def day_for(case: CaseSnapshot, opens_when: OpensWhen, slot: str, world: World) -> date | None:
    """Return the day on which a task opens, or None while the date it hangs on is unknown."""
    value = case.data.get(opens_when.of.removeprefix("data."))
    if not value:
        return None
    of = date.fromisoformat(value[:10])
    if opens_when.term is None:
        return of
    agency = slot if world.network.get(slot) else case.definition.owner
    return day_of(opens_when.term, of=of, rule=world.rule("house"), calendar=world.calendar(agency))


def open_task(draft: Draft, spec: TaskSpec, *, slot: str, agency: str) -> None:
    """Put a task in an agency's inbox, with its deadline counted on that agency's calendar.

    Where the agency is extinct by now, or has no officer, the task goes to whom its work falls.
    """
    case = draft.case
    agency = draft.world.network.heir(agency, owner=case.definition.owner, day=draft.today)
    no = case.tasks_opened + 1
    clock = start_clock(
        spec.deadline,
        f"task:{no}",
        agency=agency,
        now=draft.counts_from,
        data=case.data,
        world=draft.world,
        row=row_of(case, spec, slot),
    )
    review = spec.review_every or case.state_spec.review_every
    body: dict[str, Any] = {
        "no": no,
        "task": spec.key,
        "slot": slot,
        "agency": agency,
        "clock": spell_clock(clock),
        **draft.since(),
    }
    if review:
        body["review_on"] = review_day(draft, review, agency).isoformat()
    if spec.awaits:
        body["child"] = case.data.get(spec.awaits.case)
    draft.emit(Kind.TASK_OPENED, body, by=CLOCK)
    if spec.child:
        open_child(draft, spec.child, opener=agency, no=no)


def review_day(draft: Draft, every: Term, agency: str) -> date:
    """Return when something that waits is looked at again."""
    rule, calendar = draft.world.rule("house"), draft.world.calendar(agency)
    return day_of(every, of=draft.today, rule=rule, calendar=calendar)


def open_child(
    draft: Draft, child: ChildSpec, *, opener: str, no: int | None, once: str | None = None
) -> None:
    """Ask for another case to be opened; with a task's number, that case does the task.

    `once` is the key of an earlier asking: whatever comes of both, one case is opened.
    """
    copied = {field: draft.case.data.get(source) for field, source in child.copied.items()}
    given = {key: value for key, value in copied.items() if value is not None}
    draft.after_this(
        JobKind.OPEN_CHILD,
        f"{no or 'x'}:{draft.case.seq}",
        {
            "parent": draft.case.number,
            "type": child.type,
            "relation": child.relation,
            "data": {**given, **child.fixed},
            "opener": opener,
            "no": no,
            **({"once": once} if once else {}),
        },
    )


def open_scheduled(draft: Draft, waiting: Scheduled) -> None:
    """Open a task whose day or turn has come."""
    spec = draft.case.definition.task(waiting.key)
    open_task(draft, spec, slot=waiting.slot, agency=waiting.agency)
