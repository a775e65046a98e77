"""The table of answers of a round as a file that spreadsheets open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from web.papers.lines import answer_of, label, reasons_shown, say
from web.words.case_words import CaseWords
from web.words.turns import turn_words
from workflow.core.snapshot import Scheduled
from workflow.core.track import TaskLine
from workflow.core.turns import turn_of
from workflow.services.case_view import CaseView

HEADS = ("agency", "task", "answer", "reason", "who", "asked_on", "due", "ended")


def answer_rows(view: CaseView, tasks: Sequence[TaskLine], words: CaseWords) -> Iterator[list[str]]:
    """Go through what was asked of whom and what came of it, those whose turn is to come last."""
    yield [label(head) for head in HEADS]
    case = view.case
    for task in tasks:
        yield _row(task, words, why=reasons_shown(view))
    if case.is_open and tasks[0].visit == case.visit:
        for waiting in case.scheduled:
            yield _later(waiting, words)


def _row(task: TaskLine, words: CaseWords, *, why: bool) -> list[str]:
    who = words.officer(task.ended_by if task.ended_at else task.assignee)
    due = task.clock.due_on if task.clock else None
    answer = answer_of(task, words, reasons=False) or say("waiting")
    reason = task.reason if why and task.reason else ""
    what = [words.holder(task.slot), words.task(task.key, task.slot), answer, reason, who]
    zone = words.world.zone
    ended = task.ended_at.astimezone(zone) if task.ended_at else None
    return [*what, _day(words.world.day(task.opened_at)), _day(due), _moment(ended)]


def _later(waiting: Scheduled, words: CaseWords) -> list[str]:
    turn = turn_of(words.case, waiting)
    what = [words.holder(waiting.slot), words.task(waiting.key, waiting.slot)]
    return [*what, turn_words(turn) if turn else "", "", "", "", "", ""]


def _day(on: date | None) -> str:
    return on.strftime("%d/%m/%Y") if on else ""


def _moment(at: datetime | None) -> str:
    return at.strftime("%d/%m/%Y %H:%M") if at else ""
