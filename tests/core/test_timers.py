"""When time next has something to do in a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.world import world
from workflow.catalogue.loader import load_definition
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
from workflow.core.acts.record import correct_data
from workflow.core.change import running_clock
from workflow.core.events import Kind
from workflow.core.playing import powers_of
from workflow.core.timers import Timing, timers

TERM = """
key: term
version: 1
title: Prazo
summary: Um acordo que termina no seu dia, se não for prorrogado.
owner: SCC
access: network
roles: {proponent: {title: Quem pede, bind: opener}}
data:
  - {key: ends_on, title: Fim, type: date, required: true}
  - {key: renewed, title: Prorrogado, type: yes_no, default: false}
opening: [ends_on]
phases: [running]
initial: running
states:
  - key: running
    title: Em vigor
    phase: running
    tasks:
      - {key: tell, title: Avisar, role: proponent, outcomes: {told: {title: Avisado, stays: true}}}
  - {key: ended, title: Encerrado, final: completed}
transitions:
  - {source: running, target: ended, at: data.ends_on, if: {renewed: {is: false}}}
"""


def test_a_move_that_its_condition_forbids_wakes_nobody():
    definition = load_definition(TERM).definition
    now = Circumstances(powers_of("SEDE"), datetime(2026, 3, 2, 13, tzinfo=UTC), world(), b"seed")
    asked = Answers(
        data={"subject": "Acordo com Jiangsu", "description": "Termo", "ends_on": "2026-04-01"}
    )
    case = open_case(definition, "2026-000001-16", opener="SEDE", answers=asked, now=now).after

    assert [timer.timing for timer in timers(case, world())] == [Timing.MOVE]
    renewed = replace(case, data={**case.data, "renewed": True})
    assert timers(renewed, world()) == []


REPORT = """
key: report
version: 1
title: Relatório
summary: Um relatório que se deve até cinco dias depois de um evento.
owner: SCC
access: network
roles: {proponent: {title: Quem pede, bind: opener}}
data: [{key: held_on, title: Dia do evento, type: date}]
opening: [held_on]
phases: [running]
initial: running
acts: {correct_data: {by: proponent}}
states:
  - key: running
    title: Em andamento
    phase: running
    tasks:
      - key: tell
        title: Relatar
        role: proponent
        deadline: {term: 5 days, rule: house, from: data.held_on}
        lapse: missed
        outcomes: {told: {title: Relatado}}
  - {key: ended, title: Encerrado, final: completed}
transitions: [{source: running, target: ended, when: any answered}]
"""


def test_a_deadline_whose_day_is_taken_away_stops_and_runs_again_with_another_day():
    definition = load_definition(REPORT).definition
    now = Circumstances(powers_of("SEDE"), datetime(2026, 3, 2, 13, tzinfo=UTC), world(), b"seed")
    asked = Answers(
        data={"subject": "Feira", "description": "Feira de Jiangsu", "held_on": "2026-03-04"}
    )
    case = open_case(definition, "2026-000001-16", opener="SEDE", answers=asked, now=now).after
    assert [timer.timing for timer in timers(case, world())] == [Timing.LAPSE]
    assert case.tasks[0].clock.due_on == date(2026, 3, 9)

    unknown = correct_data(case, {"held_on": None}, "adiada", now=now)
    assert Kind.DEADLINE_STOPPED in [event.kind for event in unknown.events]
    assert timers(unknown.after, world()) == []
    assert running_clock(unknown.after.tasks[0]) is None

    again = correct_data(unknown.after, {"held_on": "2026-03-04"}, "marcada", now=now).after
    assert again.tasks[0].clock.due_on == date(2026, 3, 9)
    assert again.tasks[0].clock.generation > case.tasks[0].clock.generation
    assert [timer.timing for timer in timers(again, world())] == [Timing.LAPSE]
