"""What goes into a count besides the term, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from workflow.core.deadlines.errors import NaiveInstant, PauseReversed
from workflow.core.deadlines.rules import Ground, PauseMode
from workflow.core.terms import Term

LEGAL_ZONE = ZoneInfo("America/Sao_Paulo")
"""Legal dates are dates of the official time of Brasília."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days, both ends included, on which a clock stands still; without a last day it still does."""

    first: date
    last: date | None = None
    reason: str = ""
    ground: Ground | None = None
    """None is a pause that the definition itself declares; every rule admits it."""
    mode: PauseMode | None = None
    """How the act that ordered the pause wants its days counted; else as the rule says."""
    source: str = ""
    ended_by: str = ""
    """Who can end it: a role or an agency."""
    review_on: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise PauseReversed(self.first, self.last)


@dataclass(frozen=True, slots=True)
class Extension:
    """Time added to a term before it expired, by whom and why."""

    term: Term
    reason: str
    granted_on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class Outage:
    """A time during which the electronic system was down, certified or not."""

    start: datetime
    end: datetime
    certified: bool = True
    source: str = ""

    def __post_init__(self) -> None:
        for instant in (self.start, self.end):
            if instant.tzinfo is None:
                raise NaiveInstant(instant)
        if self.end < self.start:
            raise PauseReversed(self.start, self.end)


class Why(StrEnum):
    """What a day is in the trace of a deadline."""

    START = "start"
    """The day the term runs from: not counted, or the day before the first that is; `n` is
    how many are to be counted and `kind` in what."""
    EVENT = "event"
    """The day that a term counts back from; not counted."""
    START_MOVED = "start_moved"
    INTERRUPTED = "interrupted"
    """The gap is cured: the whole term runs again from this day."""
    EXTENDED = "extended"
    COUNTED = "counted"
    CLOSED = "closed"
    PAUSED = "paused"
    SAME_DATE = "same_date"
    """The same day of the month so many months on, or the last day of a shorter month."""
    EVE = "eve"
    """The first day counted too, so the term ends on the eve of the same date."""
    ELAPSED = "elapsed"
    """The instant at which the hours are over."""
    ROLLED = "rolled"
    """The term would end here, but the office is closed, closes early or the clock is paused;
    `n` is 1 where the end goes on, -1 where it goes back, as for an outage."""
    OUTAGE = "outage"
    """The term would end here, but the system was down."""
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a trace: what it was, the running number, and the holiday or act behind it."""

    day: date
    why: Why
    n: int = 0
    note: str = ""
    source: str = ""
    kind: str = ""
    """The kind of closing, where an office was closed: `weekend`, `national_holiday`…"""


@dataclass(frozen=True, slots=True)
class Due:
    """When a term ends, and why then."""

    on: date
    """The last legal day."""
    at: datetime
    """The last second, as an instant in UTC."""
    raw: date
    """The last day as counted, before it was rolled or an outage moved it."""
    provisional: bool
    """Whether the date rests on a year whose official calendar is not published."""
    unannounced: tuple[int, ...] = ()
    """Those years."""
    trace: tuple[Step, ...] = ()
