"""What the papers of a case tell: the whole of it, each line already fit for the reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workflow.core.acts.record import record_document, record_process
from workflow.core.errors import AnswersRefused
from workflow.core.events import Event, Kind
from workflow.core.papers import Paper, PaperKind
from workflow.core.snapshot import TaskStatus
from workflow.core.story import Entry, headline, story, told
from workflow.core.track import TaskLine, parallel_round
from workflow.services.case_view import CaseView, StoryPage, case_view, officers_named, readable
from workflow.services.unit_of_work import Done, UnitOfWork
from workflow.storage.queries.cases import documents_of
from workflow.storage.queries.events import events_of
from workflow.storage.queries.people import officer_names

ENDS = frozenset({Kind.TASK_COMPLETED, Kind.TASK_LAPSED})
_PROPOSALS = frozenset({Kind.OUTCOME_PROPOSED, Kind.PROPOSAL_RETURNED})


@dataclass(frozen=True, slots=True, eq=False)
class WholeCase:
    """A case with all its history that one reader may read."""

    view: CaseView
    """Its story is whole, the first act first."""
    events: tuple[Event, ...]
    """Every line that the reader may read, as they were written."""
    proposals: tuple[Event, ...]
    """What was put before heads, and given back by them; told of only once it was released."""
    hashes: Mapping[tuple[str, int], str]
    """SHA-256 of each version of each document."""

    def end_of(self, no: int) -> Event | None:
        """Return the line that tells how a task ended, the latest one."""
        ends = (e for e in reversed(self.events) if e.kind in ENDS and e.body["no"] == no)
        return next(ends, None)

    def released_in(self, end: Event) -> Event | None:
        """Return the proposal that a head released by ending its task, if one did."""
        about = (e for e in reversed(self.proposals) if e.body["no"] == end.body["no"])
        last = next((event for event in about if event.seq < end.seq), None)
        return last if last and last.kind is Kind.OUTCOME_PROPOSED else None

    def brought_with(self, end: Event) -> list[Event]:
        """Return what was filled in and attached in the act that ended a task."""
        kinds = (Kind.DATA_CHANGED, Kind.DOCUMENT_ATTACHED)
        return [
            event
            for event in self.events
            if event.kind in kinds and event.at == end.at and event.by == end.by
        ]


def whole_case(uow: UnitOfWork, number: str) -> WholeCase:
    """Gather all that a person may read of a case; raise `UnknownCase`."""
    view = case_view(uow, number)
    with uow.reading() as connection:
        found = events_of(connection, view.loaded.case_id)
        events = readable(connection, found, view.case, uow.powers)
        rows = documents_of(connection, view.loaded.case_id)
        people = {*view.names, *(p for event in found for p in _people(event))}
        names = officer_names(connection, people)
    return WholeCase(
        view=replace(view, story=StoryPage(tuple(_acts(events)), None), names=names),
        events=tuple(events),
        proposals=tuple(event for event in found if event.kind in _PROPOSALS),
        hashes={(row.field, row.version): row.sha256 for row in rows},
    )


def _acts(events: Sequence[Event]) -> list[Entry]:
    return [headline(entry) for act in reversed(story(events)) if (entry := told(act))]


def _people(event: Event) -> list[int]:
    proposal = event.body.get("proposal") or {}
    named = (proposal.get("by"), proposal.get("for"), *event.body.get("doers", ()))
    return [*officers_named(event), *(person for person in named if person is not None)]


def opinions(view: CaseView) -> list[TaskLine]:
    """Return the tasks of a case that ended with an outcome, each of which gives a paper."""
    ended = (TaskStatus.COMPLETED, TaskStatus.LAPSED)
    return [task for task in view.tasks if task.status in ended and task.outcome]


def round_in(view: CaseView, visit: int) -> tuple[TaskLine, ...]:
    """Return the tasks that several agencies had at the same time in one visit, or none."""
    return parallel_round(view.case, view.tasks, visit=visit)


def rounds(view: CaseView) -> list[int]:
    """Return the visits in which several agencies were asked at the same time."""
    visits = dict.fromkeys(task.visit for task in view.tasks)
    return [visit for visit in visits if round_in(view, visit)]


def papers_of(view: CaseView) -> list[Paper]:
    """Return every paper that a case gives today."""
    return [
        Paper(PaperKind.SUMMARY),
        *(Paper(PaperKind.ANSWERS, visit) for visit in rounds(view)),
        *(Paper(PaperKind.OPINION, task.no) for task in opinions(view)),
    ]


def record_of_process(
    uow: UnitOfWork, number: str, typed: str, *, knowingly: bool, key: str
) -> Done:
    """Note which process of SEI a case is."""
    return uow.act(
        number,
        lambda case, now: record_process(case, typed, knowingly=knowingly, now=now),
        key=key,
    )


def record_of_paper(uow: UnitOfWork, number: str, paper: Paper, typed: str, *, key: str) -> Done:
    """Note which document SEI made of a paper; raise `AnswersRefused` for one there is not."""
    if paper not in papers_of(case_view(uow, number)):
        raise AnswersRefused(problems={"paper": "not_asked"})
    return uow.act(number, lambda case, now: record_document(case, paper, typed, now=now), key=key)
