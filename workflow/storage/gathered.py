"""Values of many rows as one JSON list, which both databases gather with different words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnElement, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from workflow.storage.base import Json
from workflow.storage.dialect import rows_of_values_as_json, values_as_json


class _Gathered(FunctionElement[Any]):
    type = Json
    inherit_cache = True


@compiles(_Gathered, "postgresql")
def _on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"json_agg({compiler.process(element.clauses, **kw)})"


@compiles(_Gathered, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    (column,) = element.clauses
    written = compiler.process(column, **kw)
    return f"json_group_array({f'json({written})' if isinstance(column.type, JSON) else written})"


def columns_as_json(*columns: ColumnElement[Any] | Any) -> values_as_json:  # noqa: ANN401
    """Gather rows as one JSON list of their columns, each a list.

    PostgreSQL learns how to write a value once for a column, and anew for each value of a row.
    Without rows each list is empty, or None.
    """
    return values_as_json(*map(_Gathered, columns))


class _Lists(FunctionElement[Any]):
    type = Json
    inherit_cache = True


@compiles(_Lists, "postgresql")
def _lists_on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    one_by_one, _ = element.clauses
    return f"array_to_json(ARRAY{compiler.process(one_by_one, **kw)})"


@compiles(_Lists, "sqlite")
def _lists_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    _, at_once = element.clauses
    return compiler.process(at_once, **kw)


def lists_as_json(*columns: ColumnElement[Any] | Any, where: ColumnElement[bool]) -> Any:  # noqa: ANN401
    """Gather the few rows of a condition as one JSON list of lists, empty where there are none.

    PostgreSQL makes ready less for an array than for what gathers rows of any number.
    """
    kinds = values_as_json, rows_of_values_as_json
    return _Lists(*(select(kind(*columns)).where(where).scalar_subquery() for kind in kinds))
