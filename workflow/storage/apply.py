"""The write of a change: all of it or nothing, only on the case it was decided on, only once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from workflow.core.change import Change
from workflow.storage import dialect, steps
from workflow.storage.direct import Held, directly
from workflow.storage.rows import Row, case_row, change_rows, withdrawn_documents
from workflow.storage.single_statement import KNOWN_TASK, WITHDRAWN, spoken
from workflow.storage.statements import Packed


def write(
    connection: Held,
    change: Change,
    *,
    case_id: int | None,
    key: str,
    access_code_hash: str | None = None,
    as_usual: bool | None = None,
) -> bool:
    """Write a change with the key of its act; return whether it was written.

    Nothing at all is written if the case has moved since, or if an act of that key was done;
    loading the case with the key tells which. `case_id` is None when the change opens the case.
    `as_usual` says whether PostgreSQL reads plain values; by itself where such changes are usual.
    """
    case = case_row(change, access_code_hash=access_code_hash)
    rows = change_rows(change, key=key)
    withdrawn = withdrawn_documents(change)
    if dialect.is_sqlite(connection):
        return _write_in_steps(connection, case, rows, withdrawn, case_id=case_id)
    if change.before:
        rows |= _tasks_apart(rows.pop("task", []), change.before.tasks_opened)
    if withdrawn:
        rows[WITHDRAWN] = withdrawn
    statement, packed = spoken(case, rows, case_id=case_id, as_usual=as_usual)
    return _write_at_once(connection, statement, packed)


def _tasks_apart(tasks: list[Row], known: int) -> dict[str, list[Row]]:
    """Part the tasks that are there, numbered up to the last one known, from those to be added."""
    apart = {
        KNOWN_TASK: [task for task in tasks if task["no"] <= known],
        "task": [task for task in tasks if task["no"] > known],
    }
    return {name: listed for name, listed in apart.items() if listed}


def _write_at_once(connection: Held, statement: str, packed: Packed) -> bool:
    try:
        return directly(connection).ask_packed(statement, packed) is not None
    except IntegrityError as error:
        if dialect.breaks(error, constraint="pk_act_key", columns="act_key.key"):
            return False
        raise


def _write_in_steps(
    connection: Held,
    case: Row,
    rows: Mapping[str, list[Row]],
    withdrawn: list[Row],
    *,
    case_id: int | None,
) -> bool:
    direct = directly(connection)
    if direct.ask(steps.KEY_KNOWN.text, [rows["act_key"][0]["key"]]):
        return False
    if case_id is None:
        case_id = int(direct.ask(steps.OPEN.text, steps.OPEN.values(case)))
    else:
        moved = steps.MOVE.values(steps.moving(case, case_id))
        if direct.change(steps.MOVE.text, moved) != 1:
            return False
    for name, adding in steps.ADD:
        if listed := rows.get(name):
            for row in listed:
                row["case_id"] = case_id
            direct.change_each(adding, listed)
    of_document = {"of_case": case_id}
    for row in withdrawn:
        gone = steps.WITHDRAW.values(row | of_document)
        direct.change(steps.WITHDRAW.text, gone)
    return True
