"""What the sources leave open is a setting of a rule: its default, and the other value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from workflow.core.deadlines.calendar import CalendarDay, DayKind, merge
from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.counting import count
from workflow.core.deadlines.rules import HOUSE, OutageEffect, PauseMode, Roll, StartMoves
from workflow.core.deadlines.spelling import read_rule, spell_rule
from workflow.core.deadlines.values import LEGAL_ZONE, Extension, Outage, Pause, Why
from workflow.core.terms import parse_term

SUSPENSION = Pause(date(2020, 3, 20), date(2020, 9, 14))
NOTIFIED = date(2020, 7, 6)


def counted(start, term, rule, calendar, **more):
    due = count(start, parse_term(term), rule, calendar, **more)
    assert rebuild(due.trace) == due.on
    return due.on


@pytest.mark.parametrize(("toward", "day"), [(Roll.PREVIOUS, 17), (Roll.NONE, 18), (Roll.NEXT, 22)])
def test_a_term_before_an_event_goes_where_its_rule_says(bh, toward, day):
    rule = replace(HOUSE, roll_before=toward)

    assert counted(date(2026, 4, 30), "12 days before", rule, bh) == date(2026, 4, day)


def test_a_term_that_never_rolls_does_not_roll_backwards_either(bh, rules):
    eve = counted(date(2026, 4, 30), "12 days before", rules["contract_term"], bh)

    assert eve == date(2026, 4, 18)


def test_clear_days_lie_whole_between_the_act_and_the_event(bh):
    clear = replace(HOUSE, clear_days=True)

    assert counted(date(2026, 4, 22), "3 working days before", HOUSE, bh) == date(2026, 4, 15)
    assert counted(date(2026, 4, 22), "3 working days before", clear, bh) == date(2026, 4, 14)
    assert counted(date(2026, 4, 22), "0 days before", clear, bh) == date(2026, 4, 22)
    assert counted(date(2026, 3, 9), "5 days", clear, bh) == date(2026, 3, 16)


def test_an_act_notified_within_a_pause_counts_the_day_it_resumes_or_not(bh):
    later = replace(HOUSE, resumption_counts=False)

    assert counted(NOTIFIED, "10 days", HOUSE, bh, pauses=[SUSPENSION]) == date(2020, 9, 24)
    assert counted(NOTIFIED, "10 days", later, bh, pauses=[SUSPENSION]) == date(2020, 9, 25)
    window = replace(SUSPENSION, mode=PauseMode.TO_FIRST_OPEN_DAY)
    assert counted(NOTIFIED, "10 days", HOUSE, bh, pauses=[window]) == date(2020, 9, 24)
    assert counted(NOTIFIED, "10 days", later, bh, pauses=[window]) == date(2020, 9, 25)


def test_a_pause_met_on_the_way_is_the_same_under_either_setting(bh):
    later = replace(HOUSE, resumption_counts=False)
    start = date(2020, 3, 2)

    assert counted(start, "30 days", later, bh, pauses=[SUSPENSION]) == counted(
        start, "30 days", HOUSE, bh, pauses=[SUSPENSION]
    )


@pytest.mark.parametrize(("least", "day"), [(0, 27), (60, 27), (61, 26)])
def test_an_outage_matters_from_the_length_that_its_rule_names(bh, least, day):
    rule = replace(HOUSE, outage=OutageEffect.NEXT_OPEN_DAY, least_outage_minutes=least)
    hour = Outage(*(datetime(2026, 2, 26, at, tzinfo=LEGAL_ZONE) for at in (9, 10)))

    assert counted(date(2026, 2, 26), "0 days", rule, bh, outages=[hour]) == date(2026, 2, day)


def test_a_rolled_day_says_which_way_the_end_goes(bh):
    forward = count(date(2026, 3, 9), parse_term("5 days"), HOUSE, bh)
    back = count(date(2026, 4, 30), parse_term("12 days before"), HOUSE, bh)

    assert [step.n for step in forward.trace if step.why is Why.ROLLED] == [1, 1]
    assert [step.n for step in back.trace if step.why is Why.ROLLED] == [-1]


def test_a_rule_kept_before_a_setting_existed_still_compares(rules):
    assert "clear_days" not in spell_rule(HOUSE)
    odd = replace(HOUSE, clear_days=True, roll_before=Roll.NEXT, resumption_counts=False)
    assert read_rule(spell_rule(odd)) == odd


def listed(*years):
    days = [CalendarDay("X", date(y, 1, 1), DayKind.ANNOUNCEMENT, "list", "x") for y in years]
    return merge("X", ["X"], days)


@pytest.mark.parametrize(
    ("start", "term", "more", "missing"),
    [
        (date(2026, 12, 31), "1 working day", {}, (2027,)),
        (date(2025, 12, 31), "1 working day", {}, ()),
        (date(2026, 12, 1), "5 working days", {}, ()),
        (date(2025, 12, 31), "400 working days", {}, (2027,)),
        (date(2027, 1, 4), "2 working days before", {}, (2026, 2027)),
        (
            date(2024, 12, 30),
            "12 months",
            {"start_moves": StartMoves.INTERNET_PUBLICATION},
            (2024,),
        ),
        (date(2027, 3, 1), "10 months", {"roll": Roll.NONE}, ()),
    ],
)
def test_a_date_is_provisional_where_a_day_that_decided_it_is(start, term, more, missing):
    known = {2024: (2025, 2026), 2025: (2025, 2026), 2026: (2025, 2026), 2027: (2025,)}[start.year]
    due = count(start, parse_term(term), replace(HOUSE, **more), listed(*known))

    assert due.unannounced == missing
    assert due.provisional is bool(missing)


def test_the_roll_of_a_first_term_makes_its_extension_provisional():
    rule = replace(HOUSE, extension_from_original=False)
    more = Extension(parse_term("10 days"), "why", date(2026, 12, 1))
    due = count(date(2026, 12, 26), parse_term("7 days"), rule, listed(2026), extensions=[more])

    assert due.unannounced == (2027,)
