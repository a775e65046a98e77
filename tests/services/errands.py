"""Small request types that time moves, people to do them, and the clock that watches them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from sqlalchemy import func, select

from tests.installation import acting_for, employ, furnish
from workflow.core.acts.answers import Answers
from workflow.services import cases, clock, tasks
from workflow.services.couriers import NotDelivered
from workflow.services.installation import Installation
from workflow.services.mail import DigestLetter
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.work import Delivery, JobRow, NoticeRow

ERRAND = """
key: errand
version: 1
title: {pt-BR: Recado, en: Errand, es: Recado}
summary: Um recado de um órgão a outro.
owner: SCC
roles:
  proponent: {title: Órgão, bind: opener}
  doer: {title: Quem faz, bind: SEF}
states:
  - key: doing
    title: Em análise
    tasks:
      - key: run
        title: {pt-BR: Levar o recado, en: Run the errand, es: Llevar el recado}
        role: doer
        outcomes: [completed, refused]
        deadline: {term: 10 working days, rule: house}
  - {key: done, title: Concluído, final: completed}
  - {key: denied, title: Recusado, final: refused}
transitions:
  - {source: doing, target: done, when: any completed}
  - {source: doing, target: denied, when: any refused}
acts:
  suspend: {by: proponent, review_within: 30 days}
  extend: {times: 2}
"""

SILENCE = (
    ERRAND.replace("key: errand", "key: silence")
    .replace("rule: house}", "rule: house}\n        lapse: {outcome: silent, title: Sem resposta}")
    .replace("when: any refused}", "when: any refused or silent}")
)

LADDERED = ERRAND.replace("key: errand", "key: laddered").replace(
    "rule: house}",
    "rule: house, remind: [{when: 5 working days before, to: [holder, coordinator]}, due day], "
    "escalate: [1 working day after, {when: 3 days after, to: [head, cabinet]}]}",
)
"""An errand that says itself who hears of its deadline."""

SOURCE = "Tabela de teste, código 1"
KEPT = ERRAND.replace("key: errand", "key: kept").replace(
    "owner: SCC", f"owner: SCC\nretention: {{years: 2, source: '{SOURCE}'}}"
)
"""An errand that tells of persons two years longer than it lasts."""

PARENT = """
key: household
version: 1
title: Casa
summary: Um pedido que abre outro.
owner: SCC
roles:
  proponent: {title: Órgão, bind: opener}
  doer: {title: Quem faz, bind: SEF}
states:
  - key: doing
    title: Em análise
    tasks:
      - key: delegate
        title: Mandar recado
        role: doer
        outcomes: [completed, refused]
        child: {type: errand, copies: [subject, description]}
  - {key: done, title: Concluído, final: completed}
  - {key: denied, title: Recusado, final: refused}
transitions:
  - {source: doing, target: done, when: any completed}
  - {source: doing, target: denied, when: any refused}
"""

DATA = {"subject": "Empréstimo de um quadro", "description": "Para a exposição."}


@dataclass
class Sink:
    """A courier that keeps letters, and refuses as long as it is told to."""

    letters: list = field(default_factory=list)
    digests: list = field(default_factory=list)
    failures: list = field(default_factory=list)

    def deliver(self, letter):
        if self.failures:
            raise self.failures.pop(0)
        kept = self.digests if isinstance(letter, DigestLetter) else self.letters
        kept.append(letter)

    def fail(self, times=1, **how):
        self.failures += [NotDelivered("451 later", **how) for _ in range(times)]


class Office:
    """An installation with the errands, three agencies of people, and its clock."""

    def __init__(self, installation: Installation, now: datetime) -> None:
        self.installation = installation
        self.now = now
        self.courier = Sink()
        self._keys = count()
        uow = self.uow()
        furnish(uow, types=[ERRAND, SILENCE, PARENT])
        self.opener = employ(uow, "olga@example.org", SEDE="officer")
        self.doer = employ(uow, "dario@example.org", SEF="officer")
        self.head = employ(uow, "helena@example.org", SEF="head")
        self.coordinator = employ(uow, "cora@example.org", SCC="coordinator")

    def uow(self) -> UnitOfWork:
        """Begin a unit of work of the clock."""
        return UnitOfWork(self.installation, now=self.now, keeper=True)

    def page(self) -> UnitOfWork:
        """Begin a unit of work of somebody's, who is behind the policies where there are any."""
        return UnitOfWork(self.installation, now=self.now)

    def open(self, type_key="errand"):
        uow = acting_for(self.page(), self.opener, "SEDE")
        answers = Answers(data=DATA)
        return cases.open_case(uow, type_key, opener="SEDE", answers=answers, key=self.key()).number

    def as_doer(self):
        return acting_for(self.page(), self.doer, "SEF")

    def claim(self, number, no=1):
        tasks.claim(self.as_doer(), number, no, key=self.key())

    def complete(self, number, no=1, outcome="completed"):
        tasks.complete_task(self.as_doer(), number, no, outcome, answers=Answers(), key=self.key())

    def key(self):
        return f"key-{next(self._keys)}"

    def sweep(self):
        return clock.wake_due(self.uow)

    def work(self, owner="one", aside=None):
        return clock.work_off(self.uow, owner=owner, courier=self.courier, aside=aside)

    def turn(self, at=None):
        """Let the clock do everything that is due, perhaps at a later instant."""
        self.now = at or self.now
        self.sweep()
        return self.work()

    def case(self, number):
        return self.uow().as_powers(clock.CLOCK_POWERS).load(number).snapshot

    def told(self, channel="app", **narrowed):
        """List (kind, officer) of the notices issued and not withdrawn."""
        with self.uow().reading() as connection:
            rows = connection.execute(
                select(NoticeRow.kind, NoticeRow.officer_id)
                .where(NoticeRow.channel == channel, NoticeRow.withdrawn_at.is_(None))
                .filter_by(**narrowed)
                .order_by(NoticeRow.id)
            )
            return [tuple(row) for row in rows]

    def deliveries(self):
        with self.uow().reading() as connection:
            rows = connection.execute(select(Delivery.result).order_by(Delivery.id))
            return list(rows.scalars())

    def how_many_cases(self):
        with self.uow().reading() as connection:
            return connection.execute(select(func.count()).select_from(Case)).scalar_one()

    def waiting(self):
        with self.uow().reading() as connection:
            rows = connection.execute(
                select(JobRow.kind).where(JobRow.done_at.is_(None), JobRow.failed_at.is_(None))
            )
            return sorted(rows.scalars())

    def hurry(self):
        """Let the database think that everything put off is due now."""
        uow = self.uow()
        with uow.writing() as connection:
            connection.execute(
                JobRow.__table__.update()
                .where(JobRow.done_at.is_(None), JobRow.failed_at.is_(None))
                .values(run_at=datetime(2020, 1, 1, tzinfo=self.now.tzinfo), lease_until=None)
            )
