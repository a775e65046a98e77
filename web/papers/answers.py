"""The matrix of answers: who was asked at the same time, who answered what, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from web.papers.lines import (
    answer_of,
    author,
    dated_words,
    label,
    last_seal,
    name_of,
    reasons_shown,
    say,
    seal_of,
    warning_of,
)
from web.papers.sheets import Facts, Prose, Section, Sheet, Table, facts, section
from web.words.case_words import CaseWords
from web.words.languages import language_tag
from web.words.turns import turn_words
from web.words.wording import day, moment
from workflow.core.snapshot import Scheduled
from workflow.core.track import TaskLine, state_of_task
from workflow.core.turns import turn_of
from workflow.services.papers import WholeCase


def answers(whole: WholeCase, tasks: Sequence[TaskLine], *, at: datetime) -> Sheet:
    """Return the answers of a round as they stand; a round that is over never changes again."""
    view = whole.view
    words = dated_words(view)
    over = all(not task.is_open for task in tasks)
    why = reasons_shown(view) and any(task.reason for task in tasks)
    told_at = max((task.ended_at for task in tasks if task.ended_at), default=at) if over else at
    return Sheet(
        title=words.state(state_of_task(words.definition, tasks[0].key).key),
        about=say("answers_of", view.case.number),
        author=author(),
        language=language_tag(),
        at=told_at,
        foot=say("told_at", moment(told_at)),
        page=say("page"),
        warning=warning_of(view, (), why=why),
        sections=tuple(_sections(whole, tasks, words)),
    )


def _sections(whole: WholeCase, tasks: Sequence[TaskLine], words: CaseWords) -> Iterator[Section]:
    case = whole.view.case
    ended = [task.ended_at for task in tasks if task.ended_at]
    at = max(ended) if len(ended) == len(tasks) else None
    identity = [
        (label("number"), case.number),
        (label("subject"), words.subject),
        (label("opener"), f"{case.opener}, {words.agency(case.opener, at)}"),
    ]
    yield from section(say("section", "identity"), facts(identity))
    yield from section(say("section", "answers"), _matrix(whole, tasks, words))
    yield from section(
        say("section", "counts"), _counts(tasks, words, later=len(_waiting(whole, tasks)))
    )
    ends = [end for task in tasks if (end := whole.end_of(task.no))]
    last = max(ends, key=lambda end: end.seq, default=None)
    proof = Prose(say("proof", case.number))
    seal = seal_of(last) if last and len(ends) == len(tasks) else last_seal(whole)
    yield from section(say("section", "proof"), proof, seal)


def _matrix(whole: WholeCase, tasks: Sequence[TaskLine], words: CaseWords) -> Table:
    heads = ("agency_task", "who", "ended", "answer")
    rows = tuple(_row(whole, task, words) for task in tasks)
    rows += tuple(_later(waiting, words) for waiting in _waiting(whole, tasks))
    return Table(tuple(label(key) for key in heads), rows, (5, 4, 5, 6))


def _row(whole: WholeCase, task: TaskLine, words: CaseWords) -> tuple[str, ...]:
    what = f"{words.holder(task.slot)}\n{words.task(task.key)}"
    if task.is_open:
        due = say("falls_on", day(task.clock.due_on, year=True)) if task.clock else ""
        return what, words.officer(task.assignee) or say("nobody"), due, say("waiting")
    end = whole.end_of(task.no)
    when = moment(task.ended_at) if task.ended_at else ""
    answer = answer_of(task, words, reasons=reasons_shown(whole.view))
    return what, name_of(end.by, words) if end else "", when, answer


def _waiting(whole: WholeCase, tasks: Sequence[TaskLine]) -> tuple[Scheduled, ...]:
    """Return whose turn or day has not come in a round."""
    case = whole.view.case
    return case.scheduled if case.is_open and tasks[0].visit == case.visit else ()


def _later(waiting: Scheduled, words: CaseWords) -> tuple[str, ...]:
    """Return the row of somebody whose turn or day has not come."""
    turn = turn_of(words.case, waiting)
    what = f"{words.holder(waiting.slot)}\n{words.task(waiting.key, waiting.slot)}"
    return what, "", "", turn_words(turn) if turn else say("waiting")


def _counts(tasks: Sequence[TaskLine], words: CaseWords, *, later: int) -> Facts:
    """Return how many answered, and who gave each answer."""
    given: dict[str, list[str]] = {}
    for task in tasks:
        if task.outcome:
            said = answer_of(task, words, reasons=False)
            given.setdefault(said, []).append(words.holder(task.slot))
    answered = sum(len(agencies) for agencies in given.values())
    rows = [(said, ", ".join(agencies)) for said, agencies in given.items()]
    return facts([(label("answered"), say("answered_of", answered, len(tasks) + later)), *rows])
