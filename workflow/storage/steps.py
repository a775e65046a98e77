"""The few statements that write a change on SQLite, made once and the same for every act."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects import sqlite

from workflow.storage.dialect import database_now
from workflow.storage.models import METADATA
from workflow.storage.rows import Row
from workflow.storage.statements import Statement
from workflow.storage.targets import FIXED, KEPT, OFTEN, TARGETS, Target

_CASE, _TASK = METADATA.tables["case"], METADATA.tables["task"]
_ACT_KEY, _DOCUMENT = METADATA.tables["act_key"], METADATA.tables["document"]
_NEW = "new_"
"""Before the names of values, since an UPDATE keeps those of its columns to itself."""


def moving(case: Row, case_id: int, *, key: str) -> Row:
    """Return the parameters of `MOVE` and `STAY`."""
    before = case["revision"] - 1
    return {**case, "of_case": case_id, "revision_before": before, "of_act": key}


def _value(column: Column[Any]) -> Any:  # noqa: ANN401 - an expression of the column's type
    given = bindparam(f"{_NEW}{column.name}", type_=column.type)
    return func.coalesce(given, column) if column.name in KEPT else given


def _adding(target: Target) -> sqlite.Insert:
    """Make the statement that adds rows to a table."""
    table = target.table
    values: dict[str, Any] = {name: bindparam(name) for name in target.columns}
    for name in target.clocked:
        given = bindparam(name, type_=table.c[name].type)
        values[name] = func.coalesce(given, database_now())
    if target.of_case:
        values["case_id"] = bindparam("case_id")
    statement = sqlite.insert(table).values(values)
    if target.ignores:
        return statement.on_conflict_do_nothing(index_elements=target.unique)
    if not target.updates:
        return statement
    new = statement.excluded
    changed: dict[str, Any] = {name: new[name] for name in target.updates}
    changed |= {name: func.coalesce(new[name], table.c[name]) for name in target.keeps}
    return statement.on_conflict_do_update(index_elements=target.unique, set_=changed)


_known = exists().where(_ACT_KEY.c.key == bindparam("of_act"))

KEY_KNOWN = Statement(select(_known))
"""Whether an act was done: parameter `of_act`."""

OPEN = Statement(
    sqlite.insert(_CASE).returning(_CASE.c.id), [c.name for c in _CASE.c if c.name != "id"]
)
"""Adds a case: its row."""


def _moving(written: Callable[[str], bool]) -> Statement:
    wanted = update(_CASE).where(
        _CASE.c.id == bindparam("of_case"),
        _CASE.c.revision == bindparam("revision_before"),
        ~_known,
    )
    values = {column.name: _value(column) for column in _CASE.columns if written(column.name)}
    return Statement(wanted.values(values), prefix=_NEW)


MOVE = _moving(lambda name: name not in FIXED)
"""Changes a case, unless it has moved or the act was done: what `moving` returns."""
STAY = _moving(lambda name: name in OFTEN)
"""Changes of a case no more than most acts do: the same."""

ADD = [(target.name, Statement(_adding(target))) for target in TARGETS]
"""Tables in their order, and what adds rows or changes those already there; nearly all rows carry
the case's id."""


@lru_cache(maxsize=256)
def changing(columns: tuple[str, ...]) -> Statement:
    """Make the statement that changes these columns of a task: its row, with the case's id."""
    values = {name: bindparam(f"{_NEW}{name}", type_=_TASK.c[name].type) for name in columns}
    found = _TASK.c.case_id == bindparam("of_case"), _TASK.c.no == bindparam(f"{_NEW}no")
    return Statement(update(_TASK).where(*found).values(values), prefix=_NEW)


WITHDRAW = Statement(
    update(_DOCUMENT)
    .where(_DOCUMENT.c.case_id == bindparam("of_case"))
    .where(_DOCUMENT.c.field == bindparam("new_field"))
    .where(
        or_(
            bindparam("new_version", type_=_DOCUMENT.c.version.type).is_(None),
            _DOCUMENT.c.version == bindparam("new_version"),
        )
    )
    .where(_DOCUMENT.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("new_at", type_=_DOCUMENT.c.withdrawn_at.type)),
    prefix=_NEW,
)
"""Withdraws versions of a document, all of them where none is named."""
