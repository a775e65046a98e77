"""When time next has something to do in a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.world import world
from workflow.catalogue.loader import load_definition
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
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
