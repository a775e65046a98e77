"""When an agency's people are at work, so that nobody is called at night or on a holiday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.rules import HOUSE

OPENS: Final = time(8)
CLOSES: Final = time(18)
CLOSES_EARLY: Final = time(12)
"""On days of which a calendar says that they are half."""
_DAY = timedelta(days=1)


def in_office_hours(at: datetime, calendar: Calendar, zone: ZoneInfo) -> bool:
    """Say whether people of a calendar are at work at an instant."""
    local = at.astimezone(zone)
    if not calendar.is_open(local.date(), HOUSE):
        return False
    closes = CLOSES_EARLY if calendar.closes_early(local.date(), HOUSE) else CLOSES
    return OPENS <= local.time() < closes


def morning(day: date, zone: ZoneInfo, *, hour: time = OPENS) -> datetime:
    """Return when an office opens on a day, or an hour of that day."""
    return datetime.combine(day, hour, zone).astimezone(UTC)


def next_opening(
    after: datetime, calendar: Calendar, zone: ZoneInfo, *, hour: time = OPENS
) -> datetime:
    """Return the first opening after an instant, or the first such hour of an open day."""
    day = after.astimezone(zone).date()
    while not calendar.is_open(day, HOUSE) or morning(day, zone, hour=hour) <= after:
        day += _DAY
    return morning(day, zone, hour=hour)


def next_morning(day: date, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """Return the first opening once a day is over."""
    day += _DAY
    while not calendar.is_open(day, HOUSE):
        day += _DAY
    return morning(day, zone)
