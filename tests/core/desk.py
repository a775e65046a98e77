"""A small request type with all that acts may meet, and a desk at which acts are done on a case."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache

from tests.world import world
from workflow.catalogue.loader import load_definition
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
from workflow.core.acts.tasks import complete_task
from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.history import broken_seal, rebuild
from workflow.core.playing import powers_of, stand_in
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, Clock, Task
from workflow.core.timers import next_wake

LOAN = """
key: loan
version: 1
title: Empréstimo
summary: Um quadro vai a uma exposição e volta.
owner: SCC
access: network
roles:
  proponent: {title: Quem pede, bind: opener}
  owner: {title: Quem decide, bind: SCC}
  legal: {title: Quem examina, bind: AGE}
  asked: {title: Quem opina, many: true, bind: chosen}
data:
  - {key: shown_on, title: Exposição, type: date, required: true}
  - {key: days, title: Dias, type: integer, default: 30}
  - {key: span, title: Duração, type: term, default: 30 days}
  - {key: back_on, title: Volta, type: date, computed: {date: shown_on, plus: span, rule: house}}
  - {key: paper, title: Parecer, type: document, accept: [pdf]}
  - key: price
    title: Preço
    type: integer
    access: restricted
    ground: sigilo_empresarial
    released_on: done
  - {key: place, title: Lugar, type: text, access: public}
  - {key: carrier, title: Quem leva, type: text, personal: true}
opening: [shown_on, roles.asked]
deadlines:
  - {key: whole, title: Tudo, term: 60 days, rule: house, from: opened, pauses_in: [packing]}
states:
  - key: drafting
    title: Redação
    tasks:
      - key: draft
        title: Redigir
        role: proponent
        outcomes: {sent: Enviar, refused: {title: Desistir, asks: reason}}
        form: [data.place, {key: remark, title: Nota, type: text}]
        deadline: {term: 10 working days, rule: house}
  - key: opinions
    title: Opiniões
    tasks:
      - key: opinion
        title: Opinar
        each: asked
        outcomes: [favourable, contrary]
        deadline: {term: 10 working days, rule: house}
        lapse: {outcome: silent, title: Sem resposta}
        not_by: [draft]
      - key: legal_opinion
        title: Examinar
        role: legal
        outcomes: [approve, contrary]
        needs: [paper]
        released_by: head
        binding: true
        form: [data.carrier]
        deadline: {term: 10 working days, rule: house}
  - key: packing
    title: Embalagem
    tasks:
      - key: pack
        title: Embalar
        role: proponent
        outcomes: [packed]
        deadline: {term: 5 days before, of: data.shown_on}
  - key: deciding
    title: Decisão
    tasks:
      - key: decide
        title: Decidir
        role: owner
        outcomes: [accept, adjust]
        not_by: [draft, pack]
  - {key: done, title: Feito, final: completed}
  - {key: denied, title: Recusado, final: refused}
  - {key: withdrawn, title: Retirado, final: withdrawn}
transitions:
  - {source: drafting, target: opinions, when: any sent}
  - {source: drafting, target: denied, when: any refused}
  - {source: opinions, target: packing, when: all favourable or contrary or silent or approve}
  - {source: packing, target: deciding, when: any packed}
  - {source: deciding, target: done, when: any accept}
  - {source: deciding, target: drafting, when: any adjust}
guards:
  - task: decide
    outcomes: [accept]
    hold_if: {outcome_of: {task: legal_opinion, is: contrary}}
    because: Há parecer contrário.
acts:
  withdraw: {by: proponent, before_entering: deciding, to: withdrawn}
  send_back: {to: drafting, in: [opinions, packing]}
  reopen: {to: drafting, within: 30 days}
  suspend: {by: proponent, review_within: 30 days}
  resume: {by: proponent}
  extend: {times: 2}
  ask_opinion: {allowed: false}
