"""What is measured: pages as an officer asks for them, acts and sweeps as they are done."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from benchmarks.growth.copies import FROM
from benchmarks.growth.town import ASKED, PASSWORD, RARE_WORD, SELDOM_WORD, TYPE, Town
from tests.web.pages import token_of
from web import create_app
from web.db import db
from web.inbox.filters import spell_cursor
from web.inbox.kept_pages import KEPT
from web.settings import load_settings
from workflow.core.acts.answers import Answers
from workflow.core.playing import powers_of
from workflow.services import clock
from workflow.services.cases import open_case
from workflow.services.installation import Installation
from workflow.services.signing import make_key
from workflow.services.tasks import complete_task
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case, TaskRow
from workflow.storage.engine import make_engine
from workflow.storage.people import Officer
from workflow.storage.projections import QueueTally
from workflow.storage.queries.inbox import Cursor

HOPS: Final = 1
"""Looking up cases is limited by address: every visitor comes from one of their own."""
COMMON_WORD: Final = "cooperacao"
WITHIN: Final = 1.5
WORDS_WITHIN: Final = 3.0
BY_WORD: Final = (
    "search by a rare word",
    "search by a common word",
    "search by a word of one case in fifty",
)


def settings_for(url: str, folder: Path) -> dict[str, str]:
    """Return the settings of an installation on a database, as an operator would write them."""
    key = folder / "proof_key"
    if not key.exists():
        make_key(key, "localhost")
    return {
        "TRAMITA_PROOF_KEY": str(key),
        "TRAMITA_DATABASE_URL": url,
        "TRAMITA_SECRET_KEY": "only for benchmarks, and long enough for them",
        "TRAMITA_BASE_URL": "http://localhost",
        "TRAMITA_DOCUMENTS": str(folder / "documents"),
        "TRAMITA_PROXY_HOPS": str(HOPS),
    }


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an officer's pages are: her agency, the middle of its inbox, a case in it."""

    email: str
    middle: str
    number: str


