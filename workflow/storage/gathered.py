"""Values of many rows as one JSON list, which both databases gather with different words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from workflow.storage.base import Json
from workflow.storage.dialect import values_as_json


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
