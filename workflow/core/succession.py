"""What a reform does to a case: whatever named an agency that is no more names who has its work.

The same function says so for a preview and decides it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workflow.core.acts.circumstances import Circumstances
from workflow.core.change import Change
from workflow.core.clocks import move_to_agency
from workflow.core.draft import Draft
from workflow.core.events import CLOCK, Event, Kind
from workflow.core.moving import all_clocks
from workflow.core.questions import is_question
from workflow.core.recounting import why_kept
from workflow.core.reform import End
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus, Task
from workflow.core.spelling import spell_clock, spell_request
from workflow.core.timers import next_wake


@dataclass(frozen=True, slots=True)
class Succession:
    """What a reform means for cases: who has what was whose, and which calendars count."""

    ends: Mapping[str, End]
    calendars: frozenset[str] = frozenset()
    """The agencies that go on and whose deadlines count on another calendar."""
    people: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """By agency: who acts for it afterwards, so keeps the tasks that they had."""

    @property
    def touched(self) -> frozenset[str]:
        """Every agency whose cases may change."""
        return self.calendars | frozenset(self.ends)


@dataclass(frozen=True, slots=True)
class _Handing:
    """A case that is being gone through, and what is to be said of it."""

    draft: Draft
    plan: Succession
    because: Mapping[str, Any]

    @property
    def case(self) -> CaseSnapshot:
        return self.draft.case

    @property
    def told(self) -> dict[str, Any]:
        """Return what every line cites."""
        return {"because": dict(self.because), "reason": self.because["source"]}

    def heir(self, agency: str, *names: str) -> str:
        """Return who has something of an agency now; itself where it goes on."""
        end = self.plan.ends.get(agency)
        if end is None:
            return agency
        definition = self.case.definition
        named = end.heir_of(self.case.number, definition.key, *names)
        network, today = self.draft.world.network, self.draft.today
        return named or network.heir(agency, owner=definition.owner, day=today)

    def moved(self, clock: Clock, agency: str) -> Clock:
        """Return a clock as another agency owes it; nobody is made late, nothing is revived."""
        if clock.status is ClockStatus.STOPPED:
            return replace(clock, agency=agency)
        counted = move_to_agency(clock, agency, world=self.draft.world)
        assert counted is not None
        stays = clock.status is ClockStatus.RUNNING and why_kept(clock, counted, self.draft.at)
        return replace(clock, agency=agency) if stays else counted


def succeed(
    case: CaseSnapshot, plan: Succession, *, because: Mapping[str, Any], now: Circumstances
) -> Change | None:
    """Let whoever comes after an agency have its part in a case; None if it has none.

    `because` is the plan and the act behind it, as history will cite them; `now` is in the
    world after the reform.
    """
    if not case.is_open:
        return None
    handing = _Handing(now.draft(case, CLOCK), plan, because)
    for part in (_roles, _tasks, _scheduled, _questions, _clocks):
        part(handing)
    draft = handing.draft
    return None if draft.is_empty else draft.change(wake_at=next_wake(draft.case, draft.world))


def _roles(handing: _Handing) -> None:
    """Bind the parts of agencies that are no more to their heirs."""
    for role, held in handing.case.participants.items():
        heirs = {code: handing.heir(code, role) for code in held if code in handing.plan.ends}
        if heirs:
            now = list(dict.fromkeys(heirs.get(code, code) for code in held))
            body = {"role": role, "agencies": now, "heirs": heirs, **handing.told}
            handing.draft.emit(Kind.ROLE_BOUND, body)


def _tasks(handing: _Handing) -> None:
    """Hand open tasks on; who goes along keeps what they had."""
    for task in handing.case.tasks:
        if task.agency not in handing.plan.ends:
            continue
        role = handing.case.spec(task).role_key or ""
        agency = handing.heir(task.agency, str(task.no), task.key, role)
        clock = handing.moved(task.clock, agency) if task.clock else None
        handing.draft.emit(
            Kind.TASK_REASSIGNED,
            {
                "no": task.no,
                "from": task.agency,
                "agency": agency,
                "slot": _slot(handing.case, task.key, task.slot, task.agency, agency),
                "clock": spell_clock(clock),
                "kept": task.assignee in handing.plan.people.get(agency, ()),
                **handing.told,
            },
        )


def _slot(case: CaseSnapshot, key: str, slot: str, was: str, agency: str) -> str:
    """Return who an outcome will count for; two parts of one heir are still told apart."""
    taken = {(task.key, task.slot) for task in case.visit_tasks()}
    return slot if slot != was or (key, agency) in taken else agency


def _scheduled(handing: _Handing) -> None:
    for waiting in handing.case.scheduled:
        if waiting.agency not in handing.plan.ends:
            continue
        role = handing.case.definition.task(waiting.key).role_key or ""
        agency = handing.heir(waiting.agency, waiting.key, role)
        slot = _slot(handing.case, waiting.key, waiting.slot, waiting.agency, agency)
        body = {"task": waiting.key, "slot": slot, "agency": agency, "was": waiting.slot}
        handing.draft.emit(Kind.TASK_SCHEDULED, {**body, "from": waiting.agency, **handing.told})


def _questions(handing: _Handing) -> None:
    """Put open questions to whoever answers now.

    One that was put to the requester goes to an agency only where an officer made the request.
    """
    for task in handing.case.tasks:
        asked = _asked_of(handing.case, task)
        if asked is None or asked not in handing.plan.ends or task.request is None:
            continue
        agency = handing.heir(asked)
        clock = task.request.clock
        moved = handing.moved(clock, agency) if clock else None
        request = replace(task.request, of=agency, clock=moved)
        body = {"no": task.no, "request": spell_request(request), "from": asked}
        handing.draft.emit(Kind.INFORMATION_REDIRECTED, {**body, **handing.told})


def _asked_of(case: CaseSnapshot, task: Task) -> str | None:
    if task.request is None or task.request.of is not None:
        return task.request.of if task.request else None
    return case.opener if case.opened_by is not None else None


def _clocks(handing: _Handing) -> None:
    """Count what is left on the calendars of now: clocks of the case, and of who moved."""
    for clock in list(all_clocks(handing.case)):
        if clock.status is ClockStatus.STOPPED:
            continue
        if clock.agency in handing.plan.ends:
            names = () if is_question(clock.key) else (clock.key.partition(":")[2],)
            after = handing.moved(clock, handing.heir(clock.agency, *names))
        elif clock.agency in handing.plan.calendars and clock.status is ClockStatus.RUNNING:
            after = handing.moved(clock, clock.agency)
        else:
            continue
        if (after.agency, after.due_at) != (clock.agency, clock.due_at):
            body = {
                "clock": spell_clock(after),
                "from": clock.due_on.isoformat(),
                "to": after.due_on.isoformat(),
            }
            handing.draft.emit(Kind.DEADLINE_RECOUNTED, {**body, **handing.told})


# --- As a preview tells it ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passing:
    """One thing of a case that passes from an agency to another, or gets another day."""

    kind: str
    key: str
    """What it is called in the case: a task's number, a role, a clock."""
    agency: str
    heir: str
    due_from: str | None = None
    due_to: str | None = None
    officer: int | None = None
    """Who holds it."""
    stays: bool = False
    """Whether they go on holding it."""


