"""When warnings fall, and whose they are: in office hours, above the head only where allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.services.errands import DATA, ERRAND, SILENCE
from tests.world import world
from workflow.catalogue.loader import load_definition
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
from workflow.core.acts.routing import reassign
from workflow.core.acts.tasks import claim, receive, release
from workflow.core.audience import ABOVE_THE_HEAD, Audience
from workflow.core.deadlines.calendar import Calendar, CalendarDay, Closes, DayKind, merge
from workflow.core.ladder import warnings
from workflow.core.office_hours import in_office_hours, next_opening
from workflow.core.playing import powers_of
from workflow.core.waiting import Neglect, waitings

ZONE = world().zone
MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)
EIGHT = timedelta(hours=11)
"""Eight in the morning in Minas Gerais, from midnight UTC."""


def now(agency="SEF", at=MONDAY):
    return Circumstances(powers_of(agency), at, world(), b"seed")


def opened(text=ERRAND):
    definition = load_definition(text).definition
    answers = Answers(data=DATA)
    case = open_case(definition, "2026-000001-16", opener="SEDE", answers=answers, now=now("SEDE"))
    return case.after


def at_eight(year, month, day):
    return datetime(year, month, day, tzinfo=UTC) + EIGHT


def told(case, **how):
    return [
        (w.rung.at.astimezone(ZONE).date(), w.rung.audiences)
        for w in warnings(case, world(), **how)
    ]


def test_the_ladder_stays_below_the_head_until_somebody_lets_it_climb():
    holder, head = (Audience.HOLDER,), (Audience.HOLDER, Audience.HEAD)
    own = [
        (date(2026, 3, 9), holder),
        (date(2026, 3, 12), holder),
        (date(2026, 3, 16), head),
        (date(2026, 3, 17), head),
        (date(2026, 3, 23), head),
    ]
    assert told(opened())[:5] == own
    climbing = told(opened(), climbs=ABOVE_THE_HEAD)
    assert [line for line in climbing if line[1][0] in ABOVE_THE_HEAD] == [
        (date(2026, 3, 19), (Audience.FOCAL_POINT,)),
        (date(2026, 3, 23), (Audience.COORDINATOR,)),
        (date(2026, 3, 30), (Audience.CABINET,)),
    ]
    only = told(opened(), climbs=(Audience.COORDINATOR,))
    assert [audiences for _, audiences in only if audiences[0] in ABOVE_THE_HEAD] == [
        (Audience.COORDINATOR,)
    ]


def test_every_warning_falls_while_its_agency_is_at_work():
    calendar = world().calendar("SEF")
    for warning in warnings(opened(), world(), climbs=ABOVE_THE_HEAD):
        assert in_office_hours(warning.rung.at, calendar, ZONE)


@pytest.mark.parametrize("asked", ["remind: none", "remind: [1 working days after]"])
def test_where_silence_is_an_answer_there_is_a_warning_whatever_is_left_out(asked):
    text = SILENCE.replace("rule: house}", f"rule: house, {asked}, escalate: none}}")
    found = warnings(opened(text), world())
    due = opened(text).tasks[0].clock.due_at
    assert [w.rung.kind.value for w in found if w.rung.at < due] == ["reminder", "due_today"]


def laddered(**lists):
    """Return the errand with the warnings of its task written out."""
    said = ", ".join(f"{key}: {written}" for key, written in lists.items())
    text = ERRAND.replace("rule: house}", f"rule: house, {said}}}", 1)
    assert text != ERRAND
    return opened(text)


OWN_LADDER = {
    "remind": "[{when: 5 working days before, to: [head, coordinator]}, due day]",
    "escalate": "[1 working day after, {when: 3 working days after, to: [focal_point, head]}]",
}


def test_a_definition_says_itself_who_hears_of_a_deadline_and_when():
    holder, head = Audience.HOLDER, Audience.HEAD
    case = laddered(**OWN_LADDER)
    inside = [
        (date(2026, 3, 9), (head,)),
        (date(2026, 3, 16), (holder, head)),
        (date(2026, 3, 17), (holder, head)),
        (date(2026, 3, 19), (head,)),
    ]
    assert told(case) == inside
    assert told(case, climbs=ABOVE_THE_HEAD) == [
        inside[0],
        (date(2026, 3, 9), (Audience.COORDINATOR,)),
        *inside[1:],
        (date(2026, 3, 19), (Audience.FOCAL_POINT,)),
    ]


def test_what_a_definition_tells_above_the_head_waits_for_the_coordinator():
    case = laddered(**OWN_LADDER)
    for allowed in (Audience.CABINET, Audience.COORDINATOR):
        heard = {one for _, all_of in told(case, climbs=(allowed,)) for one in all_of}
        assert heard & set(ABOVE_THE_HEAD) == {allowed} - {Audience.CABINET}


def test_nobody_hears_of_a_delay_that_a_definition_keeps_silent_about():
    asked = told(laddered(remind="[2 working days before]", escalate="none"), climbs=ABOVE_THE_HEAD)
    assert asked == [(date(2026, 3, 12), (Audience.HOLDER,))]


def test_two_warnings_of_one_morning_are_one():
    twice = "[{when: 1 working day after, to: head}, {when: 1 working day after, to: holder}]"
    told_of = told(laddered(remind="none", escalate=twice))
    assert told_of == [(date(2026, 3, 17), (Audience.HOLDER, Audience.HEAD))]


def test_a_warning_that_only_the_head_hears_does_not_warn_of_silence():
    asked = "remind: [{when: 5 working days before, to: head}], escalate: none"
    case = opened(SILENCE.replace("rule: house}", f"rule: house, {asked}}}"))
    heard = [audiences for _, audiences in told(case)]
    holder, head = Audience.HOLDER, Audience.HEAD
    assert heard == [(head,), (holder,), (holder, head)]


def test_a_task_that_nobody_takes_up_is_told_after_one_and_two_working_days():
    found = [(one.neglect, one.at) for one in waitings(opened(), world())]
    assert found == [
        (Neglect.UNASSIGNED, at_eight(2026, 3, 4)),
        (Neglect.UNRECEIVED, at_eight(2026, 3, 5)),
    ]


def test_a_task_that_was_received_still_wants_somebody_and_one_that_is_held_does_not():
    case = receive(opened(), 1, now=now()).after
    assert [one.neglect for one in waitings(case, world())] == [Neglect.UNASSIGNED]

    held = claim(case, 1, now=now()).after
    assert list(waitings(held, world())) == []
    friday = datetime(2026, 3, 6, 15, tzinfo=UTC)
    given_back = release(held, 1, now=now(at=friday)).after
    assert [one.at for one in waitings(given_back, world())] == [at_eight(2026, 3, 10)]


def test_an_agency_that_gets_a_task_later_has_as_long_as_the_first():
    friday = datetime(2026, 3, 6, 15, tzinfo=UTC)
    case = reassign(opened(), 1, "SEE", "É deles", now=now(at=friday)).after
    assert [one.at for one in waitings(case, world())] == [
        at_eight(2026, 3, 10),
        at_eight(2026, 3, 11),
    ]


def test_a_suspended_case_waits_for_nobody():
    assert list(waitings(replace(opened(), closed_at=MONDAY, result="completed"), world())) == []


@pytest.fixture
def half() -> Calendar:
    """Return a calendar whose Thursday is a half day and whose Friday is closed."""
    days = [
        CalendarDay("X", date(2026, 3, 5), DayKind.AGENCY_CLOSING, "Meio", "", closes=Closes.HALF),
        CalendarDay("X", date(2026, 3, 6), DayKind.AGENCY_CLOSING, "Fechado", ""),
    ]
    return merge("X", ["X"], days)


@pytest.mark.parametrize(
    ("day", "hour", "minute", "open_then"),
    [
        (4, 7, 59, False),
        (4, 8, 0, True),
        (4, 17, 59, True),
        (4, 18, 0, False),
        (5, 11, 59, True),
        (5, 12, 0, False),
        (6, 10, 0, False),
        (7, 10, 0, False),
    ],
)
def test_an_office_has_its_hours_half_days_too(half, day, hour, minute, open_then):
    at = datetime(2026, 3, day, hour, minute, tzinfo=ZONE)
    assert in_office_hours(at, half, ZONE) is open_then


def test_the_next_opening_is_the_next_open_morning(half):
    noon = datetime(2026, 3, 5, 12, tzinfo=ZONE)
    assert next_opening(noon, half, ZONE) == datetime(2026, 3, 9, 8, tzinfo=ZONE)
    dawn = datetime(2026, 3, 5, 6, tzinfo=ZONE)
    assert next_opening(dawn, half, ZONE) == datetime(2026, 3, 5, 8, tzinfo=ZONE)
