"""The write of a change: all of it or nothing, only on the case it was decided on, only once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from workflow.core.change import Change
from workflow.storage import dialect
from workflow.storage.base import encode
from workflow.storage.case import ActKey, Case, CaseNumber
from workflow.storage.projections import DocumentRow
from workflow.storage.rows import Row, case_row, change_rows, withdrawn_documents
from workflow.storage.single_statement import OPEN_CASE, WRITE_CASE
from workflow.storage.targets import FIXED, KEPT, TARGETS, Target


def write(
    connection: Connection,
    change: Change,
    *,
    case_id: int | None,
    key: str,
    access_code_hash: str | None = None,
) -> bool:
    """Write a change with the key of its act; return whether it was written.

    Nothing at all is written if the case has moved since, or if an act of that key was done;
    loading the case with the key tells which. `case_id` is None when the change opens the case.
    """
    case = case_row(change, access_code_hash=access_code_hash)
    rows = change_rows(change, key=key)
    withdrawn = withdrawn_documents(change)
    if dialect.is_sqlite(connection):
        return _write_in_steps(connection, case, rows, withdrawn, case_id=case_id)
    return _write_at_once(connection, case, rows, withdrawn, case_id=case_id)


def take_number(connection: Connection, year: int) -> int:
    """Return the next number of a year; a number taken is never given again."""
    insert = dialect.insert(connection)(CaseNumber).values(year=year, last=1)
    taken = insert.on_conflict_do_update(
        index_elements=[CaseNumber.year], set_={"last": CaseNumber.last + 1}
    ).returning(CaseNumber.last)
    number: int = connection.execute(taken).scalar_one()
    return number


def _write_at_once(
    connection: Connection,
    case: Row,
    rows: Mapping[str, list[Row]],
    withdrawn: list[Row],
    *,
    case_id: int | None,
) -> bool:
    document = {"case": case, "withdrawn": withdrawn, **rows}
    parameters: dict[str, Any] = {"change": encode(document)}
    if case_id is not None:
        parameters |= {"case_id": case_id, "revision": case["revision"] - 1}
    try:
        written = connection.execute(OPEN_CASE if case_id is None else WRITE_CASE, parameters)
        return written.first() is not None
    except IntegrityError as error:
        if dialect.breaks(error, constraint="pk_act_key", columns="act_key.key"):
            return False
        raise


def _write_in_steps(
    connection: Connection,
    case: Row,
    rows: Mapping[str, list[Row]],
    withdrawn: list[Row],
    *,
    case_id: int | None,
) -> bool:
    key = rows["act_key"][0]["key"]
    if connection.execute(select(exists().where(ActKey.key == key))).scalar_one():
        return False
    if case_id is None:
        opened = dialect.insert(connection)(Case).values(case).returning(Case.id)
        case_id = connection.execute(opened).scalar_one()
    elif not _move_case(connection, case, case_id):
        return False
    for target in TARGETS:
        if listed := rows.get(target.name):
            _write_rows(connection, target, listed, case_id)
    for document in withdrawn:
        _withdraw(connection, document, case_id)
    return True


def _move_case(connection: Connection, case: Row, case_id: int) -> bool:
    moved = {
        name: value
        for name, value in case.items()
        if name not in FIXED and not (name in KEPT and value is None)
    }
    guarded = update(Case).where(Case.id == case_id, Case.revision == case["revision"] - 1)
    return connection.execute(guarded.values(moved)).rowcount == 1


def _write_rows(connection: Connection, target: Target, rows: list[Row], case_id: int) -> None:
    insert = dialect.insert(connection)(target.table)
    now = dialect.database_now()
    values: dict[str, Any] = {name: bindparam(name) for name in target.columns}
    for name in target.clocked:
        values[name] = func.coalesce(bindparam(name, type_=target.table.c[name].type), now)
    if target.of_case:
        values["case_id"] = case_id
    statement = insert.values(values)
    if target.ignores:
        statement = statement.on_conflict_do_nothing()
    elif target.adds or target.updates:
        table, new = target.table, statement.excluded
        changed = {name: new[name] for name in target.updates}
        changed |= {name: table.c[name] + new[name] for name in target.adds}
        statement = statement.on_conflict_do_update(index_elements=target.unique, set_=changed)
    connection.execute(statement, rows)


def _withdraw(connection: Connection, document: Row, case_id: int) -> None:
    version = document["version"]
    which = [DocumentRow.version == version] if version is not None else []
    connection.execute(
        update(DocumentRow)
        .where(DocumentRow.case_id == case_id, DocumentRow.field == document["field"], *which)
        .where(DocumentRow.withdrawn_at.is_(None))
        .values(withdrawn_at=document["at"])
    )
