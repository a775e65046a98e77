"""The answers of a round: who was asked the same thing, and what each answered, in few reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow.core.answers import Standing, standing_of
from workflow.core.events import Event, Kind
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, Scheduled
from workflow.core.track import TaskLine, parallel_round
from workflow.core.world import World
from workflow.services.case_view import readable, task_line, world_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.cases import tasks_of
from workflow.storage.queries.events import events_of
from workflow.storage.queries.people import officer_names

_ENDS = frozenset({Kind.TASK_COMPLETED, Kind.TASK_LAPSED})
_WRITTEN = frozenset({Kind.DATA_CHANGED, Kind.DOCUMENT_ATTACHED})


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What became of the question put to one of those asked."""

    asked: TaskLine | Scheduled
    """The task, or what stands for it until its turn comes."""
    standing: Standing
    end: Event | None = None
    """The line that tells how it ended."""
    brought: tuple[Event, ...] = ()
    """What was filled in and attached for it, as far as the reader may read it."""

    @property
    def task(self) -> TaskLine | None:
        """The task, once it was opened."""
        return self.asked if isinstance(self.asked, TaskLine) else None


@dataclass(frozen=True, slots=True, eq=False)
class RoundView:
    """A round of questions with all answers, as one reader may read them."""

    case: CaseSnapshot
    world: World
    powers: Powers
    visit: int
    tasks: tuple[TaskLine, ...]
    """Every task of the case."""
    answers: tuple[Answer, ...]
    """Nothing where only one was asked."""
    names: Mapping[int, str]
    """Officers by id."""


def round_view(uow: UnitOfWork, number: str, visit: int) -> RoundView:
    """Gather the answers of the round of one visit of a case; raise `UnknownCase`."""
    loaded = uow.load(number)
    case = loaded.snapshot
    with uow.reading() as connection:
        tasks = tuple(task_line(row) for row in tasks_of(connection, loaded.case_id))
        asked = parallel_round(case, tasks, visit=visit)
        found = events_of(connection, loaded.case_id, kinds=_ENDS | _WRITTEN) if asked else []
        told = readable(connection, found, case, uow.powers)
        answers = tuple(_answers(case, asked, told))
        names = officer_names(connection, _people(answers))
    return RoundView(
        case=case,
        world=world_of(uow, loaded),
        powers=uow.powers,
        visit=visit,
        tasks=tasks,
        answers=answers,
        names=names,
    )


def _answers(
    case: CaseSnapshot, asked: tuple[TaskLine, ...], told: list[Event]
) -> Iterator[Answer]:
    for task in asked:
        about = [event for event in told if event.body.get("no") == task.no]
        ended = task.ended_at is not None
        end = next((e for e in reversed(about) if e.kind in _ENDS), None) if ended else None
        brought = tuple(event for event in about if event.kind in _WRITTEN)
        yield Answer(task, standing_of(task, end), end, brought)
    if asked and case.is_open and asked[0].visit == case.visit:
        for waiting in case.scheduled:
            yield Answer(waiting, Standing.NOT_YET)


def _people(answers: tuple[Answer, ...]) -> set[int]:
    found: set[int | None] = set()
    for answer in answers:
        if answer.task is not None:
            found |= {answer.task.assignee, answer.task.ended_by}
        if answer.end is not None:
            found |= {answer.end.by.officer, answer.end.by.on_behalf_of}
    return {person for person in found if person is not None}
