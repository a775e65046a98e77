"""One count outside any case: everything that goes into it, and its answer, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.counting import check_extension, count, is_on_time
from workflow.core.deadlines.errors import TraceBroken
from workflow.core.deadlines.rules import Rule
from workflow.core.deadlines.values import LEGAL_ZONE, Due, Extension, Outage, Pause
from workflow.core.terms import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody wants to know the last day of."""

    start: date
    """A day or an aware instant; with a term `before`, the event that it comes before."""
    term: Term
    rule: Rule
    calendar: Calendar
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    outages: tuple[Outage, ...] = ()
    interrupted_on: date | None = None
    filed_at: datetime | None = None
    """When the act was done, to be told whether that was on time."""
    zone: ZoneInfo = LEGAL_ZONE


@dataclass(frozen=True, slots=True)
class Answer:
    """When the term ends and why, and whether an act kept it."""

    question: Question
    due: Due
    on_time: bool | None


def answered(question: Question) -> Answer:
    """Count what was asked, as the rule lets it be extended, and check the trace of it.

    The suspensions and outages that the calendar knows are counted in. Raise what `count` and
    `check_extension` raise, or `TraceBroken`.
    """
    due = _counted(question, 0)
    for granted, extension in enumerate(question.extensions):
        check_extension(
            extension,
            term=question.term,
            rule=question.rule,
            due=due.on,
            earlier=question.extensions[:granted],
        )
        due = _counted(question, granted + 1)
    if rebuild(due.trace) != due.on:
        raise TraceBroken(f"the trace does not lead to {due.on}")
    filed = question.filed_at
    return Answer(question, due, is_on_time(due, filed) if filed else None)


def _counted(question: Question, extensions: int) -> Due:
    calendar = question.calendar
    return count(
        question.start,
        question.term,
        question.rule,
        calendar,
        pauses=(*question.pauses, *calendar.suspensions),
        extensions=question.extensions[:extensions],
        outages=(*question.outages, *calendar.outages),
        interrupted_on=question.interrupted_on,
        zone=question.zone,
    )
