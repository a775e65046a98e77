"""The calendar of funding in words: calls and the days of cases under way, by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from web.words.case_words import CaseWords
from web.words.field_values import value_words
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import Due, due
from web.words.wording import day as short_day
from workflow.core.access import is_sealed
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.registers.entries import Entry
from workflow.core.registers.types import EntryType
from workflow.services.funding import CaseDay, FundingCalendar


@dataclass(frozen=True, slots=True)
class Line:
    """Something that closes or is decided on a day."""

    on: date
    due: Due
    number: str
    title: str
    what: str
    """What the day is: the closing of a call, or a date of a case."""
    agency: str
    is_case: bool
    sealed: bool = False
    opens_on: date | None = None
    facts: tuple[tuple[str, str], ...] = ()
    """Names and values of what else the register tells."""


def lines_of(calendar: FundingCalendar, today: date) -> tuple[Line, ...]:
    """Return what closes, in words, by day."""
    lines = [_case(one, calendar, today) for one in calendar.cases]
    if calendar.kind:
        lines += [_call(one, calendar.kind, calendar, today) for one in calendar.calls]
    return tuple(sorted(lines, key=lambda line: (line.on, line.number)))


def _case(one: CaseDay, calendar: FundingCalendar, today: date) -> Line:
    words = CaseWords(one.case, calendar.world, {}, today)
    return Line(
        on=one.on,
        due=_due(one.on, today, one.case.opener, calendar),
        number=one.case.number,
        title=words.subject,
        what=words.field(one.field),
        agency=one.case.opener,
        is_case=True,
        sealed=is_sealed(one.case),
    )


def _call(entry: Entry, kind: EntryType, calendar: FundingCalendar, today: date) -> Line:
    funding, network = calendar.panels.funding, calendar.world.network
    shown = {kind.name, funding.opens_on, funding.closes_on}
    facts = (
        (in_language(field.title), value_words(field, entry.values[key], network))
        for key, field in kind.fields.items()
        if key not in shown and entry.values.get(key) not in (None, "")
    )
    opens = entry.values.get(funding.opens_on)
    on = entry.ends_on or today
    return Line(
        on=on,
        due=_due(on, today, entry.holder, calendar),
        number=entry.number,
        title=kind.name_of(entry.values),
        what=in_language(kind.fields[funding.closes_on].title),
        agency=entry.holder,
        is_case=False,
        opens_on=date.fromisoformat(opens) if opens else None,
        facts=tuple(fact for fact in facts if fact[1]),
    )


def _due(on: date, today: date, agency: str, calendar: FundingCalendar) -> Due:
    left = working_days_between(today, on, calendar.world.calendar(agency), HOUSE)
    return due(on, today=today, working_days=left, of="case")


HEADS = ("on", "number", "subject", "what", "agency", "opens", "details")


def sheet_rows(shown: Sequence[Line]) -> Iterator[list[str]]:
    """Go through the same lines for spreadsheets."""
    yield [phrase("panels", "head", head) for head in HEADS]
    for line in shown:
        opens = short_day(line.opens_on, year=True) if line.opens_on else ""
        details = "; ".join(f"{name}: {value}" for name, value in line.facts)
        known = [short_day(line.on, year=True), line.number, line.title, line.what, line.agency]
        yield [*known, opens, details]