def seen(engine: Engine) -> Seen:
    """Choose an agency that has copies in its inbox, and look up what its pages name."""
    task, case = TaskRow.__table__.c, Case.__table__.c
    with engine.connect() as connection:
        own = select(task.agency, case.number, task.case_id).join(Case, case.id == task.case_id)
        first = connection.execute(own.where(task.case_id >= FROM, task.no == 2).limit(1)).one()
        kept = QueueTally.__table__.c
        every = select(kept.n).where(kept.agency == first.agency, kept.shelf == "every")
        many = sum(connection.execute(every.where(kept.type != "")).scalars())
        order = (task.rank, task.order_at, task.case_id, task.no)
        tasks = select(*order).where(task.agency == first.agency, TaskRow.is_open())
        place = connection.execute(tasks.order_by(*order).offset(many // 2).limit(1)).first()
        place = place or connection.execute(tasks.order_by(*order).offset(25).limit(1)).one()
        officer = powers_of(first.agency, "second").officer
        email = connection.execute(select(Officer.email).where(Officer.id == officer)).scalar_one()
    cursor = Cursor(place.rank, place.order_at, place.case_id, place.no)
    return Seen(email, spell_cursor(cursor), first.number)


class Looker:
    """An installation of one size, its pages and its clock, in this process.

    They work under the account of `url`, which the policies of the database bind.
    """

    def __init__(self, town: Town, url: str) -> None:
        self.town = town
        self._folder = tempfile.TemporaryDirectory(prefix="tramita-growth-")
        self.app = create_app(load_settings(settings_for(url, Path(self._folder.name))))
        with self.app.app_context():
            self.engine: Engine = db.engine
        self.installation: Installation = self.app.extensions["installation"]
        owner = make_engine(town.url)
        self.seen = seen(owner)
        self._tasks = _open_tasks(owner)
        owner.dispose()
        self.visitor = sign_in(self.app, self.seen.email)
        self._batches = iter(town.due_at)

    def close(self) -> None:
        """Leave the database, and nothing behind."""
        self.engine.dispose()
        self._folder.cleanup()

    def looks(self) -> Mapping[str, Callable[[], int]]:
        """Return what is measured by its name; each does it once, returns how many it did."""
        return {
            "inbox page and its counts": self._page("/caixa/?ver=agency", "caixa"),
            "one's own inbox": self._page("/caixa/", "caixa"),
            "deep page of the inbox": self._page(f"/caixa/?ver=agency&apos={self.seen.middle}", ""),
            "case page": self._page(f"/pedidos/{self.seen.number}", self.seen.number),
            "public status page": self._page(f"/acompanhar/{self.seen.number}", self.seen.number),
            "search by number": self._page(f"/busca?q={self.seen.number}", "", status=303),
            BY_WORD[0]: self._page(f"/busca?q={RARE_WORD}", RARE_WORD),
            BY_WORD[1]: self._page(f"/busca?q={COMMON_WORD}", "busca"),
            BY_WORD[2]: self._page(f"/busca?q={SELDOM_WORD}", SELDOM_WORD),
            "completing a task": self._complete,
            "opening a case": self._open,
            "sweep with nothing due": self._sweep_idly,
        }

    def sweep_due(self) -> int:
        """Let the clock do the next batch; return how many cases that was."""
        at = next(self._batches)
        swept = clock.wake_due(lambda: self._clock(at), mails=False)
        assert swept.cases > 0
        assert not swept.failed
        return swept.cases

    def _page(self, address: str, says: str, *, status: int = 200) -> Callable[[], int]:
        def look() -> int:
            self._forget_pages()
            answer = self.visitor.get(address, headers={"X-Forwarded-For": a_visitor()})
            assert answer.status_code == status, (address, answer.status_code)
            assert says in answer.text
            return 1

        return look

    def _forget_pages(self) -> None:
        """Have an inbox read and written as one in which something has changed."""
        self.app.extensions[KEPT].cache_clear()
        self.installation.foreseen.cache_clear()

    def _complete(self) -> int:
        number, no, agency, officer = next(self._tasks)
        powers = powers_of(agency, officer)
        uow = UnitOfWork(self.installation, now=self.town.now, powers=powers)
        answers = Answers(own={"comment": "De acordo."})
        assert complete_task(uow, number, no, "agree", answers=answers, key=uuid4().hex).change
        return 1

    def _open(self) -> int:
        opener, *asked = self.codes[: ASKED + 1]
        data = {"subject": "Uma pergunta", "description": "Dirigida a três órgãos."}
        answers = Answers(data=data, roles={"asked": tuple(asked)})
        uow = UnitOfWork(self.installation, now=self.town.now, powers=powers_of(opener))
        assert open_case(uow, TYPE, opener=opener, answers=answers, key=uuid4().hex).change
        return 1

    def _sweep_idly(self) -> int:
        now: datetime = self.town.now
        swept = clock.wake_due(lambda: self._clock(now), mails=False)
        assert not swept.cases
        return 1

    def _clock(self, at: datetime) -> UnitOfWork:
        """Begin a unit of work as the clock does, which sees all cases."""
        return UnitOfWork(self.installation, now=at, keeper=True)

    @property
    def codes(self) -> list[str]:
        """The agencies that work here."""
        return [one.code for one in self.installation.world().network][:50]


def _open_tasks(owner: Engine) -> Iterator[tuple[str, int, str, str]]:
    """Go through claimed tasks of copies, with who has them."""
    task = TaskRow.__table__.c
    wanted = select(Case.number, task.no, task.agency).join(Case, Case.id == task.case_id)
    copies = wanted.where(task.case_id >= FROM, task.no == 2, TaskRow.is_open())
    with owner.connect() as connection:
        rows: list[Any] = list(connection.execute(copies.order_by(task.case_id).limit(400)))
    return ((row.number, row.no, row.agency, "second") for row in rows)


_ADDRESSES = iter(range(1 << 24))


def a_visitor() -> str:
    """Return the address of a computer that has not been here."""
    n = next(_ADDRESSES)
    return f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"


def sign_in(app: Flask, email: str) -> FlaskClient:
    """Visit an application as an officer."""
    visitor = app.test_client()
    token = token_of(visitor.get("/entrar").text)
    form = {"email": email, "password": PASSWORD, "csrf": token}
    assert visitor.post("/entrar", data=form).status_code == 303
    return visitor
