"""Values that a statement made once is given under one name, however many they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Boolean, ColumnElement, Dialect, String, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from workflow.storage.base import encode


class Several(TypeDecorator[Any]):
    """A list of values: an array where the database knows arrays, else JSON."""

    impl = String
    cache_ok = True

    def __init__(self, each: type[TypeEngine[Any]] = String) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose what a database takes."""
        on_sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(String() if on_sqlite else ARRAY(self.each()))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """Write the values as the database takes them."""
        return encode(list(value)) if dialect.name == "sqlite" else list(value)


class _OneOf(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True


@compiles(_OneOf, "postgresql")
def _on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    column, given = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY ({given})"


@compiles(_OneOf, "sqlite")
def _on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    column, given = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - what was compiled


def several(name: str, each: type[TypeEngine[Any]] = String) -> BindParameter[Any]:
    """Return what stands in a statement for values that it will be given."""
    return bindparam(name, type_=Several(each))


def among(column: Any, values: Collection[Any] | BindParameter[Any]) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """Select the rows whose column has one of some values, known now or given later."""
    if isinstance(values, BindParameter):
        one: ColumnElement[bool] = column == values
        return _OneOf(column, values) if isinstance(values.type, Several) else one
    found: ColumnElement[bool] = column.in_(sorted(values))
    return found
