"""Deadlines counted outside any case: every sort of day has words, suspensions come along."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from workflow.catalogue.questions import Reader
from workflow.catalogue.shipped import shipped_world
from workflow.core.deadlines.calendar import Calendars
from workflow.core.deadlines.rules import Ground
from workflow.core.deadlines.values import LEGAL_ZONE, Outage, Pause, Step, Why
from workflow.core.world import World
from workflow.services.counting import count_deadline, spell_answer, step_words

MONDAY = {"from": "2026-03-09", "calendar": "BH"}


@pytest.fixture(scope="module")
def world():
    return shipped_world(LEGAL_ZONE)


@pytest.fixture(scope="module")
def told(world):
    """Count and give the words of each day."""
    reader = Reader(world)

    def tell(**question):
        answer = count_deadline({**MONDAY, **question}, reader)
        return [step["words"] for step in spell_answer(question, answer, world=world)["trace"]]

    return tell


@pytest.mark.parametrize("why", Why)
def test_every_sort_of_day_is_told_in_words(why):
    for step in (Step(date(2026, 3, 9), why), Step(date(2026, 3, 9), why, 1, "{x}", "s", "days")):
        words = step_words(step)
        assert len(words) > 4
        assert not re.search(r"[{}]", words.replace("{x}", ""))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"term": "1 month"}, "Start of 1 month: from date to date"),
        ({"term": "1 mês"}, "The same date 1 month away, or the last day of a shorter month"),
        ({"term": "48 hours", "from": "2026-03-09T10:00"}, "Start of 48 hours: from instant to"),
        ({"term": "2 days before"}, "The event that 2 days are counted back from: this day"),
        (
            {"term": "5 days", "rule": "lai", "extensions": [{"term": "5 days", "reason": "many"}]},
            "Extended by 5 days: many",
        ),
        (
            {"term": "5 days", "pauses": [{"first": "2026-03-10", "last": "2026-03-10"}]},
            "Not counted, the clock stands still: closed or paused",
        ),
        (
            {"term": "9 days", "rule": "lei_9784", "pause": "2026-03-10..2026-03-11 decree"},
            "Not counted, the clock stands still: decree",
        ),
        (
            {"term": "60 days", "rule": "decreto_49013", "interrupted_on": "2026-03-25"},
            "The gap is cured: the whole term begins again",
        ),
        (
            {"term": "1 day", "rule": "lei_14133_internet", "from": "2026-03-06"},
            "The start moves on: Saturday",
        ),
        (
            {"term": "1 day", "outage": "2026-03-10T08:00..2026-03-10T18:00"},
            "The term would end here, but the system was down; it goes on to the next day",
        ),
        (
            {"term": "1 month", "rule": "contract_term_eve"},
            "The first day was counted too, so the term ends on the eve",
        ),
        (
            {"event": "2026-04-30", "from": None, "term": "12 days"},
            "The term would end here, but no office hours: Saturday; it goes back to the day",
        ),
    ],
)
def test_a_day_is_told_as_what_it_was(told, question, said):
    assert any(words.startswith(said) for words in told(**question))


def test_what_a_calendar_knows_of_decrees_and_outages_is_counted_in(world):
    known = replace(
        world.calendars.of("BH"),
        suspensions=(Pause(date(2026, 3, 10), date(2026, 3, 11), "Decreto 1", Ground.DECREE),),
        outages=(
            Outage(*(datetime(2026, 3, 16, at, tzinfo=LEGAL_ZONE) for at in (8, 18)), source="x"),
        ),
    )
    other = World(world.network, Calendars([known]), world.rules, world.zone)
    question = {**MONDAY, "term": "5 days", "rule": "lei_14184"}

    assert count_deadline(question, Reader(world)).due.on == date(2026, 3, 16)
    assert count_deadline(question, Reader(other)).due.on == date(2026, 3, 17)


def test_a_rule_gives_the_term_that_its_norm_gives(world):
    due = count_deadline({**MONDAY, "rule": "lei_9784_42"}, Reader(world)).due

    assert due.on == date(2026, 3, 24)
