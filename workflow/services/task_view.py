"""What the page of a task, and of a conflict over one, needs besides the case itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from workflow.core.access import may_read_field
from workflow.core.events import Event, Kind
from workflow.core.fields import Field, FieldType
from workflow.core.history import proposal_of
from workflow.core.snapshot import Proposal, Task
from workflow.core.track import TaskLine
from workflow.services.case_view import officers_named, readable, task_line
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import Loaded
from workflow.storage.queries.cases import find_document, tasks_of
from workflow.storage.queries.drafts import task_draft
from workflow.storage.queries.events import events_of
from workflow.storage.queries.people import officer_names, officers_of


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What an officer typed into the form of a task and has not sent."""

    typed: Mapping[str, Any]
    saved_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Returned:
    """A proposal that the head gave back: what was proposed, and who gave it back, when and why."""

    proposal: Proposal
    by: int | None
    at: datetime
    reason: str


def returned_proposal(uow: UnitOfWork, loaded: Loaded, task: Task) -> Returned | None:
    """Return the last proposal for an open task if its head gave it back and none came since."""
    if task.agency not in uow.powers.agencies or task.proposal:
        return None
    kinds = (Kind.OUTCOME_PROPOSED, Kind.PROPOSAL_RETURNED)
    with uow.reading() as connection:
        found = events_of(connection, loaded.case_id, kinds=kinds)
    own = [event for event in found if event.body["no"] == task.no]
    if len(own) < 2 or own[-1].kind is not Kind.PROPOSAL_RETURNED:
        return None
    proposed, returned = own[-2:]
    proposal = proposal_of(proposed)
    if proposal is None:
        return None
    return Returned(proposal, returned.by.officer, returned.at, returned.body["reason"])


def task_lines(uow: UnitOfWork, case_id: int) -> tuple[TaskLine, ...]:
    """Return every task of a case, ended ones too."""
    with uow.reading() as connection:
        return tuple(task_line(row) for row in tasks_of(connection, case_id))


def since(uow: UnitOfWork, loaded: Loaded, seq: int) -> tuple[list[Event], Mapping[int, str]]:
    """Return what has happened in a case after a line of its history, and who the people are."""
    with uow.reading() as connection:
        found = events_of(connection, loaded.case_id, from_seq=seq + 1)
        events = readable(connection, found, loaded.snapshot, uow.powers)
        names = officer_names(connection, {p for e in events for p in officers_named(e)})
    return events, names


def kept_draft(uow: UnitOfWork, number: str, no: int) -> KeptDraft | None:
    """Return what the acting officer typed into the form of a task and has not sent."""
    if uow.powers.officer is None:
        return None
    with uow.reading() as connection:
        row = task_draft(connection, uow.powers.officer, case_number=number, task_no=no)
    return KeptDraft(row.data, row.saved_at, row.revision or 0) if row else None


def colleagues(uow: UnitOfWork, agency: str) -> list[tuple[int, str]]:
    """Return the officers of an agency today, to hand a task to."""
    with uow.reading() as connection:
        rows = officers_of(connection, agency, today=uow.today)
    return [(row.id, row.name) for row in rows if row.role != "auditor"]


def document_version(
    uow: UnitOfWork, number: str, field: str, version: int
) -> tuple[Row[Any], Field] | None:
    """Return a version of a document that the person may read, or None; raise `UnknownCase`."""
    loaded = uow.load(number)
    spec = loaded.snapshot.definition.data.get(field)
    if spec is None or spec.type is not FieldType.DOCUMENT:
        return None
    if not may_read_field(loaded.snapshot, spec, uow.powers):
        return None
    with uow.reading() as connection:
        row = find_document(connection, loaded.case_id, field=field, version=version)
    return (row, spec) if row and row.withdrawn_at is None else None


def names_of(uow: UnitOfWork, officers: Iterable[int | None]) -> Mapping[int, str]:
    """Return the names of officers."""
    with uow.reading() as connection:
        return officer_names(connection, {number for number in officers if number is not None})
