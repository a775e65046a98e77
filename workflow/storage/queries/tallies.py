"""What happened in cases and entries, counted by year where rows are; and the list behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Row,
    Select,
    cast,
    func,
    literal,
    select,
    union_all,
)

from workflow.storage.case import Case
from workflow.storage.queries.cases import is_no_secret
from workflow.storage.registers import RegisterEntry

Counted: TypeAlias = type[Case] | type[RegisterEntry]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Something to be counted: cases or entries once a field has a value, by the year of a date."""

    key: str
    of: Counted
    which: ColumnElement[bool]
    filled: str
    on: str
    sum: str = ""
    """The field whose values are added up; each counts one without it."""


class Year(NamedTuple):
    """How much there was in a year."""

    key: str
    year: int
    n: int
    """Of cases or entries."""
    total: int


class Line(NamedTuple):
    """A case or an entry that counts, with what it adds."""

    id: int
    number: str
    agency: str
    subject: str
    on: date
    value: int
    sealed: bool


def by_year(connection: Connection, tallies: Sequence[Tally]) -> list[Year]:
    """Count by year what there is of each of some things, in one statement."""
    if not tallies:
        return []
    rows = connection.execute(union_all(*(_years(tally) for tally in tallies)))
    return [Year(row.key, int(row.year), row.n, round(row.total or 0)) for row in rows]


def lines_of(connection: Connection, tally: Tally, year: int, *, limit: int) -> list[Line]:
    """List what counts in a year, the latest first."""
    of, on, value = tally.of, tally.of.data[tally.on].as_string(), _value(tally)
    agency, subject, sealed = _about(of)
    wanted = (
        select(
            *(of.id, of.number, agency.label("agency"), subject.label("subject")),
            *(on.label("day"), value.label("value"), sealed.label("sealed")),
        )
        .where(*_happened(tally), _year(tally) == str(year))
        .order_by(on.desc(), of.id.desc())
        .limit(limit)
    )
    return [_line(row) for row in connection.execute(wanted)]


def _about(of: Counted) -> tuple[ColumnElement[Any], ...]:
    """Return agency and subject of a row, and whether only few may know of it."""
    if of is Case:
        return Case.opener.expression, Case.subject.expression, ~is_no_secret()
    return RegisterEntry.holder.expression, literal(""), literal(value=False)


def _line(row: Row[Any]) -> Line:
    on = date.fromisoformat(row.day[:10])
    value = round(row.value or 0)
    return Line(row.id, row.number, row.agency, row.subject, on, value, bool(row.sealed))


def _years(tally: Tally) -> Select[Any]:
    year = _year(tally).label("year")
    n, total = func.count().label("n"), func.sum(_value(tally)).label("total")
    columns: tuple[Any, ...] = (literal(tally.key).label("key"), year, n, total)
    return select(*columns).where(*_happened(tally)).group_by(year)


def _happened(tally: Tally) -> tuple[ColumnElement[bool], ...]:
    data = tally.of.data
    said = (data[key].as_string().is_not(None) for key in (tally.filled, tally.on))
    return (tally.which, *said)


def _year(tally: Tally) -> ColumnElement[str]:
    return func.substr(tally.of.data[tally.on].as_string(), 1, 4)


def _value(tally: Tally) -> ColumnElement[float]:
    """Return what a row adds; decimals are kept as text."""
    if not tally.sum:
        return literal(1.0, Float)
    return cast(tally.of.data[tally.sum].as_string(), Float)
