"""A case as its page shows it: gathered in few reads, each line already fit for the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from workflow.core.access import may_read_field
from workflow.core.acts.record import Relation
from workflow.core.events import Event, Kind
from workflow.core.fields import Field, FieldType
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot, TaskStatus
from workflow.core.spelling import read_clock
from workflow.core.story import COMMENTS, DOCUMENTS, Entry, headline, story, told, visible
from workflow.core.track import TaskLine
from workflow.core.world import World
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.load import Loaded
from workflow.storage.queries.cases import (
    documents_of,
    find_document,
    related_to,
    relations_of,
    tasks_of,
    visible_to,
)
from workflow.storage.queries.drafts import task_draft
from workflow.storage.queries.events import events_of
from workflow.storage.queries.people import officer_names, officers_of
from workflow.storage.world import Versions

PAGE = 60
"""Lines of history read at a time."""

TABS: Mapping[str, frozenset[Kind] | None] = {
    "moves": None,
    "documents": DOCUMENTS,
    "comments": COMMENTS,
    "all": None,
}


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """One version of a document of the case, as the reader may see it."""

    field: Field
    version: int
    name: str
    media_type: str
    size: int
    officer: int | None
    agency: str | None
    at: datetime
    withdrawn: bool
    newest: bool


@dataclass(frozen=True, slots=True)
class Related:
    """A case that belongs to this one, and what it is to it."""

    number: str
    subject: str
    state: str
    definition_key: str
    definition_version: int
    relation: Relation


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A stretch of history, the latest act first."""

    entries: tuple[Entry, ...]
    before: int | None
    """Where the next stretch begins, or None at the beginning of the case."""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """What an officer typed into the form of a task and has not sent."""

    typed: Mapping[str, Any]
    saved_at: datetime
    revision: int


@dataclass(frozen=True, slots=True, eq=False)
class CaseView:
    """Everything that the page of a case tells one reader."""

    loaded: Loaded
    world: World
    powers: Powers
    tasks: tuple[TaskLine, ...]
    documents: tuple[DocumentVersion, ...]
    story: StoryPage
    related: tuple[Related, ...]
    names: Mapping[int, str]
    """Officers by id."""

    @property
    def case(self) -> CaseSnapshot:
        """The case itself."""
        return self.loaded.snapshot

    def task(self, no: int) -> TaskLine | None:
        """Return a task by its number, open or ended."""
        return next((task for task in self.tasks if task.no == no), None)


def case_view(
    uow: UnitOfWork, number: str, *, tab: str = "moves", before: int | None = None
) -> CaseView:
    """Gather what the page of a case shows; raise `UnknownCase`."""
    loaded = uow.load(number)
    case = loaded.snapshot
    with uow.reading() as connection:
        tasks = tuple(task_line(row) for row in tasks_of(connection, loaded.case_id))
        documents = _documents(connection, loaded, uow.powers)
        page = _story(connection, loaded, uow.powers, tab=tab, before=before)
        related = _related(connection, loaded, uow.powers)
        people = {*_people(tasks, documents), *_named_in(page.entries), case.opened_by}
        names = officer_names(connection, people - {None})  # type: ignore[arg-type]
    return CaseView(
        loaded=loaded,
        world=world_of(uow, loaded),
        powers=uow.powers,
        tasks=tasks,
        documents=documents,
        story=page,
        related=related,
        names=names,
    )


def world_of(uow: UnitOfWork, loaded: Loaded) -> World:
    """Return the world at the versions that came with a case, without asking again."""
    return uow.installation.world(Versions(loaded.calendar_version, loaded.network_version))


def task_line(row: Row[Any]) -> TaskLine:
    """Return a row of a task as pages tell of it."""
    request = row.request
    return TaskLine(
        no=row.no,
        key=row.key,
        slot=row.slot,
        agency=row.agency,
        visit=row.visit,
        status=TaskStatus(row.status),
        opened_at=row.opened_at,
        assignee=row.assignee,
        claimed_at=row.claimed_at,
        clock=read_clock(row.clock),
        outcome=row.outcome,
        reason=row.reason,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        has_proposal=row.proposal is not None,
        asked_of=(request["of"] or "requester") if request else None,
    )


def task_lines(uow: UnitOfWork, case_id: int) -> tuple[TaskLine, ...]:
    """Return every task of a case, ended ones too."""
    with uow.reading() as connection:
        return tuple(task_line(row) for row in tasks_of(connection, case_id))


