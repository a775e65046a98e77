"""The legal date, asked for as a test runs: midnight may have come since it was imported."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from workflow.core.deadlines.values import LEGAL_ZONE


def today() -> date:
    """Return the legal date of now."""
    return datetime.now(LEGAL_ZONE).date()


def in_days(days: int) -> str:
    """Write the date of so many days from now, as a form sends it."""
    return (today() + timedelta(days=days)).isoformat()
