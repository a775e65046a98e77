"""The write of a change: all of it or nothing, only on the case it was decided on, only once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from workflow.core.change import Change
from workflow.storage import dialect, steps
from workflow.storage.direct import Direct, Held, directly
from workflow.storage.known_tasks import known_tasks
from workflow.storage.rows import Row, case_row, change_rows, withdrawn_documents
from workflow.storage.single_statement import KNOWN_TASK, WITHDRAWN, spoken
from workflow.storage.statements import Packed
from workflow.storage.task_rows import KnownTask


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
    known, others = known_tasks(change)
    rows = change_rows(change, key=key, tasks=others)
    withdrawn = withdrawn_documents(change)
    if dialect.is_sqlite(connection):
        return _write_in_steps(connection, case, rows, known, withdrawn, case_id=case_id)
    if change.before:
        rows |= _tasks_apart(rows.pop("task", []), change.before.tasks_opened)
    if withdrawn:
        rows[WITHDRAWN] = withdrawn
    statement, packed = spoken(case, rows, known, case_id=case_id, as_usual=as_usual)
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
    known: list[KnownTask],
    withdrawn: list[Row],
    *,
    case_id: int | None,
) -> bool:
    direct = directly(connection)
    case_id = _write_case(direct, case, case_id, key=rows["act_key"][0]["key"])
    if case_id is None:
        return False
    of_case = {"of_case": case_id}
    alike: dict[tuple[str, ...], list[Row]] = {}
    for one in known:
        alike.setdefault(one.columns, []).append(one.changed() | of_case)
    for columns, listed in alike.items():
        direct.repeat(steps.changing(columns), listed)
    for name, adding in steps.ADD:
        if added := rows.get(name):
            for row in added:
                row["case_id"] = case_id
            direct.change_each(adding, added)
    for row in withdrawn:
        gone = steps.WITHDRAW.values(row | of_case)
        direct.change(steps.WITHDRAW.text, gone)
    return True


def _write_case(direct: Direct, case: Row, case_id: int | None, *, key: str) -> int | None:
    """Open or move a case and return its id, or None where it moved or the act was done."""
    if case_id is not None:
        changing = steps.MOVE if "state" in case else steps.STAY
        moved = changing.values(steps.moving(case, case_id, key=key))
        return case_id if direct.change(changing.text, moved) == 1 else None
    if direct.ask(steps.KEY_KNOWN.text, [key]):
        return None
    return int(direct.ask(steps.OPEN.text, steps.OPEN.values(case)))