"""

DATA = {
    "subject": "Empréstimo de um quadro",
    "description": "Para uma exposição fora do Estado.",
    "shown_on": "2026-06-01",
}
HISTORY = (
    *("state", "visit", "data", "participants", "in_turn", "tasks", "scheduled"),
    *("ended", "latest", "clocks", "doers", "reminded"),
)


@cache
def definition(text: str = LOAN) -> Definition:
    return load_definition(text).definition


class Desk:
    """A case on which acts are done one after the other, each held to its own history."""

    def __init__(
        self,
        text: str = LOAN,
        *,
        asked=("SEF", "SEPLAG"),
        day=date(2026, 3, 2),
        in_turn=False,
        **data,
    ):
        self.at = _morning(day)
        self.changes: list[Change] = []
        answers = Answers(
            data={**DATA, **data},
            roles={"asked": tuple(asked)} if asked else {},
            in_turn=frozenset({"asked"}) if in_turn else frozenset(),
        )
        opened = open_case(
            definition(text),
            "2026-000001-16",
            opener="SEDE",
            answers=answers,
            now=self.now(powers_of("SEDE")),
        )
        self.take(opened)

    @property
    def case(self) -> CaseSnapshot:
        return self.changes[-1].after

    def on(self, month: int, day: int, year: int = 2026) -> Desk:
        """Let the day come."""
        self.at = _morning(date(year, month, day))
        return self

    def now(self, powers: Powers) -> Circumstances:
        seed = str(len(self.changes)).encode()
        return Circumstances(powers, self.at, world(), seed)

    def do(self, act, *given, by: str | Powers = "SEDE", officer: str = "first", **named) -> Change:
        """Do an act as one of the people of an agency, or with given powers."""
        powers = powers_of(by, officer) if isinstance(by, str) else by
        return self.take(act(self.case, *given, now=self.now(powers), **named))

    def complete(self, key: str, outcome: str, *, by: str | Powers | None = None, **more) -> Change:
        """Complete a task, as its agency unless somebody else is named."""
        task = self.task(key, of=by if isinstance(by, str) else None)
        officer = more.pop("officer", "first")
        answers = Answers(**more)
        return self.do(
            complete_task, task.no, outcome, by=by or task.agency, officer=officer, answers=answers
        )

    def take(self, change: Change) -> Change:
        """Keep what was decided, after holding it to its own history."""
        self.changes.append(change)
        events = [event for change in self.changes for event in change.events]
        case = change.after
        again = rebuild(case.number, case.definition, events)
        assert broken_seal(case.number, events) is None
        assert [p for p in HISTORY if getattr(again, p) != getattr(case, p)] == []
        assert change.wake_at == next_wake(case, world())
        return change

    def task(self, key: str, *, of: str | None = None) -> Task:
        """Find an open task, of one agency where several have it."""
        found = [t for t in self.case.tasks if t.key == key]
        return next((t for t in found if t.agency == of), found[0])

    def clock(self, key: str = "whole") -> Clock:
        return next(c for c in self.case.clocks if c.key == f"case:{key}")

    def open(self) -> list[tuple[str, str]]:
        return [(task.key, task.slot) for task in self.case.tasks]

    # --- Ways ahead --------------------------------------------------------------------------

    def drafted(self, officer: str = "first") -> Desk:
        self.complete("draft", "sent", officer=officer)
        return self

    def examined(self, outcome: str = "approve") -> Desk:
        self.complete("legal_opinion", outcome, documents={"paper": stand_in("parecer.pdf")})
        return self

    def opined(self, *outcomes: str) -> Desk:
        for outcome in outcomes or ("favourable", "favourable"):
            self.complete("opinion", outcome)
        return self

    def packed(self, legal: str = "approve", officer: str = "first") -> Desk:
        self.drafted(officer).examined(legal).opined()
        self.complete("pack", "packed", officer=officer)
        return self

    def decided(self) -> Desk:
        self.packed()
        self.complete("decide", "accept")
        return self


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(10), world().zone)
