"""The facts that stop a term from being counted or extended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from workflow.core.errors import Refusal


class UnknownRule(Refusal):
    """No rule has this key."""

    def __init__(self, key: str, *, known: Iterable[str]) -> None:
        names = sorted(known)
        super().__init__(
            f"no counting rule is called '{key}'; the rules are {', '.join(names)}",
            key=key,
            known=names,
        )


class UnknownCalendar(Refusal):
    """No calendar has this key."""

    def __init__(self, key: str, *, known: Iterable[str]) -> None:
        names = sorted(known)
        super().__init__(
            f"no calendar is called '{key}'; the calendars are {', '.join(names)}",
            key=key,
            known=names,
        )


class ClockStopped(Refusal):
    """The term reaches a pause that has not ended, so it has no due day yet."""

    def __init__(self, since: date) -> None:
        super().__init__(f"the clock stands still since {since}; resume it first", since=since)


class NaiveInstant(Refusal):
    """An instant says no time zone, so nobody can tell on which legal day it falls."""

    def __init__(self, instant: datetime) -> None:
        super().__init__(f"{instant.isoformat()} has no time zone; add one", instant=instant)


class InstantNeeded(Refusal):
    """A term in hours runs from an instant, and only a day was given."""

    def __init__(self, start: date) -> None:
        super().__init__(
            f"hours are counted from an instant, not from the day {start}", start=start
        )


class UnitsDiffer(Refusal):
    """An extension cannot be added to a term in hours."""

    def __init__(self, term: object) -> None:
        super().__init__(f"{term} cannot be added to hours; extend in hours or days", term=term)


class DateOutOfReach(Refusal):
    """The term ends beyond what a calendar can name."""

    def __init__(self, start: date, term: object) -> None:
        super().__init__(f"{term} from {start} ends beyond any calendar", start=start, term=term)


class PauseReversed(Refusal):
    """A pause or an outage ends before it begins."""

    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            f"the end {last} lies before the beginning {first}", first=first, last=last
        )


class ExtensionTooLate(Refusal):
    """An extension was granted after the term had expired."""

    def __init__(self, *, due: date, granted: date) -> None:
        super().__init__(
            f"granted on {granted}, after the term had expired on {due}", due=due, granted=granted
        )


class ExtensionTooLong(Refusal):
    """An extension is longer than the rule lets it be."""

    def __init__(self, asked: object, *, longest: object) -> None:
        super().__init__(
            f"an extension of {asked} is longer than the {longest} allowed",
            asked=asked,
            longest=longest,
        )


class ExtensionsExhausted(Refusal):
    """The term has been extended as often as its rule allows."""

    def __init__(self, allowed: int) -> None:
        super().__init__(
            f"the rule allows {allowed} extension{'' if allowed == 1 else 's'}, and no more",
            allowed=allowed,
        )


class TraceBroken(Refusal):
    """A trace does not account for every day between its start and its end."""
