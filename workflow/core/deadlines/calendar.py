"""Which days an agency is open: national, state, municipal and own layers, laid together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from workflow.core.deadlines.errors import UnknownCalendar
from workflow.core.deadlines.rules import Ground, Rule
from workflow.core.deadlines.values import LEGAL_ZONE, Outage, Pause


class DayKind(StrEnum):
    """What sort of day a calendar speaks of."""

    WEEKEND = "weekend"
    NATIONAL_HOLIDAY = "national_holiday"
    STATE_HOLIDAY = "state_holiday"
    MUNICIPAL_HOLIDAY = "municipal_holiday"
    OPTIONAL_HOLIDAY = "optional_holiday"
    """A ponto facultativo: closed by decree, unless the rule counts it as open."""
    AGENCY_CLOSING = "agency_closing"
    WORKING_DAY = "working_day"
    """A day on which a layer opens what the layers below it close."""
    ANNOUNCEMENT = "announcement"
    """No day at all: the layer's list for the year of this date has been published."""
    SUSPENSION = "suspension"
    """A day on which a decree lets terms stand still; the office may be open."""
    OUTAGE = "outage"
    """A day on which the electronic system was certified down."""


UNCLOSED = frozenset({DayKind.ANNOUNCEMENT, DayKind.SUSPENSION, DayKind.OUTAGE})
"""Kinds that neither open nor close an office."""


class Closes(StrEnum):
    """How much of a day is without office hours."""

    FULL = "full"
    HALF = "half"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One line of a layer: what it says about one date, and on whose word."""

    layer: str
    day: date
    kind: DayKind
    name: str
    source: str
    confirmed: bool = True
    closes: Closes = Closes.FULL


_SATURDAY = 5
_WEEKEND = tuple(
    CalendarDay("", date.min, DayKind.WEEKEND, name, "") for name in ("Saturday", "Sunday")
)
_Days = Mapping[date, CalendarDay]


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The days of one calendar, merged from its layers; every question costs one look-up."""

    key: str
    title: str = ""
    layers: tuple[str, ...] = ()
    holidays: _Days = field(default_factory=dict)
    """Days closed whatever a rule says of pontos facultativos."""
    closed: _Days = field(default_factory=dict)
    """The same and the pontos facultativos."""
    early: _Days = field(default_factory=dict)
    """Days on which the office closes before its usual hour."""
    announced: frozenset[int] | None = None
    """Years whose lists are published; none means that the calendar waits for no list."""
    suspensions: tuple[Pause, ...] = ()
    """Days on which a decree lets every term stand still."""
    outages: tuple[Outage, ...] = ()
    """Days on which the electronic system was certified down."""

    def closures(self, rule: Rule) -> _Days:
        """Give the closed weekdays under a rule, for whoever walks many of them."""
        return self.closed if rule.pf_closes else self.holidays

    def is_open(self, day: date, rule: Rule) -> bool:
        """Say whether the office opens on a day, pontos facultativos as the rule has them."""
        return day.weekday() < _SATURDAY and day not in self.closures(rule)

    def closing(self, day: date, rule: Rule) -> CalendarDay | None:
        """Tell why the office is closed on a day, or None if it opens."""
        named = self.closures(rule).get(day)
        if named or day.weekday() < _SATURDAY:
            return named
        return _WEEKEND[day.weekday() - _SATURDAY]

    def closes_early(self, day: date, rule: Rule) -> CalendarDay | None:
        """Tell why the office closes before its hour on a day, or None if it does not."""
        half = self.early.get(day)
        if half and half.kind is DayKind.OPTIONAL_HOLIDAY and not rule.pf_closes:
            return None
        return half

    def is_provisional(self, year: int) -> bool:
        """Say whether the official list of a year is still missing."""
        return self.announced is not None and year not in self.announced


class Calendars:
    """All calendars of an installation at one version; changing a day makes another version."""

    __slots__ = ("_by_key", "version")

    def __init__(self, calendars: Iterable[Calendar], *, version: int = 1) -> None:
        self._by_key = {calendar.key: calendar for calendar in calendars}
        self.version = version

    def of(self, key: str) -> Calendar:
        """Find a calendar by its key; raise `UnknownCalendar`."""
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownCalendar(key, known=self._by_key) from None

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the calendars there are."""
        return tuple(self._by_key)


def merge(
    key: str, layers: Sequence[str], days: Iterable[CalendarDay], *, title: str = ""
) -> Calendar:
    """Lay the days of the layers together, later layers over earlier ones.

    A holiday outweighs a ponto facultativo on the same date; a working day of a later layer
    opens what is below it.
    """
    rank = {layer: place for place, layer in enumerate(layers)}
    used = sorted((day for day in days if day.layer in rank), key=lambda day: rank[day.layer])
    holidays: dict[date, CalendarDay] = {}
    closed: dict[date, CalendarDay] = {}
    early: dict[date, CalendarDay] = {}
    for day in used:
        _lay(day, holidays=holidays, closed=closed, early=early)
    return Calendar(
        key=key,
        title=title,
        layers=tuple(layers),
        holidays=MappingProxyType(holidays),
        closed=MappingProxyType({**closed, **holidays}),
        early=MappingProxyType(early),
        announced=_announced(used),
        suspensions=tuple(
            Pause(first, last, day.name, Ground.DECREE, source=day.source)
            for first, last, day in _spans(used, DayKind.SUSPENSION)
        ),
        outages=tuple(
            Outage(
                datetime.combine(first, time.min, LEGAL_ZONE),
                datetime.combine(last, time(23, 59, 59), LEGAL_ZONE),
                source=day.source,
            )
            for first, last, day in _spans(used, DayKind.OUTAGE)
        ),
    )


def _spans(days: Iterable[CalendarDay], kind: DayKind) -> Iterator[tuple[date, date, CalendarDay]]:
    """Join the days in a row that one act speaks of: first, last and what it says."""
    found = sorted(
        (day for day in days if day.kind is kind),
        key=lambda day: (day.layer, day.source, day.name, day.day),
    )
    begun: CalendarDay | None = None
    last = date.min
    for day in found:
        joins = begun and (day.layer, day.source, day.name) == (
            begun.layer,
            begun.source,
            begun.name,
        )
        if begun and not (joins and day.day == last + timedelta(days=1)):
            yield begun.day, last, begun
            begun = None
        begun, last = begun or day, day.day
    if begun:
        yield begun.day, last, begun


def _lay(
    day: CalendarDay,
    *,
    holidays: dict[date, CalendarDay],
    closed: dict[date, CalendarDay],
    early: dict[date, CalendarDay],
) -> None:
    """Put one line of a layer over what lies there already."""
    if day.kind in UNCLOSED:
        return
    if day.kind is DayKind.WORKING_DAY:
        for days in (holidays, closed, early):
            days.pop(day.day, None)
    elif day.closes is Closes.HALF:
        early[day.day] = day
    elif day.kind is DayKind.OPTIONAL_HOLIDAY:
        closed[day.day] = day
    else:
        holidays[day.day] = day


def _announced(days: Sequence[CalendarDay]) -> frozenset[int] | None:
    """Give the years that every layer which waits for yearly lists has announced."""
    years: dict[str, set[int]] = {}
    for day in days:
        if day.kind is DayKind.ANNOUNCEMENT:
            years.setdefault(day.layer, set()).add(day.day.year)
    return frozenset(set.intersection(*years.values())) if years else None
