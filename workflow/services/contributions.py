"""What became of each contribution to a case, as far as one reader may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.catalogue.hearings import hearings
from workflow.core.access import may_read_field, readable_data
from workflow.core.contributions import Contribution, Fate, Given, Hearing, contributions
from workflow.core.errors import UnknownCase
from workflow.core.events import Event, Kind
from workflow.core.fields import Field
from workflow.core.history import reveal
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, TaskStatus
from workflow.core.story import may_read_reasons
from workflow.core.track import TaskLine
from workflow.core.world import World
from workflow.services.case_view import readable, task_line, world_of
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.cases import tasks_of
from workflow.storage.queries.events import events_of

_KINDS = frozenset({Kind.TASK_COMPLETED, Kind.DATA_CHANGED, Kind.DATA_CORRECTED})


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """All contributions to a case."""

    case: CaseSnapshot
    hearing: Hearing
    lines: tuple[Contribution, ...]
    world: World


def hearing_of(case: CaseSnapshot) -> Hearing | None:
    """Return where a case keeps contributions, if its type hears agencies on a text."""
    found = hearings().get(case.definition.key)
    return found if found and found.table in case.definition.data else None


def contributions_of(uow: UnitOfWork, number: str) -> Contributions:
    """Gather the contributions to a case; raise `UnknownCase`, also where its type takes none."""
    loaded = uow.load(number)
    case, powers = loaded.snapshot, uow.powers
    hearing = hearing_of(case)
    if hearing is None or not may_read_field(case, case.definition.data[hearing.table], powers):
        raise UnknownCase(number=number)
    with uow.reading() as connection:
        tasks = [task_line(row) for row in tasks_of(connection, loaded.case_id)]
        events = events_of(connection, loaded.case_id, kinds=_KINDS)
        told = readable(connection, events, case, powers)
    asked = [task for task in tasks if task.key == hearing.task]
    given = [one for task in asked if (one := _given(case, task, told, hearing, powers))]
    rows = readable_data(case, powers).get(hearing.table) or ()
    found = contributions(given, rows, hearing, decided_at=_decided_at(events, hearing))
    return Contributions(case, hearing, tuple(found), world_of(uow, loaded))


def _given(
    case: CaseSnapshot, task: TaskLine, told: Iterable[Event], hearing: Hearing, powers: Powers
) -> Given | None:
    """Return what a task brought; nothing of one that was called off."""
    if task.status is TaskStatus.CANCELLED:
        return None
    field = next((f for f in _own(case, hearing) if f.key == hearing.answer), None)
    reads = field is not None and may_read_field(case, field, powers)
    text = next(_said(task, told, hearing), "") if reads else ""
    reason = task.reason if may_read_reasons(case, powers) else ""
    said = text or reason or ""
    fate = Fate.OPEN if said else Fate.NOTHING
    if task.is_open:
        fate = Fate.AWAITED
    elif task.status is TaskStatus.LAPSED:
        fate = Fate.SILENT
    at = None if fate is Fate.SILENT else task.ended_at
    return Given(task.slot, task.no, fate, said, task.outcome or "", at)


def _own(case: CaseSnapshot, hearing: Hearing) -> Iterator[Field]:
    for item in case.definition.task(hearing.task).form:
        if isinstance(item, Field):
            yield item


def _said(task: TaskLine, told: Iterable[Event], hearing: Hearing) -> Iterator[str]:
    for event in told:
        values: dict[str, Any] = event.body.get("answers") or event.body.get("values") or {}
        if event.body.get("no") == task.no and hearing.answer in values:
            value = reveal(values[hearing.answer], event.private)
            if isinstance(value, str) and value:
                yield value


def _decided_at(events: Iterable[Event], hearing: Hearing) -> datetime | None:
    """Return when the decisions were last written."""
    written = (e.at for e in events if hearing.table in (e.body.get("values") or {}))
    return max(written, default=None)
