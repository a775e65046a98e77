"""How layers make a calendar, and what it answers."""

from __future__ import annotations

from datetime import date

import pytest

from workflow.core.deadlines.calendar import CalendarDay, Closes, DayKind, merge
from workflow.core.deadlines.counting import count
from workflow.core.deadlines.errors import UnknownCalendar
from workflow.core.deadlines.rules import HOUSE, Rule
from workflow.core.terms import parse_term

PF_OPEN = Rule("open", pf_closes=False)
ASH_WEDNESDAY = date(2026, 2, 18)
CORPUS_CHRISTI = date(2026, 6, 4)


def day(layer, when, kind, closes=Closes.FULL):
    return CalendarDay(layer, when, kind, f"{kind} of {layer}", "a decree", closes=closes)


def test_a_ponto_facultativo_closes_unless_the_rule_counts_it(bh):
    assert not bh.is_open(ASH_WEDNESDAY, HOUSE)
    assert bh.is_open(ASH_WEDNESDAY, PF_OPEN)


def test_a_municipal_holiday_outweighs_the_ponto_facultativo_on_its_date(bh):
    assert not bh.is_open(CORPUS_CHRISTI, PF_OPEN)
    assert bh.closing(CORPUS_CHRISTI, HOUSE).kind is DayKind.MUNICIPAL_HOLIDAY


def test_a_closing_is_named_with_its_source(bh):
    closing = bh.closing(date(2026, 4, 21), HOUSE)

    assert "Tiradentes" in closing.name
    assert closing.source
    assert bh.closing(date(2026, 4, 18), HOUSE).kind is DayKind.WEEKEND
    assert bh.closing(date(2026, 4, 22), HOUSE) is None


def test_an_agency_that_keeps_working_opens_what_the_state_closes(calendars):
    hospital = merge(
        "HOSPITAL",
        ["STATE", "HOSPITAL"],
        [
            day("STATE", ASH_WEDNESDAY, DayKind.OPTIONAL_HOLIDAY),
            day("HOSPITAL", ASH_WEDNESDAY, DayKind.WORKING_DAY, Closes.NOTHING),
            day("HOSPITAL", date(2026, 2, 20), DayKind.AGENCY_CLOSING),
        ],
    )

    assert hospital.is_open(ASH_WEDNESDAY, HOUSE)
    assert not hospital.is_open(date(2026, 2, 20), HOUSE)


def test_a_half_day_is_open_but_no_term_ends_on_it():
    half = merge("X", ["X"], [day("X", date(2026, 2, 18), DayKind.OPTIONAL_HOLIDAY, Closes.HALF)])

    assert half.is_open(ASH_WEDNESDAY, HOUSE)
    assert count(date(2026, 2, 16), parse_term("2 days"), HOUSE, half).on == date(2026, 2, 19)
    assert count(date(2026, 2, 16), parse_term("2 days"), PF_OPEN, half).on == ASH_WEDNESDAY
    due = count(date(2026, 2, 17), parse_term("2 working days"), HOUSE, half)
    assert due.on == date(2026, 2, 19)


def test_years_are_announced_only_when_every_yearly_layer_is():
    calendar = merge(
        "X",
        ["A", "B"],
        [
            day("A", date(2026, 1, 1), DayKind.ANNOUNCEMENT, Closes.NOTHING),
            day("A", date(2027, 1, 1), DayKind.ANNOUNCEMENT, Closes.NOTHING),
            day("B", date(2026, 1, 1), DayKind.ANNOUNCEMENT, Closes.NOTHING),
        ],
    )

    assert not calendar.is_provisional(2026)
    assert calendar.is_provisional(2027)
    assert not merge("Y", ["Y"], []).is_provisional(2050)


def test_calendars_are_found_by_key_and_know_their_version(calendars):
    assert calendars.version == 1
    assert set(calendars.keys) == {"BR", "MG", "BH"}
    with pytest.raises(UnknownCalendar, match="BH, BR, MG"):
        calendars.of("RJ")
