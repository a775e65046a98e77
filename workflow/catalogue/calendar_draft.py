"""Proposes the days of a year that has no official list yet; somebody must decide each of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.metadata import version

import holidays

from workflow.catalogue.calendars import DAY_COLUMNS, Confidence
from workflow.core.deadlines.calendar import CalendarDay, Closes, DayKind
from workflow.core.errors import Refusal

PROPOSER = f"holidays {version('holidays')}"
"""The library that proposes, for the person who checks."""
NATIONAL = "BR"
STATES = tuple(s for s in holidays.list_supported_countries()[NATIONAL] if len(s) == 2)
_YEARS = range(1990, 2101)


class NoDraft(Refusal):
    """No days can be proposed for this year or this state."""


def draft_days(
    year: int, *, state: str | None = None, layer: str | None = None
) -> list[CalendarDay]:
    """Propose the national days of a year, or those that a state's own list usually adds.

    None of them is confirmed and none has a source. Raise `NoDraft`.
    """
    if year not in _YEARS:
        raise NoDraft(f"{year} is out of reach; write a year from {_YEARS[0]} to {_YEARS[-1]}")
    if state and state not in STATES:
        raise NoDraft(f"no state of Brazil is called '{state}'; write one of {', '.join(STATES)}")
    nation = _known(year, None, "public")
    named = layer or (f"{state}-EXEC" if state else NATIONAL)
    list_of = f"Comunicado anual de {year}" if state else f"Feriados nacionais de {year}"
    found = [(date(year, 1, 1), list_of, DayKind.ANNOUNCEMENT)]
    if state is None:
        found += [(day, name, DayKind.NATIONAL_HOLIDAY) for day, name in nation.items()]
    else:
        own = _known(year, state, "public")
        found += [(d, n, DayKind.STATE_HOLIDAY) for d, n in own.items() if d not in nation]
        optional = _known(year, state, "optional")
        found += [(d, n, DayKind.OPTIONAL_HOLIDAY) for d, n in optional.items() if d not in own]
    return list(_proposed(sorted(found), named))


def _known(year: int, state: str | None, category: str) -> dict[date, str]:
    return dict(
        holidays.country_holidays(
            NATIONAL, subdiv=state, years=year, categories=(category,), language="pt_BR"
        )
    )


def _proposed(found: Iterable[tuple[date, str, DayKind]], layer: str) -> Iterator[CalendarDay]:
    for day, name, kind in found:
        told = f"Ponto facultativo: {name}" if kind is DayKind.OPTIONAL_HOLIDAY else name
        closes = Closes.NOTHING if kind is DayKind.ANNOUNCEMENT else Closes.FULL
        yield CalendarDay(layer, day, kind, told, "", confirmed=False, closes=closes)


def draft_table(days: Iterable[CalendarDay]) -> str:
    """Write proposed days as a table for calendars, which none takes before it is completed."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(DAY_COLUMNS)
    for day in days:
        sure = Confidence.DRAFT.value
        table.writerow((day.layer, day.day, day.kind.value, day.name, day.source, sure, day.closes))
    return written.getvalue()
