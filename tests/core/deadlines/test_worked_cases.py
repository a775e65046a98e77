"""The cases worked by hand, as people dispute them: what the law says, and what it leaves open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from workflow.core.deadlines.calendar import CalendarDay, Closes, DayKind
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.counting import count, is_on_time
from workflow.core.deadlines.rules import Ground, PauseMode
from workflow.core.deadlines.values import Extension, Outage, Pause
from workflow.core.terms import parse_term

CASES = json.loads((Path(__file__).parent / "worked_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']}: {case['description']}")
def test_a_term_ends_as_worked_by_hand(case, rules, calendars):
    due = count_as_told(case, rules[case["rule"]], calendars.of(case["calendar"]))

    assert due.on == date.fromisoformat(case["due"])
    assert due.provisional is case["provisional"]
    assert rebuild(due.trace) == due.on
    if "filed_at" in case:
        assert is_on_time(due, datetime.fromisoformat(case["filed_at"])) is case["on_time"]


def test_all_sixty_four_cases_are_there():
    assert [case["id"] for case in CASES] == list(range(1, 65))


def count_as_told(case, rule, calendar):
    if "early_close" in case:
        calendar = closing_early(calendar, date.fromisoformat(case["early_close"]))
    start = date.fromisoformat(case["from"])
    extensions = [
        Extension(parse_term(case[key]), "reasons given", start)
        for key in ("extended_by",)
        if key in case
    ]
    interrupted = case.get("interrupted_on")
    return count(
        start,
        parse_term(case["term"]),
        rule,
        calendar,
        pauses=[pause(case["pause"])] if "pause" in case else [],
        extensions=extensions,
        outages=[Outage(*map(datetime.fromisoformat, case["outage"]))] if "outage" in case else [],
        interrupted_on=date.fromisoformat(interrupted) if interrupted else None,
    )


def pause(told):
    return Pause(
        date.fromisoformat(told["first"]),
        date.fromisoformat(told["last"]),
        reason="suspended",
        ground=Ground(told["ground"]) if "ground" in told else None,
        mode=PauseMode(told["mode"]) if "mode" in told else None,
    )


def closing_early(calendar, day):
    half = CalendarDay("BH", day, DayKind.AGENCY_CLOSING, "closes at 13h", "", closes=Closes.HALF)
    return replace(calendar, early={**calendar.early, day: half})
