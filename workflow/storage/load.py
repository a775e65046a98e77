"""A case out of the database as the value that decisions are taken on, in one SELECT."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, select

from workflow.core.altering import made
from workflow.core.definition import Definition, Result
from workflow.core.fields import Access
from workflow.core.snapshot import CaseSnapshot, Task, TaskStatus
from workflow.core.spelling import read_clock, read_day, read_proposal, read_request
from workflow.storage.base import in_utc
from workflow.storage.case import ActKey, Case, TaskRow
from workflow.storage.dialect import values_as_json
from workflow.storage.direct import Held, Question
from workflow.storage.gathered import lists_as_json
from workflow.storage.memory import read_memory
from workflow.storage.network import CALENDAR_VERSION, NETWORK_VERSION, setting

_TASK_PARTS: Final = (
    *("no", "key", "slot", "agency", "visit", "opened_at", "status", "assignee"),
    *("claimed_at", "received_at", "reached_at", "clock", "proposal", "request"),
    *("review_on", "child", "priority"),
)
"""The columns of an open task, in the order in which `_task` takes them."""
_CASE_PARTS: Final = (
    *("id", "definition_key", "definition_version", "wake_at", "access_code_hash"),
    *("number", "state", "visit", "revision", "entered_at", "opener", "opened_by", "opened_at"),
    *("closed_at", "result", "access", "ground", "announced", "data", "participants", "memory"),
    *("clocks", "tasks_opened", "seq", "head", "noticed_until"),
)
"""The columns of a case, in the order in which `read_case` and `_snapshot` take them."""


_TASK_COLUMNS = tuple(getattr(TaskRow, name) for name in _TASK_PARTS)
_OF_CASE = Case.__table__.columns
_CASE_COLUMNS = tuple(_OF_CASE[name] for name in _CASE_PARTS)
_ACCESS = {one.value: one for one in Access}
_STATUS = {one.value: one for one in TaskStatus}
"""By how they are spelled: to call an enumeration costs ten times a look-up."""


class Loaded(NamedTuple):
    """A case as it stands, with what the write of a change will want to know."""

    snapshot: CaseSnapshot
    case_id: int
    already_done: bool
    """Whether the act of this key has been written before."""
    wake_at: datetime | None
    access_code_hash: str | None
    calendar_version: int
    network_version: int


def load_case(
    connection: Held,
    *,
    number: str | None = None,
    case_id: int | None = None,
    key: str | None = None,
    definitions: Callable[[str, int], Definition],
) -> Loaded | None:
    """Load a case by its number or its id, or None if there is none.

    `key` is that of the act about to be decided.
    """
    by_number = number is not None
    wanted = number if by_number else case_id
    found = _question(by_number=by_number).tell(connection, wanted=wanted, act=key or "")
    return read_case(found, definitions) if found else None


def load_cases(
    connection: Connection,
    which: ColumnElement[bool],
    *,
    after: int = 0,
    limit: int,
    newest_first: bool = False,
    definitions: Callable[[str, int], Definition],
) -> list[Loaded]:
    """Load many cases at once, in the order of their ids, those after an id."""
    order = Case.id.desc() if newest_first else Case.id
    wanted = _selected().where(which, Case.id > after).order_by(order).limit(limit)
    return [read_case(found, definitions) for found in connection.scalars(wanted, {"act": ""})]


@cache
def _question(*, by_number: bool) -> Question:
    wanted = Case.number if by_number else Case.id
    return Question(_selected().where(wanted == bindparam("wanted")))


@cache
def _selected() -> Select[Any]:
    return select(whole_case()).select_from(Case)


@cache
def whole_case() -> values_as_json:
    """Build what `read_case` reads; its cost does not depend on how much happened in the case.

    A statement that has it is given the key of an act as `act`, empty where none is decided.
    """
    of_case = and_(TaskRow.case_id == Case.id, TaskRow.is_open())
    tasks = lists_as_json(*_TASK_COLUMNS, where=of_case)
    done = exists().where(ActKey.key == bindparam("act"), ActKey.case_id == Case.id)
    versions = setting(CALENDAR_VERSION), setting(NETWORK_VERSION)
    return values_as_json(*_CASE_COLUMNS, tasks, done, *versions)


def read_case(found: Sequence[Any], definitions: Callable[[str, int], Definition]) -> Loaded:
    """Return a case as it stands from what `whole_case` gave."""
    case_id, type_, version, wake_at, access_code_hash, *kept, done, calendars, network = found
    return Loaded(
        snapshot=_snapshot(kept, definitions(type_, version)),
        case_id=case_id,
        already_done=bool(done),
        wake_at=wake_at and _instant(wake_at),
        access_code_hash=access_code_hash,
        calendar_version=calendars or 0,
        network_version=network or 0,
    )


def _snapshot(kept: Sequence[Any], definition: Definition) -> CaseSnapshot:
    number, state, visit, revision, entered_at, opener, opened_by, opened_at, *others = kept
    closed_at, result, access, ground, announced, data, participants, memory, *others = others
    clocks, tasks_opened, seq, head, noticed_until, tasks = others
    return made(
        CaseSnapshot,
        {
            "number": number,
            "definition": definition,
            "opener": opener,
            "opened_by": opened_by,
            "opened_at": _instant(opened_at),
            "revision": revision,
            "state": state,
            "visit": visit,
            "entered_at": entered_at and _instant(entered_at),
            "data": data,
            "participants": {role: tuple(held) for role, held in participants.items()},
            "tasks": tuple(sorted(map(_task, tasks), key=attrgetter("no"))),
            "clocks": tuple(filter(None, map(read_clock, clocks))),
            "access": _ACCESS[access],
            "ground": ground,
            "announced": bool(announced),
            "noticed_until": noticed_until and _instant(noticed_until),
            "tasks_opened": tasks_opened,
            "seq": seq,
            "head": head,
            "result": Result(result) if result else None,
            "closed_at": closed_at and _instant(closed_at),
            **read_memory(memory),
        },
    )


def _task(kept: Sequence[Any]) -> Task:
    no, key, slot, agency, visit, opened_at, status, assignee, *others = kept
    claimed_at, received_at, reached_at, clock, proposal, request, *others = others
    review_on, child, priority = others
    return made(
        Task,
        {
            "no": no,
            "key": key,
            "slot": slot,
            "agency": agency,
            "visit": visit,
            "opened_at": _instant(opened_at),
            "status": _STATUS[status],
            "assignee": assignee,
            "claimed_at": claimed_at and _instant(claimed_at),
            "received_at": received_at and _instant(received_at),
            "reached_at": reached_at and _instant(reached_at),
            "clock": clock and read_clock(clock),
            "proposal": proposal and read_proposal(proposal),
            "request": request and read_request(request),
            "review_on": review_on and read_day(review_on),
            "child": child,
            "priority": priority,
        },
    )


@lru_cache(maxsize=4096)
def _instant(text: str) -> datetime:
    """Read an instant; the same ones are read again for each act, and by other tasks."""
    return in_utc(datetime.fromisoformat(text))
