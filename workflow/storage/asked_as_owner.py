"""What PostgreSQL answers as the owner of the tables: a number or a yes of rows behind the wall.

Where the policies hide a case from who asks, "there is no sealed case of that number" would be
true of every sealed case. The functions are those of migration 0025.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class unread_notices(FunctionElement[int]):  # noqa: N801 - a function of SQL
    """How many notices on the pages an officer has not read: asked before it is known who asks."""

    type = BigInteger()
    inherit_cache = True


class case_is_sealed(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """Whether there is a case of that number and only few may know of it."""

    type = Boolean()
    inherit_cache = True


class case_is_open(FunctionElement[bool]):  # noqa: N801 - a function of SQL
    """Whether there is an open case of one of two numbers."""

    type = Boolean()
    inherit_cache = True


@compiles(unread_notices, "postgresql")
@compiles(case_is_sealed, "postgresql")
@compiles(case_is_open, "postgresql")
def _on_postgresql(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    return f"{type(element).__name__}({compiler.process(element.clauses, **kw)})"


@compiles(unread_notices, "sqlite")
def _unread_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    officer = compiler.process(element.clauses, **kw)
    unread = "channel = 'app' AND read_at IS NULL AND withdrawn_at IS NULL"
    return f"(SELECT count(*) FROM notice WHERE officer_id = {officer} AND {unread})"  # noqa: S608


@compiles(case_is_sealed, "sqlite")
def _sealed_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    number = compiler.process(element.clauses, **kw)
    sealed = "NOT (one.announced AND one.access <> 'restricted')"
    return f'EXISTS (SELECT 1 FROM "case" AS one WHERE one.number = {number} AND {sealed})'  # noqa: S608


@compiles(case_is_open, "sqlite")
def _open_on_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401
    numbers = compiler.process(element.clauses, **kw)
    found = f"one.number IN ({numbers}) AND one.closed_at IS NULL"
    return f'EXISTS (SELECT 1 FROM "case" AS one WHERE {found})'  # noqa: S608
