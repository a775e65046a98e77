"""What is kept of a case beside what its history says must be kept, row by row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
    union,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.exc import SQLAlchemyError

from workflow.core.change import Bucket, Change
from workflow.core.events import Kind
from workflow.core.snapshot import TaskStatus
from workflow.core.tallies import Tally, done_shelves, open_shelves
from workflow.storage.base import NO_DAY, NOBODY, BigId, encode
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.models import METADATA
from workflow.storage.projections import DocumentRow
from workflow.storage.queries.counted import COUNTS, TALLIES
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
    "place": ("host",),
    "place_person": ("host", "field"),
}
"""The tables that follow from history, with what tells their rows apart within a case."""
_CASE: Final = bindparam("case_id", type_=BigId)
_FIRST_UNKNOWN: Final = select(func.min(EventRow.seq)).where(
    EventRow.case_id == _CASE, EventRow.kind.not_in([kind.value for kind in Kind])
)
_DOCUMENTS: Final = select(DocumentRow.field, DocumentRow.version, DocumentRow.sha256).where(
    DocumentRow.case_id == _CASE
)
_SIMPLE: Final = (str, int, type(None))
"""What JSON spells in one way, so that it need not be spelled to be compared."""
_NOWHERE: Final = object()
"""What stands under a name that there is not: not even nothing."""
_UNHELD = ("event", "task", "case_agency", "case_deadline", "passage", "job")
"""The tables whose rows no foreign key holds to their case."""


def cases_after(connection: Connection, last: int, *, limit: int) -> list[tuple[int, str]]:
    """List ids and numbers of cases in the order of their ids, from after one on."""
    wanted = select(Case.id, Case.number).where(Case.id > last).order_by(Case.id).limit(limit)
    return [(row.id, row.number) for row in connection.execute(wanted)]


def count_cases(connection: Connection) -> int:
    """Count the cases."""
    total: int = connection.execute(select(func.count()).select_from(Case)).scalar_one()
    return total


def first_unknown_kind(connection: Connection, case_id: int) -> int | None:
    """Return the first line of a history that tells of nothing known, or None."""
    found = connection.execute(_FIRST_UNKNOWN, {"case_id": case_id})
    return found.scalar_one()


def unreadable_event(connection: Connection, case_id: int) -> int | None:
    """Return the first line of a history that cannot be read as one, or None."""
    lines = select(EventRow.seq).where(EventRow.case_id == case_id).order_by(EventRow.seq)
    for seq in connection.execute(lines).scalars().all():
        line = select(EventRow.__table__).where(EventRow.case_id == case_id, EventRow.seq == seq)
        if _fails(connection, line):
            return int(seq)
    return None


def unreadable(connection: Connection, case_id: int) -> Iterator[str]:
    """Name what is kept of a case beside its history and cannot be read, as `task.3.clock`."""
    for name, key in {"case": ("id",), "private_value": ("commitment",), **_KEYS}.items():
        table = METADATA.tables[name]
        ours = table.c["id" if name == "case" else "case_id"] == case_id
        yield from unreadable_rows(connection, table, key, ours)


def unreadable_rows(
    connection: Connection, table: Table, key: tuple[str, ...], ours: ColumnElement[bool]
) -> Iterator[str]:
    """Name the columns of some rows that cannot be read, as `task.3.clock`; `id` goes unsaid."""
    if not _fails(connection, select(table).where(ours)):
        return
    for found in connection.execute(select(*(table.c[part] for part in key)).where(ours)).all():
        row = and_(ours, *(table.c[part] == found[no] for no, part in enumerate(key)))
        place = table.name if key == ("id",) else ".".join((table.name, *map(str, found)))
        for column in table.c:
            if _fails(connection, select(column).where(row)):
                yield f"{place}.{column.name}"


def _fails(connection: Connection, wanted: Select[Any]) -> bool:
    try:
        with connection.execute(wanted) as rows:
            rows.all()
    except (ValueError, TypeError, AttributeError, SQLAlchemyError):
        return True
    return False


def differences(connection: Connection, case_id: int, told: Change) -> Iterator[str]:
    """Name what is kept of a case otherwise than its history tells, as `task.3.outcome`."""
    kept = _rows_of(connection, Case.__tablename__, case_id)
    expected = {k: v for k, v in case_row(told).items() if k not in _NO_HISTORY}
    yield from _between("case", expected, kept[0])
    rows = change_rows(told, key="")
    withdrawn = withdrawn_documents(told)
    for name, key in _KEYS.items():
        should = _by_key(rows.get(name, []), key)
        if name == "document":
            for document in withdrawn:
                _withdraw(should, document)
        ours = _rows_of(connection, name, case_id)
        if name == "place_person":
            ours = [row for row in ours if row["person"]]  # the others are taken back
        yield from _between_rows(name, should, _by_key(ours, key))


def strays(connection: Connection) -> Iterator[str]:
    """Name the tables with rows of cases that there are not, with the id of each, as `event.7`.

    No foreign key holds them to their case; see `Case`.
    """
    for name in _UNHELD:
        case_id = METADATA.tables[name].c.case_id
        gone = case_id.is_not(None) & ~exists().where(Case.id == case_id)
        wanted = select(case_id).distinct().where(gone).order_by(case_id)
        yield from (f"{name}.{found}" for found in connection.execute(wanted).scalars())


def documents_of(connection: Connection, case_id: int) -> list[SqlRow[str, int, str]]:
    """Return field, version and hash of every document of a case."""
    return list(connection.execute(_DOCUMENTS, {"case_id": case_id}))


def miscounted(connection: Connection) -> list[Bucket]:
    """Return the counts of open tasks that are not what counting gives, or cannot be read."""
    try:
        return _miscounted(connection, true())
    except (ValueError, TypeError):
        wrong: list[Bucket] = []
        for agency in _agencies_counted(connection):
            try:
                wrong += _miscounted(connection, literal_column("agency") == agency)
            except (ValueError, TypeError):
                wrong.append(Bucket(agency, NOBODY, NO_DAY))
        return wrong


def _agencies_counted(connection: Connection) -> list[str]:
    both = union(select(TaskRow.agency), select(COUNTS.c.agency))
    return sorted(connection.execute(both).scalars())


def _miscounted(connection: Connection, where: ColumnElement[bool]) -> list[Bucket]:
    holder = func.coalesce(TaskRow.assignee, NOBODY)
    day = func.coalesce(TaskRow.due_on, NO_DAY)
    counted = select(TaskRow.agency, holder, day, func.count()).where(TaskRow.is_open(), where)
    place = (COUNTS.c.agency, COUNTS.c.assignee, COUNTS.c.due_on)
    kept = select(*place, func.sum(COUNTS.c.n)).where(where).group_by(*place)
    with connection.execute(counted.group_by(TaskRow.agency, holder, day)) as rows:
        right = _tally(rows)
    with connection.execute(kept.having(func.sum(COUNTS.c.n) != 0)) as rows:
        there = _tally(rows)
    wrong = {place for place in {*right, *there} if right.get(place) != there.get(place)}
    return sorted(wrong)


def mistallied(connection: Connection) -> list[Tally]:
    """Return the counts of shelves that are not what counting gives."""
    right = tallied(connection)
    of = TALLIES.c
    place = (of.agency, of.shelf, of.type, of.opener)
    kept = select(*place, func.sum(of.n)).group_by(*place).having(func.sum(of.n) != 0)
    there = {Tally(*row[:4]): row[4] for row in connection.execute(kept)}
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
            counted[Tally(agency, shelf, type_, opener)] += n
    for agency, type_, opener, officer, n in connection.execute(
        ended.group_by(*shared, TaskRow.ended_by)
    ):
        for shelf in done_shelves(officer):
            counted[Tally(agency, shelf, type_, opener)] += n
    return dict(counted)


def _tally(rows: Any) -> dict[Bucket, int]:  # noqa: ANN401 - rows of two statements
    return {Bucket(*row[:3]): row[3] for row in rows}


def _rows_of(connection: Connection, table: str, case_id: int) -> list[Row]:
    found = connection.execute(_all_of(table), {"case_id": case_id})
    return [dict(row) for row in found.mappings()]


@cache  # each case asks for it
def _all_of(name: str) -> Select[Any]:
    """Select the rows of a case in a table."""
    table = METADATA.tables[name]
    case = table.c["id" if name == Case.__tablename__ else "case_id"]
    return select(*map(_as_written, table.c)).where(case == _CASE)


def _as_written(column: Column[Any]) -> ColumnElement[Any]:
    """Read true and false as the numbers they are kept as: SQLite takes anything else for true."""
    if isinstance(column.type, Boolean):
        return type_coerce(column, Integer).label(column.name)
    return column


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
        is_simple = isinstance(value, _SIMPLE) and isinstance(there[column], _SIMPLE)
        expected, found = (
            (value, there[column]) if is_simple else map(_plain, (value, there[column]))
        )
        if isinstance(expected, dict) and isinstance(found, dict):
            parts = sorted({*expected, *found})
            yield from (
                f"{name}.{column}.{part}"
                for part in parts
                if expected.get(part, _NOWHERE) != found.get(part, _NOWHERE)
            )
        elif expected != found:
            yield f"{name}.{column}"


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON
    return json.loads(encode(value))
