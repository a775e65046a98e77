"""What the panels gather: days of use with who still owes, and ends with the decision pending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.installation import acting_as
from tests.storage.counting import counted
from tests.stories import play_through
from tests.world import DEFINITIONS, world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.terms_ahead import Decision
from workflow.services.installation import Installation
from workflow.services.terms_ahead import endings_ahead
from workflow.services.week_ahead import weeks_ahead
from workflow.storage.engine import make_engine

STORIES = DEFINITIONS / "scenarios"
ADVICE = STORIES / "governor_advice" / "absent_contribution.yaml"
AMENDED = STORIES / "agreement_review" / "amended_and_terminated.yaml"
FEW = 4
"""Statements of a panel once the types are known, however many cases there are."""
WEDNESDAY = datetime(2026, 4, 8, 15, tzinfo=UTC)


@pytest.fixture
def here(installed_url):
    """An installation where advice is being prepared, and an agreement ends in September."""
    engine = make_engine(installed_url)
    made = Installation(engine, world().zone)
    play(made, ADVICE, until=date(2026, 4, 1))
    yield made
    engine.dispose()


def play(installation, story, *, until, file=""):
    told = read_scenario(story, zone=world().zone)
    steps = tuple(step for step in told.steps if step.at.date() <= until)
    return play_through(replace(told, steps=steps, file=file or told.file), installation)


def test_the_weeks_of_the_governor_tell_the_day_of_use_and_who_still_owes(here):
    ahead = weeks_ahead(acting_as(here, "SCC", now=WEDNESDAY))

    assert ahead.first == date(2026, 4, 6)
    assert [(line.use.on, line.use.field) for line in ahead.due] == [(date(2026, 4, 16), "used_on")]
    owed = [(task.agency, task.key, task.opened_at.date()) for task in ahead.due[0].owed]
    assert owed == [("SEAPA", "contribute", date(2026, 3, 31))]
    assert ahead.on(date(2026, 4, 16)) == ahead.due
    assert len(ahead.days) == 10

    play(here, ADVICE, until=date(2026, 4, 1), file="again")
    with counted(here.engine) as statements:
        assert len(weeks_ahead(acting_as(here, "SCC", now=WEDNESDAY)).due) == 2
    assert len(statements) <= FEW


def test_advice_that_is_restricted_is_for_its_own_agencies_alone(here):
    uow = acting_as(here, "SCC", now=WEDNESDAY)
    assert weeks_ahead(uow).due
    assert len(uow.sealed) == 1

    assert not weeks_ahead(acting_as(here, "SES", now=WEDNESDAY)).due
    assert not weeks_ahead(acting_as(here, "GOV", now=WEDNESDAY)).due


def test_what_ends_is_told_with_who_is_to_decide(here):
    play(here, AMENDED, until=date(2026, 3, 24))
    endings_ahead(acting_as(here, "SES", now=WEDNESDAY))
    with counted(here.engine) as statements:
        ahead = endings_ahead(acting_as(here, "SES", now=WEDNESDAY))
    term = ahead.endings[0].term

    assert len(statements) <= FEW
    assert (term.on, term.field, term.decision) == (date(2026, 9, 18), "ends_on", Decision.PENDING)
    assert (term.task, term.agency, term.since.date()) == ("decide_end", "SEE", date(2026, 3, 23))


def test_a_decision_taken_or_not_yet_due_is_told_as_such(here):
    play(here, AMENDED, until=date(2026, 5, 5))
    later = STORIES / "agreement_review" / "straight_way.yaml"
    play(here, later, until=date(2026, 3, 31))
    at = datetime(2027, 6, 1, 15, tzinfo=UTC)
    found = {
        one.term.decision: one.term for one in endings_ahead(acting_as(here, "SES", now=at)).endings
    }

    assert found[Decision.TAKEN].outcome == "amend"
    assert found[Decision.LATER].opens_on == date(2027, 9, 20)
