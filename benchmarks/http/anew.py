"""What a page costs in which nothing has changed, in which an act has, and of which all is new."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Final
from uuid import uuid4

from sqlalchemy import Engine, select

from benchmarks.growth.looks import seen, settings_for, sign_in
from benchmarks.growth.town import Town
from benchmarks.http.measure import INBOX
from web import create_app
from web.db import db
from web.settings import load_settings
from workflow.core.playing import powers_of
from workflow.services.installation import Installation
from workflow.services.tasks import claim, release
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case, TaskRow
from workflow.storage.people import Officer

TURNS: Final = 12
TIMES: Final = 10
KEPT: Final = ("parts", "task_rows", "inbox_pages")
"""Under which names an application keeps what it has written."""


def seen_and_anew(town: Town) -> dict[str, float]:
    """Return the CPU of the inbox in this process, in ms: `seen`, after an `act`, all `anew`."""
    app = create_app(load_settings(settings_for(town.url, Path(tempfile.mkdtemp()))))
    with app.app_context():
        engine = db.engine
    email = seen(engine).email
    visitor = sign_in(app, email)

    def forget() -> None:
        for name in KEPT:
            app.extensions[name].cache_clear()

    def ask(before: Callable[[], object]) -> float:
        took = 0.0
        for _ in range(TIMES):
            before()
            began = time.process_time()
            assert visitor.get(INBOX).status_code == 200
            took += time.process_time() - began
        return took / TIMES * 1e3

    ways = {"seen": lambda: None, "act": _acting(app.extensions["installation"], town, email)}
    each = {**ways, "anew": forget}
    ask(each["seen"])
    turns = [{name: ask(before) for name, before in each.items()} for _ in range(TURNS)]
    engine.dispose()
    return {name: median(turn[name] for turn in turns) for name in each}


def _acting(installation: Installation, town: Town, email: str) -> Callable[[], object]:
    """Return what gives a task of an officer back to the agency and takes it again, in turn."""
    number, no, agency = _task_of(installation.engine, email)
    turns = cycle((release, claim))

    def act() -> None:
        uow = UnitOfWork(installation, now=town.now, powers=powers_of(agency, "second"))
        assert next(turns)(uow, number, no, key=uuid4().hex).change

    return act


def _task_of(engine: Engine, email: str) -> tuple[str, int, str]:
    task, case = TaskRow.__table__.c, Case.__table__.c
    wanted = select(case.number, task.no, task.agency).join(Case, case.id == task.case_id)
    own = wanted.join(Officer, Officer.id == task.assignee).where(Officer.email == email)
    with engine.connect() as connection:
        first = own.where(TaskRow.is_open()).order_by(task.rank, task.order_at).limit(1)
        number, no, agency = connection.execute(first).one()
    return number, no, agency
