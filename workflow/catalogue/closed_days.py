"""Reads a plain list of closed days, one ISO date a line, as a calendar of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path as FilePath

from workflow.catalogue.calendars import DAY_COLUMNS, read_days
from workflow.catalogue.problems import Problem, Refused, quoted
from workflow.catalogue.source import read_text
from workflow.core.deadlines.calendar import Calendar, CalendarDay, Closes, DayKind, merge

_LINE = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?P<half>\s+half\b)?(?:\s+(?P<name>\S.*))?")
_WRITTEN = "write one day a line, as in '2026-04-21' or '2026-12-24 half closes at noon'"


def read_closed_days(path: FilePath) -> Calendar:
    """Read a calendar from one file: a plain list of days, or a table of layers as imports take it.

    Raise `Refused` with all that is wrong in it.
    """
    text = read_text(path).removeprefix("\ufeff")
    if text.startswith(DAY_COLUMNS[0] + ","):
        days = read_days(path)
        return merge(path.name, list(dict.fromkeys(day.layer for day in days)), days)
    return calendar_of_lines(text.splitlines(), file=path.name)


def calendar_of_lines(lines: Iterable[str], *, file: str) -> Calendar:
    """Make a calendar of lines; what follows a day is its name, what follows a # is a comment.

    Raise `Refused` with all that is wrong in them.
    """
    days: list[CalendarDay] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        told = line.partition("#")[0].strip()
        try:
            days += [_day(told, file)] if told else []
        except ValueError:
            problems.append(Problem(file, number, 1, f"{quoted(told)} is no closed day", _WRITTEN))
    if problems:
        raise Refused(problems)
    return merge(file, [file], days)


def _day(told: str, file: str) -> CalendarDay:
    """Read one line; raise `ValueError` if it does not begin with a day."""
    written = _LINE.fullmatch(told)
    if not written:
        raise ValueError(told)
    closes = Closes.HALF if written["half"] else Closes.FULL
    name = written["name"] or "closed"
    day = date.fromisoformat(written["day"])
    return CalendarDay(file, day, DayKind.AGENCY_CLOSING, name, file, closes=closes)
