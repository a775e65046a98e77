"""Tramita itself, through its services, with everything on.

Each act loads the case by its number, asks the access policy, decides, and writes case, tasks,
deadlines, history with its chain of hashes, counts, searchable texts, jobs and the key of the act.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from benchmarks.work import AGENCIES, FORM, NODES, Ended, Open, agency
from tests.installation import deploy, furnish, staff
from workflow.core.acts.answers import Answers
from workflow.core.change import Change
from workflow.core.playing import powers_of
from workflow.services.cases import open_case
from workflow.services.installation import Installation
from workflow.services.notices import CLOCK_POWERS
from workflow.services.tasks import claim, complete_task
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine, reading, writing
from workflow.storage.load import Loaded
from workflow.storage.migrations import upgrade
from workflow.storage.queries.counted import count_in
from workflow.storage.queries.events import events_of

ZONE: Final = ZoneInfo("America/Sao_Paulo")
DEFINITION: Final = Path(__file__).parents[1] / "agreement.yaml"
ROLES: Final = dict(zip(("first", "second", "third", "approver"), NODES[1:], strict=True))
COUNTED_IN: Final = 100
"""After so many cases what moved in inboxes is counted in, as the clock does every minute."""
ANSWERS: Final = Answers(own={"comment": FORM["comment"], "score": FORM["score"]})


class Contestant:
    """Our own services, on either database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine

    def prepare(self) -> None:
        """Make the tables and the installation as it is shipped, with people in every agency."""
        upgrade(self.url)
        engine = make_engine(self.url)
        uow = UnitOfWork(Installation(engine, ZONE), now=datetime.now(UTC))
        furnish(uow)
        staff(uow)
        deploy(uow, [DEFINITION])
        engine.dispose()

    def connect(self) -> None:
        """Read the network once, as every process does."""
        self.engine = make_engine(self.url)
        self.installation = Installation(self.engine, ZONE)
        network, today = self.installation.world().network, datetime.now(UTC).date()
        codes = [one.code for one in network if network.is_active(one.code, today)]
        self.codes = sorted(codes)[:AGENCIES]
        self.powers = {code: powers_of(code) for code in self.codes}

    def start(self, payload: dict[str, Any], i: int) -> tuple[str, list[Open]]:
        """Open a case."""
        opener = self._code(i, "intake")
        roles = {role: (self._code(i, node),) for role, node in ROLES.items()}
        answers = Answers(data=payload, roles=roles)
        uow = self._begin(i, "intake")
        opened = open_case(uow, "agreement", opener=opener, answers=answers, key=token_hex(16))
        assert opened.change
        if i % COUNTED_IN == 0:
            with writing(self.engine) as connection:
                count_in(connection)
        return opened.number, self._opened(opened.change)

    def claim(self, task: tuple[str, int], node: str, i: int) -> None:
        """Claim a task."""
        number, no = task
        assert claim(self._begin(i, node), number, no, key=token_hex(16)).change

    def complete(self, task: tuple[str, int], node: str, i: int) -> list[Open]:
        """Complete a task."""
        number, no = task
        uow = self._begin(i, node)
        done = complete_task(uow, number, no, "agree", answers=ANSWERS, key=token_hex(16))
        assert done.change
        return self._opened(done.change)

    def _code(self, i: int, node: str) -> str:
        return self.codes[agency(i, node)]

    def _begin(self, i: int, node: str) -> UnitOfWork:
        powers = self.powers[self._code(i, node)]
        return UnitOfWork(self.installation, now=datetime.now(UTC), powers=powers)

    def _opened(self, change: Change) -> list[Open]:
        number = change.after.number
        new = (record.task for record in change.tasks if record.is_new)
        return [Open((number, task.no), task.key) for task in new]

    def ended(self, case: str) -> Ended:
        """Say how a case stands."""
        snapshot = self._loaded(case).snapshot
        return Ended(not snapshot.is_open, tuple(sorted(snapshot.doers)), len(snapshot.tasks))

    def history(self, case: str) -> int:
        """Count the events of a case."""
        with reading(self.engine) as connection:
            return len(events_of(connection, self._loaded(case).case_id))

    def _loaded(self, case: str) -> Loaded:
        return UnitOfWork(self.installation, now=datetime.now(UTC), powers=CLOCK_POWERS).load(case)

    def close(self) -> None:
        """Disconnect."""
        self.engine.dispose()
