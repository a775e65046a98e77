"""Many cases out of a few: rows copied under new numbers, each history sealed anew.

The copies are what the same acts would have written, made a hundred times as fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, text

from workflow.core.events import seal
from workflow.core.folding import words_of
from workflow.core.numbers import case_number
from workflow.core.passages import NUMBER
from workflow.storage.audit import tallied
from workflow.storage.base import NO_DAY
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.engine import writing
from workflow.storage.projections import (
    QUEUE_MOVE,
    CaseAgency,
    CaseDeadline,
    QueueCount,
    QueueTally,
)
from workflow.storage.queries.events import events_of
from workflow.storage.search import Passage

BATCH = 2_000
BESIDE = (TaskRow, EventRow, CaseAgency, CaseDeadline, Passage)


def copy_cases(engine: Engine, n: int, *, year: int) -> None:
    """Copy the cases there are in turn until there are `n` of them."""
    with writing(engine) as connection:
        models = [_Model(connection, row) for row in connection.execute(select(Case.__table__))]
        known = max(model.case["id"] for model in models)
    numbers = iter(range(known + 1, known + 1 + n - len(models)))
    while batch := list(islice(numbers, BATCH)):
        with writing(engine) as connection:
            rows = [models[id_ % len(models)].copied(id_, year) for id_ in batch]
            connection.execute(insert(Case.__table__), [case for case, _ in rows])
            for place, table in enumerate(BESIDE):
                lines = [line for _, beside in rows for line in beside[place]]
                if lines:
                    connection.execute(insert(table.__table__), lines)
    with writing(engine) as connection:
        count_again(connection)
        connection.execute(text("ANALYZE"))  # as the server does by itself


class _Model:
    """A case with all its rows."""

    def __init__(self, connection: Connection, row: Any) -> None:
        self.case = row._asdict()
        self.events = events_of(connection, row.id)
        self.beside = [self._rows(connection, table) for table in BESIDE]

    def _rows(self, connection: Connection, table: Any) -> list[dict[str, Any]]:
        wanted = select(table.__table__).where(table.case_id == self.case["id"])
        rows = [row._asdict() for row in connection.execute(wanted)]
        return [{name: kept for name, kept in row.items() if name != "id"} for row in rows]

    def copied(self, id_: int, year: int) -> tuple[dict[str, Any], list[list[dict[str, Any]]]]:
        number = case_number(year, 100_000 + id_)
        hashes = dict(self._sealed(number))
        case = {**self.case, "id": id_, "number": number, "head": hashes[self.case["seq"]]}
        beside = [[{**row, "case_id": id_} for row in rows] for rows in self.beside]
        for row in beside[BESIDE.index(EventRow)]:
            row["hash"] = hashes[row["seq"]]
        for row in beside[BESIDE.index(Passage)]:
            if row["place"] == NUMBER:
                row |= {"text": number, "words": " ".join(sorted(words_of(number)))}
        return case, beside

    def _sealed(self, number: str) -> Iterator[tuple[int, str]]:
        previous = ""
        for event in sorted(self.events, key=lambda event: event.seq):
            previous = seal(number, previous, replace(event, hash=""))
            yield event.seq, previous


def count_again(connection: Connection) -> None:
    """Count the open tasks of every inbox, as acts would have."""
    connection.execute(delete(QUEUE_MOVE))
    connection.execute(delete(QueueCount))
    due_on = func.coalesce(TaskRow.due_on, NO_DAY)
    where = (TaskRow.agency, func.coalesce(TaskRow.assignee, 0), due_on)
    counted = select(*where, func.count()).where(TaskRow.is_open()).group_by(*where)
    columns = ("agency", "assignee", "due_on", "n")
    rows = [dict(zip(columns, row, strict=True)) for row in connection.execute(counted)]
    connection.execute(insert(QueueCount), rows)
    connection.execute(delete(QueueTally))
    shelves = [{**tally._asdict(), "n": n} for tally, n in tallied(connection).items()]
    connection.execute(insert(QueueTally), shelves)
