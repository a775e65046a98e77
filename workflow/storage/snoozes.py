"""The tasks that people have put aside."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, delete

from workflow.storage import dialect
from workflow.storage.desk import TaskSnooze


def put_aside(
    connection: Connection,
    task: tuple[int, int],
    *,
    agency: str,
    holder: int,
    until: date,
    by: int,
    at: datetime,
) -> None:
    """Put a task, given by case and number, aside until a day; one put aside before moves."""
    values = {"agency": agency, "holder": holder, "until": until, "officer_id": by, "at": at}
    insert = dialect.insert(connection)(TaskSnooze).values(case_id=task[0], no=task[1], **values)
    key = [TaskSnooze.case_id, TaskSnooze.no]
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=values))


def take_back(connection: Connection, task: tuple[int, int]) -> bool:
    """Put a task back on its lists; return whether it had been put aside."""
    back = delete(TaskSnooze).where(TaskSnooze.case_id == task[0], TaskSnooze.no == task[1])
    return connection.execute(back).rowcount == 1


def forget_past(connection: Connection, *, agency: str, today: date) -> None:
    """Delete what an agency has put aside until a day that has come."""
    connection.execute(
        delete(TaskSnooze).where(TaskSnooze.agency == agency, TaskSnooze.until <= today)
    )
