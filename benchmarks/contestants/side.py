"""Lists, claims, due dates and history for engines that keep nothing but the state of a case.

The tables are those of the hand-written contestants, and so is the SQL: the engines are charged
little for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg

from benchmarks.contestants import by_hand
from benchmarks.work import DUE_DAYS, FORM, Ended, Open, agency, officer

_MORE: Final = """
ALTER TABLE cases ADD COLUMN blob text;
ALTER TABLE tasks ADD COLUMN place text;
CREATE INDEX tasks_place ON tasks (place);
"""


class Side:
    """The tables beside an engine, in the transactions of whoever holds the connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = by_hand.is_sqlite(url)
        self.mark = "?" if self.sqlite else "%s"
        self.connection: Any
        self.cursor: Any

    def prepare(self) -> None:
        """Make the tables."""
        by_hand.make_tables(self.url, _MORE)

    def connect(self) -> None:
        """Connect."""
        if self.sqlite:
            self.connection = by_hand.connect_sqlite(self.url)
        else:
            self.connection = psycopg.connect(self.url, prepare_threshold=0)
        self.cursor = self.connection.cursor()

    def run(self, statement: str, *given: Any) -> Any:  # noqa: ANN401 - a cursor of either
        """Send a statement."""
        text = statement if self.sqlite else statement.replace("?", "%s")
        return self.cursor.execute(text, given)

    def begin(self) -> None:
        """Begin a transaction."""
        if self.sqlite:
            self.cursor.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make it last."""
        if self.sqlite:
            self.cursor.execute("COMMIT")
        else:
            self.connection.commit()

    def add_case(self, payload: dict[str, Any], blob: str, now: datetime) -> int:
        """Add a case as the engine keeps it."""
        statement = (
            "INSERT INTO cases (kind, state, payload, blob, created_at)"
            " VALUES ('agreement', 'running', ?, ?, ?) RETURNING id"
        )
        found = self.run(statement, json.dumps(payload), blob, self.at(now))
        return int(found.fetchone()[0])

    def load(self, task: int) -> Any:  # noqa: ANN401 - case, node, place and blob
        """Return a task with its case, which nobody else may change until the commit."""
        statement = (
            "SELECT t.case_id, t.node, t.place, c.blob FROM tasks t"
            " JOIN cases c ON c.id = t.case_id WHERE t.id = ?"
        )
        return self.run(statement + ("" if self.sqlite else " FOR UPDATE"), task).fetchone()

    def claim(self, task: int, by: str) -> None:
        """Claim a task."""
        at = self.at(datetime.now(UTC))
        self.begin()
        statement = (
            "UPDATE tasks SET status = 'claimed', assignee = ?, claimed_at = ?,"
            " version = version + 1 WHERE id = ? AND status = 'open' RETURNING case_id"
        )
        (case,) = self.run(statement, by, at, task).fetchone()
        self._tell_history([(case, task, at, by, "task.claimed")])
        self.commit()

    def open_case(
        self, case: int, i: int, places: Sequence[tuple[str, str]], now: datetime
    ) -> list[Open]:
        """Note that a case began, and its first tasks, each a node and its place."""
        self._tell_history([(case, None, self.at(now), "citizen", "case.started")])
        return self._open(case, i, places, now)

    def go_on(
        self,
        case: int,
        i: int,
        *,
        done: tuple[int, str],
        places: Sequence[tuple[str, str]],
        blob: str | None,
        ended: bool,
        now: datetime,
    ) -> list[Open]:
        """Note that a task was completed, what follows, and how the engine keeps the case."""
        (task, node), at = done, self.at(now)
        by = officer(i, node)
        self.run(
            "UPDATE tasks SET status = 'done', assignee = coalesce(assignee, ?), form = ?,"
            " completed_at = ?, version = version + 1 WHERE id = ?",
            *(by, json.dumps(FORM), at, task),
        )
        self.run(
            "UPDATE cases SET state = ?, blob = coalesce(?, blob), version = version + 1,"
            " ended_at = ? WHERE id = ?",
            *("ended" if ended else "running", blob, at if ended else None, case),
        )
        happened: list[tuple[Any, ...]] = [(case, task, at, by, "task.completed")]
        if node.startswith("opinion") and places:
            happened += [(case, None, at, None, "join"), (case, None, at, None, "decision")]
        if ended:
            happened.append((case, None, at, None, "case.ended"))
            self._add("outbox (topic, payload, created_at)", [("case.ended", f"{case}", at)])
        self._tell_history(happened)
        return self._open(case, i, places, now)

    def _open(
        self, case: int, i: int, places: Sequence[tuple[str, str]], now: datetime
    ) -> list[Open]:
        at = self.at(now)
        rows = [
            (
                *(case, node, agency(i, node)),
                *(self.at(now + timedelta(days=DUE_DAYS[node])), at, place),
            )
            for node, place in places
        ]
        table = "tasks (case_id, node, agency, due_at, created_at, place)"
        opened = self._add(table, rows, returning="id, node")
        self._tell_history([(case, task, at, None, "task.created") for task, _ in opened])
        told = [("task.created", json.dumps({"task": task}), at) for task, _ in opened]
        self._add("outbox (topic, payload, created_at)", told)
        return [Open(task, node) for task, node in opened]

    def _tell_history(self, happened: list[tuple[Any, ...]]) -> None:
        self._add("events (case_id, task_id, at, actor, kind)", happened)

    def _add(self, table: str, rows: list[Any], *, returning: str = "") -> list[Any]:
        if not rows:
            return []
        values = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
        text = f"INSERT INTO {table} VALUES {values}"
        run = self.run(
            text + (f" RETURNING {returning}" if returning else ""),
            *(value for row in rows for value in row),
        )
        return list(run.fetchall()) if returning else []

    def at(self, instant: datetime) -> Any:  # noqa: ANN401 - as the database takes it
        """Write an instant."""
        return instant.isoformat() if self.sqlite else instant

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
        if not self.sqlite:
            self.connection.rollback()

    def close(self) -> None:
        """Disconnect."""
        self.connection.close()
