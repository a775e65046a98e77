"""What ends in the months ahead in words: by month, with the decision that is pending."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from web.words.case_words import CaseWords
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import Due, due
from web.words.wording import day as short_day
from workflow.core.access import is_sealed
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.terms_ahead import Decision
from workflow.services.terms_ahead import Ending, EndingsAhead, EntryEnding


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
    is_entry: bool = False
    """Whether it is an entry of a register rather than a case."""


def lines_of(ahead: EndingsAhead, today: date) -> tuple[Line, ...]:
    """Return what ends, in words, by day."""
    lines = [_line(one, ahead, today) for one in ahead.endings]
    lines += [_entry_line(one, ahead, today) for one in ahead.entries]
    return tuple(sorted(lines, key=lambda line: (line.on, line.number)))


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


def _entry_line(one: EntryEnding, ahead: EndingsAhead, today: date) -> Line:
    entry = one.entry
    left = working_days_between(today, one.on, ahead.world.calendar(entry.holder), HOUSE)
    now = one.decided_from is None or one.decided_from <= today
    return Line(
        number=entry.number,
        subject=one.kind.name_of(entry.values),
        type_key=one.kind.key,
        type=in_language(one.kind.title),
        opener=entry.holder,
        opener_name=ahead.world.name_at(entry.holder, None),
        on=one.on,
        due=due(one.on, today=today, working_days=left, of="case"),
        sealed=False,
        decision=Decision.PENDING if now else Decision.LATER,
        task=phrase("panels", "renew_or_end") if now else "",
        agency=entry.holder,
        no=None,
        since=one.decided_from if now else None,
        opens_on=None if now else one.decided_from,
        outcome="",
        is_entry=True,
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
