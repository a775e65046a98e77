"""A year of a calendar as a picture: twelve months, what closes each day, and its name."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import format_date

from workflow.core.deadlines.calendar import CalendarDay, Closes, DayKind

SATURDAY = 5
_SUNDAY_FIRST = Weeks(6)
_A_SUNDAY = date(2023, 1, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A day that a calendar speaks of, with how pages mark it."""

    day: CalendarDay
    mark: str
    """`holiday`, `optional`, `half`, `open`, `suspension`, `outage` or `announcement`."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row of which the same is said."""

    first: CalendarDay
    last: CalendarDay
    mark: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a month in the picture."""

    on: date
    mark: str
    """As of a line; `weekend`, or nothing for a day like any other."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month in the picture: its weeks from Sunday on, and the days that have a name."""

    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]
    spans: tuple[Span, ...]


def mark_of(kind: DayKind, closes: Closes) -> str:
    """Return how a kind of day is marked."""
    if kind is DayKind.WORKING_DAY:
        return "open"
    if kind in (DayKind.SUSPENSION, DayKind.OUTAGE, DayKind.ANNOUNCEMENT):
        return kind.value
    if closes is Closes.HALF:
        return "half"
    return "optional" if kind is DayKind.OPTIONAL_HOLIDAY else "holiday"


def lines_of(days: Iterable[CalendarDay], year: int) -> list[Line]:
    """Return the days of a year that a calendar speaks of, in order."""
    found = sorted((d for d in days if d.day.year == year), key=lambda d: (d.day, d.layer))
    return [Line(day, mark_of(day.kind, day.closes)) for day in found]


def spans_of(lines: Iterable[Line]) -> list[Span]:
    """Join the days in a row of which the same is said."""
    joined: list[Span] = []
    for line in sorted(lines, key=lambda one: (_said(one), one.day.day)):
        last = joined[-1] if joined else None
        eve = line.day.day - timedelta(days=1)
        if last and _said(line) == _said(Line(last.last, last.mark)) and last.last.day == eve:
            joined[-1] = Span(last.first, line.day, last.mark)
        else:
            joined.append(Span(line.day, line.day, line.mark))
    return sorted(joined, key=lambda span: span.first.day)


def _said(line: Line) -> tuple[str, ...]:
    return line.day.layer, line.day.kind.value, line.mark, line.day.name, line.day.source


def months(lines: Iterable[Line], year: int) -> list[Month]:
    """Draw the months of a year."""
    listed = [line for line in lines if line.mark != "announcement"]
    marks = {line.day.day: line.mark for line in listed}
    return [
        Month(
            str(format_date(date(year, month, 1), "LLLL")),
            tuple(_weeks(year, month, marks)),
            tuple(spans_of(line for line in listed if line.day.day.month == month)),
        )
        for month in range(1, 13)
    ]


def _weeks(year: int, month: int, marks: dict[date, str]) -> Iterator[tuple[Cell | None, ...]]:
    for week in _SUNDAY_FIRST.monthdatescalendar(year, month):
        yield tuple(
            Cell(on, marks.get(on) or ("weekend" if on.weekday() >= SATURDAY else ""))
            if on.month == month
            else None
            for on in week
        )


def weekdays() -> list[tuple[str, str]]:
    """Return the days of the week from Sunday on: short and in full."""
    days = [_A_SUNDAY + timedelta(days=n) for n in range(7)]
    return [(str(format_date(d, "EEEEEE")), str(format_date(d, "EEEE"))) for d in days]
