"""DBOS: one durable workflow for each case, which waits for messages; rows in its transactions.

A case that waits is a thread of the process, not read from the database for each act: that is how
DBOS works. An act ends when the workflow has committed what follows from it.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from dbos import DBOS, SQLAlchemyDatasource
from sqlalchemy import event
from sqlalchemy.engine import Engine

from benchmarks.contestants.side import Side
from benchmarks.work import AMOUNT_LIMIT, OPINIONS, Ended, Open, officer

_LONG: Final = 86_400 * 90


class Answers:
    """What workflows say, for whoever waits for it."""

    def __init__(self) -> None:
        self.said: dict[Any, Any] = {}
        self.changed = threading.Condition()

    def put(self, key: Any, value: Any) -> None:  # noqa: ANN401
        """Say something."""
        with self.changed:
            self.said[key] = value
            self.changed.notify_all()

    def get(self, key: Any) -> Any:  # noqa: ANN401
        """Wait for it."""
        with self.changed:
            assert self.changed.wait_for(lambda: key in self.said, 30), f"nobody answered {key}"
            return self.said.pop(key)


class Contestant:
    """DBOS beside its tables."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.side = Side(url)
        self.answers = Answers()

    def prepare(self) -> None:
        """Make its tables and ours."""
        self.side.prepare()
        self._launch()
        DBOS.destroy()

    def connect(self) -> None:
        """Launch the engine."""
        self._launch()
        self.side.connect()

    def _launch(self) -> None:
        url = self.url.replace("postgresql:", "postgresql+psycopg:")
        config: dict[str, Any] = {
            "name": "benchmark",
            "system_database_url": url,
            "log_level": "ERROR",
            "executor_id": f"process {os.getpid()}",
            "application_version": "1",
        }
        if self.side.sqlite:
            event.listen(Engine, "connect", _keep_every_commit)
            # It asks once in a second, which would be a second for each act.
            config["notification_listener_polling_interval_sec"] = 0.005
        DBOS(config=config)
        self.source = SQLAlchemyDatasource.create(url)
        self._define()
        DBOS.launch()

    def _define(self) -> None:
        # Rows by hand are written as by all others. Under its own default, SERIALIZABLE, it tries
        # again only what SQLAlchemy says was cut off, and these rows go past SQLAlchemy.
        within = self.source.transaction(
            isolation_level="SERIALIZABLE" if self.side.sqlite else "READ COMMITTED"
        )
        opens, goes_on = within(self._begun), within(self._done)

        @DBOS.workflow()
        def agreement(i: int, payload: dict[str, Any]) -> str:
            mine = DBOS.workflow_id
            case, opened = opens(i, payload, mine)
            self.answers.put((mine, "start"), (case, opened))
            big = payload["amount"] > AMOUNT_LIMIT
            after: dict[str, tuple[str, ...]] = {
                "intake": OPINIONS,
                OPINIONS[-1]: ("approval",) if big else (),
            }
            for node in ("intake", *OPINIONS, *(("approval",) if big else ())):
                what = {
                    "task": DBOS.recv(node, timeout_seconds=_LONG),
                    "node": node,
                    "opens": list(after.get(node, ())),
                    "ended": node == ("approval" if big else OPINIONS[-1]),
                    "workflow": mine,
                }
                opened = goes_on(case, i, what)
                self.answers.put((mine, node), opened)
            return "done"

        self.agreement = agreement

    def _inside(self) -> Side:
        """Return the tables in the transaction of the engine."""
        side = Side(self.url)
        side.cursor = self.source.sql_session().connection().connection.dbapi_connection.cursor()
        return side

    def _begun(self, i: int, payload: dict[str, Any], mine: str) -> Any:  # noqa: ANN401
        side, now = self._inside(), datetime.now(UTC)
        case = side.add_case(payload, mine, now)
        return case, _plainly(side.open_case(case, i, [("intake", mine)], now))

    def _done(self, case: int, i: int, what: dict[str, Any]) -> list[tuple[int, str]]:
        opened = self._inside().go_on(
            case,
            i,
            done=(what["task"], what["node"]),
            places=[(node, what["workflow"]) for node in what["opens"]],
            blob=None,
            ended=what["ended"],
            now=datetime.now(UTC),
        )
        return _plainly(opened)

    def start(self, payload: dict[str, Any], i: int) -> tuple[int, list[Open]]:
        """Open a case."""
        handle = DBOS.start_workflow(self.agreement, i, payload)
        case, opened = self.answers.get((handle.workflow_id, "start"))
        return case, self._open(opened, handle.workflow_id)

    def claim(self, task: tuple[int, str], node: str, i: int) -> None:
        """Claim a task."""
        self.side.claim(task[0], officer(i, node))

    def complete(self, task: tuple[int, str], node: str, _i: int) -> list[Open]:
        """Complete a task: send it to the workflow and wait for what it does."""
        number, workflow = task
        DBOS.send(workflow, number, node)
        return self._open(self.answers.get((workflow, node)), workflow)

    @staticmethod
    def _open(opened: list[tuple[int, str]], workflow: str) -> list[Open]:
        return [Open((task, workflow), node) for task, node in opened]

    def ended(self, case: int) -> Ended:
        """Say how a case stands."""
        return self.side.ended(case)

    def history(self, case: int) -> int:
        """Count the events of a case."""
        return self.side.history(case)

    def close(self) -> None:
        """Put the engine down."""
        with suppress(Exception):
            DBOS.destroy(workflow_completion_timeout_sec=1)
        self.side.close()


def _plainly(opened: list[Open]) -> list[tuple[int, str]]:
    return [(one.task, one.node) for one in opened]


def _keep_every_commit(connection: Any, _record: object) -> None:  # noqa: ANN401
    connection.execute("PRAGMA synchronous=FULL")
