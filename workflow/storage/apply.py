"""The write of a change: all of it or nothing, only on the case it was decided on, only once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from workflow.core.change import Change
from workflow.storage import dialect, steps
from workflow.storage.base import encode
from workflow.storage.case import CaseNumber
from workflow.storage.rows import Row, case_row, change_rows, withdrawn_documents
from workflow.storage.single_statement import WITHDRAWN, moving, opening
from workflow.storage.targets import TARGETS


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


def take_number(connection: Connection, year: int, *, many: int = 1) -> int:
    """Return the next number of a year, or the last of the next few; none is given again."""
    insert = dialect.insert(connection)(CaseNumber).values(year=year, last=many)
    taken = insert.on_conflict_do_update(
        index_elements=[CaseNumber.year], set_={"last": CaseNumber.last + many}
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
    document = {"case": case, **rows, **({WITHDRAWN: withdrawn} if withdrawn else {})}
    parameters: dict[str, Any] = {"change": encode(document)}
    if case_id is not None:
        parameters |= {"case_id": case_id, "revision": case["revision"] - 1}
    tables = frozenset(document)
    try:
        statement = opening(tables) if case_id is None else moving(tables)
        return connection.exec_driver_sql(statement, parameters).first() is not None
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
    with steps.Direct(connection) as direct:
        if direct.execute(steps.KEY_KNOWN, {"key": rows["act_key"][0]["key"]}).fetchone()[0]:
            return False
        if case_id is None:
            case_id = direct.execute(steps.OPEN, case).fetchone()[0]
        elif direct.execute(steps.MOVE, steps.moving(case, case_id)).rowcount != 1:
            return False
        for target in TARGETS:
            if listed := rows.get(target.name):
                of_case = {"case_id": case_id} if target.of_case else {}
                direct.execute_each(steps.ADD[target.name], listed, of_case)
        of_document = {"of_case": case_id}
        for row in withdrawn:
            direct.execute(steps.WITHDRAW, {**steps.renamed(row), **of_document})
    return True
