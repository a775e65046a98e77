"""What a decision may know besides the case: the network, the calendars and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from workflow.core.deadlines.calendar import Calendar, Calendars
from workflow.core.deadlines.rules import HOUSE, Rule
from workflow.core.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The installation as every decision sees it, at one version of its calendars."""

    network: Network
    calendars: Calendars
    rules: Mapping[str, Rule]
    zone: ZoneInfo
    _calendar_of: dict[str, Calendar] = field(default_factory=dict, init=False, repr=False)
    """The calendar of each agency that was asked for, which acts do again and again."""

    @property
    def versions(self) -> tuple[int, int]:
        """Those of calendars and network, from which all of it follows in one installation."""
        return self.calendars.version, self.network.version

    def rule(self, key: str) -> Rule:
        """Return a counting rule; an unknown key counts as the house does."""
        return self.rules.get(key, HOUSE)

    def calendar(self, agency: str) -> Calendar:
        """Return the calendar of an agency."""
        known = self._calendar_of.get(agency)
        if known is None:
            known = self.calendars.of(self.network.calendar_of(agency))
            if self.network.get(agency):
                self._calendar_of[agency] = known
        return known

    def network_at(self, at: datetime | None) -> Network:
        """Return the agencies under the names they had at an instant; None is the present one."""
        return self.network.named_on(self.day(at)) if at else self.network

    def name_at(self, code: str, at: datetime | None) -> str:
        """Return what an agency was called at an instant, or is now; an unknown one by its code."""
        if at:
            return self.network.name_on(code, self.day(at))
        agency = self.network.get(code)
        return agency.name if agency else code

    def day(self, at: datetime) -> date:
        """Return the legal date of an instant; acts ask for the same ones again and again."""
        return _day(at, self.zone) if at.tzinfo is UTC else at.astimezone(self.zone).date()


@lru_cache(maxsize=4096)
def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
