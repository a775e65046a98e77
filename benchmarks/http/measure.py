"""Our pages and those written by hand on the same rows, under the server of the manual, in turn."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.database import OnPostgres
from benchmarks.growth.copies import FROM
from benchmarks.growth.looks import seen, settings_for, sign_in
from benchmarks.growth.town import Town
from benchmarks.http.by_hand import FRAME, ROWS
from benchmarks.http.load import Load, visited
from tests.servers.gunicorn import ROOT, await_answer
from tests.servers.ports import LOOPBACK, free_port
from web import create_app
from web.commands.serving import gunicorn
from web.db import db
from web.settings import load_settings
from workflow.storage.case import Case, TaskRow
from workflow.storage.engine import make_engine

THREADS: Final = 16
OURS: Final = "wsgi:app"
BY_HAND: Final = "benchmarks.http.by_hand:app"
EMPTY: Final = "an empty view"
INBOX: Final = "/caixa/?ver=agency"
VISITORS: Final = 4
"""Each of them signed in for themselves."""
WARM: Final = 3
"""Turns until every connection has its statements prepared; they are not counted."""
CASES: Final = 40
"""Over how many cases the visits of case pages go round."""


@dataclass(frozen=True, slots=True)
class View:
    """Something that is asked for: of whom, and under which addresses."""

    name: str
    application: str
    addresses: tuple[str, ...]
    beside: str = ""
    """The view of the same rows by hand."""
    page: str = ""
    """The same page by hand."""


@dataclass(slots=True)
class Cost:
    """What a view cost, round by round."""

    per_second: list[float] = field(default_factory=list)
    web_ms: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    bytes: int = 0

    def add(self, load: Load, server_cpu: float) -> None:
        """Note a round."""
        self.per_second.append(load.per_second)
        self.web_ms.append(load.web_cpu / load.visits * 1e3)
        self.server_ms.append(server_cpu / load.visits * 1e3)
        self.bytes = load.bytes

    @property
    def told(self) -> dict[str, float]:
        """The medians."""
        both = [a + b for a, b in zip(self.web_ms, self.server_ms, strict=True)]
        return {
            "per_second": median(self.per_second),
            "web_ms": median(self.web_ms),
            "server_ms": median(self.server_ms),
            "ms": median(both),
            "bytes": self.bytes,
        }


@contextmanager
def serving(
    application: str, environment: Mapping[str, str], *, workers: int, folder: Path
) -> Iterator[tuple[str, int]]:
    """Serve an application as `tramita serve` does; give its address and its process."""
    port = free_port()
    command = [*gunicorn(LOOPBACK, port, workers, THREADS)[:-1], application]
    log = folder / f"web-{port}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://{LOOPBACK}:{port}"
    try:
        await_answer(url, process, log)
        yield url, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def views(town: Town, folder: Path) -> tuple[list[View], list[dict[str, str]]]:
    """Return what is asked for in a town, and by which headers each visitor is known.

    The page of the inbox without its rows is put into the folder, for the view by hand.
    """
    app = create_app(load_settings(settings_for(town.url, folder)))
    with app.app_context():
        engine = db.engine
    who = seen(engine)
    visitors = [sign_in(app, who.email) for _ in range(VISITORS)]
    page = visitors[0].get(INBOX).text
    before, after = page[: page.index('<tr class="task')], page[page.rindex("</tbody>") :]
    (folder / "frame.html").write_text(f"{before}{ROWS}{after}", encoding="utf-8")
    engine.dispose()
    numbers, agency = _of_agency(town.url)
    listed = [
        View(EMPTY, BY_HAND, ("/nothing",)),
        View("inbox by hand", BY_HAND, (f"/inbox?agency={agency}",)),
        View("inbox page by hand", BY_HAND, (f"/inbox-page?agency={agency}",)),
        View("inbox", OURS, (INBOX,), "inbox by hand", "inbox page by hand"),
        View("case by hand", BY_HAND, tuple(f"/case?number={one}" for one in numbers)),
        View("case page", OURS, tuple(f"/pedidos/{one}" for one in numbers), "case by hand"),
        View(
            "public status page",
            OURS,
            tuple(f"/acompanhar/{one}" for one in numbers),
            "case by hand",
        ),
    ]
    return listed, [_known_by(visitor) for visitor in visitors]


def _known_by(visitor: FlaskClient) -> dict[str, str]:
    cookies = (visitor._cookies or {}).values()
    return {"Cookie": "; ".join(f"{one.key}={one.value}" for one in cookies)}


def _of_agency(url: str) -> tuple[list[str], str]:
    engine = make_engine(url)
    task, case = TaskRow.__table__.c, Case.__table__.c
    wanted = select(case.number, task.agency).join(TaskRow, case.id == task.case_id)
    copies = wanted.where(task.case_id >= FROM, task.no == 2).order_by(task.case_id).limit(1)
    with engine.connect() as connection:
        agency = connection.execute(copies).one().agency
        own = select(case.number).join(TaskRow, case.id == task.case_id)
        of_agency = own.where(task.agency == agency, TaskRow.is_open()).limit(CASES)
        numbers = list(connection.execute(of_agency).scalars())
    engine.dispose()
    return numbers, agency


def measure(
    database: OnPostgres,
    town: Town,
    *,
    workers: int,
    rounds: int,
    seconds: float,
    only: str | None = None,
) -> dict[str, dict[str, float]]:
    """Ask for every view in turn, or for those of one application; return what each costs."""
    folder = Path(tempfile.mkdtemp(prefix="tramita-http-"))
    listed, signed_in = views(town, folder)
    listed = [view for view in listed if only in (None, view.application)]
    environment = {**settings_for(town.url, folder), FRAME: str(folder / "frame.html")}
    costs: dict[str, Cost] = defaultdict(Cost)
    with ExitStack() as stack:
        where = {
            name: stack.enter_context(serving(name, environment, workers=workers, folder=folder))
            for name in dict.fromkeys(view.application for view in listed)
        }
        for turn in range(-WARM, rounds):
            for view in listed:
                url, pid = where[view.application]
                # The public page is asked for by somebody who is not signed in.
                visitors = [{}] * VISITORS if view.name.startswith("public") else signed_in
                server = database.cpu()
                load = visited(url, view.addresses, pid=pid, visitors=visitors, seconds=seconds)
                if turn >= 0:
                    costs[view.name].add(load, database.cpu() - server)
    return {view.name: {**costs[view.name].told, **_ratios(view, costs)} for view in listed}


def _ratios(view: View, found: Mapping[str, Cost]) -> dict[str, float]:
    own = found[view.name].told["ms"]
    beside = {"to_empty": EMPTY, "to_hand": view.beside, "to_page": view.page}
    return {name: own / found[other].told["ms"] for name, other in beside.items() if other in found}
