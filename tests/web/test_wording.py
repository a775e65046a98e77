"""How due dates and past times are said, in three languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from web.words.phrases import has_phrase
from web.words.wording import DueKind, ago, day, due, due_words, full_day, moment
from workflow.core.acts.record import Relation

MONDAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 17, 32, tzinfo=UTC)
DUE = [
    ((date(2026, 3, 5), -2), "atrasada há 2 dias úteis (05/03)", "2 working days late (5 Mar)"),
    ((date(2026, 3, 6), -1), "atrasada há 1 dia útil (06/03)", "1 working day late (6 Mar)"),
    ((date(2026, 3, 9), 0), "vence hoje (09/03)", "due today (9 Mar)"),
    ((date(2026, 3, 10), 1), "vence amanhã (10/03)", "due tomorrow (10 Mar)"),
    ((date(2026, 3, 12), 3), "vence em 3 dias úteis (12/03)", "due in 3 working days (12 Mar)"),
    ((date(2026, 4, 23), 32), "vence em 23/04/2026", "due 23 Apr 2026"),
]


@pytest.mark.parametrize(("given", "portuguese", "english"), DUE)
def test_a_due_date_is_said_relative_first(speaking, given, portuguese, english):
    due_on, working_days = given

    with speaking("pt_BR"):
        assert due_words(due_on, MONDAY, working_days) == portuguese
    with speaking("en"):
        assert due_words(due_on, MONDAY, working_days) == english


def test_a_paused_clock_says_since_when_and_a_finished_one_how_early(speaking):
    friday = date(2026, 3, 6)

    with speaking("pt_BR"):
        paused = due_words(date(2026, 3, 12), MONDAY, 3, "paused", on=friday)
        done = due_words(date(2026, 3, 5), MONDAY, 2, "done", on=date(2026, 3, 3))
    with speaking("es"):
        stopped = due_words(date(2026, 3, 12), MONDAY, 3, "paused", on=friday)

    assert paused == "prazo suspenso desde 06/03"
    assert done == "entregue em 03/03, 2 dias úteis antes"
    assert stopped == "plazo suspendido desde 06/03"


def test_portuguese_agrees_with_what_is_late(speaking):
    with speaking("pt_BR"):
        assert due_words(date(2026, 3, 6), MONDAY, -1, of="case").startswith("atrasado")


@pytest.mark.parametrize(
    ("working_days", "kind"), [(5, DueKind.NEAR), (6, DueKind.LATER), (40, DueKind.LATER)]
)
def test_what_is_due_within_five_working_days_is_near(speaking, working_days, kind):
    with speaking("pt_BR"):
        said = due(date(2026, 3, 16), today=MONDAY, working_days=working_days)

    assert said.kind is kind


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2026, 3, 9, 17, 30, 30, tzinfo=UTC), "há 1 min"),
        (datetime(2026, 3, 9, 17, 31, 59, tzinfo=UTC), "agora"),
        (datetime(2026, 3, 9, 15, 30, tzinfo=UTC), "há 2 h"),
        (datetime(2026, 3, 9, 2, 30, tzinfo=UTC), "ontem"),
        (datetime(2026, 3, 6, 15, 30, tzinfo=UTC), "sexta"),
        (datetime(2026, 3, 2, 15, 30, tzinfo=UTC), "02/03"),
        (datetime(2025, 12, 2, 15, 30, tzinfo=UTC), "02/12/2025"),
    ],
)
def test_a_past_time_is_said_by_how_long_ago_it_was(speaking, then, words):
    with speaking("pt_BR"):
        assert ago(then, NOW) == words


def test_times_are_those_of_the_installation(speaking):
    with speaking("pt_BR"):
        assert moment(NOW) == "09/03/2026 às 14h32"
        assert full_day(MONDAY) == "segunda, 09/03/2026"
        assert day(NOW, today=MONDAY) == "09/03"
    with speaking("en"):
        assert moment(NOW) == "9 Mar 2026 at 14:32"


def test_every_way_in_which_two_cases_belong_together_has_words(speaking):
    with speaking("pt_BR"):
        assert [r.value for r in Relation if not has_phrase("relations", r.value)] == []
