"""Brings the network of agencies, its calendars and its counting rules into an installation.

Each import is all or nothing, and done again it changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection

from workflow.core.deadlines.calendar import Calendar, CalendarDay
from workflow.core.deadlines.rules import Rule
from workflow.core.deadlines.spelling import spell_rule
from workflow.core.errors import Refusal
from workflow.core.network import Agency, FormerName
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import imports
from workflow.storage.imports import Day
from workflow.storage.network import CALENDAR_VERSION, NETWORK_VERSION
from workflow.storage.world import CALENDARS, former_names

_DAY = timedelta(days=1)


class RuleChanged(Refusal):
    """A counting rule differs from the one kept under the same version."""

    def __init__(self, key: str, version: int) -> None:
        super().__init__(
            f"rule '{key}' differs from version {version} as it was imported;"
            f" raise its version to {version + 1}, dates already counted stay as they are",
            key=key,
            version=version,
        )


class NameOutOfTurn(Refusal):
    """A name would begin on a day on which it cannot."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """Since when the names in a file hold, and by which act."""

    on: date
    act: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed, or would change."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    kept: int = 0
    """How many lines say what is known already."""
    left: tuple[str, ...] = ()
    """What is known and not in the file: it stays as it is."""
    renamed: tuple[str, ...] = ()
    """Those changed whose former name stays with what happened before."""

    @property
    def touches(self) -> bool:
        """Whether anything is different afterwards."""
        return bool(self.added or self.changed or self.ended)


def replace_network(
    uow: UnitOfWork,
    agencies: Iterable[Agency],
    *,
    renaming: Renaming | None = None,
    preview: bool = False,
) -> Imported:
    """Add agencies and change those known; an agency ends by its `valid_to`, never by its absence.

    How a known agency gives out its tasks is for its head to say, and stays as it is. A name that
    differs is a new one where `renaming` tells since when, and a correction where it does not.
    `preview` only says what would be. Raise `NameOutOfTurn`.
    """
    with uow.writing() as connection:
        known = imports.agencies(connection)
        listed = {agency.code: _as_declared(agency, known) for agency in agencies}
        done = _compare(known, listed)
        if renaming:
            former = names_ended(connection, known, listed, renaming, today=uow.today)
            done = replace(done, renamed=tuple(one.code for one in former))
        if done.touches and not preview:
            imports.keep_agencies(connection, (listed[c] for c in _different(done)))
            imports.end_names(connection, former if renaming else (), listed)
            imports.raise_version(connection, NETWORK_VERSION)
    return done


def names_ended(
    connection: Connection,
    known: Mapping[str, Agency],
    changed: Mapping[str, Agency],
    renaming: Renaming,
    *,
    today: date,
) -> list[FormerName]:
    """Return the names that agencies would have had up to a day; raise `NameOutOfTurn`."""
    former = [
        FormerName(code, renaming.on - _DAY, known[code].name, renaming.act)
        for code, agency in changed.items()
        if code in known and known[code].name != agency.name
    ]
    _check_turn(former, former_names(connection), today=today)
    return former


def _as_declared(agency: Agency, known: Mapping[str, Agency]) -> Agency:
    there = known.get(agency.code)
    return replace(agency, distribution=there.distribution) if there else agency


def _check_turn(new: Iterable[FormerName], kept: Iterable[FormerName], *, today: date) -> None:
    """Refuse names that would begin in days to come, or before the name they replace."""
    last: dict[str, date] = {}
    for one in kept:
        last[one.code] = max(one.valid_to, last.get(one.code, one.valid_to))
    for one in new:
        if one.valid_to >= today:
            raise NameOutOfTurn(
                f"a name holds from its day on, and {one.valid_to + _DAY} is yet to come;"
                " import it then, or plan a reform",
                agency=one.code,
            )
        if one.code in last and one.valid_to < last[one.code]:
            raise NameOutOfTurn(
                f"the present name of '{one.code}' holds since {last[one.code] + _DAY};"
                " the next one cannot begin before it",
                agency=one.code,
            )


def _compare(known: Mapping[str, Agency], listed: Mapping[str, Agency]) -> Imported:
    different = [code for code in listed if code in known and known[code] != listed[code]]
    ended = [code for code in different if listed[code].valid_to and not known[code].valid_to]
    return Imported(
        added=tuple(code for code in listed if code not in known),
        changed=tuple(code for code in different if code not in ended),
        ended=tuple(ended),
        kept=sum(known.get(code) == agency for code, agency in listed.items()),
        left=tuple(code for code in known if code not in listed),
    )


def _different(done: Imported) -> tuple[str, ...]:
    return done.added + done.changed + done.ended


def replace_days(
    uow: UnitOfWork, days: Iterable[CalendarDay], *, preview: bool = False
) -> Imported:
    """Replace the days of every layer in the years that are given; other years stay as they are."""
    listed = [kept_day(day) for day in days]
    with uow.writing() as connection:
        return _replace_days(connection, listed, preview=preview)


def replace_calendars(
    uow: UnitOfWork,
    calendars: Iterable[Calendar],
    days: Iterable[CalendarDay],
    *,
    preview: bool = False,
) -> Imported:
    """Name the calendars there are, each with its layers, and replace the days of the layers."""
    named = {c.key: {"title": c.title, "layers": list(c.layers)} for c in calendars}
    listed = [kept_day(day) for day in days]
    with uow.writing() as connection:
        known = imports.named_calendars(connection)
        done = _replace_days(connection, listed, preview=preview)
        if known != named and not preview:
            imports.keep_setting(connection, CALENDARS, named)
            if not done.touches:
                imports.raise_version(connection, CALENDAR_VERSION)
    changed = tuple(key for key in named if key in known and known[key] != named[key])
    return Imported(
        added=(*(f"calendar {key}" for key in named if key not in known), *done.added),
        changed=(*(f"calendar {key}" for key in changed), *done.changed),
        ended=done.ended,
        kept=done.kept,
    )


def _replace_days(connection: Connection, listed: Collection[Day], *, preview: bool) -> Imported:
    known = imports.days(connection)
    spans = {(day.layer, day.day.year) for day in listed}
    spoken_of = {day for day in known if (day.layer, day.day.year) in spans}
    new = [day for day in listed if day not in known]
    gone = spoken_of - set(listed)
    if (new or gone) and not preview:
        version = imports.raise_version(connection, CALENDAR_VERSION)
        removed = [known[day] for day in gone]
        imports.change_days(connection, added=new, removed=removed, version=version)
    before, after = {_place(day) for day in gone}, {_place(day) for day in new}
    return Imported(
        added=_told(after - before),
        changed=_told(after & before),
        ended=_told(before - after),
        kept=len(listed) - len(new),
    )


def kept_day(day: CalendarDay) -> Day:
    """Return a line of a layer as it is kept."""
    sure = "sourced" if day.confirmed else "inferred"
    return Day(day.layer, day.day, day.kind, day.name, day.source, sure, day.closes)


def _place(day: Day) -> tuple[str, date, str]:
    return day.layer, day.day, day.kind


def _told(places: Iterable[tuple[str, date, str]]) -> tuple[str, ...]:
    return tuple(f"{layer} {day.isoformat()}" for layer, day, _ in sorted(places))


def add_rules(uow: UnitOfWork, rules: Iterable[Rule], *, preview: bool = False) -> Imported:
    """Add counting rules and new versions of those known; raise `RuleChanged`."""
    listed = {(rule.key, rule.version): spell_rule(rule) for rule in rules}
    with uow.writing() as connection:
        known = imports.rules(connection)
        for (key, version), data in listed.items():
            if known.get((key, version), data) != data:
                raise RuleChanged(key, version)
        new = {place: data for place, data in listed.items() if place not in known}
        if new and not preview:
            version = imports.raise_version(
                connection, CALENDAR_VERSION
            )  # decisions see it at once
            imports.add_rules(connection, new, version=version)
    keys = {key for key, _ in known}
    return Imported(
        added=tuple(key for key, _ in new if key not in keys),
        changed=tuple(key for key, _ in new if key in keys),
        kept=len(listed) - len(new),
    )
