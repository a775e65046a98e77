"""A story that a definition must be able to tell: who acts, when, with what, and what holds then.

The same steps are played in memory by the checks and against a database by the demo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeAlias

from workflow.core.acts import (
    children,
    ending,
    information,
    places,
    record,
    routing,
    standing_still,
    starts,
    tasks,
)
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.commitments import Commitment, record_commitments
from workflow.core.change import Change
from workflow.core.deadlines.rules import Ground
from workflow.core.errors import UnknownTask
from workflow.core.places import Taken
from workflow.core.questions import ANSWER_TERM
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.story import Readers
from workflow.core.terms import parse_term

Attach: TypeAlias = Callable[[str], Mapping[str, Any]]
"""From a file's name to the document that stands for it in case data."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One thing that happens in a scenario, and what must be true after it."""

    at: datetime
    agency: str = ""
    officer: str = "first"
    task: str | None = None
    of: str | None = None
    """The holder of a task that several hold; of a question, the agency asked."""
    outcome: str | None = None
    act: str | None = None
    time: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    in_turn: tuple[str, ...] = ()
    """Those of the roles whose agencies are asked one after another."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What only some acts take, as `to`, `term`, `question`, `since` or `review_on`."""
    refused: str | None = None
    """The name of the refusal that the step must meet."""
    expect: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A case from its opening on, step by step."""

    definition: str
    title: str
    opening: Step
    steps: tuple[Step, ...]
    file: str = ""


def answers_of(step: Step, attach: Attach) -> Answers:
    """Return everything a step brings with it."""
    return Answers(
        data=step.data,
        roles=step.roles,
        in_turn=frozenset(step.in_turn),
        own=step.answers,
        documents={key: attach(name) for key, name in step.documents.items()},
        reason=step.reason or None,
    )


def decide(step: Step, case: CaseSnapshot, now: Circumstances, attach: Attach) -> Change | None:
    """Decide what a step does; raise whatever the act refuses with."""
    if step.outcome is not None:
        no = held_task(case, step).no
        return tasks.complete_task(
            case, no, step.outcome, answers=answers_of(step, attach), now=now
        )
    act = _ACTS.get(step.act or "")
    if act is None:
        raise UnknownTask(number=case.number, act=step.act)
    return act(step, case, now, attach)


def held_task(case: CaseSnapshot, step: Step) -> Task:
    """Return the open task that a step names; by its holder, else its agency, where several."""
    named = [task for task in case.tasks if task.key == step.task]
    wanted = step.of or step.agency
    exact = [task for task in named if wanted in (task.slot, task.agency)]
    found = exact or named
    if len(found) != 1:
        raise UnknownTask(number=case.number, task=step.task, holder=wanted, open=len(found))
    return found[0]


_Act: TypeAlias = Callable[[Step, CaseSnapshot, Circumstances, Attach], Change]


def _ask(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    asked = step.arguments
    return information.ask_information(
        case,
        _own_task(case, step).no,
        asked.get("question", step.reason),
        of=step.of,
        fields=tuple(asked.get("fields", ())),
        term=parse_term(asked["term"]) if "term" in asked else ANSWER_TERM,
        day=_day(step, "answer_by"),
        knowingly=bool(asked.get("knowingly")),
        now=now,
    )


def _own_task(case: CaseSnapshot, step: Step) -> Task:
    """Return the task a step speaks of, where `of` means somebody else."""
    named = [t for t in case.tasks if t.key == step.task]
    mine = [t for t in named if step.agency in (t.agency, t.slot)]
    found = mine or named
    if not found:
        raise UnknownTask(number=case.number, task=step.task)
    return found[0]


def _answer(step: Step, case: CaseSnapshot, now: Circumstances, attach: Attach) -> Change:
    asked = next(t for t in case.tasks if t.key == step.task and t.request)
    documents = {key: attach(name) for key, name in step.documents.items()}
    text = step.arguments.get("answer", step.reason)
    return information.answer_information(case, asked.no, text, documents=documents, now=now)


def _suspend(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    asked = step.arguments
    ended_by = asked.get("ended_by", ())
    return standing_still.suspend(
        case,
        step.reason,
        review_on=date.fromisoformat(asked["review_on"]),
        since=_day(step, "since"),
        ground=Ground(asked.get("ground", Ground.SUSPENSION)),
        source=asked.get("source", ""),
        ended_by=(ended_by,) if isinstance(ended_by, str) else tuple(ended_by),
        now=now,
    )


def _resume(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    return standing_still.resume_case(case, reason=step.reason, on=_day(step, "since"), now=now)


def _day(step: Step, key: str) -> date | None:
    day = step.arguments.get(key)
    return date.fromisoformat(day) if day else None


def _move_start(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    start = date.fromisoformat(step.arguments["since"])
    return starts.move_start(case, _clock_key(step, case), start, step.reason, now=now)


def _extend(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    term = parse_term(step.arguments["term"])
    return standing_still.extend_deadline(case, _clock_key(step, case), term, step.reason, now=now)


def _clock_key(step: Step, case: CaseSnapshot) -> str:
    """Return the key of the clock that a step names: of a task, or any other by its own."""
    if step.task:
        return f"task:{held_task(case, step).no}"
    named: str = step.arguments["clock"]
    return named if ":" in named else f"case:{named}"


def _reassign(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    task = _own_task(case, step)
    return routing.reassign(case, task.no, step.arguments["to"], step.reason, now=now)


def _remove(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    waiting = [w for w in case.scheduled if w.key == step.task and w.slot == step.of]
    if waiting:
        return routing.remove_waiting(case, waiting[0].key, waiting[0].slot, step.reason, now=now)
    return routing.remove_agency(case, held_task(case, step).no, step.reason, now=now)


def _child(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    """Close the child case that does a task, as the child itself would."""
    task = held_task(case, step)
    result = step.arguments["result"]
    return children.child_closed(case, task.child or "", result, now=now)


def _child_opens(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    task = held_task(case, step)
    number = step.arguments.get("number", "child")
    return children.child_opened(case, number, relation="child", no=task.no, now=now)


def _awaited(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    """Let the case that a task awaits give an outcome, with its own data among the step's."""
    task = held_task(case, step)
    result = step.arguments["result"]
    return places.end_awaited(case, task.no, result, given=step.data, now=now)


