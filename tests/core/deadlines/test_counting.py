"""What a count answers besides its day: the last second, what stops and what extends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from workflow.core.deadlines.checker import rebuild
from workflow.core.deadlines.counting import (
    check_extension,
    count,
    count_due,
    day_of,
    is_on_time,
    working_days_between,
)
from workflow.core.deadlines.errors import (
    ClockStopped,
    DateOutOfReach,
    ExtensionsExhausted,
    ExtensionTooLate,
    ExtensionTooLong,
    InstantNeeded,
    NaiveInstant,
    PauseReversed,
    TraceBroken,
    UnitsDiffer,
)
from workflow.core.deadlines.rules import HOUSE, Ground, OutageEffect, PauseMode
from workflow.core.deadlines.values import LEGAL_ZONE, Extension, Outage, Pause, Why
from workflow.core.errors import ReasonMissing
from workflow.core.terms import parse_term

MONDAY = date(2026, 3, 9)
NINE = datetime(2026, 3, 9, 9, tzinfo=LEGAL_ZONE)


def test_the_last_second_is_that_of_brasilia(bh):
    due = count(MONDAY, parse_term("5 days"), HOUSE, bh)

    assert due.at == datetime(2026, 3, 17, 2, 59, 59, tzinfo=UTC)
    assert is_on_time(due, due.at)
    assert not is_on_time(due, due.at + timedelta(seconds=1))


def test_an_instant_counts_from_its_legal_day(bh):
    late = datetime(2026, 3, 10, 1, tzinfo=UTC)  # still Monday in Brasília

    assert count(late, parse_term("5 days"), HOUSE, bh).on == date(2026, 3, 16)


def test_an_instant_without_a_zone_is_refused(bh):
    naive = datetime(2026, 3, 9, 9)  # noqa: DTZ001 - what is refused

    with pytest.raises(NaiveInstant):
        count(naive, parse_term("5 days"), HOUSE, bh)
    with pytest.raises(NaiveInstant):
        is_on_time(count(MONDAY, parse_term("5 days"), HOUSE, bh), naive)
    with pytest.raises(NaiveInstant):
        Outage(naive, naive)


@pytest.mark.parametrize("unit", ["days", "months", "years", "working days"])
def test_a_term_beyond_any_calendar_is_refused(bh, unit):
    with pytest.raises(DateOutOfReach):
        count(date(9999, 11, 1), parse_term(f"99999 {unit}"), HOUSE, bh)


def test_hours_run_through_the_night_and_stop_when_paused(bh):
    term = parse_term("48 hours")

    assert count(NINE, term, HOUSE, bh).at == datetime(2026, 3, 11, 12, tzinfo=UTC)
    paused = count(NINE, term, HOUSE, bh, pauses=[Pause(date(2026, 3, 10), date(2026, 3, 10))])
    assert paused.at == datetime(2026, 3, 12, 12, tzinfo=UTC)
    assert rebuild(paused.trace) == date(2026, 3, 12)
    inside = count(NINE, term, HOUSE, bh, pauses=[Pause(MONDAY, MONDAY)])
    assert inside.at == datetime(2026, 3, 12, 3, tzinfo=UTC)
    before = count(NINE, parse_term("24 hours before"), HOUSE, bh)
    assert before.at == datetime(2026, 3, 8, 12, tzinfo=UTC)


def test_hours_need_an_instant_and_are_extended_in_hours_or_days(bh):
    with pytest.raises(InstantNeeded):
        count(MONDAY, parse_term("48 hours"), HOUSE, bh)
    longer = count(NINE, parse_term("2 hours"), HOUSE, bh, extensions=[extension("1 day")])
    assert longer.at == datetime(2026, 3, 10, 14, tzinfo=UTC)
    with pytest.raises(UnitsDiffer):
        count(NINE, parse_term("2 hours"), HOUSE, bh, extensions=[extension("1 month")])


def test_a_pause_without_an_end_leaves_no_due_day_once_it_is_reached(bh):
    stopped = Pause(date(2026, 3, 12), reason="information asked")

    with pytest.raises(ClockStopped, match="2026-03-12"):
        count(MONDAY, parse_term("5 days"), HOUSE, bh, pauses=[stopped])
    assert count(MONDAY, parse_term("2 days"), HOUSE, bh, pauses=[stopped]).on == date(2026, 3, 11)


def test_a_pause_cannot_end_before_it_begins():
    with pytest.raises(PauseReversed):
        Pause(date(2026, 3, 12), date(2026, 3, 11))


def test_a_rule_admits_only_its_own_grounds(bh, rules):
    asked = [Pause(date(2026, 3, 10), date(2026, 3, 20), ground=Ground.INFORMATION)]
    term = parse_term("5 days")

    assert count(MONDAY, term, rules["lei_14184"], bh, pauses=asked).on == date(2026, 3, 16)
    assert count(MONDAY, term, rules["lei_9784_42"], bh, pauses=asked).on == date(2026, 3, 25)
    anew = count(MONDAY, term, rules["decreto_49013"], bh, pauses=asked)
    assert anew.on == date(2026, 3, 25)
    assert [step.day for step in anew.trace if step.why is Why.INTERRUPTED] == [date(2026, 3, 20)]


def test_an_interruption_after_the_term_had_ended_revives_nothing(bh, rules):
    late = [Pause(date(2026, 4, 1), date(2026, 4, 20), ground=Ground.INFORMATION)]

    due = count(MONDAY, parse_term("5 days"), rules["decreto_49013"], bh, pauses=late)
    assert due.on == date(2026, 3, 16)
    open_ended = [Pause(date(2026, 3, 10), ground=Ground.INFORMATION)]
    with pytest.raises(ClockStopped):
        count(MONDAY, parse_term("5 days"), rules["decreto_49013"], bh, pauses=open_ended)


def test_a_decree_may_let_the_count_go_on_only_at_an_open_day(bh):
    to_friday = Pause(date(2026, 3, 10), date(2026, 3, 13), mode=PauseMode.REMAINING_FROM_OPEN_DAY)

    assert count(MONDAY, parse_term("3 days"), HOUSE, bh, pauses=[to_friday]).on == date(
        2026, 3, 18
    )


def test_a_term_begun_inside_a_window_begins_at_the_first_open_day_after_it(bh):
    window = Pause(date(2026, 3, 7), date(2026, 3, 13), mode=PauseMode.TO_FIRST_OPEN_DAY)

    due = count(MONDAY, parse_term("3 days"), HOUSE, bh, pauses=[window])
    assert due.on == date(2026, 3, 18)
    assert rebuild(due.trace) == due.on


def test_an_extension_counts_from_the_original_start_or_from_the_rolled_end(bh):
    more = [extension("5 days")]
    rolled = replace(HOUSE, extension_from_original=False)

    assert count(MONDAY, parse_term("5 days"), HOUSE, bh, extensions=more).on == date(2026, 3, 19)
    assert count(MONDAY, parse_term("5 days"), rolled, bh, extensions=more).on == date(2026, 3, 23)
    mixed = count(MONDAY, parse_term("5 days"), HOUSE, bh, extensions=[extension("1 month")])
    assert mixed.on == date(2026, 4, 14)


def test_an_extension_is_refused_late_long_again_or_without_reason(rules):
    lai, term, due = rules["lai"], parse_term("20 days"), date(2026, 3, 16)

    check_extension(extension("10 days"), term=term, rule=lai, due=due)
    with pytest.raises(ExtensionTooLong):
        check_extension(extension("11 days"), term=term, rule=lai, due=due)
    with pytest.raises(ExtensionTooLong):
        check_extension(
            extension("61 days"), term=parse_term("60 days"), rule=rules["lei_14184"], due=due
        )
    with pytest.raises(ExtensionsExhausted):
        check_extension(
            extension("1 day"), term=term, rule=lai, due=due, earlier=[extension("1 day")]
        )
    with pytest.raises(ExtensionTooLate):
        check_extension(extension("1 day"), term=term, rule=lai, due=date(2026, 3, 8))
    with pytest.raises(ReasonMissing):
        check_extension(Extension(term, " ", MONDAY), term=term, rule=lai, due=due)


def test_a_long_outage_holds_the_end_until_the_system_is_back(bh):
    down = [outage(MONDAY, MONDAY + timedelta(days=2))]
    rule = replace(HOUSE, outage=OutageEffect.NEXT_OPEN_DAY)

    due = count(MONDAY, parse_term("0 days"), rule, bh, outages=down)
    assert due.on == date(2026, 3, 11)
    assert rebuild(due.trace) == due.on
    uncertified = [replace(down[0], certified=False)]
    assert count(MONDAY, parse_term("0 days"), rule, bh, outages=uncertified).on == MONDAY


def test_what_precedes_an_event_is_not_moved_by_an_outage(bh):
    down = [outage(date(2026, 3, 6), date(2026, 3, 6))]

    assert count(MONDAY, parse_term("3 days before"), HOUSE, bh, outages=down).on == date(
        2026, 3, 6
    )


def test_a_date_is_provisional_only_if_an_unpublished_year_decided_it(bh, rules):
    def provisional(start, term, rule="house"):
        return count(start, parse_term(term), rules[rule], bh).provisional

    assert provisional(date(2026, 12, 20), "10 working days")
    assert not provisional(date(2026, 12, 1), "10 days")
    assert provisional(date(2021, 3, 1), "5 days")
    assert not provisional(date(2026, 3, 1), "60 months", "contract_term")


def test_a_term_that_counts_its_first_day_ends_on_the_eve(bh, rules):
    eve = count(date(2024, 9, 27), parse_term("60 months"), rules["contract_term_eve"], bh)

    assert eve.on == date(2029, 9, 26)
    assert rebuild(eve.trace) == eve.on


def test_days_are_found_for_reminders(bh):
    due = date(2026, 4, 22)

    assert day_of(parse_term("2 working days before"), of=due, rule=HOUSE, calendar=bh) == date(
        2026, 4, 16
    )
    assert working_days_between(date(2026, 4, 16), due, bh, HOUSE) == 2
    assert working_days_between(due, date(2026, 4, 16), bh, HOUSE) == -2


def test_a_trace_tells_each_day_with_its_holiday_and_its_act(bh, rules):
    pause = Pause(date(2026, 2, 19), date(2026, 2, 19), reason="strike", source="Decree 1")
    start = date(2026, 2, 13)
    due = count(start, parse_term("2 working days"), rules["segov_convenio"], bh, pauses=[pause])

    assert [(step.day.day, step.why.value, step.note) for step in due.trace] == [
        (13, "start", "2 working days"),
        (14, "closed", "Saturday"),
        (15, "closed", "Sunday"),
        (16, "closed", "Ponto facultativo: Carnaval"),
        (17, "closed", "Ponto facultativo: Carnaval"),
        (18, "closed", "Ponto facultativo: Quarta-feira de Cinzas"),
        (19, "paused", "strike"),
        (20, "counted", ""),
        (21, "closed", "Saturday"),
        (22, "closed", "Sunday"),
        (23, "counted", ""),
        (23, "due", ""),
    ]
    assert due.trace[3].source.startswith("Comunicado anual de 2026")
    assert due.trace[6].source == "Decree 1"


def test_the_checker_refuses_a_trace_with_a_day_missing_doubled_or_cut_off(bh):
    trace = count(MONDAY, parse_term("5 working days"), HOUSE, bh).trace

    for broken in (trace[:3] + trace[4:], trace[:4] + trace[3:], trace[:-1], trace[1:], ()):
        with pytest.raises(TraceBroken):
            rebuild(broken)


def test_an_unexplained_count_says_the_same(bh):
    due = count(MONDAY, parse_term("15 working days"), HOUSE, bh)

    assert count_due(MONDAY, parse_term("15 working days"), HOUSE, bh) == (due.on, due.at)
    assert count(MONDAY, parse_term("15 working days"), HOUSE, bh, explained=False).trace == ()


def extension(text):
    return Extension(parse_term(text), "more time is needed", MONDAY)


def outage(first, last):
    start = datetime(first.year, first.month, first.day, 15, tzinfo=LEGAL_ZONE)
    return Outage(start, datetime(last.year, last.month, last.day, 16, tzinfo=LEGAL_ZONE))
