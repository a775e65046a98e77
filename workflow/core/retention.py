"""How long what ended cases tell of persons is kept, as their type says; nothing said is always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """A number of years from the end of a case on, and the norm or table that says so."""

    years: int
    source: str

    def runs_out(self, ended: date) -> date:
        """Return the first day on which what a case tells of persons is to be erased.

        A year ends on the same day and month, or on the day after where there is none: Lei
        810/1949, arts. 1 and 3.
        """
        year = ended.year + self.years
        if (ended.month, ended.day) == (2, 29) and not _leaps(year):
            return date(year, 3, 1)
        return ended.replace(year=year)

    def ended_by(self, day: date) -> date:
        """Return the last day on which a case may have ended whose term runs out by a day."""
        year = day.year - self.years
        if (day.month, day.day) == (2, 29) and not _leaps(year):
            return date(year, 3, 1) - timedelta(days=1)
        return day.replace(year=year)


def _leaps(year: int) -> bool:
    return (date(year, 3, 1) - timedelta(days=1)).day == 29
