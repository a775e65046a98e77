"""Telling people what an act means for them: new tasks, questions, answers, decisions, the end.

Nobody is told of their own act, nor of what has been overtaken by the time it is told. What
time itself did, perhaps at midnight, is mailed when people are at work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from workflow.core.acts.undo import REVERSIBLE
from workflow.core.events import Event, Kind
from workflow.core.moving import all_clocks
from workflow.core.questions import SCOPE, answering
from workflow.core.snapshot import CaseSnapshot, ClockStatus, Task
from workflow.core.story import Readers
from workflow.core.topics import MENTIONED
from workflow.services.audience import People
from workflow.services.issuing import Batch, Occasion, about_clock, about_task, waiting_key


@dataclass(frozen=True, slots=True)
class Scene:
    """A case as it is now, and who there is to be told of it."""

    case: CaseSnapshot
    people: People

    def open_task(self, no: int) -> Task | None:
        """Return a task unless it has ended by now."""
        return next((task for task in self.case.tasks if task.no == no), None)

    def requesters(self) -> list[int]:
        """List who looks after the request: whoever opened it, else everybody of that agency."""
        return self.people.holders(self.case.opener, assignee=self.case.opened_by)


@dataclass(frozen=True, slots=True)
class Telling:
    """What some officers are to be told of one event."""

    officers: Sequence[int]
    params: Mapping[str, Any]
    task_no: int | None = None


Tell: TypeAlias = Callable[[Scene, Event], Telling | None]


def tell(scene: Scene, events: Sequence[Event], batch: Batch, *, undoable_until: datetime) -> None:
    """Add what the events of one act have to tell; what can be undone is mailed a little later."""
    actors = {event.by.officer for event in events}
    by_time = all(event.by.officer is None and event.by.guest is None for event in events)
    for event in events:
        for kind, telling in _tellings(scene, event):
            occasion = Occasion(
                clock_key=f"event:{event.seq}",
                kind=kind,
                params=telling.params,
                task_no=telling.task_no,
            )
            told = [officer for officer in telling.officers if officer not in actors]
            reversible = event.kind in REVERSIBLE
            mail_at = undoable_until if reversible else None
            batch.add(occasion, told, mail_at=mail_at, in_hours=by_time)


def _tellings(scene: Scene, event: Event) -> Iterator[tuple[str, Telling]]:
    teller = _TELLERS.get(event.kind)
    telling = teller(scene, event) if teller else None
    if telling:
        yield event.kind.value, telling
    called = event.body.get("mentioned", ())
    if called:
        still_here = [who for who in called if who in scene.people.active(called)]
        yield MENTIONED, Telling(still_here, {"agency": event.by.agency, "line": event.seq})


def _of_task(scene: Scene, task: Task, officers: Sequence[int], **more: object) -> Telling:
    return Telling(officers, {**about_task(scene.case, task), **more}, task.no)


def _new_task(scene: Scene, event: Event) -> Telling | None:
    """Call the agency to a task that nobody has taken yet and that no other case does."""
    task = scene.open_task(event.body["no"])
    if task is None or task.assignee is not None or scene.case.spec(task).done_elsewhere:
        return None
    return _of_task(scene, task, scene.people.holders(task.agency))


def _task_assigned(scene: Scene, event: Event) -> Telling | None:
    task, officer = scene.open_task(event.body["no"]), event.body["officer"]
    if task is None or task.assignee != officer:
        return None
    held = scene.people.holders(task.agency, assignee=officer)
    return _of_task(scene, task, held, assignee=officer)


def _to_the_holder(scene: Scene, event: Event) -> Telling | None:
    task = scene.open_task(event.body["no"])
    if task is None:
        return None
    return _of_task(scene, task, scene.people.holders(task.agency, assignee=task.assignee))


def _reminder_sent(scene: Scene, event: Event) -> Telling | None:
    """Tell whoever is waited for: the holder, the head where nobody holds it or it waits for one.

    Nobody who has done it since.
    """
    task, question = scene.open_task(event.body["no"]), event.body.get("request")
    if task is None:
        return None
    if question is not None:
        return _question(scene, task, question, reminds=event.by.agency)
    waits = task.proposal is not None or task.assignee is None
    held = (
        scene.people.heads(task.agency)
        if waits
        else scene.people.holders(task.agency, assignee=task.assignee)
    )
    return _of_task(scene, task, held, reminds=event.by.agency)


def _question(scene: Scene, task: Task, no: int, **more: object) -> Telling | None:
    """Tell whoever is to answer a question, while it is open."""
    request = task.request
    if request is None or request.no != no:
        return None
    held = scene.people.holders(request.of) if request.of else scene.requesters()
    about = {"agency": request.of or scene.case.opener, "asks": request.asked_by}
    waiting = answering(scene.case, f"{SCOPE}:{no}") or task
    return _of_task(scene, waiting, held, request=no, **about, **more)


def _task_lapsed(scene: Scene, event: Event) -> Telling | None:
    """Tell the agency whose silence was taken for an answer."""
    slot = event.body["slot"]
    agency = scene.case.definition.owner if slot.startswith("row:") else slot
    title = scene.case.definition.task(event.body["task"]).title
    params = {"title": dict(title), "agency": agency, "due_on": None}
    return Telling(scene.people.holders(agency), params)


def _information_asked(scene: Scene, event: Event) -> Telling | None:
    task = scene.open_task(event.body["no"])
    return _question(scene, task, event.body["request"]["no"]) if task else None


def _deadline_recounted(scene: Scene, event: Event) -> Telling | None:
    """Tell who owes the act that its day has moved, unless it has moved again since."""
    clock = next((c for c in all_clocks(scene.case) if c.key == event.body["clock"]["key"]), None)
    moved = event.body["from"] != event.body["to"]
    if not moved or clock is None or clock.generation != event.body["clock"]["generation"]:
        return None
    more = {"was": event.body["from"], "source": event.body["because"].get("source", "")}
    if asked := answering(scene.case, clock.key):
        answers = scene.people.holders(asked.agency, assignee=asked.assignee)
        return _of_task(scene, asked, answers, **more)
    if not clock.key.startswith("task:"):
        officers = scene.people.coordinators()
        return Telling(officers, {**about_clock(scene.case, clock), **more})
    task = scene.case.task(int(clock.key.removeprefix("task:")))
    held = scene.people.holders(task.agency, assignee=task.assignee)
    return _of_task(scene, task, held, **more)


def _outcome_proposed(scene: Scene, event: Event) -> Telling | None:
    task = scene.open_task(event.body["no"])
    if task is None or task.proposal is None:
        return None
    return _of_task(scene, task, scene.people.heads(task.agency))


def _proposal_returned(scene: Scene, event: Event) -> Telling | None:
    task = scene.open_task(event.body["no"])
    return None if task is None or task.proposal else _to_the_holder(scene, event)


def _child_refused(scene: Scene, event: Event) -> Telling | None:
    """Tell whoever holds the task, and the coordinators, that another case was not opened."""
    body = event.body
    task = scene.open_task(body["no"]) if body["no"] is not None else None
    if task is None and body["no"] is not None:
        return None
    agency, assignee = (task.agency, task.assignee) if task else (body["opener"], None)
    held = scene.people.holders(agency, assignee=assignee)
    told = list(dict.fromkeys([*held, *scene.people.coordinators()]))
    if task:
        return _of_task(scene, task, told)
    title = dict(scene.case.definition.title)
    return Telling(told, {"title": title, "agency": agency, "due_on": None})


def _case_closed(scene: Scene, event: Event) -> Telling | None:
    if scene.case.is_open:
        return None
    told = [*scene.requesters(), *scene.people.followers(scene.case)]
    return Telling(list(dict.fromkeys(told)), {"result": event.body["result"]})


def _access_granted(scene: Scene, event: Event) -> Telling | None:
    """Tell whoever was let into a case by name, unless that was taken back since."""
    officer = event.body["officer"]
    if officer not in scene.case.readers:
        return None
    return Telling([officer], {"agency": event.by.agency, "until": event.body["until"]})


def _comment_added(scene: Scene, event: Event) -> Telling | None:
    """Tell whoever works on the case; the requester only of what was left for them.

    Nobody who may not read it, nor who is called to it by name and so told apart.
    """
    case, people, agency = scene.case, scene.people, event.by.agency
    own = event.body["readers"] == Readers.OWN.value
    working = [
        one
        for task in case.tasks
        if task.assignee is not None and (task.agency == agency or not own)
        for one in people.holders(task.agency, assignee=task.assignee)
    ]
    for_requester = event.body["readers"] == Readers.REQUESTER.value
    told = [*working, *(scene.requesters() if for_requester else ())]
    called = event.body.get("mentioned", ())
    others = [one for one in dict.fromkeys(told) if one not in called]
    return Telling(others, {"agency": agency, "line": event.seq})


_TELLERS: Mapping[Kind, Tell] = {
    Kind.TASK_OPENED: _new_task,
    Kind.TASK_REASSIGNED: _new_task,
    Kind.TASK_ASSIGNED: _task_assigned,
    Kind.TASK_REVIEWED: _to_the_holder,
    Kind.TASK_LAPSED: _task_lapsed,
    Kind.REMINDER_SENT: _reminder_sent,
    Kind.DEADLINE_RECOUNTED: _deadline_recounted,
    Kind.INFORMATION_ASKED: _information_asked,
    Kind.INFORMATION_REDIRECTED: _information_asked,
    Kind.INFORMATION_ANSWERED: _to_the_holder,
    Kind.OUTCOME_PROPOSED: _outcome_proposed,
    Kind.PROPOSAL_RETURNED: _proposal_returned,
    Kind.CHILD_REFUSED: _child_refused,
    Kind.CASE_CLOSED: _case_closed,
    Kind.COMMENT_ADDED: _comment_added,
    Kind.ACCESS_GRANTED: _access_granted,
}
TOLD = tuple(_TELLERS)
"""The kinds of event that somebody is told of."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Notices that an event has overtaken: of a clock, or that called to a task."""

    clock_key: str | None = None
    below: int | None = None
    """Only of generations below this one."""
    task_no: int | None = None
    until: datetime | None = None
    """Only those issued by then."""


