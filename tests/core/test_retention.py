"""A term of years ends as the civil law counts them, and is found from either end."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workflow.core.retention import Retention

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_a_day_that_a_year_lacks_is_the_one_after():
    assert Retention(5, "x").runs_out(date(2024, 2, 29)) == date(2029, 3, 1)
    assert Retention(4, "x").runs_out(date(2024, 2, 29)) == date(2028, 2, 29)
    assert Retention(1, "x").runs_out(date(2026, 11, 22)) == date(2027, 11, 22)


@given(DAYS, st.integers(1, 100))
def test_the_last_day_on_which_a_case_may_have_ended_is_the_last(day, years):
    term = Retention(years, "x")
    last = term.ended_by(day)
    assert term.runs_out(last) <= day < term.runs_out(last + timedelta(days=1))
