"""The way of the work in Python, hand-written SQL, one round trip for each statement.

On SQLite nothing could do with less, so there it is the limit.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from benchmarks.contestants import by_hand
from benchmarks.work import (
    AMOUNT_LIMIT,
    DUE_DAYS,
    FORM,
    OPINIONS,
    Ended,
    Open,
    agency,
    officer,
)

_TASK = "INSERT INTO tasks (case_id, node, agency, due_at, created_at) VALUES"
_EVENT = "INSERT INTO events (case_id, task_id, at, actor, kind, data) VALUES"
_TOLD = "INSERT INTO outbox (topic, payload, created_at) VALUES"
_LOAD = (
    "SELECT t.case_id, t.node, t.status, t.assignee, c.state, c.pending, c.payload"
    " FROM tasks t JOIN cases c ON c.id = t.case_id WHERE t.id = ?"
)
_DONE = (
    "UPDATE tasks SET status = 'done', assignee = ?, form = ?, completed_at = ?,"
    " version = version + 1 WHERE id = ?"
)
_MOVE = (
    "UPDATE cases SET state = ?, pending = ?, outcome = ?, ended_at = ?, version = version + 1"
    " WHERE id = ?"
)
_CLAIM = (
    "UPDATE tasks SET status = 'claimed', assignee = ?, claimed_at = ?, version = version + 1"
    " WHERE id = ? AND status = 'open' RETURNING case_id"
)
_OPEN = "INSERT INTO cases (kind, state, payload, created_at) VALUES ('agreement', 'intake', ?, ?)"


def after(node: str, state: str, pending: int, amount: int) -> tuple[str, int, tuple[str, ...]]:
    """Decide: return the state, how many are waited for, and the tasks to open."""
    if node == "intake":
        return "opinions", len(OPINIONS), OPINIONS
    if node == "approval":
        return "ended", 0, ()
    if pending > 1:
        return state, pending - 1, ()
    return ("approval", 0, ("approval",)) if amount > AMOUNT_LIMIT else ("ended", 0, ())


class Contestant:
    """Plain SQL with the decisions in Python, on either database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = by_hand.is_sqlite(url)
        self.mark = "?" if self.sqlite else "%s"
        self.connection: Any

    def prepare(self) -> None:
        """Make the tables."""
        by_hand.make_tables(self.url)

    def connect(self) -> None:
        """Connect; a transaction begins with the first statement of an act."""
        if self.sqlite:
            self.connection = by_hand.connect_sqlite(self.url)
            self.cursor = self.connection
        else:
            self.connection = psycopg.connect(self.url, prepare_threshold=0)
            self.cursor = self.connection.cursor()

    def start(self, payload: dict[str, Any], i: int) -> tuple[int, list[Open]]:
        """Open a case."""
        now = datetime.now(UTC)
        self._begin()
        case = self._one(f"{_OPEN} RETURNING id", json.dumps(payload), self._at(now))[0]
        opened, events, told = self._open(case, i, ("intake",), now)
        started = (case, None, self._at(now), "citizen", "case.started", None)
        self._add(_EVENT, [started, *events])
        self._add(_TOLD, told)
        self._commit()
        return case, opened

    def claim(self, task: int, node: str, i: int) -> None:
        """Claim a task."""
        now, by = self._at(datetime.now(UTC)), officer(i, node)
        self._begin()
        case = self._one(_CLAIM, by, now, task)[0]
        self._add(_EVENT, [(case, task, now, by, "task.claimed", None)])
        self._commit()

    def complete(self, task: int, node: str, i: int) -> list[Open]:
        """Complete a task."""
        now = datetime.now(UTC)
        at, by = self._at(now), officer(i, node)
        self._begin()
        found = self._one(_LOAD + ("" if self.sqlite else " FOR UPDATE"), task)
        case, was, status, assignee, state, pending, kept = found
        assert status != "done"
        amount = (json.loads(kept) if self.sqlite else kept)["amount"]
        to, waited, nodes = after(was, state, pending, amount)
        ended = to == "ended"
        outcome = "approved" if ended else None
        self._run(_DONE, assignee or by, json.dumps(FORM), at, task)
        self._run(_MOVE, to, waited, outcome, at if ended else None, case)
        opened, events, told = self._open(case, i, nodes, now)
        happened: list[tuple[Any, ...]] = [(case, task, at, by, "task.completed", None)]
        if was in OPINIONS and not waited:
            where = json.dumps({"to": to})
            happened.append((case, None, at, None, "join", None))
            happened.append((case, None, at, None, "decision", where))
        if ended:
            happened.append((case, None, at, None, "case.ended", None))
            told.append(("case.ended", json.dumps({"case": case}), at))
        self._add(_EVENT, [*happened, *events])
        self._add(_TOLD, told)
        self._commit()
        return opened

    def _open(
        self, case: int, i: int, nodes: tuple[str, ...], now: datetime
    ) -> tuple[list[Open], list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        at = self._at(now)
        rows = [
            (case, node, agency(i, node), self._at(now + timedelta(days=DUE_DAYS[node])), at)
            for node in nodes
        ]
        tasks = self._add(_TASK, rows, returning="id, node, agency")
        events = [(case, task, at, None, "task.created", None) for task, _, _ in tasks]
        told = [
            ("task.created", json.dumps({"task": task, "agency": code}), at)
            for task, _, code in tasks
        ]
        return [Open(task, node) for task, node, _ in tasks], events, told

    def _add(
        self, insert: str, rows: list[tuple[Any, ...]], *, returning: str = ""
    ) -> list[tuple[Any, ...]]:
        """Insert rows by one statement, if there are any."""
        if not rows:
            return []
        values = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
        text = f"{insert} {values}" + (f" RETURNING {returning}" if returning else "")
        run = self._run(text, *(value for row in rows for value in row))
        return list(run.fetchall()) if returning else []

    def _run(self, statement: str, *given: Any) -> Any:  # noqa: ANN401 - a cursor of either
        text = statement if self.sqlite else statement.replace("?", "%s")
        return self.cursor.execute(text, given)

    def _one(self, statement: str, *given: Any) -> Any:  # noqa: ANN401
        return self._run(statement, *given).fetchone()

    def _at(self, instant: datetime) -> Any:  # noqa: ANN401
        return instant.isoformat() if self.sqlite else instant

    def _begin(self) -> None:
        if self.sqlite:
            self.connection.execute("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        if self.sqlite:
            self.connection.execute("COMMIT")
        else:
            self.connection.commit()

    def ended(self, case: int) -> Ended:
        """Say how a case stands."""
        stands = by_hand.ended(self.connection, self.mark, case)
        self._leave()
        return stands

    def history(self, case: int) -> int:
        """Count the events of a case."""
        events = by_hand.history(self.connection, self.mark, case)
        self._leave()
        return events

    def _leave(self) -> None:
        """End the transaction in which PostgreSQL was asked something."""
        if not self.sqlite:
            self.connection.rollback()

    def close(self) -> None:
        """Disconnect."""
        self.connection.close()
