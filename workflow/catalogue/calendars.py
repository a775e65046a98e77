"""Reads the layers of calendars from CSV and lays them together."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path as FilePath

from workflow.catalogue.problems import Problem, Refused
from workflow.catalogue.tables import Row, read_rows
from workflow.core.deadlines.calendar import (
    UNCLOSED,
    Calendar,
    CalendarDay,
    Calendars,
    Closes,
    DayKind,
    merge,
)

INDEX = "index.csv"
"""Names the calendars of a folder and the layers of each; every other file has days."""
INDEX_COLUMNS = ("key", "title", "layers")
DAY_COLUMNS = ("layer", "date", "kind", "name", "source", "confidence", "closes")
_CLOSED_WHOLE = frozenset(DayKind) - {DayKind.WEEKEND, DayKind.WORKING_DAY} - UNCLOSED


class Confidence(StrEnum):
    """How sure a day is."""

    SOURCED = "sourced"
    INFERRED = "inferred"
    DRAFT = "draft"
    """Proposed by a program; no calendar takes it before somebody cites the act behind it."""


def read_days(path: FilePath) -> list[CalendarDay]:
    """Read the days of one file; raise `Refused` with all that is wrong in it."""
    rows = read_rows(path, DAY_COLUMNS)
    days = [_day(row) for row in rows]
    first: dict[tuple[str, object, DayKind], Row] = {}
    for row, day in zip(rows, days, strict=True):
        if day is None:
            continue
        earlier = first.setdefault((day.layer, day.day, day.kind), row)
        if earlier is not row:
            row.wrong(f"{day.day} stands in {day.layer} already", f"see line {earlier.line}")
    _refuse(rows)
    return [day for day in days if day]


def read_calendars(folder: FilePath, *, version: int = 1) -> Calendars:
    """Read every calendar of a folder; raise `Refused` with all that is wrong in its files."""
    days: list[CalendarDay] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.csv")):
        if path.name == INDEX:
            continue
        try:
            days += read_days(path)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(problems)
    return Calendars(_indexed(folder / INDEX, days), version=version)


def _indexed(path: FilePath, days: Iterable[CalendarDay]) -> list[Calendar]:
    """Make the calendars that an index names."""
    listed = list(days)
    known = {day.layer for day in listed}
    rows = read_rows(path, INDEX_COLUMNS)
    calendars: list[Calendar] = []
    for row in rows:
        layers = row.text("layers", required=True).split()
        for layer in layers:
            if layer not in known:
                row.wrong(f"no day belongs to layer '{layer}'", "correct it or import its days")
        calendar = merge(row.text("key", required=True), layers, listed, title=row.text("title"))
        if any(calendar.key == other.key for other in calendars):
            row.wrong(f"two calendars are called '{calendar.key}'", "rename one")
        calendars.append(calendar)
    _refuse(rows)
    return calendars


def _day(row: Row) -> CalendarDay | None:
    """Make one day of a line, or none if the line has no date."""
    kind = row.choice("kind", DayKind, default=DayKind.AGENCY_CLOSING)
    usual = Closes.FULL if kind in _CLOSED_WHOLE else Closes.NOTHING
    closes = row.choice("closes", Closes, default=usual)
    if kind is DayKind.WEEKEND:
        row.wrong("weekends are known already", "remove the line")
    elif (closes is Closes.NOTHING) is (kind in _CLOSED_WHOLE):
        row.wrong(f"a {kind} closes {closes}", f"write {usual}")
    day = row.day("date", required=True)
    layer, name = row.text("layer", required=True), row.text("name", required=True)
    sure = row.choice("confidence", Confidence, default=Confidence.SOURCED)
    if sure is Confidence.DRAFT:
        mend = "cite the official act in 'source', then write sourced (or inferred) here"
        row.wrong("this day is a draft, proposed by a program", mend)
    if day is None:
        return None
    source = row.text("source", required=True)
    return CalendarDay(layer, day, kind, name, source, sure is Confidence.SOURCED, closes)


def _refuse(rows: Iterable[Row]) -> None:
    problems = [problem for row in rows for problem in row.problems]
    if problems:
        raise Refused(problems)