def _counted(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    """Let others take so many places, or wait for so many."""
    change = places.count_places(case, Taken(**step.data), now=now)
    if change is None:
        raise UnknownTask(number=case.number, act=step.act, data=dict(step.data))
    return change


def _commit(step: Step, case: CaseSnapshot, now: Circumstances, _attach: Attach) -> Change:
    """Write down one commitment: `agency`, `what`, `until` and perhaps `why` among its data."""
    told = {key: str(value) for key, value in step.data.items()}
    until = date.fromisoformat(told.pop("until"))
    return record_commitments(case, [Commitment(**told, until=until)], now=now)


_ACTS: dict[str, _Act] = {
    "withdraw": lambda s, c, now, _: ending.withdraw(c, s.reason, now=now),
    "cancel": lambda s, c, now, _: ending.cancel(c, s.reason, now=now),
    "terminate": lambda s, c, now, _: ending.terminate(c, s.reason, now=now),
    "reopen": lambda s, c, now, _: ending.reopen(c, s.reason, now=now),
    "send_back": lambda s, c, now, _: routing.send_back(c, s.arguments["to"], s.reason, now=now),
    "suspend": _suspend,
    "resume": _resume,
    "extend": _extend,
    "move_start": _move_start,
    "ask_information": _ask,
    "answer_information": _answer,
    "reassign": _reassign,
    "add_agency": lambda s, c, now, _: routing.add_agency(
        c, s.task or "", s.arguments["to"], now=now
    ),
    "remove_agency": _remove,
    "correct_data": lambda s, c, now, _: record.correct_data(c, s.data, s.reason, now=now),
    "announce": lambda _s, c, now, _: record.announce(c, now=now),
    "comment": lambda s, c, now, _: record.comment(c, s.reason, readers=Readers.AGENCIES, now=now),
    "receive": lambda s, c, now, _: tasks.receive(c, held_task(c, s).no, now=now),
    "claim": lambda s, c, now, _: tasks.claim(c, held_task(c, s).no, now=now),
    "release_proposal": lambda s, c, now, _: tasks.release_proposal(c, held_task(c, s).no, now=now),
    "return_proposal": lambda s, c, now, _: tasks.return_proposal(
        c, held_task(c, s).no, s.reason, now=now
    ),
    "child_opened": _child_opens,
    "child_closed": _child,
    "awaited": _awaited,
    "counted": _counted,
    "commit": _commit,
}

ACTS = frozenset(_ACTS)
"""The acts that a step may name."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "send_back": ("to",),
    "suspend": ("review_on",),
    "extend": ("term",),
    "move_start": ("since",),
    "answer_information": ("task",),
    "reassign": ("task", "to"),
    "add_agency": ("task", "to"),
    "child_closed": ("task", "result"),
    "awaited": ("task", "result"),
    "counted": ("data",),
    "commit": ("data",),
}
"""What an act cannot be done without, besides its reason."""
