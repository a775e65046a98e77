"""A request type that goes round and round, and people who do to it whatever comes to mind."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeAlias

from workflow.core.acts.answers import Answers
from workflow.core.acts.time import wake
from workflow.core.errors import Refusal
from workflow.core.playing import powers_of
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.story import Readers
from workflow.services import cases, tasks
from workflow.services.installation import Installation
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import Decide, Done, UnitOfWork

START = datetime(2026, 3, 2, 13, 0, tzinfo=UTC)
ASKED = ("AGE", "SEF", "SEPLAG")
OWNER, OPENER = "SCC", "SEDE"

ROUND = """
key: round
version: 1
title: Rodada
summary: Uma pergunta a alguns órgãos, de novo e de novo.
owner: SCC
roles:
  proponent: {title: Quem pergunta, bind: opener}
  owner: {title: Quem decide, bind: SCC}
  asked: {title: Quem responde, many: true, bind: chosen}
opening: [roles.asked]
states:
  - key: drafting
    title: Redação
    tasks:
      - {key: draft, title: Redigir, role: proponent, outcomes: [sent]}
  - key: answering
    title: Respostas
    tasks:
      - key: answer
        title: Responder
        each: asked
        outcomes: [favourable, contrary]
        deadline: {term: 4 days, rule: house}
        lapse: {outcome: silent, title: Sem resposta}
      - {key: study, title: Estudar, role: owner, outcomes: [completed]}
  - key: deciding
    title: Decisão
    tasks:
      - {key: decide, title: Decidir, role: owner, outcomes: [accept, adjust], released_by: head}
  - {key: done, title: Concluída, final: completed}
  - {key: withdrawn, title: Retirada, final: withdrawn}
transitions:
  - {source: drafting, target: answering, when: any sent}
  - {source: answering, target: drafting, when: any contrary}
  - {source: answering, target: deciding, when: all favourable or silent or completed}
  - {source: deciding, target: drafting, when: any adjust}
  - {source: deciding, target: done, when: any accept}
acts:
  withdraw: {by: proponent, to: withdrawn}
  reopen: {by: [proponent, owner], to: drafting}
  suspend: {by: [proponent, owner], review_within: 30 days}
  resume: {by: [proponent, owner]}
"""

DATA = {"subject": "Pergunta à rede", "description": "De novo e de novo."}


Act: TypeAlias = Callable[[UnitOfWork, str, str], Done]


@dataclass(frozen=True)
class Tried:
    """One attempt at an act, and what came of it."""

    key: str
    number: str
    done: Done | None = None
    refused: str | None = None


class Hesitant(UnitOfWork):
    """A unit of work that thinks for a moment between loading and writing."""

    thought = 0.0

    def act(self, number: str, decide: Decide, *, key: str) -> Done:
        def think(case, now):
            time.sleep(self.thought)
            return decide(case, now)

        return super().act(number, think, key=key)


def open_round(
    installation: Installation, key: str, *, one_at_a_time: bool = False, access_code: str = ""
) -> cases.Opened:
    """Open a case of the type that goes round."""
    uow = UnitOfWork(installation, now=START, powers=powers_of(OPENER))
    in_turn = frozenset({"asked"} if one_at_a_time else ())
    answers = Answers(data=DATA, roles={"asked": ASKED}, in_turn=in_turn)
    return cases.open_case(
        uow, "round", opener=OPENER, answers=answers, key=key, access_code=access_code
    )


def try_something(
    installation: Installation, number: str, random: Random, *, hours: int, key: str
) -> Tried:
    """Look at a case and do to it what comes to mind, in the name of somebody who might."""
    now = START + timedelta(hours=hours, seconds=random.randrange(3600))
    uow = Hesitant(installation, now=now, powers=CLOCK_POWERS)
    agency, act = _draw(uow.load(number).snapshot, random)
    if agency:
        uow.powers = powers_of(agency, random.choice(("first", "second")))
    uow.thought = random.choice((0, 0, 0.0005, 0.002))
    try:
        return Tried(key, number, done=act(uow, number, key))
    except Refusal as refusal:
        return Tried(key, number, refused=type(refusal).__name__)


def _draw(case: CaseSnapshot, random: Random) -> tuple[str | None, Act]:
    """Draw an act and the agency that does it; none is the clock."""
    if not case.is_open:
        return OWNER, _ON_CASE["reopen"]
    if case.suspension and random.random() < 0.5:
        return OPENER, _ON_CASE["resume"]
    if random.random() < 0.2:
        weights = {"comment": 6, "remind": 6, "suspend": 4, "wake": 8, "withdraw": 1}
        (name,) = random.choices(list(weights), list(weights.values()))
        return (None if name == "wake" else OPENER), _ON_CASE[name]
    task = random.choice(case.tasks)
    if task.request and random.random() < 0.7:
        return OPENER, lambda u, n, k: tasks.answer_information(u, n, task.no, "Sim.", key=k)
    return task.agency, _on_task(case, task, random)


def _on_task(case: CaseSnapshot, task: Task, random: Random) -> Act:
    no, outcome = task.no, random.choice(list(case.spec(task).outcomes))
    answers, to = Answers(reason="Porque sim."), random.choice((*ASKED, "SEE", "SES"))
    acts: dict[str, Act] = {
        "complete": lambda u, n, k: tasks.complete_task(u, n, no, outcome, answers=answers, key=k),
        "claim": lambda u, n, k: tasks.claim(u, n, no, key=k),
        "release": lambda u, n, k: tasks.release(u, n, no, key=k),
        "receive": lambda u, n, k: tasks.receive(u, n, no, key=k),
        "ask": lambda u, n, k: tasks.ask_information(u, n, no, "Quando?", of=OPENER, key=k),
        "reassign": lambda u, n, k: tasks.reassign(u, n, no, to, "É deles.", key=k),
        "extend": lambda u, n, k: cases.extend(u, n, f"task:{no}", "2 days", "Falta.", key=k),
        "undo": lambda u, n, k: cases.undo(u, n, key=k),
        "let": lambda u, n, k: tasks.release_proposal(u, n, no, key=k),
        "return": lambda u, n, k: tasks.return_proposal(u, n, no, "Rever.", key=k),
    }
    if task.proposal:
        return acts[random.choice(("let", "let", "return", "complete", "ask"))]
    now_and_then = ("claim", "release", "receive", "ask", "reassign", "extend", "undo")
    return acts[random.choice((*["complete"] * 6, *now_and_then))]


def _wake(uow: UnitOfWork, number: str, key: str) -> Done:
    uow.now += timedelta(days=5)
    return uow.act(number, lambda case, now: wake(case, now=now), key=key)


_ON_CASE: dict[str, Act] = {
    "comment": lambda u, n, k: cases.comment(u, n, "Nota.", readers=Readers.AGENCIES, key=k),
    "remind": lambda u, n, k: tasks.remind(u, n, None, key=k),
    "suspend": lambda u, n, k: cases.suspend(
        u, n, "Espera.", review_on=u.today + timedelta(days=5), key=k
    ),
    "resume": lambda u, n, k: cases.resume(u, n, key=k),
    "withdraw": lambda u, n, k: cases.withdraw(u, n, "Desistência.", key=k),
    "reopen": lambda u, n, k: cases.reopen(u, n, "Há mais a dizer.", key=k),
    "wake": _wake,
}
