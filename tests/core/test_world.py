"""The legal day of an instant, whichever clock told it and whatever was asked before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.world import world

LISBON = ZoneInfo("Europe/Lisbon")
TWICE = datetime(2010, 11, 6, 23, 15, tzinfo=ZoneInfo("America/St_Johns"))
"""Told twice in St. John's that night: the second time is no other to Python, but an hour later."""
INSTANTS = [
    (datetime(2026, 3, 2, 2, 59, tzinfo=UTC), date(2026, 3, 1)),
    (datetime(2026, 3, 2, 3, 0, tzinfo=UTC), date(2026, 3, 2)),
    (datetime(2026, 3, 2, 3, 0, tzinfo=LISBON), date(2026, 3, 2)),
    (TWICE, date(2010, 11, 6)),
    (TWICE.replace(fold=1), date(2010, 11, 7)),
    (TWICE.astimezone(UTC) + timedelta(hours=1), date(2010, 11, 7)),
]


@pytest.mark.parametrize(
    "order", [INSTANTS, INSTANTS[::-1]], ids=["first to last", "last to first"]
)
def test_each_instant_has_its_day_in_the_zone_of_the_installation(order):
    here = world()
    assert [here.day(at) for at, _ in order * 2] == [day for _, day in order * 2]
