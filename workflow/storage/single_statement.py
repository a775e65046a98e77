"""The one statement that writes a whole change on PostgreSQL, the same for all acts alike.

Everything but the key of the case travels as one JSON value, so any number of rows fits the
same prepared statement; it names only the tables that get rows, since the server makes ready for
each table it is told of. Each part selects from `moved`, which is empty when the case is no
longer at the revision it was decided on; then no part writes anything.
"""

# ruff: noqa: S608 - every word of the text comes from the models, values are parameters

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from workflow.storage.case import Case
from workflow.storage.models import METADATA
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


_CASE_COLUMNS = [c.name for c in _CASE.columns if c.name != "id"]
_CASE_RECORD = f"""jsonb_populate_record(NULL::"case", {_CHANGE} -> 'case') AS x"""

_OPENED = (
    f'moved AS (INSERT INTO "case" ({_names(_CASE_COLUMNS)})'
    f" SELECT {_names(_CASE_COLUMNS, 'x.')} FROM {_CASE_RECORD} RETURNING id)"
)


def _assignment(name: str) -> str:
    column = _quoted(name)
    value = f'COALESCE(x.{column}, "case".{column})' if name in KEPT else f"x.{column}"
    return f"{column} = {value}"


_MOVED = (
    'moved AS (UPDATE "case" SET '
    + ", ".join(_assignment(name) for name in _CASE_COLUMNS if name not in FIXED)
    + f" FROM {_CASE_RECORD}"
    + ' WHERE "case".id = $2 AND "case".revision = $3 RETURNING "case".id)'
)


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
    """Return what opens a case and fills these tables; its value is the change as JSON."""
    return _whole(_OPENED, tables)


@cache
def moving(tables: frozenset[str]) -> str:
    """Return what changes a case and fills these tables.

    Its values are the change as JSON, the id of the case and the revision it was decided on.
    """
    return _whole(_MOVED, tables)


def _whole(moved: str, tables: frozenset[str]) -> str:
    parts = [moved, *(_part(target) for target in TARGETS if target.name in tables)]
    if WITHDRAWN in tables:
        parts.append(_WITHDRAWN)
    return "WITH " + ",\n ".join(parts) + "\nSELECT id FROM moved"
