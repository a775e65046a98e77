"""The cases that belong together, found from one of them, step by step along their ties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, union_all

from workflow.storage.case import Case, TaskRow
from workflow.storage.projections import Relation


@dataclass(frozen=True, slots=True)
class Tie:
    """What one case notes of another."""

    owner: str
    other: str
    kind: str


@dataclass(frozen=True, slots=True)
class Kin:
    """The cases of a family by id, and their ties."""

    numbers: Mapping[int, str]
    ties: frozenset[Tie]
    more: bool
    """Whether there are others that exist for the reader, which were left out."""


def kin_of(
    connection: Connection,
    case_id: int,
    number: str,
    *,
    visible: ColumnElement[bool],
    most: int,
    deepest: int,
) -> Kin:
    """Find the cases that exist for the reader and belong to a case, in `deepest` statements.

    A case that does not exist for the reader leads to none. At most `most` are found.
    """
    found, ties, newest, more = {case_id: number}, set[Tie](), {case_id: number}, False
    for _ in range(deepest):
        if not newest:
            break
        rows = _beside(connection, newest, visible=visible, limit=most * 4)
        fresh = {row.id: row.number for row in rows if row.id not in found}
        more = more or len(found) + len(fresh) > most or len(rows) == most * 4
        newest = dict(list(fresh.items())[: most - len(found)])
        found |= newest
        ties |= {Tie(row.owner, row.other, row.kind) for row in rows}
    numbers = set(found.values())
    inside = (tie for tie in ties if tie.owner in numbers and tie.other in numbers)
    return Kin(found, frozenset(inside), more)


def task_keys_of(connection: Connection, cases: list[int]) -> list[Row[Any]]:
    """List the numbers, keys and holders of every task of several cases, ended ones too."""
    wanted = select(TaskRow.case_id, TaskRow.no, TaskRow.key, TaskRow.slot)
    return list(connection.execute(wanted.where(TaskRow.case_id.in_(cases))))


def _beside(
    connection: Connection,
    cases: Mapping[int, str],
    *,
    visible: ColumnElement[bool],
    limit: int,
) -> list[Row[Any]]:
    columns = (
        *(Case.id, Case.number, Relation.kind, Relation.other_number.label("other")),
        Relation.case_id.label("by"),
    )
    told = (
        select(*columns)
        .join(Case, Case.number == Relation.other_number)
        .where(Relation.case_id.in_(sorted(cases)), visible)
    )
    heard = (
        select(*columns)
        .join(Case, Case.id == Relation.case_id)
        .where(Relation.other_number.in_(sorted(cases.values())), visible)
    )
    both = union_all(told, heard).subquery()
    whose = Case.__table__.alias("whose")
    wanted = (
        select(both.c.id, both.c.number, both.c.kind, both.c.other, whose.c.number.label("owner"))
        .join(whose, whose.c.id == both.c.by)
        .order_by(both.c.id, both.c.kind, both.c.other)
        .limit(limit)
    )
    return list(connection.execute(wanted))
