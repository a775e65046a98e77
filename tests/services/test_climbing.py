"""Who above the heads may hear of delays: the warnings that a type has, and what is switched on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.installation import deploy
from tests.services.conftest import NOON
from tests.services.errands import ERRAND, LADDERED, Office
from workflow.catalogue.loader import load_definition
from workflow.core.audience import Audience
from workflow.core.definition import Reminder
from workflow.core.terms import Direction, Term, Unit
from workflow.services.climbing import ladders, let_climb, steps_above


@pytest.fixture
def office(installation):
    office = Office(installation, NOON)
    deploy(office.uow(), [LADDERED])
    return office


def steps(text):
    return list(steps_above(load_definition(text).definition))


def days_after(n):
    return Reminder(Term(n, Unit.WORKING_DAYS))


def test_a_type_that_says_nothing_climbs_the_standard_ladder():
    assert [(s.audience, s.reminder, s.of_all) for s in steps(ERRAND)] == [
        (Audience.FOCAL_POINT, days_after(3), True),
        (Audience.COORDINATOR, days_after(5), True),
        (Audience.CABINET, days_after(10), True),
    ]


def test_a_type_shows_the_warnings_it_has_of_its_own():
    five_before = Reminder(Term(5, Unit.WORKING_DAYS, Direction.BEFORE))
    assert [(s.audience, s.reminder) for s in steps(LADDERED)] == [
        (Audience.COORDINATOR, five_before),
        (Audience.CABINET, Reminder(Term(3, Unit.DAYS))),
    ]


def test_warnings_that_only_some_deadlines_give_name_them():
    state = "title: Em análise\n    deadline: {term: 30 days, escalate: none}"
    cabinet = steps(LADDERED.replace("title: Em análise", state, 1))[-1]
    assert (cabinet.of_all, [title["pt-BR"] for title in cabinet.deadlines]) == (
        False,
        ["Levar o recado"],
    )


def test_a_type_without_warnings_of_delay_tells_nobody_above():
    assert steps(ERRAND.replace("rule: house}", "rule: house, escalate: none}")) == []


def test_the_ladder_of_a_type_is_climbed_once_its_coordinator_lets_it(office):
    number = office.open("laddered")
    office.claim(number)
    office.turn(datetime(2026, 3, 9, 11, tzinfo=UTC))
    assert [who for kind, who in office.told() if kind == "reminder"] == [office.doer]

    let_climb(office.uow(), office.coordinator, "laddered", [Audience.CABINET])
    for day in (16, 17, 19):
        office.turn(datetime(2026, 3, day, 11, tzinfo=UTC))
    late = [who for kind, who in office.told() if kind == "overdue"]
    assert office.coordinator in late, "nobody heads an agency above, so its type's coordinator"
    assert late.count(office.head) == 2
    [shown] = [one for one in ladders(office.uow(), office.coordinator) if one.key == "laddered"]
    assert shown.above == {Audience.CABINET}
