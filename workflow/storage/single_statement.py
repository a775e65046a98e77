"""The one statement that writes a whole change on PostgreSQL, the same for all acts alike.

The case travels as it is, for it is always one row and each of its columns has a value; all other
rows travel as one JSON value, so any number of them fits the same prepared statement. It names
only the tables that get rows, since the server makes ready for each table it is told of. Each part
selects from `moved`, which is empty when the case is no longer at the revision it was decided on;
then no part writes anything.
"""

# ruff: noqa: S608 - every word of the text comes from the models, values are parameters

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Table
from sqlalchemy.dialects import postgresql

from workflow.storage.base import encode
from workflow.storage.case import Case
from workflow.storage.models import METADATA
from workflow.storage.statements import POSTGRESQL
from workflow.storage.targets import FIXED, KEPT, TARGETS, Target

_CASE = METADATA.tables[Case.__tablename__]
_CHANGE = "$1::jsonb"
"""Wherever it stands it is the same parameter, which the server reads once."""

_quoted = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]
"""Spells a name, with quotation marks only where it needs them: psycopg reads short texts once."""


def _names(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{_quoted(name)}" for name in names)


def _records(table: Table) -> str:
    name = table.name
    return f"jsonb_populate_recordset(NULL::{_quoted(name)}, {_CHANGE} -> '{name}') AS x"


_OPENED_COLUMNS = [column for column in _CASE.columns if column.name != "id"]
_MOVED_COLUMNS = [column for column in _OPENED_COLUMNS if column.name not in FIXED]


def _given(columns: list[Column[Any]], first: int) -> list[str]:
    """Write the parameters that give columns of the case, from a number on."""
    kinds = (column.type.compile(dialect=POSTGRESQL) for column in columns)
    return [f"${n}::{kind}" for n, kind in enumerate(kinds, first)]


_OPENED = (
    f'moved AS (INSERT INTO "case" ({_names(c.name for c in _OPENED_COLUMNS)})'
    f" VALUES ({', '.join(_given(_OPENED_COLUMNS, 2))}) RETURNING id)"
)


def _assignment(name: str, given: str) -> str:
    column = _quoted(name)
    return f"{column} = " + (f"COALESCE({given}, {column})" if name in KEPT else given)


_MOVED = (
    'moved AS (UPDATE "case" SET '
    + ", ".join(
        _assignment(column.name, given)
        for column, given in zip(_MOVED_COLUMNS, _given(_MOVED_COLUMNS, 4), strict=True)
    )
    + " WHERE id = $2 AND revision = $3 RETURNING id)"
)


def _spelling(column: Column[Any]) -> Callable[[Any], str] | None:
    """Return what writes a value of a column as PostgreSQL reads it, None where it does as is."""
    kind = column.type
    if isinstance(kind, JSON):
        return encode
    if isinstance(kind, Boolean):
        return _truth
    return str if column.name in _ENUMERATED else None


_ENUMERATED = frozenset({"access", "result"})


def _truth(value: bool) -> str:
    return "true" if value else "false"


class _Values:
    """How a case gives the values of some of its columns."""

    def __init__(self, columns: list[Column[Any]]) -> None:
        self.of = itemgetter(*(column.name for column in columns))
        spellings = ((n, _spelling(column)) for n, column in enumerate(columns))
        self.spellings = [(n, spell) for n, spell in spellings if spell]

    def __call__(self, case: Mapping[str, Any]) -> list[Any]:
        values = list(self.of(case))
        for n, spell in self.spellings:
            if values[n] is not None:
                values[n] = spell(values[n])
        return values


opened_values = _Values(_OPENED_COLUMNS)
"""Returns what the statement of `opening` takes of a case, after the rows."""
moved_values = _Values(_MOVED_COLUMNS)
"""Returns what the statement of `moving` takes of a case, after its revision."""


def _part(target: Target) -> str:
    """Write the part of the statement that fills one table."""
    written = [f"x.{_quoted(n)}" for n in target.columns if n not in target.clocked]
    written += [f"COALESCE(x.{_quoted(n)}, now())" for n in target.clocked]
    names = [n for n in target.columns if n not in target.clocked] + list(target.clocked)
    if target.of_case:
        names, written = ["case_id", *names], ["moved.id", *written]
    return (
        f"w_{target.name} AS (INSERT INTO {_quoted(target.name)} ({_names(names)})"
        f" SELECT {', '.join(written)}"
        f" FROM moved, {_records(target.table)}"
        f"{_on_conflict(target)})"
    )


def _on_conflict(target: Target) -> str:
    if target.ignores:
        return f" ON CONFLICT ({_names(target.unique)}) DO NOTHING"
    name = _quoted(target.name)
    changed = [f"{n} = excluded.{n}" for n in map(_quoted, target.updates)]
    changed += [f"{n} = {name}.{n} + excluded.{n}" for n in map(_quoted, target.adds)]
    changed += [f"{n} = COALESCE(excluded.{n}, {name}.{n})" for n in map(_quoted, target.keeps)]
    if not changed:
        return ""
    return f" ON CONFLICT ({_names(target.unique)}) DO UPDATE SET {', '.join(changed)}"


_WITHDRAWN = (
    "w_withdrawn AS (UPDATE document SET withdrawn_at = x.at FROM moved,"
    f" jsonb_to_recordset({_CHANGE} -> 'withdrawn')"
    " AS x(field text, version integer, at timestamptz)"
    " WHERE document.case_id = moved.id AND document.field = x.field"
    " AND document.version = COALESCE(x.version, document.version)"
    " AND document.withdrawn_at IS NULL)"
)


WITHDRAWN = "withdrawn"
"""Stands among the tables for the withdrawal of documents."""


@cache
def opening(tables: frozenset[str]) -> str:
    """Return what opens a case and fills these tables.

    Its values are the rows as JSON and the `opened_values` of the case.
    """
    return _whole(_OPENED, tables)


@cache
def moving(tables: frozenset[str]) -> str:
    """Return what changes a case and fills these tables.

    Its values are the rows as JSON, the id of the case, the revision it was decided on, and the
    `moved_values` of the case.
    """
    return _whole(_MOVED, tables)


def _whole(moved: str, tables: frozenset[str]) -> str:
    parts = [moved, *(_part(target) for target in TARGETS if target.name in tables)]
    if WITHDRAWN in tables:
        parts.append(_WITHDRAWN)
    return "WITH " + ",\n ".join(parts) + "\nSELECT id FROM moved"
