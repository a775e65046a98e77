"""What time it is: the one place where the web and the clock process look at a clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from web.settings import current_settings


def now() -> datetime:
    """Return the present instant, shifted where a demo or practice installation asks for it."""
    offset = current_settings().clock_offset
    here = datetime.now(UTC)
    return here + timedelta(seconds=offset) if offset else here