def passings(change: Change) -> Iterator[Passing]:
    """Go through what a change of a reform does, a line for each event."""
    case = change.before
    assert case is not None
    for event in change.events:
        yield _TELL[event.kind](case, event)


def _role_passing(_case: CaseSnapshot, event: Event) -> Passing:
    was, heir = min(event.body["heirs"].items())
    return Passing("role", event.body["role"], was, heir)


def _task_passing(case: CaseSnapshot, event: Event) -> Passing:
    body, task = event.body, case.task(event.body["no"])
    due = body["clock"]["due_on"] if body["clock"] else None
    before = task.clock.due_on.isoformat() if task.clock else None
    line = Passing("task", str(task.no), task.agency, body["agency"], before, due)
    return replace(line, officer=task.assignee, stays=body["kept"])


def _scheduled_passing(_case: CaseSnapshot, event: Event) -> Passing:
    body = event.body
    return Passing("scheduled", f"{body['task']}:{body['was']}", body["from"], body["agency"])


def _question_passing(case: CaseSnapshot, event: Event) -> Passing:
    body, request = event.body, case.task(event.body["no"]).request
    clock, moved = request.clock if request else None, body["request"]["clock"]
    before = clock.due_on.isoformat() if clock else None
    due = moved["due_on"] if moved else None
    return Passing("question", str(body["no"]), body["from"], body["request"]["of"], before, due)


def _deadline_passing(case: CaseSnapshot, event: Event) -> Passing:
    body = event.body
    clock = next(c for c in all_clocks(case) if c.key == body["clock"]["key"])
    heir = body["clock"]["agency"]
    return Passing("deadline", clock.key, clock.agency, heir, body["from"], body["to"])


_TELL: Mapping[Kind, Callable[[CaseSnapshot, Event], Passing]] = {
    Kind.ROLE_BOUND: _role_passing,
    Kind.TASK_REASSIGNED: _task_passing,
    Kind.TASK_SCHEDULED: _scheduled_passing,
    Kind.INFORMATION_REDIRECTED: _question_passing,
    Kind.DEADLINE_RECOUNTED: _deadline_passing,
}
