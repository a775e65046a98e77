"""The Governor's week in words: what is due on which day, and who still owes a contribution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from web.words.case_words import CaseWords
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import Due
from web.words.wording import day as short_day
from workflow.core.access import is_sealed
from workflow.core.snapshot import Task
from workflow.core.waiting import since
from workflow.services.week_ahead import DueToTop, WeeksAhead


@dataclass(frozen=True, slots=True)
class Owed:
    """What one agency still has to do."""

    agency: str
    name: str
    title: str
    no: int
    since: date
    due: Due | None
    due_on: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is due on a day."""

    number: str
    subject: str
    type: str
    what: str
    no: int | None
    """Of the task of the agency itself; None for a day of use."""
    sealed: bool
    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day with what is due on it."""

    on: date
    lines: tuple[Line, ...]

    @property
    def owed(self) -> int:
        """How many contributions are still owed for it."""
        return len({(line.number, owed.no) for line in self.lines for owed in line.owed})


def days(ahead: WeeksAhead, today: date) -> tuple[Day, ...]:
    """Return the days of the weeks ahead in words."""
    return tuple(
        Day(on, tuple(_line(one, ahead, today) for one in ahead.on(on))) for on in ahead.days
    )


def late(ahead: WeeksAhead, today: date) -> tuple[Line, ...]:
    """Return what the agency should have done before this week, in words."""
    return tuple(_line(one, ahead, today) for one in ahead.late)


def _line(one: DueToTop, ahead: WeeksAhead, today: date) -> Line:
    case, task = one.case, one.use.task
    words = CaseWords(case, ahead.world, {}, today)
    return Line(
        number=case.number,
        subject=words.subject,
        type=in_language(case.definition.title),
        what=words.task(task.key, task.slot) if task else words.field(one.use.field),
        no=task.no if task else None,
        sealed=is_sealed(case),
        owed=tuple(_owed(other, words) for other in one.owed),
    )


def _owed(task: Task, words: CaseWords) -> Owed:
    clock = task.clock
    return Owed(
        agency=task.agency,
        name=words.agency_now(task.agency) or words.agency(task.agency),
        title=words.task(task.key, task.slot),
        no=task.no,
        since=words.world.day(since(task)),
        due=words.due(clock) if clock else None,
        due_on=clock.due_on if clock else None,
        late=bool(clock and clock.due_on < words.today),
    )


HEADS = ("on", "number", "subject", "type", "what", "agency", "owes", "since", "due")


def sheet_rows(shown: tuple[Day, ...], overdue: tuple[Line, ...]) -> Iterator[list[str]]:
    """Go through the same lines for spreadsheets, one for each contribution owed."""
    yield [phrase("panels", "head", head) for head in HEADS]
    told = [("", line) for line in overdue]
    told += [(short_day(one.on, year=True), line) for one in shown for line in one.lines]
    for on, line in told:
        known = [on, line.number, line.subject, line.type, line.what]
        for owed in line.owed:
            due = short_day(owed.due_on, year=True) if owed.due_on else ""
            yield [*known, owed.agency, owed.title, short_day(owed.since, year=True), due]
        if not line.owed:
            yield [*known, "", "", "", ""]
