"""The one statement that writes a whole change on PostgreSQL.

The case travels as plain values, for it is always one row and each of its columns has a value. So
do all other rows where changes of as many of them in each table are usual: the server reads plain
values several times as fast as JSON. Otherwise those of a table travel as one JSON value, so that
any number of them fits the same prepared statement. It names only the tables that get rows, since
the server makes ready for each table it is told of. Each part selects from `moved`, which is empty
when the case is no longer at the revision it was decided on; then no part writes anything.
"""

# ruff: noqa: S608 - every word of the text comes from the models, values are parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from workflow.storage.base import encoded
from workflow.storage.case import Case, TaskRow
from workflow.storage.models import METADATA
from workflow.storage.statements import POSTGRESQL, Packed
from workflow.storage.targets import FIXED, KEPT, OFTEN, TARGETS, Target
from workflow.storage.task_rows import KnownTask
from workflow.storage.written import Writer, writer_for

WITHDRAWN: Final = "withdrawn"
"""Stands among the tables for the withdrawal of documents."""
KNOWN_TASK: Final = "known_task"
"""Stands among the tables for tasks that are there already, of which all is written anew.

They are found as conflicts: any number of them, whatever was in the table as PostgreSQL made ready.
"""
MOST_ALTERED: Final = 4
"""How many tasks are altered column by column: each is a part of its own, found by its key."""
_SHARED: Final = frozenset({"job", "relation"})
"""The tables where what an opening case adds may be there already, or be named twice by it.

A row that may be there is written in two steps, with a line of the log for each.
"""
_AS_JSON: Final = 0
_MOST_ROWS: Final = 12
"""Of one table, that travel as plain values."""

Shape: TypeAlias = tuple[tuple[str, int], ...]
"""How many rows each table gets; `_AS_JSON` where they travel so."""

Altered: TypeAlias = tuple[tuple[str, ...], ...]
"""For each task that is altered, the columns that change in it."""

Which: TypeAlias = tuple[str, Shape, Altered]
"""What one prepared statement is for: the form of the case, then all else."""

_CASE, _TASK = METADATA.tables[Case.__tablename__], METADATA.tables[TaskRow.__tablename__]
_quoted = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
"""Spells a name, with quotation marks only where it needs them: psycopg reads short texts once."""