def since(uow: UnitOfWork, loaded: Loaded, seq: int) -> tuple[list[Event], Mapping[int, str]]:
    """Return what has happened in a case after a line of its history, and who the people are."""
    with uow.reading() as connection:
        found = events_of(connection, loaded.case_id, from_seq=seq + 1)
        events = [e for e in found if visible(e, loaded.snapshot, uow.powers)]
        names = officer_names(connection, {p for e in events for p in _of_event(e)})
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


def _documents(
    connection: Connection, loaded: Loaded, powers: Powers
) -> tuple[DocumentVersion, ...]:
    fields = loaded.snapshot.definition.data
    seen: set[str] = set()
    found = []
    for row in documents_of(connection, loaded.case_id):
        field = fields.get(row.field)
        if field is None or not may_read_field(loaded.snapshot, field, powers):
            continue
        found.append(_version(row, field, newest=row.field not in seen))
        seen.add(row.field)
    return tuple(found)


def _version(row: Row[Any], field: Field, *, newest: bool) -> DocumentVersion:
    return DocumentVersion(
        field=field,
        version=row.version,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        officer=row.officer,
        agency=row.agency,
        at=row.at,
        withdrawn=row.withdrawn_at is not None,
        newest=newest,
    )


def _story(
    connection: Connection, loaded: Loaded, powers: Powers, *, tab: str, before: int | None
) -> StoryPage:
    kinds = TABS.get(tab)
    found = events_of(connection, loaded.case_id, before=before, limit=PAGE, kinds=kinds)
    more = len(found) == PAGE and found[0].seq > 1
    acts = story([e for e in found if visible(e, loaded.snapshot, powers)])
    before = found[0].seq if more else None
    if more and len(acts) > 1:
        cut = acts.pop()  # its beginning is on the next page
        before = max(e.seq for e in (cut.head, *cut.followed)) + 1
    if tab != "all":
        acts = [headline(entry) for act in acts if (entry := told(act))]
    return StoryPage(tuple(acts), before)


def _related(connection: Connection, loaded: Loaded, powers: Powers) -> tuple[Related, ...]:
    known = visible_to(powers.agencies, everything=powers.auditor)
    said = relations_of(connection, loaded.case_id, visible=known)
    heard = related_to(connection, loaded.snapshot.number, visible=known)
    found = [(row, _INVERSE.get(Relation(row.kind), Relation(row.kind))) for row in heard]
    found += [(row, Relation(row.kind)) for row in said]
    return tuple({row.number: _tie(row, relation) for row, relation in found}.values())


def _tie(row: Row[Any], relation: Relation) -> Related:
    return Related(
        number=row.number,
        subject=row.subject,
        state=row.state,
        definition_key=row.definition_key,
        definition_version=row.definition_version,
        relation=relation,
    )


_INVERSE = {
    Relation.PARENT: Relation.CHILD,
    Relation.CHILD: Relation.PARENT,
    Relation.PRECEDES: Relation.FOLLOWS,
    Relation.FOLLOWS: Relation.PRECEDES,
    Relation.AMENDS: Relation.AMENDED_BY,
    Relation.AMENDED_BY: Relation.AMENDS,
}
"""What a case is to this one that says what this one is to it."""


def _people(
    tasks: Sequence[TaskLine], documents: Sequence[DocumentVersion]
) -> Iterator[int | None]:
    for task in tasks:
        yield from (task.assignee, task.ended_by)
    for document in documents:
        yield document.officer


def _named_in(entries: Iterable[Entry]) -> Iterator[int]:
    for entry in entries:
        for event in (entry.head, *entry.followed):
            yield from _of_event(event)


def _of_event(event: Event) -> Iterator[int]:
    """Go through the officers that a line of history speaks of."""
    named = (event.by.officer, event.by.on_behalf_of, event.body.get("officer"))
    held_before = event.body.get("from") if event.kind is Kind.TASK_ASSIGNED else None
    yield from (person for person in (*named, held_before) if isinstance(person, int))


def names_of(uow: UnitOfWork, officers: Iterable[int | None]) -> Mapping[int, str]:
    """Return the names of officers."""
    with uow.reading() as connection:
        return officer_names(connection, {number for number in officers if number is not None})
