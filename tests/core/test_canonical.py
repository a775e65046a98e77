"""How days and instants are written where a hash hangs on every letter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from workflow.core.canonical import spelled

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MOMENTS = [
    date(2026, 3, 2),
    datetime(2026, 3, 2),  # noqa: DTZ001 - no zone is a way to be written too
    NOON,
    NOON.replace(microsecond=7),
    NOON.astimezone(ZoneInfo("America/Sao_Paulo")),
    NOON.astimezone(timezone(timedelta())),
    NOON.astimezone(timezone(timedelta(hours=-3, minutes=-7))),
]


@pytest.mark.parametrize("order", [MOMENTS, MOMENTS[::-1]], ids=["utc first", "utc last"])
def test_each_moment_is_written_as_it_says_itself_whatever_equal_one_came_before(order):
    assert [spelled(moment) for moment in order * 2] == [moment.isoformat() for moment in order * 2]
