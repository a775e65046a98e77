"""What ends in the months ahead in words: by month, with the decision that is pending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton

from web.words.case_words import CaseWords
from web.words.languages import in_language, language
from web.words.phrases import phrase
from web.words.wording import Due, due
from web.words.wording import day as short_day
from workflow.core.access import is_sealed
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.ending import same_date
from workflow.core.deadlines.rules import HOUSE
from workflow.core.terms_ahead import Decision
from workflow.services.terms_ahead import MONTHS, Ending, EndingsAhead


@dataclass(frozen=True, slots=True)
class Line:
    """Something in force that ends on a day."""

    number: str
    subject: str
    type_key: str
    type: str
    opener: str
    opener_name: str
    on: date
    due: Due
    sealed: bool
    decision: Decision
    task: str
    agency: str
    no: int | None
    since: date | None
    opens_on: date | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month with what ends in it."""

    first: date
    title: str
    lines: tuple[Line, ...]

    @property
    def key(self) -> str:
        """How the address of the page names it."""
        return self.first.strftime("%Y-%m")


def lines_of(ahead: EndingsAhead, today: date) -> tuple[Line, ...]:
    """Return what ends, in words."""
    return tuple(_line(one, ahead, today) for one in ahead.endings)


def months(lines: Sequence[Line], first: date) -> tuple[Month, ...]:
    """Lay what ends by month, this one and the twelve that follow; what is older stands here."""
    firsts = [same_date(first, n) for n in range(MONTHS + 1)]
    found = {one: [line for line in lines if line.on.replace(day=1) == one] for one in firsts}
    found[first] = [line for line in lines if line.on < first] + found[first]
    return tuple(
        Month(one, format_skeleton("yMMMM", one, locale=language()), tuple(found[one]))
        for one in firsts
    )


def types(lines: Sequence[Line]) -> list[tuple[str, str, int]]:
    """Return the types of what ends: key, title and how many."""
    counted = Counter((line.type_key, line.type) for line in lines)
    return [(key, title, n) for (key, title), n in sorted(counted.items())]


def _line(one: Ending, ahead: EndingsAhead, today: date) -> Line:
    case, term = one.case, one.term
    words = CaseWords(case, ahead.world, {}, today)
    left = working_days_between(today, term.on, ahead.world.calendar(case.opener), HOUSE)
    return Line(
        number=case.number,
        subject=words.subject,
        type_key=case.definition.key,
        type=in_language(case.definition.title),
        opener=case.opener,
        opener_name=words.agency(case.opener),
        on=term.on,
        due=due(term.on, today=today, working_days=left, of="case"),
        sealed=is_sealed(case),
        decision=term.decision,
        task=words.task(term.task, term.slot) if term.task else "",
        agency=words.holder(term.agency),
        no=term.no,
        since=ahead.world.day(term.since) if term.since else None,
        opens_on=term.opens_on,
        outcome=words.outcome(term.task, term.outcome) if term.outcome else "",
    )


HEADS = ("on", "number", "subject", "type", "requester", "decision", "agency", "since")


def sheet_rows(shown: Sequence[Line]) -> Iterator[list[str]]:
    """Go through the same lines for spreadsheets."""
    yield [phrase("panels", "head", head) for head in HEADS]
    for line in shown:
        told = phrase("panels", "decision", line)
        when = short_day(line.since, year=True) if line.since else ""
        known = [short_day(line.on, year=True), line.number, line.subject, line.type, line.opener]
        yield [*known, told, line.agency, when]
