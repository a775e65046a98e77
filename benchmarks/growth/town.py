"""The installation that grows: shipped network and types, people in every agency, some cases.

The engine itself opens the cases of which all others are copies; those that fall due first, and
those that have a rare word, are never copied.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select, update

from benchmarks.work import AGENCIES
from tests.installation import deploy, furnish, keep_registers, staff
from workflow.core.acts.answers import Answers
from workflow.core.playing import powers_of
from workflow.services import clock
from workflow.services.cases import open_case
from workflow.services.history_log import place_events
from workflow.services.installation import Installation
from workflow.services.passwords import hash_password
from workflow.services.tasks import claim, complete_task
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case
from workflow.storage.engine import make_engine, reading
from workflow.storage.migrations import upgrade
from workflow.storage.people import Officer

ZONE: Final = ZoneInfo("America/Sao_Paulo")
TYPE: Final = "consultation"
PASSWORD: Final = "quatro palavras bem compridas"
MOULDS: Final = 200
"""Cases of which the others are copies: opened over twenty days, by every agency in turn."""
RARE: Final = 20
"""Cases that have a word which no other has."""
RARE_WORD: Final = "ornitorrinco"
SELDOM_WORD: Final = "quilombo"
"""A word that one case in fifty has."""
SELDOM: Final = 50
BATCHES: Final = 7
"""How often a sweep finds something due."""
DUE: Final = 20
"""Cases that one of those sweeps finds due, each with three tasks."""
ASKED: Final = 3
_HANDS: Final = ("second", "second", "first")
_TEXT: Final = """
acordo agenda anexo aviso bacia barragem bolsa cadastro censo comarca convênio cooperação
cultura dados edital energia ensino escola estrada ferrovia floresta fomento fundo gestão
hospital incêndio indústria inovação lavoura licença mapa mina moradia museu obra orçamento
parque patrimônio pesquisa plano ponte portaria posto praça prazo projeto rede relatório
represa rio saneamento saúde seca selo semente serviço solo tarifa tombamento trânsito
transporte turismo universidade usina vacina vereda vigilância visita zoneamento
"""
_WORDS: Final = tuple(_TEXT.split())


@dataclass(frozen=True, slots=True)
class Town:
    """An installation with its first cases."""

    url: str
    moulds: tuple[int, ...]
    """Ids of the cases that are copied."""
    due_at: tuple[datetime, ...]
    """When each batch is due: all of the batch by then, and nothing else."""
    now: datetime


def agencies(installation: Installation, now: datetime) -> list[str]:
    """Return the codes of the agencies that work here."""
    network = installation.world().network
    return sorted(one.code for one in network if network.is_active(one.code, now.date()))[:AGENCIES]


def found(url: str) -> Town:
    """Fill an empty database with the installation and its first cases."""
    now = datetime.now(UTC).replace(microsecond=0)
    upgrade(url)
    engine = make_engine(url)
    uow = UnitOfWork(Installation(engine, ZONE), now=now - timedelta(days=90))
    furnish(uow)
    keep_registers(uow)
    staff(uow)
    deploy(uow, [Path(__file__).parent / "consultation.yaml"])
    with uow.writing() as connection:
        connection.execute(update(Officer).values(password_hash=hash_password(PASSWORD)))
    clerk = Clerk(Installation(engine, ZONE), now)
    due_at = clerk.open_those_due()
    for i in range(RARE):
        clerk.open(now - timedelta(hours=30 * 24 + i), f"Visita de um {RARE_WORD} {i}")
    moulds = clerk.open_moulds()
    _settle(engine, now)
    town = Town(url, moulds, due_at, now)
    engine.dispose()
    return town


class Clerk:
    """Opens cases and brings them to where three agencies have each something to do."""

    def __init__(self, installation: Installation, now: datetime) -> None:
        self.installation, self.now = installation, now
        self.codes = agencies(installation, now)
        self._turn = count()
        self._words = Random(7)

    def open(self, at: datetime, subject: str) -> str:
        """Open a case, take it in, have the asked claim their tasks; return its number.

        What nobody has claimed is warned of every few days, so there would always be something due.
        """
        i = next(self._turn)
        opener = self.codes[i % AGENCIES]
        asked = tuple(self.codes[(i + 17 * n) % AGENCIES] for n in range(1, ASKED + 1))
        data = {"subject": subject, "description": " ".join(self._words.sample(_WORDS, 30))}
        answers = Answers(data=data, roles={"asked": asked})
        own = UnitOfWork(self.installation, now=at, powers=powers_of(opener))
        number = open_case(own, TYPE, opener=opener, answers=answers, key=f"open {i}").number
        complete_task(own, number, 1, "agree", answers=Answers(), key=f"take in {i}")
        for no, (agency, officer) in enumerate(zip(asked, _HANDS, strict=True), 2):
            other = UnitOfWork(self.installation, now=at, powers=powers_of(agency, officer))
            claim(other, number, no, key=f"claim {i} {no}")
        return number

    def open_those_due(self) -> tuple[datetime, ...]:
        """Open what falls due, batch by batch; return when each batch does."""
        instants = []
        for batch in range(BATCHES):
            at = self.now - timedelta(days=45 - batch)
            numbers = [self.open(at, f"Prazo {batch} {n}") for n in range(DUE)]
            with reading(self.installation.engine) as connection:
                wake = select(func.max(Case.wake_at)).where(Case.number.in_(numbers))
                instants.append(connection.execute(wake).scalar_one())
        return tuple(sorted({at for at in instants if at}))

    def open_moulds(self) -> tuple[int, ...]:
        """Open the cases that are copied; return their ids."""
        numbers = []
        for i in range(MOULDS):
            at = self.now - timedelta(days=1 + 20 * (MOULDS - i) / MOULDS)
            words = [*self._words.sample(_WORDS, 5), *([SELDOM_WORD] if i % SELDOM == 0 else [])]
            numbers.append(self.open(at, " ".join(words).capitalize()))
        with reading(self.installation.engine) as connection:
            ids = select(Case.id).where(Case.number.in_(numbers)).order_by(Case.id)
            return tuple(connection.execute(ids).scalars())


def _settle(engine: Engine, now: datetime) -> None:
    """Let the clock do what is to be done by now, and give all lines their place in the log."""
    installation = Installation(engine, ZONE)
    clock.wake_due(lambda: UnitOfWork(installation, now=now), mails=False)
    clock.work_off(lambda: UnitOfWork(installation, now=now), owner="the loader")
    place_events(UnitOfWork(installation, now=now))
