"""What is kept of a case beside what its history says must be kept, row by row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, or_, select

from workflow.core.change import Bucket, Change
from workflow.core.events import Kind
from workflow.core.snapshot import TaskStatus
from workflow.core.tallies import Tally, done_shelves, open_shelves, spread
from workflow.storage.base import NO_DAY, NOBODY, encode
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.models import METADATA
from workflow.storage.projections import QueueCount, QueueTally
from workflow.storage.rows import Row, case_row, change_rows, withdrawn_documents

_NO_HISTORY = frozenset({"revision", "wake_at", "noticed_until", "access_code_hash"})
"""Columns of a case that its events do not tell of."""

_KEYS = {
    "task": ("no",),
    "case_agency": ("agency",),
    "case_reader": ("officer_id",),
    "case_deadline": ("key",),
    "document": ("field", "version"),
    "relation": ("other_number", "kind"),
    "passage": ("place",),
}
"""The tables that follow from history, with what tells their rows apart within a case."""


def numbers_after(connection: Connection, last: int, *, limit: int) -> list[tuple[int, str]]:
    """List ids and numbers of cases in the order of their ids, from after one on."""
    wanted = select(Case.id, Case.number).where(Case.id > last).order_by(Case.id).limit(limit)
    return [(row.id, row.number) for row in connection.execute(wanted)]


def count_cases(connection: Connection) -> int:
    """Count the cases."""
    total: int = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    return total


def first_unknown_kind(connection: Connection, case_id: int) -> int | None:
    """Return the first line of a history that tells of nothing known, or None."""
    known = [kind.value for kind in Kind]
    wanted = select(func.min(EventRow.seq)).where(EventRow.case_id == case_id)
    return connection.execute(wanted.where(EventRow.kind.not_in(known))).scalar_one()


def differences(connection: Connection, case_id: int, told: Change) -> Iterator[str]:
    """Name what is kept of a case otherwise than its history tells, as `task.3.outcome`."""
    kept = _rows_of(connection, METADATA.tables[Case.__tablename__], "id", case_id)
    expected = {k: v for k, v in case_row(told).items() if k not in _NO_HISTORY}
    yield from _between("case", expected, kept[0])
    rows = change_rows(told, key="")
    withdrawn = withdrawn_documents(told)
    for name, key in _KEYS.items():
        should = _by_key(rows.get(name, []), key)
        if name == "document":
            for document in withdrawn:
                _withdraw(should, document)
        there = _by_key(_rows_of(connection, METADATA.tables[name], "case_id", case_id), key)
        yield from _between_rows(name, should, there)


def miscounted(connection: Connection) -> list[Bucket]:
    """Return the counts of open tasks that are not what counting gives."""
    holder = func.coalesce(TaskRow.assignee, NOBODY)
    day = func.coalesce(TaskRow.due_on, NO_DAY)
    counted = select(TaskRow.agency, holder, day, func.count()).where(TaskRow.is_open())
    right = _tally(connection.execute(counted.group_by(TaskRow.agency, holder, day)))
    kept = select(QueueCount.agency, QueueCount.assignee, QueueCount.due_on, QueueCount.n)
    there = _tally(connection.execute(kept.where(QueueCount.n != 0)))
    wrong = {place for place in {*right, *there} if right.get(place) != there.get(place)}
    return sorted(wrong)


def mistallied(connection: Connection) -> list[Tally]:
    """Return the counts of shelves that are not what counting gives."""
    right = tallied(connection)
    kept = select(QueueTally.__table__).where(QueueTally.n != 0)
    there = {Tally(*row[:4]): row.n for row in connection.execute(kept)}
    return sorted(place for place in {*right, *there} if right.get(place) != there.get(place))


def tallied(connection: Connection) -> dict[Tally, int]:
    """Count what stands on every shelf of every agency."""
    waits = or_(TaskRow.request.is_not(None), TaskRow.child.is_not(None))
    done = TaskRow.status == TaskStatus.COMPLETED.value
    shared = (TaskRow.agency, TaskRow.type, TaskRow.opener)
    still = select(*shared, TaskRow.assignee, waits, func.count()).where(TaskRow.is_open())
    ended = select(*shared, TaskRow.ended_by, func.count()).where(done)
    counted: Counter[Tally] = Counter()
    for agency, type_, opener, assignee, waiting, n in connection.execute(
        still.group_by(*shared, TaskRow.assignee, waits)
    ):
        for shelf in open_shelves(assignee, waits=bool(waiting)):
            counted.update(dict.fromkeys(spread(agency, shelf, type_, opener), n))
    for agency, type_, opener, officer, n in connection.execute(
        ended.group_by(*shared, TaskRow.ended_by)
    ):
        for shelf in done_shelves(officer):
            counted.update(dict.fromkeys(spread(agency, shelf, type_, opener), n))
    return dict(counted)


def _tally(rows: Any) -> dict[Bucket, int]:  # noqa: ANN401 - rows of two statements
    return {Bucket(*row[:3]): row[3] for row in rows}


def _rows_of(connection: Connection, table: Table, column: str, case_id: int) -> list[Row]:
    wanted = select(table).where(table.c[column] == case_id)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _by_key(rows: list[Row], key: tuple[str, ...]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(".".join(str(row[name]) for name in key), dict(row))
    return found


def _withdraw(documents: Mapping[str, Row], withdrawn: Row) -> None:
    for row in documents.values():
        version = withdrawn["version"]
        named = row["field"] == withdrawn["field"] and version in (None, row["version"])
        if named and row["at"] <= withdrawn["at"]:
            row["withdrawn_at"] = row["withdrawn_at"] or withdrawn["at"]


def _between_rows(table: str, should: dict[str, Row], there: dict[str, Row]) -> Iterator[str]:
    for key in sorted({*should, *there}):
        if key in should and key in there:
            yield from _between(f"{table}.{key}", should[key], there[key])
        else:
            yield f"{table}.{key}"


def _between(name: str, should: Row, there: Row) -> Iterator[str]:
    for column, value in should.items():
        expected, found = _plain(value), _plain(there[column])
        if isinstance(expected, dict) and isinstance(found, dict):
            parts = sorted({*expected, *found})
            yield from (f"{name}.{column}.{p}" for p in parts if expected.get(p) != found.get(p))
        elif expected != found:
            yield f"{name}.{column}"


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    return json.loads(encode(value))