def overtaken(events: Sequence[Event]) -> Iterator[Stale]:
    """Go through what the events of an act make pointless to read or to send."""
    for event in events:
        match event.kind:
            case Kind.TASK_COMPLETED | Kind.TASK_LAPSED | Kind.TASK_CANCELLED:
                yield Stale(task_no=event.body["no"])
            case Kind.TASK_REASSIGNED:
                yield from _handed_over(event)
            case Kind.TASK_CLAIMED | Kind.TASK_ASSIGNED:
                yield Stale(clock_key=waiting_key(event.body["no"]), until=event.at)
            case Kind.INFORMATION_ANSWERED | Kind.INFORMATION_WITHDRAWN:
                key = f"{SCOPE}:{event.body['request']}"
                yield Stale(clock_key=key, until=event.at)
            case Kind.DEADLINE_STOPPED:
                yield Stale(clock_key=event.body["key"], until=event.at)
            case Kind.DEADLINE_MOVED | Kind.DEADLINE_EXTENDED | Kind.DEADLINE_RECOUNTED:
                yield _moved(event)


def _handed_over(event: Event) -> Iterator[Stale]:
    """Call nobody of the agency before any more; whoever goes along is called as ever."""
    if not event.body.get("kept"):
        yield Stale(task_no=event.body["no"], until=event.at)
    elif event.body["clock"]:
        yield _moved(event)


def _moved(event: Event) -> Stale:
    clock = event.body["clock"]
    if clock["status"] == ClockStatus.RUNNING:
        return Stale(clock_key=clock["key"], below=clock["generation"])
    return Stale(clock_key=clock["key"], until=event.at)
