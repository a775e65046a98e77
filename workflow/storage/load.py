"""A case out of the database as the value that decisions are taken on, in one SELECT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


class _KeptCase(NamedTuple):
    """A case as it is kept: by the names of its columns, then what else is read with them."""

    id: int
    number: str
    definition_key: str
    definition_version: int
    state: str
    visit: int
    revision: int
    entered_at: str | None
    opener: str
    opened_by: int | None
    opened_at: str
    closed_at: str | None
    result: str | None
    access: str
    ground: str | None
    announced: bool
    data: Mapping[str, Any]
    participants: Mapping[str, Sequence[str]]
    memory: Mapping[str, Any]
    clocks: Sequence[Mapping[str, Any]]
    tasks_opened: int
    seq: int
    head: str
    wake_at: str | None
    noticed_until: str | None
    access_code_hash: str | None
    tasks: Sequence[Sequence[Any]]
    already_done: bool
    calendar_version: int | None
    network_version: int | None


_TASK_COLUMNS = tuple(getattr(TaskRow, name) for name in _TASK_PARTS)
_OF_CASE = Case.__table__.columns
_CASE_COLUMNS = tuple(_OF_CASE[name] for name in _KeptCase._fields if name in _OF_CASE)
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
    kept = _KeptCase._make(found)
    definition = definitions(kept.definition_key, kept.definition_version)
    return Loaded(
        snapshot=_snapshot(kept, definition),
        case_id=kept.id,
        already_done=bool(kept.already_done),
        wake_at=_instant_if_any(kept.wake_at),
        access_code_hash=kept.access_code_hash,
        calendar_version=kept.calendar_version or 0,
        network_version=kept.network_version or 0,
    )


def _snapshot(kept: _KeptCase, definition: Definition) -> CaseSnapshot:
    tasks = list(map(_task, kept.tasks))
    tasks.sort(key=attrgetter("no"))
    return made(
        CaseSnapshot,
        {
            "number": kept.number,
            "definition": definition,
            "opener": kept.opener,
            "opened_by": kept.opened_by,
            "opened_at": _instant(kept.opened_at),
            "revision": kept.revision,
            "state": kept.state,
            "visit": kept.visit,
            "entered_at": _instant_if_any(kept.entered_at),
            "data": kept.data,
            "participants": {role: tuple(held) for role, held in kept.participants.items()},
            "tasks": tuple(tasks),
            "clocks": tuple(filter(None, map(read_clock, kept.clocks))),
            "access": _ACCESS[kept.access],
            "ground": kept.ground,
            "announced": bool(kept.announced),
            "noticed_until": _instant_if_any(kept.noticed_until),
            "tasks_opened": kept.tasks_opened,
            "seq": kept.seq,
            "head": kept.head,
            "result": Result(kept.result) if kept.result else None,
            "closed_at": _instant_if_any(kept.closed_at),
            **read_memory(kept.memory),
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


def _instant_if_any(text: str | None) -> datetime | None:
    return _instant(text) if text else None