def _names(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{_quoted(name)}" for name in names)


def _given(columns: Sequence[Column[Any]], first: int) -> list[str]:
    """Write the parameters that give columns, from a number on."""
    kinds = (column.type.compile(dialect=POSTGRESQL) for column in columns)
    return [f"${n}::{kind}" for n, kind in enumerate(kinds, first)]


def _assignment(name: str, given: str) -> str:
    column = _quoted(name)
    return f"{column} = " + (f"COALESCE({given}, {column})" if name in KEPT else given)


def _values_of(columns: Sequence[Column[Any]]) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
    """Return what takes the values of some columns out of a row."""
    names = [column.name for column in columns]
    # Of one name alone, `itemgetter` makes no row.
    return itemgetter(*names) if len(names) > 1 else lambda row: [row[n] for n in names]


class _Form(NamedTuple):
    """How the row of a case is written."""

    columns: Sequence[Column[Any]]
    """All that values are given for."""
    part: str
    values: Callable[[Mapping[str, Any]], Iterable[Any]]
    """Takes them out of the row, but the id and the revision before."""


def _opened() -> _Form:
    columns = [column for column in _CASE.columns if column.name != "id"]
    part = (
        f'moved AS (INSERT INTO "case" ({_names(c.name for c in columns)})'
        f" VALUES ({', '.join(_given(columns, 1))}) RETURNING id)"
    )
    return _Form(columns, part, _values_of(columns))


def _moved(written: Callable[[str], bool]) -> _Form:
    columns = [column for column in _CASE.columns if written(column.name)]
    given = zip(columns, _given(columns, 3), strict=True)
    changed = ", ".join(_assignment(column.name, value) for column, value in given)
    part = f'moved AS (UPDATE "case" SET {changed} WHERE id = $1 AND revision = $2 RETURNING id)'
    return _Form([_CASE.c.id, _CASE.c.revision, *columns], part, _values_of(columns))


_OPENS, _MOVES, _STAYS = "opens", "moves", "stays"
_FORMS: Final = {
    _OPENS: _opened(),
    _MOVES: _moved(lambda name: name not in FIXED),
    _STAYS: _moved(lambda name: name in OFTEN),
}
"""An act that leaves alone what is seldom changed writes nothing of it."""
_TARGETS: Final = {target.name: target for target in TARGETS}
_TARGETS[KNOWN_TASK] = _TARGETS["task"]
_COLUMNS: Final = {
    name: [target.table.columns[one] for one in target.columns] for name, target in _TARGETS.items()
}
_VALUES: Final = {name: _values_of(columns) for name, columns in _COLUMNS.items()}


class Usual:
    """The shapes that have come often in this process: each has a statement of its own."""

    def __init__(self, *, often: int, most: int) -> None:
        """Call a shape usual once it has come so often, and no more than so many of them.

        A server keeps all that it has ready in memory, for each connection.
        """
        self._often, self._most = often, most
        self._usual: set[Which] = set()
        self._seen: Counter[Which] = Counter()

    def __call__(self, which: Which) -> bool:
        """Note that a shape has come, and say whether it is usual."""
        if which in self._usual:
            return True
        if len(self._usual) >= self._most:
            return False
        self._seen[which] += 1
        if self._seen[which] < self._often:
            return False
        self._usual.add(which)
        return True


_is_usual = Usual(often=3, most=64)


def spoken(
    case: Mapping[str, Any],
    rows: Mapping[str, list[dict[str, Any]]],
    known: Sequence[KnownTask] = (),
    *,
    case_id: int | None,
    as_usual: bool | None = None,
) -> tuple[str, Packed]:
    """Return the statement that writes a case and the rows beside it, with its values.

    `known` are tasks that are there. Without an id it opens the case. Its answer is the id of the
    case, or nothing where the case is not at the revision before. `as_usual` overrules how often as
    many rows have come.
    """
    if len(known) > MOST_ALTERED:
        rows, known = _written_anew(rows, known), ()
    form = _OPENS if case_id is None else _MOVES if "state" in case else _STAYS
    which = form, shape_of(rows), tuple([one.columns for one in known])
    if not (_is_usual(which) if as_usual is None else as_usual):
        rows, known = _written_anew(rows, known), ()
        which = form, tuple((name, _AS_JSON) for name in rows), ()
    values: list[Any] = [] if case_id is None else [case_id, case["revision"] - 1]
    values += _FORMS[form].values(case)
    for one in known:
        values += one.values()
    for name, many in which[1]:
        if many == _AS_JSON:
            values.append(rows[name])
            continue
        values_of = _VALUES[name]
        for row in rows[name]:
            values += values_of(row)
    text, writers = _made(which)
    return text, [
        None if value is None else write(value)
        for write, value in zip(writers, values, strict=True)
    ]


def _written_anew(
    rows: Mapping[str, list[dict[str, Any]]], known: Sequence[KnownTask]
) -> Mapping[str, list[dict[str, Any]]]:
    """Return rows with the tasks among them that else were altered column by column."""
    if not known:
        return rows
    return {**rows, KNOWN_TASK: [*rows.get(KNOWN_TASK, ()), *(one.whole() for one in known)]}


def shape_of(rows: Mapping[str, Sequence[Any]]) -> Shape:
    """Return the shape of rows by their tables: one for all of which a table gets too many."""
    return tuple(
        [
            (name, _AS_JSON if name == WITHDRAWN or len(listed) > _MOST_ROWS else len(listed))
            for name, listed in rows.items()
        ]
    )


@cache
def _made(which: Which) -> tuple[str, tuple[Writer, ...]]:
    """Return the statement of a shape, and what writes each value of it."""
    return _text(*which), _writers(*which)


def _writers(form: str, shape: Shape, altered: Altered) -> tuple[Writer, ...]:
    columns = [column for names in altered for column in _altered_columns(names)]
    writers = [writer_for(column) for column in [*_FORMS[form].columns, *columns]]
    for name, many in shape:
        each = [encoded] if many == _AS_JSON else map(writer_for, _COLUMNS[name] * many)
        writers.extend(each)
    return tuple(writers)


def _text(form: str, shape: Shape, altered: Altered) -> str:
    first = 1 + len(_FORMS[form].columns)
    parts = [_FORMS[form].part]
    for place, names in enumerate(altered):
        columns = _altered_columns(names)
        parts.append(f"altered_{place} AS ({_altering(columns, first)})")
        first += len(columns)
    for name, many in shape:
        if name == WITHDRAWN:
            parts.append(_withdrawing(first))
        else:
            source = _unpacked(name, first) if many == _AS_JSON else _plain(name, first, many)
            parts.append(_part(name, source, opens=form == _OPENS))
        first += 1 if many == _AS_JSON else many * len(_COLUMNS[name])
    return "WITH " + ",\n ".join(parts) + "\nSELECT id FROM moved"


def _altered_columns(names: Iterable[str]) -> list[Column[Any]]:
    return [_TASK.c.no, *(_TASK.c[name] for name in names)]


def _altering(columns: Sequence[Column[Any]], first: int) -> str:
    """Change a task of the case, whose id is the first value; it is looked for as the case is."""
    no, *values = _given(columns, first)
    named = zip(columns[1:], values, strict=True)
    changed = ", ".join(f"{_quoted(column.name)} = {value}" for column, value in named)
    return (
        f"UPDATE {_quoted(_TASK.name)} SET {changed}"
        f" WHERE case_id = $1 AND no = {no} AND EXISTS (SELECT FROM moved)"
    )


class _Source(NamedTuple):
    """From where rows are taken beside the case, and how each column of them is written."""

    beside: str
    written: Mapping[str, str]


def _plain(name: str, first: int, many: int) -> _Source:
    columns = _COLUMNS[name]
    names = [column.name for column in columns]
    if many == 1:
        return _Source("", dict(zip(names, _given(columns, first), strict=True)))
    starts = range(first, first + many * len(columns), len(columns))
    rows = ", ".join(f"({', '.join(_given(columns, start))})" for start in starts)
    return _Source(f", (VALUES {rows}) AS x ({_names(names)})", _of_x(names))


def _unpacked(name: str, given: int) -> _Source:
    """Take rows out of JSON, in which JSON stays as it was written."""
    table = _quoted(_TARGETS[name].name)
    records = f"json_populate_recordset(NULL::{table}, ${given}::json)"
    return _Source(f", {records} AS x", _of_x(_TARGETS[name].columns))


def _of_x(names: Iterable[str]) -> dict[str, str]:
    return {name: f"x.{_quoted(name)}" for name in names}


def _part(name: str, source: _Source, *, opens: bool) -> str:
    """Write the part of the statement that fills one table."""
    target = _TARGETS[name]
    written = dict(source.written)
    for clocked in target.clocked:
        written[clocked] = f"COALESCE({written[clocked]}, now())"
    if target.of_case:
        written["case_id"] = "moved.id"
    is_new = name == "task" or (opens and name not in _SHARED)
    return (
        f"w_{name} AS (INSERT INTO {_quoted(target.name)} ({_names(written)})"
        f" SELECT {', '.join(written.values())} FROM moved{source.beside}"
        f"{'' if is_new else _on_conflict(target)})"
    )


def _on_conflict(target: Target) -> str:
    if target.ignores:
        return f" ON CONFLICT ({_names(target.unique)}) DO NOTHING"
    name = _quoted(target.name)
    changed = [f"{n} = excluded.{n}" for n in map(_quoted, target.updates)]
    changed += [f"{n} = COALESCE(excluded.{n}, {name}.{n})" for n in map(_quoted, target.keeps)]
    if not changed:
        return ""
    return f" ON CONFLICT ({_names(target.unique)}) DO UPDATE SET {', '.join(changed)}"


def _withdrawing(given: int) -> str:
    return (
        "w_withdrawn AS (UPDATE document SET withdrawn_at = x.at FROM moved,"
        f" json_to_recordset(${given}::json)"
        " AS x(field text, version integer, at timestamptz)"
        " WHERE document.case_id = moved.id AND document.field = x.field"
        " AND document.version = COALESCE(x.version, document.version)"
        " AND document.withdrawn_at IS NULL)"
    )
